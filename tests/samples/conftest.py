"""What the tests of the samples share: the gateways, and a sample's module, loaded as the platform loads it."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from .folder import SAMPLES
from .modules import module_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path
    from types import ModuleType


@pytest.fixture(params=["fc3-http", "fc-apigw", "fc2-http"])
def gateway(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """``load("flask-notes")`` is that sample's module ``app``, with a database of this test's own."""
    monkeypatch.setenv("NOTES_DATABASE", str(tmp_path / "notes.sqlite3"))
    with ExitStack() as stack:
        yield lambda sample: stack.enter_context(imported(SAMPLES / sample))


@contextmanager
def imported(folder: Path) -> Generator[ModuleType]:
    """The module ``app`` of a folder, which is stopped at the end."""
    with module_of(folder, "app") as app:
        yield app
        app.pre_stop(None)

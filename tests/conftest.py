from __future__ import annotations

import gc
import os
import wsgiref.validate
from typing import Any

import pytest
from hypothesis import settings

from fcbridge.runners import wsgi

pytest_plugins = ["tests.services.fixtures"]
pytest.register_assert_rewrite("tests.contract.triggers.parts")

# Some hundred sources and doors times a dozen laws, each with so many examples: HYPOTHESIS_PROFILE=thorough is for when
# there is an hour, and glance for runs that repeat those of another interpreter.
settings.register_profile("usual", max_examples=20)
settings.register_profile("thorough", max_examples=400)
settings.register_profile("glance", max_examples=5)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "usual")


def pytest_collection_finish() -> None:
    """What is there by now is there to stay: modules, and some fourteen thousand tests. To go through them time and
    again would take a third of the run."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def every_bridged_wsgi_app_is_validated(monkeypatch: pytest.MonkeyPatch) -> None:
    """``wsgiref.validate`` stands between the runner and every WSGI app that a test bridges, and must be silent.

    Two of its rules are about apps and not about servers, and Flask and Django do not keep them: that 204 and 304 have
    no Content-Type and all else has one, and that ``wsgi.input.read`` is called with a size.
    """

    class Validated(wsgi.WsgiRunner):
        def __init__(self, app: Any) -> None:
            super().__init__(wsgiref.validate.validator(app))

    monkeypatch.setattr(wsgi, "WsgiRunner", Validated)
    monkeypatch.setattr(wsgiref.validate, "check_content_type", _unchecked)
    monkeypatch.setattr(wsgiref.validate.InputWrapper, "read", _read)


def _unchecked(status: str, headers: list[tuple[str, str]]) -> None:
    """Any Content-Type, or none."""


def _read(wrapper: wsgiref.validate.InputWrapper, size: int = -1) -> bytes:
    return wrapper.input.read(size)

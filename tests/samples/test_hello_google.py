"""samples/hello-google."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest

from .documents import required
from .hello import GOOGLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FunctionType, ModuleType


@pytest.fixture
def module() -> Iterator[ModuleType]:
    with GOOGLE.loaded() as module:
        yield module


@pytest.mark.parametrize("door", GOOGLE.doors)
def test_the_app_knows_its_execution(module: ModuleType, door: str) -> None:
    headers = {"function-execution-id": "exec0a1b2c3d", "x-cloud-trace-context": "105445aa/1;o=1"}
    with GOOGLE.client(module, door) as client:
        answer = client.get("/execution", headers=headers)
    assert answer.json() == {"id": "exec0a1b2c3d", "trace": "105445aa"}


def test_what_the_deployment_names_is_a_function(module: ModuleType) -> None:
    """``gcloud run deploy --help``: the flags are gcloud's own, the image is one of the buildpacks' runtimes."""
    readme = (GOOGLE.folder / "README.md").read_text("utf-8").replace("\\\n", "")
    [command] = re.findall(r"^gcloud .*", readme, re.MULTILINE)
    words = shlex.split(command)
    assert words[:4] == ["gcloud", "run", "deploy", "hello"]
    flags = [word for word in words if word.startswith("--")]
    assert flags == ["--source", "--function", "--base-image", "--region", "--allow-unauthenticated"]
    values = {flag: words[words.index(flag) + 1] for flag in flags[:-1]}
    assert values["--source"] == "."
    assert re.fullmatch(r"python31[0-4]", values["--base-image"])
    function: FunctionType = getattr(module, values["--function"])
    assert type(function).__name__ == "function"


def test_the_framework_is_among_the_requirements() -> None:
    assert required(GOOGLE.folder / "requirements.txt") == {"fastapi", "fcbridge", "functions-framework"}

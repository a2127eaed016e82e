"""samples/hello-google."""

from __future__ import annotations

import re
import shlex
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from fcbridge.gateway import Settings
from fcbridge.registry import gateway
from fcbridge.testing import Client

from .folder import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FunctionType, ModuleType

FOLDER = SAMPLES / "hello-google"
DOORS = ["gcf-http", "gcf-asgi"]


@pytest.fixture
def module() -> Iterator[ModuleType]:
    """The module ``main``, as the framework imports it: by its file's name, with its folder on the path."""
    before = sys.modules.pop("main", None)
    sys.path.insert(0, str(FOLDER))
    try:
        yield import_module("main")
    finally:
        sys.path.remove(str(FOLDER))
        del sys.modules["main"]
        if before is not None:
            sys.modules["main"] = before


@pytest.fixture(params=DOORS)
def client(request: pytest.FixtureRequest, module: ModuleType) -> Iterator[Client]:
    with Client(module.main.handler, gateway=request.param) as client:
        yield client


def test_the_page_is_html(client: Client) -> None:
    answer = client.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Hello from a function of Google Cloud</h1>" in answer.text


def test_a_name_may_be_written_in_any_script(client: Client) -> None:
    assert client.get("/hello/世界").text == "Hello, 世界!\n"


def test_json_is_echoed(client: Client) -> None:
    document = {"greeting": "你好", "numbers": [1, 2.5, None]}
    assert client.post("/echo", json=document).json() == document


def test_both_cookies_arrive(client: Client) -> None:
    answer = client.put("/preferences")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers.get_list("set-cookie") == [
        "theme=dark; Path=/; SameSite=lax",
        "language=zh; Path=/; SameSite=lax",
    ]


def test_the_app_knows_its_execution(client: Client) -> None:
    headers = {"function-execution-id": "exec0a1b2c3d", "x-cloud-trace-context": "105445aa/1;o=1"}
    assert client.get("/execution", headers=headers).json() == {"id": "exec0a1b2c3d", "trace": "105445aa"}


@pytest.mark.parametrize("name", DOORS)
def test_the_example_events_are_answered(module: ModuleType, name: str) -> None:
    door, handler = gateway(name), module.main.handler
    found: dict[str, int] = {}
    with handler:
        for path in sorted((FOLDER / "events").glob("*.json")):
            context = door.runtime.context(Settings(name="hello"), "request-1")
            found[path.name] = door.read(door.runtime.call(handler, path.read_bytes(), context)).status
    assert found == {"1-page.json": 200, "2-hello.json": 200, "3-echo.json": 200, "4-preferences.json": 204}


def test_what_the_deployment_names_is_a_function(module: ModuleType) -> None:
    """``gcloud run deploy --help``: the flags are gcloud's own, the image is one of the buildpacks' runtimes."""
    readme = (FOLDER / "README.md").read_text("utf-8").replace("\\\n", "")
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
    names = [re.split(r"[<>=]", line)[0] for line in (FOLDER / "requirements.txt").read_text("utf-8").split()]
    assert names == ["fastapi", "fcbridge", "functions-framework"]

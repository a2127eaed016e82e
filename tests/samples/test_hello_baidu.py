"""samples/hello-baidu."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from fcbridge.gateway import Settings
from fcbridge.registry import gateway
from fcbridge.testing import Client, LossWarning

from .folder import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

FOLDER = SAMPLES / "hello-baidu"
DOOR = gateway("baidu-http")


# The inputs that the component documents (https://github.com/baidubce/cfc-serverless-component), with the limits of
# https://cloud.baidu.com/doc/CFC/s/Vlw0ana7r.
INPUTS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "src", "handler", "runtime", "region"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 64},
        "src": {"type": "string"},
        "handler": {"type": "string", "pattern": r"^\w+\.\w+$"},
        "runtime": {"type": "string", "pattern": "^python3"},
        "region": {"enum": ["bj", "gz", "su"]},
        "description": {"type": "string"},
        "memorySize": {"type": "integer", "minimum": 128, "maximum": 1024, "multipleOf": 128},
        "timeout": {"type": "integer", "minimum": 1, "maximum": 300},
        "environment": {"type": "object"},
    },
}
SCHEMA = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "additionalProperties": False,
        "required": ["component", "inputs"],
        "properties": {"component": {"const": "@baiducloud/cfc-serverless-component"}, "inputs": INPUTS},
    },
}
VALIDATOR: Any = import_module("jsonschema").Draft202012Validator(SCHEMA)  # it has no types


@pytest.fixture
def app(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("hello-baidu")


@pytest.fixture
def client(app: ModuleType) -> Iterator[Client]:
    with Client(app.handler, gateway=DOOR) as client:
        yield client


def test_the_page_is_html(client: Client) -> None:
    answer = client.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Hello from a function of Baidu AI Cloud</h1>" in answer.text


def test_a_name_may_be_written_in_any_script(client: Client) -> None:
    assert client.get("/hello/世界").text == "Hello, 世界!\n"


def test_a_picture_arrives_as_it_is(client: Client, app: ModuleType) -> None:
    answer = client.get("/dot.png")
    assert (answer.headers["content-type"], answer.content) == ("image/png", app.DOT)


def test_json_is_echoed(client: Client) -> None:
    document = {"greeting": "你好", "numbers": [1, 2.5, None]}
    assert client.post("/echo", json=document).json() == document


def test_of_two_cookies_one_arrives_and_a_warning(client: Client) -> None:
    with pytest.warns(LossWarning, match="only one Set-Cookie"):
        answer = client.put("/preferences")
    assert [cookie.partition(";")[0] for cookie in answer.headers.get_list("set-cookie")] == ["session=7"]


def test_an_upload_is_echoed_byte_for_byte(client: Client) -> None:
    assert client.post("/echo", content=b"\x89PNG\xff").content == b"\x89PNG\xff"


def test_the_example_events_are_answered(app: ModuleType) -> None:
    found: dict[str, int] = {}
    with app.handler:
        for path in sorted((FOLDER / "events").glob("*.json")):
            context = DOOR.runtime.context(Settings(name="hello-baidu"), "request-1")
            found[path.name] = DOOR.read(DOOR.runtime.call(app.handler, path.read_bytes(), context)).status
    assert found == {"1-page.json": 200, "2-hello.json": 200, "3-echo.json": 200, "4-preferences.json": 204}


@pytest.fixture
def document() -> dict[str, Any]:
    document: dict[str, Any] = import_module("yaml").safe_load((FOLDER / "serverless.yml").read_text("utf-8"))
    return document


def test_the_deployment_has_no_field_that_the_component_does_not_know(document: dict[str, Any]) -> None:
    VALIDATOR.validate(document)


@pytest.mark.parametrize(("field", "value"), [("memory", 256), ("memorySize", 200), ("timeout", 301)])
def test_a_field_that_is_misspelt_or_out_of_range_would_be_found(
    document: dict[str, Any], field: str, value: int
) -> None:
    document["hello"]["inputs"][field] = value
    assert not VALIDATOR.is_valid(document)


def test_what_the_deployment_names_is_there(document: dict[str, Any], app: ModuleType) -> None:
    assert document["hello"]["inputs"]["handler"] == "app.handler"
    assert callable(app.handler)

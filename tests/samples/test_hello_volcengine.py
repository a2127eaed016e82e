"""samples/hello-volcengine."""

from __future__ import annotations

import json
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

FOLDER = SAMPLES / "hello-volcengine"
DOOR = gateway("vefaas-http")


# The arguments that the provider documents, with the limits of the API reference:
# https://registry.terraform.io/providers/volcengine/volcengine/latest/docs/resources/vefaas_function
# https://www.volcengine.com/docs/6662/1327341
FUNCTION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "runtime"],
    "properties": {
        "name": {"type": "string"},
        "runtime": {"type": "string", "pattern": r"^python3\.\d+/v1$"},
        "description": {"type": "string"},
        "memory_mb": {"type": "integer", "minimum": 512, "maximum": 4096, "multipleOf": 512},
        "request_timeout": {"type": "integer", "minimum": 1},
        "initializer_sec": {"type": "integer", "minimum": 1},
        "exclusive_mode": {"type": "boolean"},
        "max_concurrency": {"type": "integer", "minimum": 10, "maximum": 1000},
        "source_type": {"enum": ["tos", "zip", "image"]},
        "source": {"type": "string"},
    },
}
RELEASE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["function_id", "revision_number"],
    "properties": {
        "function_id": {"type": "string"},
        "revision_number": {"type": "integer", "minimum": 0},
        "target_traffic_weight": {"type": "integer", "minimum": 0, "maximum": 100},
    },
}
SCHEMA = {
    "type": "object",
    "required": ["terraform", "provider", "resource"],
    "properties": {
        "resource": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "volcengine_vefaas_function": {"additionalProperties": FUNCTION},
                "volcengine_vefaas_release": {"additionalProperties": RELEASE},
            },
        },
    },
}
VALIDATOR: Any = import_module("jsonschema").Draft202012Validator(SCHEMA)  # it has no types


@pytest.fixture
def app(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("hello-volcengine")


@pytest.fixture
def client(app: ModuleType) -> Iterator[Client]:
    with Client(app.handler, gateway=DOOR) as client:
        yield client


def test_the_page_is_html(client: Client) -> None:
    answer = client.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Hello from a function of Volcengine</h1>" in answer.text


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


def test_an_upload_that_is_no_text_is_spoiled_with_a_warning(client: Client) -> None:
    with pytest.warns(LossWarning, match="a body that is not UTF-8"):
        answer = client.post("/echo", content=b"\x89PNG\xff")
    assert answer.text == "\ufffdPNG\ufffd"


def test_the_example_events_are_answered(app: ModuleType) -> None:
    found: dict[str, int] = {}
    with app.handler:
        for path in sorted((FOLDER / "events").glob("*.json")):
            context = DOOR.runtime.context(Settings(name="hello-volcengine"), "request-1")
            found[path.name] = DOOR.read(DOOR.runtime.call(app.handler, path.read_bytes(), context)).status
    assert found == {"1-page.json": 200, "2-hello.json": 200, "3-echo.json": 200, "4-preferences.json": 204}


@pytest.fixture
def document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / "main.tf.json").read_bytes())
    return document


def test_the_deployment_has_no_field_that_the_provider_does_not_know(document: dict[str, Any]) -> None:
    VALIDATOR.validate(document)


@pytest.mark.parametrize(("field", "value"), [("memory", 512), ("memory_mb", 700), ("handler", "index.handler")])
def test_a_field_that_is_misspelt_or_out_of_range_would_be_found(
    document: dict[str, Any], field: str, value: object
) -> None:
    document["resource"]["volcengine_vefaas_function"]["hello"][field] = value
    assert not VALIDATOR.is_valid(document)


def test_the_entry_has_the_names_that_the_platform_calls(app: ModuleType) -> None:
    """``index.handler`` cannot be configured."""
    names: dict[str, Any] = {}
    exec(compile((FOLDER / "index.py").read_text("utf-8"), "index.py", "exec"), names)
    assert names["handler"] is app.handler
    assert names["initializer"] == app.initialize

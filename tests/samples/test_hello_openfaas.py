"""samples/hello-openfaas."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from fcbridge.testing import Client

from .folder import SAMPLES
from .modules import module_of, statuses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

FOLDER = SAMPLES / "hello-openfaas"
DURATION = r"^(\d+(\.\d+)?(h|m|s|ms))+$"

# https://docs.openfaas.com/reference/yaml/
STACK = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "provider", "functions"],
    "properties": {
        "version": {"const": 1.0},
        "provider": {
            "type": "object",
            "additionalProperties": False,
            "required": ["name"],
            "properties": {"name": {"const": "openfaas"}, "gateway": {"type": "string", "pattern": "^https?://"}},
        },
        "functions": {
            "type": "object",
            # A label of RFC 1035.
            "propertyNames": {"pattern": "^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$"},
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["lang", "handler", "image"],
                "properties": {
                    "lang": {"type": "string"},
                    "handler": {"type": "string"},
                    "image": {"type": "string"},
                    "environment": {"type": "object", "additionalProperties": {"type": "string"}},
                    "secrets": {"type": "array", "items": {"type": "string"}},
                    "labels": {"type": "object"},
                    "annotations": {"type": "object"},
                    "limits": {"type": "object"},
                    "requests": {"type": "object"},
                    "constraints": {"type": "array"},
                    "readonly_root_filesystem": {"type": "boolean"},
                    "build_args": {"type": "object"},
                },
            },
        },
        "configuration": {"type": "object"},
    },
}
YAML: Any = import_module("yaml")
VALIDATOR: Any = import_module("jsonschema").Draft202012Validator(STACK)  # it has no types


@pytest.fixture
def module() -> Iterator[ModuleType]:
    with module_of(FOLDER / "hello", "handler") as module:
        yield module
        module.handle.pre_stop()


@pytest.fixture
def client(module: ModuleType) -> Iterator[Client]:
    with Client(module.handle, gateway="openfaas-http") as client:
        yield client


def test_the_page_is_html(client: Client) -> None:
    answer = client.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Hello from a function of OpenFaaS</h1>" in answer.text


def test_a_name_may_be_written_in_any_script(client: Client) -> None:
    assert client.get("/hello/世界").text == "Hello, 世界!\n"


def test_a_picture_arrives_as_it_is(client: Client, module: ModuleType) -> None:
    assert client.get("/dot.png").content == module.DOT


def test_json_is_echoed(client: Client) -> None:
    document = {"greeting": "你好", "numbers": [1, 2.5, None]}
    assert client.post("/echo", json=document).json() == document


def test_both_cookies_arrive(client: Client) -> None:
    assert client.put("/preferences").headers.get_list("set-cookie") == ["theme=dark; Path=/", "language=zh; Path=/"]


def test_the_example_events_are_answered(module: ModuleType) -> None:
    assert statuses(module.handle, FOLDER / "events", "openfaas-http") == [200, 200, 200, 204]


def test_the_stack_is_one_whose_handler_is_there(module: ModuleType) -> None:
    stack = YAML.safe_load((FOLDER / "stack.yaml").read_text("utf-8"))
    VALIDATOR.validate(stack)
    function = stack["functions"]["hello"]
    assert function["lang"] == "python3-http"
    assert (FOLDER / function["handler"] / "handler.py").samefile(str(module.__file__))
    assert callable(module.handle)


def test_the_durations_of_the_watchdog_are_ones_of_go() -> None:
    stack = YAML.safe_load((FOLDER / "stack.yaml").read_text("utf-8"))
    environment = stack["functions"]["hello"]["environment"]
    pattern: Any = import_module("re").compile(DURATION)
    assert [name for name, value in environment.items() if name.endswith("_timeout") and not pattern.match(value)] == []
    assert environment["http_buffer_req_body"] == "true"

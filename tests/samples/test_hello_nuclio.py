"""samples/hello-nuclio."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from fcbridge.gateway import Settings
from fcbridge.registry import gateway
from fcbridge.testing import Client

from .folder import SAMPLES
from .modules import module_of, statuses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

FOLDER = SAMPLES / "hello-nuclio"
DOOR = gateway("nuclio-http")

# https://docs.nuclio.io/en/stable/reference/function-configuration/function-configuration-reference.html
FUNCTION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["apiVersion", "kind", "metadata", "spec"],
    "properties": {
        "apiVersion": {"const": "nuclio.io/v1"},
        "kind": {"const": "NuclioFunction"},
        "metadata": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
        "spec": {
            "type": "object",
            "additionalProperties": False,
            "required": ["runtime", "handler"],
            "properties": {
                "description": {"type": "string"},
                "runtime": {"type": "string", "pattern": r"^python:3\.\d+$"},
                "handler": {"type": "string", "pattern": r"^[\w.]+:\w+$"},
                "env": {"type": "array"},
                "minReplicas": {"type": "integer", "minimum": 0},
                "maxReplicas": {"type": "integer", "minimum": 1},
                "eventTimeout": {"type": "string", "pattern": r"^\d+(s|m|h)$"},
                "build": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "commands": {"type": "array", "items": {"type": "string"}},
                        "baseImage": {"type": "string"},
                    },
                },
                "resources": {"type": "object"},
                "triggers": {
                    "type": "object",
                    "additionalProperties": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["kind"],
                        "properties": {
                            "kind": {"type": "string"},
                            "numWorkers": {"type": "integer", "minimum": 1},
                            "workerAvailabilityTimeoutMilliseconds": {"type": "integer"},
                            "attributes": {"type": "object"},
                        },
                    },
                },
            },
        },
    },
}
YAML: Any = import_module("yaml")
VALIDATOR: Any = import_module("jsonschema").Draft202012Validator(FUNCTION)  # it has no types


@pytest.fixture
def module() -> Iterator[ModuleType]:
    with module_of(FOLDER, "main") as module:
        yield module
        module.handler.handler.pre_stop()


@pytest.fixture
def client(module: ModuleType) -> Iterator[Client]:
    with Client(module.handler.handler, gateway=DOOR) as client:
        yield client


def test_the_page_is_html(client: Client) -> None:
    answer = client.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Hello from a function of Nuclio</h1>" in answer.text


def test_a_name_may_be_written_in_any_script(client: Client) -> None:
    assert client.get("/hello/世界").text == "Hello, 世界!\n"


def test_json_is_echoed(client: Client) -> None:
    document = {"greeting": "你好", "numbers": [1, 2.5, None]}
    assert client.post("/echo", json=document).json() == document


def test_the_session_is_one_cookie(client: Client) -> None:
    assert client.put("/session").headers.get_list("set-cookie") == ["session=7; HttpOnly; Path=/; SameSite=lax"]


def test_the_example_events_are_answered(module: ModuleType) -> None:
    assert statuses(module.handler.handler, FOLDER / "events", "nuclio-http") == [200, 200, 200, 204]


def test_the_function_is_one_whose_handler_is_there(module: ModuleType) -> None:
    function = YAML.safe_load((FOLDER / "function.yaml").read_text("utf-8"))
    VALIDATOR.validate(function)
    file, _, name = function["spec"]["handler"].partition(":")
    assert (file, function["spec"]["triggers"]["http"]["kind"]) == (module.__name__, "http")
    handler, context = getattr(module, name), DOOR.runtime.context(Settings(), "")
    # As the wrapper finds it.
    assert (handler.__module__, module.init_context) == (module.__name__, handler.init_context)
    module.init_context(context)
    payload = DOOR.runtime.call(lambda event, context: handler(context, event), DOOR.compose(DOOR.sample()), context)
    assert DOOR.read(payload).status == 404

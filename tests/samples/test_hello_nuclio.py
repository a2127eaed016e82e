"""samples/hello-nuclio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fcbridge.gateway import Settings
from fcbridge.registry import gateway

from .documents import document, mistakes
from .folder import statuses
from .hello import NUCLIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

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


@pytest.fixture
def module() -> Iterator[ModuleType]:
    with NUCLIO.loaded() as module:
        yield module


def test_the_session_is_one_cookie(module: ModuleType) -> None:
    with NUCLIO.client(module, DOOR.name) as client:
        answer = client.put("/session")
    assert answer.headers.get_list("set-cookie") == ["session=7; HttpOnly; Path=/; SameSite=lax"]


def test_the_example_events_are_answered(module: ModuleType) -> None:
    assert statuses(NUCLIO.handler(module), NUCLIO.name, DOOR.name) == {
        "1-page.json": 200,
        "2-hello.json": 200,
        "3-echo.json": 200,
        "4-session.json": 204,
    }


def test_the_function_is_one_whose_handler_is_there(module: ModuleType) -> None:
    function = document(NUCLIO.folder / "function.yaml")
    assert mistakes(function, FUNCTION) == []
    file, _, name = function["spec"]["handler"].partition(":")
    assert (file, function["spec"]["triggers"]["http"]["kind"]) == (module.__name__, "http")
    handler, context = getattr(module, name), DOOR.runtime.context(Settings(), "")
    # As the wrapper finds it.
    assert (handler.__module__, module.init_context) == (module.__name__, handler.init_context)
    module.init_context(context)
    payload = DOOR.runtime.call(lambda event, context: handler(context, event), DOOR.compose(DOOR.sample()), context)
    assert DOOR.read(payload).status == 404

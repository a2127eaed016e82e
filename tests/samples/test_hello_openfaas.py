"""samples/hello-openfaas."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .documents import document, mistakes
from .hello import OPENFAAS

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


@pytest.fixture
def stack() -> dict[str, Any]:
    found: dict[str, Any] = document(OPENFAAS.folder / "stack.yaml")
    return found


def test_the_stack_is_one_whose_handler_is_there(stack: dict[str, Any]) -> None:
    assert mistakes(stack, STACK) == []
    function = stack["functions"]["hello"]
    assert function["lang"] == "python3-http"
    with OPENFAAS.loaded() as module:
        assert (OPENFAAS.folder / function["handler"] / "handler.py").samefile(str(module.__file__))
        assert callable(module.handle)


def test_the_durations_of_the_watchdog_are_ones_of_go(stack: dict[str, Any]) -> None:
    environment = stack["functions"]["hello"]["environment"]
    durations = {name: value for name, value in environment.items() if name.endswith("_timeout")}
    assert durations != {}
    assert [name for name, value in durations.items() if not re.match(DURATION, value)] == []
    assert environment["http_buffer_req_body"] == "true"

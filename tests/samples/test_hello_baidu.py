"""samples/hello-baidu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .documents import document, mistakes
from .hello import BAIDU

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

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


@pytest.fixture
def app() -> Iterator[ModuleType]:
    with BAIDU.loaded() as module:
        yield module


@pytest.fixture
def deployment() -> dict[str, Any]:
    found: dict[str, Any] = document(BAIDU.folder / "serverless.yml")
    return found


def test_the_deployment_has_no_field_that_the_component_does_not_know(deployment: dict[str, Any]) -> None:
    assert mistakes(deployment, SCHEMA) == []


@pytest.mark.parametrize(("field", "value"), [("memory", 256), ("memorySize", 200), ("timeout", 301)])
def test_a_field_that_is_misspelt_or_out_of_range_would_be_found(
    deployment: dict[str, Any], field: str, value: int
) -> None:
    deployment["hello"]["inputs"][field] = value
    assert mistakes(deployment, SCHEMA) != []


def test_what_the_deployment_names_is_there(deployment: dict[str, Any], app: ModuleType) -> None:
    assert deployment["hello"]["inputs"]["handler"] == "app.handler"
    assert callable(app.handler)

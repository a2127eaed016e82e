"""samples/hello-volcengine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fcbridge.testing import LossWarning

from .documents import document, mistakes
from .hello import VOLCENGINE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

# The arguments that the provider documents, with the limits of the API reference:
# https://github.com/volcengine/terraform-provider-volcengine/blob/master/website/docs/r/vefaas_function.html.markdown
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


@pytest.fixture
def app() -> Iterator[ModuleType]:
    with VOLCENGINE.loaded() as module:
        yield module


@pytest.fixture
def deployment() -> dict[str, Any]:
    found: dict[str, Any] = document(VOLCENGINE.folder / "main.tf.json")
    return found


def test_an_upload_that_is_no_text_is_spoiled_with_a_warning(app: ModuleType) -> None:
    with VOLCENGINE.client(app, "vefaas-http") as client, pytest.warns(LossWarning, match="a body that is not UTF-8"):
        answer = client.post("/echo", content=b"\x89PNG\xff")
    assert answer.text == "\ufffdPNG\ufffd"


def test_the_deployment_has_no_field_that_the_provider_does_not_know(deployment: dict[str, Any]) -> None:
    assert mistakes(deployment, SCHEMA) == []


@pytest.mark.parametrize(("field", "value"), [("memory", 512), ("memory_mb", 700), ("handler", "index.handler")])
def test_a_field_that_is_misspelt_or_out_of_range_would_be_found(
    deployment: dict[str, Any], field: str, value: object
) -> None:
    deployment["resource"]["volcengine_vefaas_function"]["hello"][field] = value
    assert mistakes(deployment, SCHEMA) != []


def test_the_entry_has_the_names_that_the_platform_calls(app: ModuleType) -> None:
    """``index.handler`` cannot be configured."""
    names: dict[str, Any] = {}
    exec(compile((VOLCENGINE.folder / "index.py").read_text("utf-8"), "index.py", "exec"), names)
    assert names["handler"] is app.handler
    assert names["initializer"] == app.initialize

"""samples/hello-huawei."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .documents import document, mistakes
from .hello import HUAWEI

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

# The arguments that the provider documents, and the body of "Creating a Trigger" in the API reference:
# https://github.com/huaweicloud/terraform-provider-huaweicloud/blob/master/docs/resources/fgs_function.md
# https://support.huaweicloud.com/intl/en-us/api-functiongraph/functiongraph_06_0122.html
API = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "instance_id",
        "group_id",
        "sl_domain",
        "name",
        "env_id",
        "env_name",
        "auth",
        "type",
        "protocol",
        "path",
        "match_mode",
        "req_method",
        "func_info",
    ],
    "properties": {
        "instance_id": {"type": "string"},
        "group_id": {"type": "string"},
        "sl_domain": {"type": "string"},
        "name": {"type": "string"},
        "env_id": {"type": "string"},
        "env_name": {"type": "string"},
        "auth": {"enum": ["IAM", "APP", "NONE"]},
        "type": {"enum": [1, 2]},
        "protocol": {"enum": ["HTTP", "HTTPS"]},
        "path": {"type": "string", "pattern": "^/"},
        "match_mode": {"enum": ["SWA", "NORMAL"]},
        "req_method": {"enum": ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "ANY"]},
        "func_info": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"timeout": {"type": "integer", "minimum": 1, "maximum": 60000}},
        },
    },
}
FUNCTION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "runtime", "timeout", "memory_size", "handler", "app", "code_type", "code_filename"],
    "properties": {
        "name": {"type": "string", "pattern": r"^[A-Za-z]([\w-]{0,58}[A-Za-z0-9])?$"},
        "app": {"type": "string"},
        "runtime": {"enum": ["Python2.7", "Python3.6", "Python3.9", "Python3.10", "Python3.12", "http", "Custom"]},
        "handler": {"type": "string", "pattern": r"^[\w/]+\.\w+$"},
        "initializer_handler": {"type": "string", "pattern": r"^[\w/]+\.\w+$"},
        "initializer_timeout": {"type": "integer", "minimum": 1, "maximum": 300},
        "pre_stop_handler": {"type": "string", "pattern": r"^[\w/]+\.\w+$"},
        "pre_stop_timeout": {"type": "integer", "minimum": 1, "maximum": 90},
        "memory_size": {"type": "integer", "minimum": 128, "maximum": 10240},
        "timeout": {"type": "integer", "minimum": 3, "maximum": 259200},
        "code_type": {"enum": ["inline", "zip", "jar", "obs", "Custom-Image-Swr"]},
        "func_code": {"type": "string"},
        "code_filename": {"type": "string"},
    },
}
TRIGGER = {
    "type": "object",
    "additionalProperties": False,
    "required": ["function_urn", "type", "event_data"],
    "properties": {
        "function_urn": {"type": "string"},
        "type": {"enum": ["DEDICATEDGATEWAY", "APIG", "APIC"]},
        "event_data": {"type": "string"},
        "status": {"enum": ["ACTIVE", "DISABLED"]},
    },
}
SCHEMA = {
    "type": "object",
    "required": ["terraform", "provider", "locals", "resource"],
    "properties": {
        "locals": {"type": "object", "properties": {"api": API}, "required": ["api"]},
        "resource": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "huaweicloud_fgs_function": {"additionalProperties": FUNCTION},
                "huaweicloud_fgs_function_trigger": {"additionalProperties": TRIGGER},
            },
        },
    },
}


@pytest.fixture
def app() -> Iterator[ModuleType]:
    with HUAWEI.loaded() as module:
        yield module


@pytest.fixture
def deployment() -> dict[str, Any]:
    found: dict[str, Any] = document(HUAWEI.folder / "main.tf.json")
    return found


def test_the_deployment_has_no_field_that_the_provider_does_not_know(deployment: dict[str, Any]) -> None:
    assert mistakes(deployment, SCHEMA) == []


@pytest.mark.parametrize("field", ["memory", "Handler", "timeouts"])
def test_a_field_that_is_misspelt_would_be_found(deployment: dict[str, Any], field: str) -> None:
    deployment["resource"]["huaweicloud_fgs_function"]["hello"][field] = "1"
    assert mistakes(deployment, SCHEMA) == ["$.resource.huaweicloud_fgs_function.hello"]


def test_what_the_deployment_names_is_there(deployment: dict[str, Any], app: ModuleType) -> None:
    function = deployment["resource"]["huaweicloud_fgs_function"]["hello"]
    named = [function[hook] for hook in ("handler", "initializer_handler", "pre_stop_handler")]
    assert named == ["app.handler", "app.initialize", "app.pre_stop"]
    assert all(callable(getattr(app, name.partition(".")[2])) for name in named)


def test_every_path_and_every_method_reaches_the_app(deployment: dict[str, Any]) -> None:
    api = deployment["locals"]["api"]
    assert (api["path"], api["match_mode"], api["req_method"]) == ("/", "SWA", "ANY")
    assert api["func_info"]["timeout"] == 1000 * deployment["resource"]["huaweicloud_fgs_function"]["hello"]["timeout"]

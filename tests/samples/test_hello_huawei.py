"""samples/hello-huawei."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from fcbridge.gateway import Settings
from fcbridge.registry import gateway
from fcbridge.testing import Client

from .folder import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

FOLDER = SAMPLES / "hello-huawei"
DOOR = gateway("huawei-apig")


# The arguments that the provider documents, and the body of "Creating a Trigger" in the API reference:
# https://registry.terraform.io/providers/huaweicloud/huaweicloud/latest/docs/resources/fgs_function
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
VALIDATOR: Any = import_module("jsonschema").Draft202012Validator(SCHEMA)  # it has no types


@pytest.fixture
def app(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("hello-huawei")


@pytest.fixture
def client(app: ModuleType) -> Iterator[Client]:
    with Client(app.handler, gateway=DOOR) as client:
        yield client


def test_the_page_is_html(client: Client) -> None:
    answer = client.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Hello from a function of Huawei Cloud</h1>" in answer.text


def test_a_name_may_be_written_in_any_script(client: Client) -> None:
    assert client.get("/hello/世界").text == "Hello, 世界!\n"


def test_a_picture_arrives_as_it_is(client: Client, app: ModuleType) -> None:
    answer = client.get("/dot.png")
    assert (answer.headers["content-type"], answer.content) == ("image/png", app.DOT)


def test_json_is_echoed(client: Client) -> None:
    document = {"greeting": "你好", "numbers": [1, 2.5, None]}
    assert client.post("/echo", json=document).json() == document


def test_both_cookies_arrive(client: Client) -> None:
    answer = client.put("/preferences")
    assert answer.headers.get_list("set-cookie") == ["theme=dark; Path=/", "session=7; Path=/"]


def test_an_upload_is_echoed_byte_for_byte(client: Client) -> None:
    assert client.post("/echo", content=b"\x89PNG\xff").content == b"\x89PNG\xff"


def test_the_example_events_are_answered(app: ModuleType) -> None:
    found: dict[str, int] = {}
    with app.handler:
        for path in sorted((FOLDER / "events").glob("*.json")):
            context = DOOR.runtime.context(Settings(name="hello-huawei"), "request-1")
            found[path.name] = DOOR.read(DOOR.runtime.call(app.handler, path.read_bytes(), context)).status
    assert found == {"1-page.json": 200, "2-hello.json": 200, "3-echo.json": 200, "4-preferences.json": 204}


@pytest.fixture
def document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / "main.tf.json").read_bytes())
    return document


def test_the_deployment_has_no_field_that_the_provider_does_not_know(document: dict[str, Any]) -> None:
    VALIDATOR.validate(document)


@pytest.mark.parametrize("field", ["memory", "Handler", "timeouts"])
def test_a_field_that_is_misspelt_would_be_found(document: dict[str, Any], field: str) -> None:
    document["resource"]["huaweicloud_fgs_function"]["hello"][field] = "1"
    assert not VALIDATOR.is_valid(document)


def test_what_the_deployment_names_is_there(document: dict[str, Any], app: ModuleType) -> None:
    function = document["resource"]["huaweicloud_fgs_function"]["hello"]
    named = [function[hook] for hook in ("handler", "initializer_handler", "pre_stop_handler")]
    assert named == ["app.handler", "app.initialize", "app.pre_stop"]
    assert all(callable(getattr(app, name.partition(".")[2])) for name in named)


def test_every_path_and_every_method_reaches_the_app(document: dict[str, Any]) -> None:
    api = document["locals"]["api"]
    assert (api["path"], api["match_mode"], api["req_method"]) == ("/", "SWA", "ANY")
    assert api["func_info"]["timeout"] == 1000 * document["resource"]["huaweicloud_fgs_function"]["hello"]["timeout"]

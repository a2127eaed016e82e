"""samples/hello-openwhisk."""

from __future__ import annotations

import json
import runpy
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from fcbridge.testing import Client

from .folder import SAMPLES
from .modules import module_of, statuses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

FOLDER = SAMPLES / "hello-openwhisk"
DOORS = ["openwhisk-raw", "openwhisk-web"]

# The fields of wskdeploy's specification that an action has, with the limits of the platform's reference:
# https://github.com/apache/openwhisk-wskdeploy/blob/master/specification/html/spec_actions.md
# https://github.com/apache/openwhisk/blob/master/docs/reference.md#system-limits
ACTION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["function", "runtime"],
    "properties": {
        "function": {"type": "string"},
        "runtime": {"type": "string", "pattern": r"^python:3(\.1[0-3])?$"},
        "main": {"type": "string"},
        "web": {"enum": [True, False, "yes", "no", "raw"]},
        "annotations": {"type": "object"},
        "inputs": {"type": "object"},
        "limits": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "timeout": {"type": "integer", "minimum": 100, "maximum": 300000},
                "memorySize": {"type": "integer", "minimum": 128, "maximum": 512},
                "logSize": {"type": "integer", "minimum": 0, "maximum": 10},
                "concurrentActivations": {"type": "integer", "minimum": 1},
            },
        },
    },
}
MANIFEST = {
    "type": "object",
    "additionalProperties": False,
    "required": ["packages"],
    "properties": {
        "packages": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"actions": {"type": "object", "additionalProperties": ACTION}},
            },
        },
    },
}
YAML: Any = import_module("yaml")
VALIDATOR: Any = import_module("jsonschema").Draft202012Validator(MANIFEST)  # it has no types


@pytest.fixture
def app() -> Iterator[ModuleType]:
    with module_of(FOLDER, "app") as module:
        yield module
        module.main.handler.pre_stop()


@pytest.fixture(params=DOORS)
def client(request: pytest.FixtureRequest, app: ModuleType) -> Iterator[Client]:
    with Client(app.main.handler, gateway=request.param) as client:
        yield client


def test_the_page_is_html(client: Client) -> None:
    answer = client.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Hello from an action of OpenWhisk</h1>" in answer.text


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
    assert answer.status_code == 204
    assert answer.headers.get_list("set-cookie") == ["theme=dark; Path=/", "language=zh; Path=/"]


def test_the_example_events_are_answered(app: ModuleType) -> None:
    assert statuses(app.main.handler, FOLDER / "events", "openwhisk-raw") == [200, 200, 200, 204]


def test_the_manifest_is_one_of_a_raw_web_action_whose_main_is_there(app: ModuleType) -> None:
    manifest = YAML.safe_load((FOLDER / "manifest.yaml").read_text("utf-8"))
    VALIDATOR.validate(manifest)
    action = manifest["packages"]["default"]["actions"]["hello"]
    assert (action["web"], action["annotations"]) == ("raw", {"web-custom-options": True})
    main: Any = runpy.run_path(str(FOLDER / "__main__.py"))[action["main"]]
    result = main(json.loads((FOLDER / "events" / "2-hello.json").read_bytes()))
    assert (result["statusCode"], result["body"]) == (200, "Hello, 世界!\n")

"""samples/hello-azure."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from fcbridge.gateway import Settings
from fcbridge.registry import gateway
from fcbridge.testing import LossWarning

from .documents import document, mistakes, required
from .hello import AZURE
from .modules import module_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

FOLDER = AZURE.folder
GIF = b"GIF89a"


@pytest.fixture
def function_app() -> Iterator[ModuleType]:
    with AZURE.loaded() as module:
        yield module


# -- the app ----------------------------------------------------------------------------------------------------------


def test_an_image_arrives_from_the_worker_and_not_from_a_custom_handler(function_app: ModuleType) -> None:
    with AZURE.client(function_app, "azure-python") as client:
        assert client.get("/pixel.gif").content[:6] == GIF
    with (
        AZURE.client(function_app, "azure-custom") as client,
        pytest.warns(LossWarning, match="a response's body is text"),
    ):
        assert client.get("/pixel.gif").content[:6] == GIF
        assert b"\xef\xbf\xbd" in client.get("/pixel.gif").content


def test_two_cookies_arrive_from_the_worker_with_their_values_unchanged(function_app: ModuleType) -> None:
    with AZURE.client(function_app, "azure-python") as client:
        answer = client.post("/visit")
    assert [value.partition(";")[0] for value in answer.headers.get_list("set-cookie")] == [
        'session="eyJ2aXNpdHMiOjF9==.aBc/+"',
        "visits=1",
    ]


def test_the_example_events_are_answered(function_app: ModuleType) -> None:
    bodies: list[bytes] = []
    for path in sorted((FOLDER / "events").glob("*.json")):
        event = document(path)
        door = gateway("azure-custom" if "custom" in path.name else "azure-python")
        assert door.runtime.accepts(event) or door.matches(event)
        payload = door.runtime.call(function_app.app.handler, event, door.runtime.context(Settings(), "request-1"))
        bodies.append(door.read(payload).body)
    greeting = "Hello, 世界!\n".encode()
    assert bodies == [greeting, '{"greeting":"你好"}'.encode(), greeting]


def test_the_worker_finds_one_function_app_with_one_function(function_app: ModuleType) -> None:
    from azure.functions import FunctionRegister

    [app] = [value for value in vars(function_app).values() if isinstance(value, FunctionRegister)]
    [function] = app.get_functions()
    assert [binding.type for binding in function.get_bindings()] == ["httpTrigger", "http"]


def test_the_server_of_the_custom_handler_answers_the_host() -> None:
    door = gateway("azure-custom")
    context = door.runtime.context(Settings(), "request-1")

    async def exchanged(server: Any) -> tuple[httpx.Response, httpx.Response]:
        transport = httpx.ASGITransport(server)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as host:
            event = document(FOLDER / "events" / "3-custom-handler.json")
            return await host.get("/"), await host.post("/web", json=event, headers=context)  # type: ignore[arg-type]

    with module_of(FOLDER, "hello"), module_of(FOLDER / "custom", "server") as module:
        ready, answer = asyncio.run(exchanged(module.server))
    assert ready.status_code == 404  # any answer tells that the server is ready
    assert answer.headers["content-type"] == "application/json"
    assert door.read(answer.content).body == "Hello, 世界!\n".encode()


# -- the files that are deployed --------------------------------------------------------------------------------------

# What https://learn.microsoft.com/azure/azure-functions/functions-host-json and
# https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers document: the only keys on each level, and
# the values that they take.
DURATION = {"type": "string", "pattern": r"^(-1|\d{2}:\d{2}:\d{2})$"}
HOST = {
    "type": "object",
    "required": ["version"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "2.0"},
        "aggregator": {"type": "object"},
        "concurrency": {"type": "object"},
        "customHandler": {
            "type": "object",
            "required": ["description"],
            "additionalProperties": False,
            "properties": {
                "description": {
                    "type": "object",
                    "required": ["defaultExecutablePath"],
                    "additionalProperties": False,
                    "properties": {
                        "defaultExecutablePath": {"type": "string", "minLength": 1},
                        "workingDirectory": {"type": "string"},
                        "arguments": {"type": "array", "items": {"type": "string"}},
                    },
                },
                "enableForwardingHttpRequest": {"type": "boolean"},
            },
        },
        "extensions": {
            "type": "object",
            "properties": {
                "http": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "routePrefix": {"type": "string", "pattern": "^([^/].*)?$"},
                        "maxOutstandingRequests": {"type": "integer", "minimum": -1},
                        "maxConcurrentRequests": {"type": "integer", "minimum": -1},
                        "dynamicThrottlesEnabled": {"type": "boolean"},
                        "hsts": {"type": "object"},
                        "customHeaders": {"type": "object", "additionalProperties": {"type": "string"}},
                    },
                },
            },
        },
        "extensionBundle": {
            "type": "object",
            "required": ["id", "version"],
            "additionalProperties": False,
            "properties": {
                "id": {"enum": [f"Microsoft.Azure.Functions.ExtensionBundle{kind}" for kind in ("", ".Preview")]},
                "version": {"type": "string", "pattern": r"^[\[(]\d[\d.*]*, ?\d[\d.]*[\])]$"},
            },
        },
        "functions": {"type": "array", "items": {"type": "string"}},
        "functionTimeout": DURATION,
        "healthMonitor": {"type": "object"},
        "logging": {"type": "object"},
        "managedDependency": {"type": "object"},
        "retry": {"type": "object"},
        "singleton": {"type": "object"},
        "watchDirectories": {"type": "array", "items": {"type": "string"}},
        "watchFiles": {"type": "array", "items": {"type": "string"}},
    },
}
METHODS = ["get", "post", "put", "patch", "delete", "head", "options", "trace"]
FUNCTION = {
    "type": "object",
    "required": ["bindings"],
    "additionalProperties": False,
    "properties": {
        "disabled": {"type": "boolean"},
        "bindings": {
            "type": "array",
            "minItems": 1,
            "items": {
                "oneOf": [
                    {
                        "type": "object",
                        "required": ["type", "direction", "name"],
                        "additionalProperties": False,
                        "properties": {
                            "type": {"const": "httpTrigger"},
                            "direction": {"const": "in"},
                            "name": {"type": "string"},
                            "authLevel": {"enum": ["anonymous", "function", "admin"]},
                            "methods": {"type": "array", "items": {"enum": METHODS}},
                            "route": {"type": "string", "pattern": "^[^/]"},
                        },
                    },
                    {
                        "type": "object",
                        "required": ["type", "direction", "name"],
                        "additionalProperties": False,
                        "properties": {
                            "type": {"const": "http"}, "direction": {"const": "out"}, "name": {"type": "string"},
                        },
                    },
                ]
            },
        },
    },
}  # fmt: skip
SETTINGS = {
    "type": "object",
    "required": ["IsEncrypted", "Values"],
    "additionalProperties": False,
    "properties": {
        "IsEncrypted": {"type": "boolean"},
        "Values": {
            "type": "object",
            "required": ["FUNCTIONS_WORKER_RUNTIME"],
            "additionalProperties": {"type": "string"},
        },
        "Host": {"type": "object"},
        "ConnectionStrings": {"type": "object"},
    },
}
FILES: dict[str, dict[str, Any]] = {
    "host.json": HOST,
    "custom/host.json": HOST,
    "custom/web/function.json": FUNCTION,
    "local.settings.json": SETTINGS,
}


@pytest.mark.parametrize("name", FILES)
def test_a_deployment_file_is_valid(name: str) -> None:
    assert mistakes(document(FOLDER / name), FILES[name]) == []


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("host.json", ("version",), "1.0"),
        ("host.json", ("extensions", "http", "routePrefix"), "/api"),
        ("host.json", ("routePrefix",), ""),
        ("custom/host.json", ("customHandler", "description", "defaultExecutablePath"), ""),
        ("custom/web/function.json", ("bindings", 0, "route"), "/{*path}"),
        ("custom/web/function.json", ("bindings", 1, "direction"), "in"),
        ("local.settings.json", ("Values", "FUNCTIONS_WORKER_RUNTIME"), 3),
    ],
)
def test_the_schema_finds_a_mistake(name: str, place: tuple[Any, ...], value: object) -> None:
    broken = document(FOLDER / name)
    inner = broken
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    assert mistakes(broken, FILES[name]) != []


def test_the_app_has_the_whole_path_and_the_load_balancer_gives_up_after_the_function() -> None:
    for name in ("host.json", "custom/host.json"):
        host = document(FOLDER / name)
        assert host["extensions"]["http"]["routePrefix"] == ""
        hours, minutes, seconds = map(int, host["functionTimeout"].split(":"))
        assert hours * 3600 + minutes * 60 + seconds < 230


def test_the_binding_is_called_what_the_gateway_answers_with() -> None:
    trigger, output = document(FOLDER / "custom" / "web" / "function.json")["bindings"]
    answer = json.loads(str(gateway("azure-custom").render(gateway("azure-custom").read(ANSWER), {})))
    assert list(answer["Outputs"]) == [output["name"]]
    assert frozenset(str(method).upper() for method in trigger["methods"]) == gateway("azure-custom").limits.methods


ANSWER = b'{"Outputs": {"res": {"statusCode": 200, "body": ""}}}'


def test_what_is_for_the_laptop_is_not_deployed_and_holds_no_secret() -> None:
    ignored = (FOLDER / ".funcignore").read_text("utf-8").splitlines()
    assert {"local.settings.json", "events", "custom"} <= set(ignored)
    assert set(document(FOLDER / "local.settings.json")["Values"].values()) == {"UseDevelopmentStorage=true", "python"}


def test_everything_that_is_imported_is_required() -> None:
    assert required(FOLDER / "requirements.txt") == {"azure-functions", "fcbridge", "starlette"}
    assert required(FOLDER / "custom" / "requirements.txt") == {"fcbridge", "starlette", "uvicorn"}

"""Google's Functions Framework as it is played here, and what a function's module exports for it."""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
from types import FunctionType
from typing import Any

import flask
import pytest
from starlette.requests import Request as StarletteRequest
from werkzeug.test import EnvironBuilder

from fcbridge import Handler, bridge
from fcbridge.errors import MalformedEvent, MissingExtra
from fcbridge.gateway import Refusal, Settings
from fcbridge.model import Headers, Response
from fcbridge.played import server_scope
from fcbridge.registry import detect, gateway
from fcbridge_adapters.google import PLATFORM
from fcbridge_adapters.google.context import Execution

from . import odd

HTTP = gateway("gcf-http")
ASGI = gateway("gcf-asgi")


def handler() -> Handler:
    return bridge(odd.app, platform="google")


def entry(**options: Any) -> Any:
    return handler().entry(**options)


# -- the entry --------------------------------------------------------------------------------------------------------


def test_the_entry_is_a_function_because_the_framework_takes_nothing_else() -> None:
    assert isinstance(entry(), FunctionType)
    assert isinstance(entry(asgi=True), FunctionType)
    assert not inspect.iscoroutinefunction(entry())
    assert inspect.iscoroutinefunction(entry(asgi=True))


@pytest.mark.parametrize("asgi", [False, True])
def test_the_entry_leads_back_to_its_handler(asgi: bool) -> None:
    bridged = handler()
    assert bridged.entry(asgi=asgi).handler is bridged


def test_an_option_that_the_entry_does_not_know_is_an_error() -> None:
    with pytest.raises(TypeError, match="Google Cloud Run functions takes no option 'wsgi'"):
        entry(wsgi=True)


def test_the_entry_answers_a_flask_request() -> None:
    main = entry()
    with main.handler:
        answer = main(flask.Request(EnvironBuilder("/cookies").get_environ()))
    assert answer.headers.getlist("set-cookie") == ["a=1; Path=/", "b=2; HttpOnly"]


def test_the_asgi_entry_answers_a_starlette_request() -> None:
    main = entry(asgi=True)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"hello", "more_body": False}

    async def call() -> Any:
        return await main(StarletteRequest(server_scope(odd.ask("/a%2Fb", method="POST")), receive))

    with main.handler:
        answer = asyncio.run(call())
    asked = json.loads(answer.body)
    assert (asked["raw_path"], asked["body"]) == ("/a%2Fb", "hello")


def test_a_startup_that_fails_is_a_500_that_tells_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("ODD_STARTUP", "fails")
    main = entry()
    assert main(flask.Request(EnvironBuilder("/").get_environ())) == (
        "Internal Server Error",
        500,
        {"Content-Type": "text/plain; charset=utf-8", "X-Google-Status": "crash"},
    )
    assert "a secret that no client may read" in caplog.text


def test_with_on_error_raise_the_framework_sees_what_the_app_raises() -> None:
    main = bridge(odd.app, platform="google", on_error="raise").entry()
    with main.handler, pytest.raises(RuntimeError):
        main(flask.Request(EnvironBuilder("/boom").get_environ()))


@pytest.mark.parametrize(
    ("door", "module", "cure"), [(HTTP, "flask", "flask"), (ASGI, "starlette.responses", "functions-framework")]
)
def test_without_the_frameworks_packages_the_cure_is_named(
    door: Any, module: str, cure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fcbridge.native._answer", None)
    event = server_scope(odd.ask("/")) if door is ASGI else flask.Request(EnvironBuilder("/").get_environ())
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra) as caught:
        door.render(Response(), event)
    assert caught.value.hint == f"pip install {cure}"


def test_without_flask_the_played_framework_names_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flask", None)
    runtime = type(HTTP.runtime)()
    with pytest.raises(MissingExtra, match=r"flask\.Request"):
        runtime.call(lambda event, context: None, HTTP.compose(HTTP.sample()), None)


# -- the played framework ---------------------------------------------------------------------------------------------


def test_the_environment_of_the_framework_is_the_sign_of_the_platform() -> None:
    environment = HTTP.runtime.environment(Settings(name="orders", handler="main.main", timeout=30), "/workspace")
    assert environment == {
        "K_SERVICE": "orders",
        "K_REVISION": "orders-00001-abc",
        "K_CONFIGURATION": "orders",
        "PORT": "8080",
        "FUNCTION_TARGET": "main",
        "FUNCTION_SIGNATURE_TYPE": "http",
        "CLOUD_RUN_TIMEOUT_SECONDS": "30",
    }
    assert detect(environment) is PLATFORM


def test_a_service_of_cloud_run_that_is_no_function_shows_no_platform() -> None:
    assert detect({"K_SERVICE": "orders", "K_REVISION": "orders-00001-abc", "PORT": "8080"}) is None


def test_there_is_no_context_argument() -> None:
    for door in (HTTP, ASGI):
        seen: list[object] = []

        def function(event: Any, context: Any, door: Any = door, seen: list[object] = seen) -> object:
            seen.append(context)
            return door.render(Response(), event)

        door.runtime.call(function, door.compose(door.sample()), Execution("exec"))
        assert seen == [None]


def test_whatever_flask_makes_a_response_of_is_one() -> None:
    event = HTTP.compose(HTTP.sample())
    answer = HTTP.read(HTTP.runtime.call(lambda event, context: ({"a": 1}, 201, {"X-Tag": "1"}), event, None))
    assert (answer.status, json.loads(answer.body), answer.headers.get("x-tag")) == (201, {"a": 1}, "1")
    with pytest.raises(TypeError):
        HTTP.runtime.call(lambda event, context: None, event, None)
    with pytest.raises(TypeError):
        ASGI.runtime.call(lambda event, context: None, event, None)


def test_an_event_of_another_shape_is_refused() -> None:
    events: list[object] = [{}, b"{}", b"not json", [1]]
    for door in (HTTP, ASGI):
        for event in events:
            with pytest.raises(MalformedEvent, match="called with HTTP itself"):
                door.runtime.call(lambda event, context: None, event, None)


# -- contexts ---------------------------------------------------------------------------------------------------------


def test_the_timeout_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for text, seconds in (("300", 300.0), ("0", None), ("", None), ("soon", None), ("9" * 5000, None)):
        monkeypatch.setenv("CLOUD_RUN_TIMEOUT_SECONDS", text)
        assert PLATFORM.invocation(Execution("exec")).remaining == seconds
    monkeypatch.delenv("CLOUD_RUN_TIMEOUT_SECONDS")
    assert PLATFORM.invocation(Execution("exec")).remaining is None


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (("exec", "trace/1;o=1", "00-other-2-01"), ("exec", "trace", "1")),
        (("", "trace/1;o=1", ""), ("trace", "trace", "1")),
        (("", "trace", ""), ("trace", "trace", "")),
        (("", "", "00-trace-2-01"), ("trace", "trace", "2")),
        (("", "", "nonsense"), ("", "", "")),
        (("", "", ""), ("", "", "")),
    ],
)
def test_an_execution_is_named_by_its_id_or_by_its_trace(
    told: tuple[str, str, str], expected: tuple[str, str, str]
) -> None:
    execution = Execution(*told)
    assert (execution.request_id, execution.trace_id, execution.span_id) == expected


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Refusal.METHOD, 405),
        (Refusal.REQUEST_TOO_LARGE, 413),
        (Refusal.RESPONSE_TOO_LARGE, 500),
        (Refusal.TIMEOUT, 504),
        (Refusal.EXITED, 503),
    ],
)
def test_cloud_run_answers_with_the_documented_status(kind: str, status: int) -> None:
    assert HTTP.refuse(Refusal(kind, "why")).status == ASGI.refuse(Refusal(kind, "why")).status == status


def test_only_the_flask_form_tells_the_client_what_a_function_raised() -> None:
    refusal = Refusal(Refusal.UNHANDLED, "why", HTTP.runtime.error(ValueError("no stock")))
    assert HTTP.refuse(refusal) == Response(500, Headers([("content-type", "text/html; charset=UTF-8")]), b"no stock")
    assert ASGI.refuse(refusal).body == b"Internal Server Error"

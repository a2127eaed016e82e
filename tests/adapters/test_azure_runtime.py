"""The runtimes of Azure Functions, played: context, errors, environment, and what ``function_app.py`` exports."""

from __future__ import annotations

import json
import sys
from typing import Any

import azure.functions as func
import pytest

from fcbridge import bridge
from fcbridge.errors import InvalidOption, MalformedEvent, MissingExtra, ResponseLost
from fcbridge.gateway import Settings
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import detect, gateway, platform
from tests.apps import answering

PYTHON, CUSTOM = gateway("azure-python"), gateway("azure-custom")
AZURE = platform("azure")


def hello(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]


# -- the environment --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["azure-python", "azure-custom"])
def test_the_platform_is_recognised_by_the_environment_of_its_runtimes(name: str) -> None:
    environ = gateway(name).runtime.environment(Settings(), "/srv")
    assert detect(environ) is AZURE


@pytest.mark.parametrize(
    "environ",
    [
        {"FUNCTIONS_WORKER_RUNTIME": "python", "FUNCTIONS_EXTENSION_VERSION": "~4"},
        {"FUNCTIONS_WORKER_RUNTIME": "python", "WEBSITE_SITE_NAME": "demo"},
        {"FUNCTIONS_WORKER_RUNTIME": "python", "FUNCTIONS_CORETOOLS_ENVIRONMENT": "True"},
        {"FUNCTIONS_CUSTOMHANDLER_PORT": "8080"},
    ],
)
def test_each_sign_is_enough(environ: dict[str, str]) -> None:
    assert detect(environ) is AZURE


def test_a_web_app_of_app_service_is_no_function() -> None:
    assert detect({"WEBSITE_SITE_NAME": "demo"}) is None


# -- the context ------------------------------------------------------------------------------------------------------


def test_the_request_id_is_the_invocation_id_and_no_deadline_is_told() -> None:
    for door in (PYTHON, CUSTOM):
        invocation = AZURE.invocation(door.runtime.context(Settings(), "5e8f"))
        assert (invocation.request_id, invocation.remaining) == ("5e8f", None)


@pytest.mark.parametrize("context", [None, "text", 7, {}, {"X-Azure-Functions-InvocationId": 7}, object()])
def test_another_context_is_no_error(context: object) -> None:
    assert AZURE.invocation(context).request_id == ""


def test_a_server_that_lowers_header_names_is_understood() -> None:
    assert AZURE.invocation({"x-azure-functions-invocationid": "5e8f"}).request_id == "5e8f"


def test_the_workers_context_has_the_documented_attributes() -> None:
    context: Any = PYTHON.runtime.context(Settings(name="web"), "5e8f")
    documented = [name for name in vars(func.Context) if not name.startswith("_")]
    assert documented and all(hasattr(context, name) for name in documented)
    assert (context.function_name, context.retry_context.retry_count) == ("web", 0)


# -- calling ----------------------------------------------------------------------------------------------------------


def test_the_function_is_called_with_the_librarys_request_and_the_context() -> None:
    seen: list[Any] = []

    def handler(*arguments: Any) -> Any:
        seen.extend(arguments)
        return func.HttpResponse("ok")

    request = Request(
        "POST", "/a%20b", "x=1&x=2", Headers([("host", "h"), ("content-length", "2")]), b"{}", ("203.0.113.7", 5)
    )
    context = PYTHON.runtime.context(Settings(), "5e8f")
    payload = PYTHON.runtime.call(handler, PYTHON.compose(request), context)
    event, given = seen
    assert isinstance(event, func.HttpRequest) and given is context
    assert (event.method, event.url, event.get_json()) == ("POST", "https://h/a%20b?x=1&x=2", {})
    assert (dict(event.params), dict(event.route_params)) == ({"x": "1,2"}, {"path": "a b"})
    assert PYTHON.read(payload) == Response(200, Headers([("content-type", "text/plain; charset=utf-8")]), b"ok")


def test_a_body_without_its_length_does_not_arrive() -> None:
    chunked = Request("POST", headers=Headers([("host", "h"), ("transfer-encoding", "chunked")]), body=b"x")
    for door in (PYTHON, CUSTOM):
        seen: list[bytes] = []

        def app(environ: dict[str, Any], start_response: Any, seen: list[bytes] = seen) -> list[bytes]:
            seen.append(environ["wsgi.input"].read())
            return hello(environ, start_response)

        door.runtime.call(bridge(app, platform="azure"), door.compose(chunked), None)
        assert seen == [b""]


@pytest.mark.parametrize("result", [None, 7, {"statusCode": 200}])
def test_a_result_that_is_no_response_fails_as_in_the_worker(result: object) -> None:
    with pytest.raises(TypeError, match="unable to encode"):
        PYTHON.runtime.call(lambda event, context: result, PYTHON.compose(PYTHON.sample()), None)


def test_what_the_function_raises_passes_through() -> None:
    def broken(event: object, context: object) -> object:
        raise NotImplementedError("not yet")

    for door in (PYTHON, CUSTOM):
        with pytest.raises(NotImplementedError, match="not yet"):
            door.runtime.call(broken, door.compose(door.sample()), None)


def test_the_error_document_is_that_of_the_worker() -> None:
    try:
        raise ValueError("no stock")
    except ValueError as error:
        document = PYTHON.runtime.error(error)
    assert document["message"] == "ValueError: no stock"
    assert str(document["stackTrace"]).startswith("Traceback")


def test_an_event_that_is_no_request_says_what_to_type() -> None:
    for event in ({"method": "GET"}, b"[]", b"\xff", "text"):
        with pytest.raises(MalformedEvent) as caught:
            PYTHON.runtime.call(lambda given, context: None, event, None)
        assert "fcbridge event generate azure-python" in str(caught.value.hint)


def test_a_custom_handler_gets_bytes_and_answers_text() -> None:
    seen: list[Any] = []
    handler = bridge(hello, platform="azure")

    def server(event: Any, context: Any) -> Any:
        seen.append(event)
        return handler(event, context)

    payload = CUSTOM.runtime.call(server, CUSTOM.compose(CUSTOM.sample()), CUSTOM.runtime.context(Settings(), "1"))
    assert isinstance(seen[0], bytes)
    assert json.loads(payload)["Outputs"]["res"]["body"] == "hello"


def test_a_binary_body_of_a_custom_handler_is_warned_about_and_with_strict_refused(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = answering(200, [("content-type", "image/png")], b"\x89PNG")
    event = CUSTOM.compose(CUSTOM.sample())
    bridge(app, platform="azure")(event)
    assert "azure-custom: a response's body is text" in caplog.text
    with pytest.raises(ResponseLost, match="text") as caught:
        bridge(app, platform="azure", strict=True, on_error="raise")(event)
    assert "enableForwardingHttpRequest" in str(caught.value.hint)


def test_text_of_a_custom_handler_is_not_warned_about(caplog: pytest.LogCaptureFixture) -> None:
    bridge(hello, platform="azure")(CUSTOM.compose(CUSTOM.sample()))
    assert not caplog.records


# -- the entry --------------------------------------------------------------------------------------------------------


def test_the_entry_is_a_function_app_with_the_handler_on_it() -> None:
    handler = bridge(hello, platform="azure")
    app = handler.entry()
    assert isinstance(app, func.FunctionApp)
    assert app.handler is handler  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"route": "/{*path}"}, "route"),
        ({"route": "items/{id}"}, "route"),
        ({"route": "{*rest}"}, "route"),
        ({"route": None}, "route"),
        ({"auth_level": "public"}, "auth_level"),
        ({"methods": ["FETCH"]}, "methods"),
        ({"methods": "FETCH"}, "methods"),
    ],
)
def test_a_wrong_option_is_named_with_what_it_takes(options: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidOption, match=f"option {named} does not take") as caught:
        bridge(hello, platform="azure").entry(**options)
    assert caught.value.hint


def test_an_option_that_there_is_not_is_named() -> None:
    with pytest.raises(TypeError, match="Azure Functions takes no option 'rout'"):
        bridge(hello, platform="azure").entry(rout="x")


def test_a_missing_package_is_named_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = bridge(hello, platform="azure")
    monkeypatch.setitem(sys.modules, "azure.functions", None)
    for use in (
        handler.entry,
        lambda: PYTHON.render(Response(), None),
        lambda: PYTHON.runtime.call(handler, PYTHON.compose(PYTHON.sample()), None),
    ):
        with pytest.raises(MissingExtra, match="azure-functions") as caught:
            use()
        assert caught.value.hint == "pip install azure-functions"


def test_a_custom_handler_needs_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "azure.functions", None)
    payload = CUSTOM.runtime.call(bridge(hello, platform="azure"), CUSTOM.compose(CUSTOM.sample()), None)
    assert CUSTOM.read(payload).body == b"hello"

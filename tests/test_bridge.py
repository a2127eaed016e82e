from __future__ import annotations

import asyncio
import copy
import json
import logging
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from fcbridge import Handler, bridge
from fcbridge.errors import (
    AmbiguousEvent,
    AppNotFound,
    InvalidOption,
    MalformedEvent,
    ResponseLost,
    StartupFailed,
    UnknownEvent,
    UnknownPlatform,
)
from fcbridge.gateway import Platform, Settings
from fcbridge.registry import gateway, gateways, platform
from fcbridge_adapters.aliyun import Aliyun

from .apps import Receive, Scope, Send, StartResponse, answered, answering, context, environ_app, http_event, scope_app

TEXT = ("content-type", "text/plain")


def seen(handler: Handler, event: object, with_context: object = None) -> dict[str, Any]:
    """What one of the echoing apps saw."""
    envelope = answered(handler(event, with_context))
    assert envelope["statusCode"] == 200, envelope
    value: dict[str, Any] = json.loads(envelope["body"])
    return value


# -- the way there and back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("app", [scope_app, environ_app], ids=["asgi", "wsgi"])
@pytest.mark.parametrize("name", ["fc3-http", "fc-apigw"])
@pytest.mark.parametrize("form", ["bytes", "str", "dict"])
def test_an_event_becomes_a_request_and_the_response_a_payload(app: Any, name: str, form: str) -> None:
    event = http_event("POST", "/a%20b/", name, query="x=1", headers=[TEXT], body=b"hello")
    sent: Any = {"bytes": json.dumps(event).encode(), "str": json.dumps(event), "dict": event}[form]
    got = seen(bridge(app), sent)
    assert (got.get("method") or got["REQUEST_METHOD"]) == "POST"
    assert (got.get("path") or got["PATH_INFO"]) == "/a b/"
    assert (got.get("query") or got["QUERY_STRING"]) == "x=1"
    assert got["body"] == "hello"


@pytest.mark.parametrize("app", [scope_app, environ_app], ids=["asgi", "wsgi"])
def test_the_http_function_of_fc2_is_answered_through_start_response(app: Any) -> None:
    door = gateway("fc2-http")
    wire = http_event("POST", "/a", "fc2-http", query="x=1&x=2", headers=[TEXT], body=b"hello")
    payload = door.runtime.call(bridge(app), wire, door.runtime.context(Settings(), "request-1"))
    response = door.read(payload)
    got = json.loads(response.body)
    assert response.status == 200
    assert (got.get("query") or got["QUERY_STRING"]) == "x=1&x=2"
    assert got["body"] == "hello"


def test_fc2_without_start_response_is_a_clear_error() -> None:
    handler = bridge(environ_app, platform="aliyun")
    environ = {"fc.context": None, "wsgi.input": None}
    with pytest.raises(MalformedEvent, match="REQUEST_METHOD"):
        handler(environ)


def test_event_and_context_reach_the_app() -> None:
    reached: list[object] = []

    async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
        reached.extend((scope["fcbridge.event"], scope["fcbridge.context"]))
        await answering()(scope, receive, send)

    def wsgi(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
        reached.extend((environ["fcbridge.event"], environ["fcbridge.context"]))
        start_response("200 OK", [])
        return []

    event, with_context = http_event(), context()
    bridge(asgi, lifespan="off")(event, with_context)
    bridge(wsgi)(event, with_context)
    assert reached == [event, with_context] * 2


@pytest.mark.parametrize("app", [scope_app, environ_app], ids=["asgi", "wsgi"])
def test_the_event_is_never_changed(app: Any) -> None:
    event = http_event("POST", "/a", headers=[TEXT], body=b"x", query="a=1&a=2")
    before = copy.deepcopy(event)
    bridge(app, base_path="/a", stage="b")(event, context())
    assert event == before


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_content_is_answered_without_a_body(status: int) -> None:
    envelope = answered(bridge(answering(status, [TEXT], b"surplus"))(http_event()))
    assert (envelope["statusCode"], envelope["body"]) == (status, "")


def test_head_is_answered_without_a_body() -> None:
    assert answered(bridge(answering(200, [TEXT], b"surplus"))(http_event("HEAD")))["body"] == ""


def test_further_types_can_be_named_as_text() -> None:
    app = answering(200, [("content-type", "application/x-lines; charset=utf-8")], b"a")
    assert answered(bridge(app)(http_event()))["isBase64Encoded"] is True
    assert answered(bridge(app, text_types=["application/x-lines"])(http_event()))["isBase64Encoded"] is False
    assert answered(bridge(app, text_types=("application/x-*",))(http_event()))["isBase64Encoded"] is False
    zipped = answering(200, [("content-type", "application/x-lines"), ("content-encoding", "gzip")], b"a")
    assert answered(bridge(zipped, text_types=["application/x-lines"])(http_event()))["isBase64Encoded"] is True


# -- base path, stage, client ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "path", "root", "rest"),
    [
        ({"base_path": "/api"}, "/api/items", "/api", "/items"),
        ({"base_path": "api/"}, "/api", "/api", ""),
        ({"base_path": "/api"}, "/apiary", "", "/apiary"),
        ({"stage": "prod"}, "/prod/items/", "/prod", "/items/"),
        ({"stage": "prod"}, "/products", "", "/products"),
        ({"stage": "prod", "base_path": "/api"}, "/prod/api/x", "/prod/api", "/x"),
        ({"stage": "prod", "base_path": "/api"}, "/api/x", "/api", "/x"),
        ({}, "/api/items", "", "/api/items"),
    ],
)
def test_a_base_path_is_the_root_path_and_script_name(options: Any, path: str, root: str, rest: str) -> None:
    asgi = seen(bridge(scope_app, **options), http_event(path=path))
    # ASGI, HTTP connection scope: path includes root_path.
    assert (asgi["root_path"], asgi["path"], asgi["raw_path"]) == (root, path, path)
    wsgi = seen(bridge(environ_app, **options), http_event(path=path))
    assert (wsgi["SCRIPT_NAME"], wsgi["PATH_INFO"]) == (root, rest)


def test_the_client_is_the_platforms_own_field_whatever_the_caller_writes() -> None:
    event = http_event(headers=[("x-forwarded-for", "198.51.100.66")])
    assert seen(bridge(scope_app), event)["client"] == ["203.0.113.24", 0]


@pytest.mark.parametrize(("hops", "client"), [(1, ["203.0.113.24", 0]), (2, ["198.51.100.66", 0]), (0, None)])
def test_without_such_a_field_the_trusted_hops_are_counted_from_the_right(hops: int, client: object) -> None:
    event = http_event(name="fc-apigw", headers=[("x-forwarded-for", "198.51.100.66")])
    assert seen(bridge(scope_app, trusted_hops=hops), event)["client"] == client


# -- losses and limits ----------------------------------------------------------------------------------------------

COOKIES = answering(200, [("set-cookie", "a=1"), ("set-cookie", "b=2")])


def test_a_second_cookie_is_dropped_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    envelope = answered(bridge(COOKIES)(http_event(path="/login")))
    assert envelope["headers"] == {"Set-Cookie": "b=2"}
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "GET /login: fc3-http: only one Set-Cookie can be carried" in caplog.text
    assert "a=1" not in caplog.text


def test_strict_raises_rather_than_drop(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ResponseLost, match="only one Set-Cookie"):
        bridge(COOKIES, strict=True, on_error="raise")(http_event())
    assert answered(bridge(COOKIES, strict=True)(http_event()))["statusCode"] == 500
    assert "ResponseLost" in caplog.text


def test_a_response_over_the_platforms_limits_is_explained(caplog: pytest.LogCaptureFixture) -> None:
    bridge(answering(200, [("x-long", "a" * 9000)]))(http_event(path="/long"))
    assert "GET /long: the response headers measure 9010 bytes and Alibaba Function Compute 3.0 (HTTP trigger) takes 8192" in caplog.text  # noqa: E501  # fmt: skip


@pytest.mark.parametrize(("platform", "gateway"), [("aliyun", "fc3-http"), ("tencent", "scf-url")])
def test_a_text_is_measured_in_bytes_and_not_in_characters(
    platform: str, gateway: str, caplog: pytest.LogCaptureFixture
) -> None:
    limit = gateways()[gateway].limits.response_body
    assert limit is not None
    app = answering(200, [TEXT], "\u62a5".encode() * (limit // 3 + 1))
    bridge(app, platform=platform)(http_event(name=gateway))
    assert f"{gateways()[gateway].title} takes {limit}" in caplog.text


def test_a_response_within_the_limits_is_silent(caplog: pytest.LogCaptureFixture) -> None:
    bridge(answering(200, [TEXT, ("vary", "a"), ("x-name", "caf\xc3\xa9")], b"a" * 9000))(http_event())
    assert caplog.records == []


# -- errors ---------------------------------------------------------------------------------------------------------


class Broken(Exception):
    """An error of the app's own."""


async def broken_asgi(scope: Scope, receive: Receive, send: Send) -> None:
    raise Broken("s3cret")


def broken_wsgi(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
    raise Broken("s3cret")


@pytest.mark.parametrize("app", [broken_asgi, broken_wsgi], ids=["asgi", "wsgi"])
def test_an_app_that_raises_is_a_plain_500_and_a_log_with_the_traceback(
    app: Any, caplog: pytest.LogCaptureFixture
) -> None:
    envelope = answered(bridge(app)(http_event(path="/a", query="token=t0ken")))
    assert envelope == {
        "statusCode": 500,
        "headers": {"Content-Type": "text/plain; charset=utf-8"},
        "isBase64Encoded": False,
        "body": "Internal Server Error",
    }
    assert "GET /a failed with 500" in caplog.text
    assert "Broken: s3cret" in caplog.text
    assert "t0ken" not in caplog.text


@pytest.mark.parametrize("app", [broken_asgi, broken_wsgi], ids=["asgi", "wsgi"])
def test_on_error_raise_lets_the_exception_leave(app: Any) -> None:
    with pytest.raises(Broken):
        bridge(app, on_error="raise")(http_event())


def test_on_error_raise_lets_an_exception_leave_that_the_framework_has_answered() -> None:
    async def broken(request: object) -> Response:
        raise Broken

    app = Starlette(routes=[Route("/", broken)])
    with pytest.raises(Broken):
        bridge(app, on_error="raise")(http_event())
    assert answered(bridge(app)(http_event()))["body"] == "Internal Server Error"


def test_a_framework_that_answers_500_and_raises_then_keeps_its_answer_and_is_logged_alike(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answering(500, [TEXT], b"the framework's page")(scope, receive, send)
        raise Broken

    envelope = answered(bridge(app, lifespan="off")(http_event(path="/a", query="token=t0ken")))
    assert (envelope["statusCode"], envelope["body"]) == (500, "the framework's page")
    assert "GET /a failed with 500" in caplog.text
    assert "Broken" in caplog.text
    assert "t0ken" not in caplog.text


def test_what_an_app_raises_after_a_good_response_is_logged_as_such(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answering(200, [TEXT], b"done")(scope, receive, send)
        raise Broken

    assert answered(bridge(app, lifespan="off")(http_event(path="/a")))["statusCode"] == 200
    assert "GET /a: raised after the response" in caplog.text


def test_a_header_injection_of_the_app_is_a_500(caplog: pytest.LogCaptureFixture) -> None:
    envelope = answered(bridge(answering(200, [("x-a", "1\r\nset-cookie: evil=1")]))(http_event()))
    assert envelope["statusCode"] == 500
    assert "line break" in caplog.text


def test_a_failing_startup_fails_the_invocation_and_is_tried_again() -> None:
    attempts: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            attempts.append(1)
            if len(attempts) == 1:
                await send({"type": "lifespan.startup.failed", "message": "no database"})
                return
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await answering()(scope, receive, send)

    with bridge(answering()) as plain:
        assert answered(plain(http_event()))["statusCode"] == 200
    handler = bridge(app)
    with pytest.raises(StartupFailed, match="no database"):
        handler(http_event())
    assert answered(handler(http_event()))["statusCode"] == 200
    handler.pre_stop()


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (b"not json", "8 bytes, not JSON"),
        (b"", "0 bytes, not JSON"),
        ([1], "a value of type list"),
        (None, "a value of type NoneType"),
        ({}, "an empty object"),
        ({"Records": []}, "an object with the keys Records"),
        ({"rawPath": "/", "version": "v2"}, "an object with the keys rawPath, version"),
    ],
)
def test_an_event_that_nobody_knows_is_an_error_that_names_keys(event: object, says: str) -> None:
    with pytest.raises(UnknownEvent) as caught:
        bridge(environ_app)(event, context())
    assert says in caught.value.message
    assert "aliyun" in caught.value.message


def test_the_error_names_the_nearest_gateway_and_what_is_lacking() -> None:
    event = http_event()
    del event["requestContext"]
    with pytest.raises(UnknownEvent) as caught:
        bridge(environ_app)(event)
    assert "nearest is fc3-http, of which it lacks requestContext" in str(caught.value.hint)


def test_an_event_shows_no_values_in_errors() -> None:
    with pytest.raises(UnknownEvent) as caught:
        bridge(environ_app)({"password": "s3cret"})
    assert "s3cret" not in str(caught.value)


def test_two_platforms_that_claim_an_event_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other(Aliyun):
        name = "other"

    everybody: dict[str, Platform] = {"aliyun": platform("aliyun"), "other": Other()}
    monkeypatch.setattr("fcbridge.registry.platforms", lambda: everybody)
    with pytest.raises(AmbiguousEvent, match="aliyun or other") as caught:
        bridge(environ_app)(http_event())
    assert caught.value.hint == "say which: bridge(app, platform='aliyun')"
    assert seen(bridge(environ_app, platform="aliyun"), http_event())


# -- time -----------------------------------------------------------------------------------------------------------


def test_work_that_would_outlive_the_deadline_becomes_a_504(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.Event().wait()

    handler = bridge(app, lifespan="off", deadline_margin=60)
    envelope = answered(handler(http_event(path="/slow"), context(timeout="0.2")))
    assert (envelope["statusCode"], envelope["body"]) == (504, "Gateway Timeout")
    assert "GET /slow failed with 504" in caplog.text
    assert "test_bridge.py" in caplog.text
    handler.pre_stop()


@pytest.mark.parametrize("timeout", ["60", 60, 60.0, None, "soon", True, object(), "-1", "nan", "inf", 10**400])
def test_a_timeout_in_any_form_does_not_hurt(timeout: object) -> None:
    assert answered(bridge(environ_app)(http_event(), context(timeout=timeout)))["statusCode"] == 200


@pytest.mark.parametrize("with_context", [None, object(), {}, "context", 7])
def test_a_context_of_any_type_does_not_hurt(with_context: object) -> None:
    assert answered(bridge(environ_app)(http_event(), with_context))["statusCode"] == 200


# -- logs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["asgi", "wsgi"])
def test_the_request_id_is_in_the_log_records(kind: str) -> None:
    log = logging.getLogger("tests.request_id")

    async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
        log.warning("here")
        await answering()(scope, receive, send)

    def wsgi(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
        log.warning("here")
        start_response("200 OK", [])
        return []

    records: list[logging.LogRecord] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    root, collect = logging.getLogger(), Collect()
    root.addHandler(collect)
    try:
        handler = bridge(asgi, lifespan="off") if kind == "asgi" else bridge(wsgi)
        handler(http_event(), context("request-7"))
        handler(http_event(), context("request-8"))
        log.warning("outside")
    finally:
        root.removeHandler(collect)
    ids = [getattr(record, "request_id", None) for record in records if record.name == "tests.request_id"]
    assert ids == ["request-7", "request-8", "-"]


# -- forms of the handler -------------------------------------------------------------------------------------------


def test_a_handler_is_a_context_manager() -> None:
    with bridge(environ_app) as handler:
        assert seen(handler, http_event())


def test_a_handler_can_be_awaited() -> None:
    async def main() -> None:
        async with bridge(scope_app) as handler:
            payloads = await asyncio.gather(*(handler.invoke(http_event(path=f"/{n}")) for n in range(20)))
            assert [json.loads(answered(payload)["body"])["path"] for payload in payloads] == [
                f"/{n}" for n in range(20)
            ]
        async with bridge(environ_app) as handler:
            assert answered(await handler.invoke(http_event()))["statusCode"] == 200
        async with bridge(broken_asgi) as handler:
            assert answered(await handler.invoke(http_event()))["statusCode"] == 500

    asyncio.run(main())


def test_a_handler_can_be_called_inside_a_running_loop() -> None:
    async def main() -> None:
        with bridge(scope_app) as handler:
            assert seen(handler, http_event(path="/inside"))["path"] == "/inside"

    asyncio.run(main())


def test_the_hooks_take_a_context_as_the_platform_calls_them() -> None:
    handler = bridge(scope_app)
    handler.initialize(context())
    assert seen(handler, http_event())
    handler.pre_freeze(context())
    handler.pre_stop(context())
    handler.pre_stop(context())


def test_an_app_can_be_named_by_a_string() -> None:
    assert seen(bridge("tests.apps:environ_app"), http_event())
    with pytest.raises(AppNotFound):
        bridge("tests.apps:environ_ap")


def test_a_factory_is_called_once() -> None:
    made: list[object] = []

    def create_app() -> object:
        made.append(1)
        return environ_app

    handler = bridge(create_app)
    assert seen(handler, http_event())
    assert made == [1]
    assert handler.app is environ_app


# -- options --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"lifespan": "yes"}, {"on_error": "ignore"}, {"background": "detach"}, {"background": -1},
        {"background": True}, {"trusted_hops": -1}, {"trusted_hops": "1"}, {"deadline_margin": None},
        {"base_path": 7}, {"base_path": "/a?b"}, {"stage": 7}, {"text_types": ["json"]}, {"text_types": [7]},
        {"interface": "asgi"},
    ],
)  # fmt: skip
def test_a_wrong_option_is_named_with_what_it_takes(options: Any) -> None:
    with pytest.raises(InvalidOption, match=f"The option {next(iter(options))} does not take") as caught:
        bridge(environ_app, **options)
    assert caught.value.hint


def test_an_unknown_platform_is_refused_at_once() -> None:
    with pytest.raises(UnknownPlatform, match="nowhere"):
        bridge(environ_app, platform="nowhere")


def test_a_handler_is_not_bridged_twice() -> None:
    with pytest.raises(InvalidOption, match="a handler that bridge"):
        bridge(bridge(environ_app))

"""What the entry points for WSGI apps take and give, beside what tests/compat/test_beside_the_peers.py compares."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from fcbridge.compat import awsgi, serverless_wsgi
from fcbridge.compat.apig_wsgi import make_lambda_handler
from fcbridge.compat.wsgi import Handlers
from fcbridge.model import Headers, Request
from fcbridge.registry import gateway

PNG = b"\x89PNG\r\n\x1a\n\xff"


def event(name: str, path: str = "/items", **fields: Any) -> Any:
    request = Request("GET", path, headers=Headers([("host", "api.example.com")]), client=("203.0.113.24", 0), **fields)
    return gateway(name).compose(request)


def answering(kind: str, body: bytes, *headers: tuple[str, str]) -> Any:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", kind), *headers])
        return [body]

    return app


class Recorder:
    """A WSGI app that keeps its environ."""

    def __init__(self) -> None:
        self.environ: dict[str, Any] = {}
        self.body = b""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.environ = dict(environ)
        self.body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]


# -- apig-wsgi --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "multiple"), [("aws-rest", True), ("aws-http-v2", False), ("aws-alb", False), ("aws-alb-multi", True)]
)
def test_apig_wsgi_has_its_keys_in_the_environ(name: str, multiple: bool) -> None:
    app, context, sent = Recorder(), object(), event(name)
    make_lambda_handler(app)(sent, context)
    assert app.environ["apig_wsgi.full_event"] is sent
    assert app.environ["apig_wsgi.context"] is context
    assert app.environ["apig_wsgi.request_context"] is sent["requestContext"]
    assert app.environ["apig_wsgi.multi_value_headers"] is multiple
    assert app.environ["CONTENT_LENGTH"] == "0"


@pytest.mark.parametrize(
    ("name", "support", "encoded"),
    [
        ("aws-rest", None, False),  # a REST API decodes nothing, unless it is told to
        ("aws-rest", False, False),
        ("aws-rest", True, True),
        ("aws-alb", None, True),
        ("aws-alb", False, False),
        ("aws-http-v2", False, True),
    ],
)
def test_apig_wsgi_sends_base64_where_the_gateway_decodes_it(name: str, support: bool | None, encoded: bool) -> None:
    handler = make_lambda_handler(answering("application/x-mine", b"text"), binary_support=support)
    assert handler(event(name), None)["isBase64Encoded"] is encoded


def test_apig_wsgi_does_not_fail_for_bytes_that_are_no_text() -> None:
    handler = make_lambda_handler(answering("image/png", PNG), binary_support=False)
    assert handler(event("aws-rest"), None)["isBase64Encoded"] is True


def test_apig_wsgi_takes_the_prefixes_of_what_is_text() -> None:
    handler = make_lambda_handler(
        answering("application/x-mine; v=1", b"text"), True, non_binary_content_type_prefixes=["application/x-"]
    )
    assert handler(event("aws-rest"), None)["body"] == "text"
    only_text = make_lambda_handler(answering("application/json", b"{}"), True, ["text/"])
    assert only_text(event("aws-rest"), None)["isBase64Encoded"] is True


# -- serverless-wsgi --------------------------------------------------------------------------------------------------


def test_serverless_wsgi_has_its_keys_in_the_environ() -> None:
    app, context, sent = Recorder(), object(), event("aws-rest")
    sent["requestContext"]["authorizer"] = {"principalId": "li-bai", "scope": "read"}
    serverless_wsgi.handle_request(app, sent, context)
    assert app.environ["serverless.event"] is sent
    assert app.environ["serverless.context"] is context
    assert app.environ["serverless.authorizer"] == {"principalId": "li-bai", "scope": "read"}
    assert app.environ["REMOTE_USER"] == "li-bai"


def test_serverless_wsgi_tells_the_stage_unless_it_is_stripped(monkeypatch: pytest.MonkeyPatch) -> None:
    app, sent = Recorder(), event("aws-rest", "/prod/items", base_path="/prod")
    serverless_wsgi.handle_request(app, sent, None)
    assert (app.environ["SCRIPT_NAME"], app.environ["PATH_INFO"]) == ("/prod", "/items")
    monkeypatch.setenv("STRIP_STAGE_PATH", "yes")
    serverless_wsgi.handle_request(app, sent, None)
    assert (app.environ["SCRIPT_NAME"], app.environ["PATH_INFO"]) == ("", "/items")


def test_serverless_wsgi_takes_the_base_path_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_GATEWAY_BASE_PATH", "shop")
    app = Recorder()
    serverless_wsgi.handle_request(app, event("aws-rest", "/shop/items"), None)
    assert (app.environ["SCRIPT_NAME"], app.environ["PATH_INFO"]) == ("/shop", "/items")
    serverless_wsgi.handle_request(app, event("aws-rest", "/shopping"), None)
    assert (app.environ["SCRIPT_NAME"], app.environ["PATH_INFO"]) == ("", "/shopping")


def test_serverless_wsgi_sends_as_text_what_an_app_adds_to_its_list(monkeypatch: pytest.MonkeyPatch) -> None:
    app = answering("application/x-mine; v=1", b"text")
    assert serverless_wsgi.handle_request(app, event("aws-rest"), None)["isBase64Encoded"] is True
    monkeypatch.setattr(serverless_wsgi, "TEXT_MIME_TYPES", [*serverless_wsgi.TEXT_MIME_TYPES, "application/x-mine"])
    assert serverless_wsgi.handle_request(app, event("aws-rest"), None)["body"] == "text"


@pytest.mark.parametrize("source", ["aws.events", "serverless-plugin-warmup"])
def test_serverless_wsgi_answers_warmers_without_the_app(source: str) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        raise AssertionError("called")

    assert serverless_wsgi.handle_request(app, {"source": source}, None) == {}


INTEGRATION = {
    "body": {"name": "钢笔"},
    "method": "POST",
    "principalId": "li-bai",
    "stage": "dev",
    "headers": {"Host": "api.example.com", "Content-Type": "application/json", "X-Forwarded-Proto": "https"},
    "query": {"q": "a b"},
    "path": {"id": "7"},
    "identity": {"sourceIp": "203.0.113.24"},
    "requestPath": "/items/{id}",
    "enhancedAuthContext": {"scope": "read"},
}


def test_serverless_wsgi_takes_the_lambda_integration() -> None:
    app = Recorder()
    answer = serverless_wsgi.handle_request(app, INTEGRATION, None)
    assert (answer["statusCode"], answer["body"]) == (200, "ok")
    seen = app.environ
    assert (seen["REQUEST_METHOD"], seen["PATH_INFO"], seen["QUERY_STRING"]) == ("POST", "/items/7", "q=a+b")
    assert (seen["REMOTE_USER"], seen["REMOTE_ADDR"]) == ("li-bai", "203.0.113.24")
    assert seen["serverless.authorizer"] == {"scope": "read"}
    assert json.loads(app.body) == {"name": "钢笔"}


def test_serverless_wsgi_raises_the_errors_of_the_lambda_integration() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"no"]

    with pytest.raises(RuntimeError) as caught:
        serverless_wsgi.handle_request(app, INTEGRATION, None)
    assert json.loads(str(caught.value))["statusCode"] == 404


# -- awsgi ------------------------------------------------------------------------------------------------------------


def test_awsgi_has_its_keys_in_the_environ() -> None:
    app, context, sent = Recorder(), object(), event("aws-rest")
    awsgi.response(app, sent, context)
    assert app.environ["awsgi.event"] is sent
    assert app.environ["awsgi.context"] is context


def test_awsgi_sends_the_named_types_as_base64() -> None:
    app = answering("text/plain; charset=utf-8", b"text")
    assert awsgi.response(app, event("aws-rest"), None)["isBase64Encoded"] is False
    named = awsgi.response(app, event("aws-rest"), None, base64_content_types={"text/plain"})
    assert named["isBase64Encoded"] is True


def test_awsgi_does_not_fail_for_bytes_that_are_no_text() -> None:
    assert awsgi.response(answering("image/png", PNG), event("aws-rest"), None)["isBase64Encoded"] is True


# -- one handler an app -----------------------------------------------------------------------------------------------


def test_an_app_has_one_handler_for_all_its_events() -> None:
    handlers = Handlers()
    made: list[int] = []

    def make() -> Any:
        made.append(1)
        return object()

    apps = [object(), object()]
    assert handlers.of(apps[0], make, 1) is handlers.of(apps[0], make, 1)
    assert handlers.of(apps[0], make, 1) is not handlers.of(apps[0], make, 2)
    assert handlers.of(apps[0], make, 1) is not handlers.of(apps[1], make, 1)
    assert len(made) == 3


def test_two_first_events_at_once_make_one_handler() -> None:
    handlers = Handlers()
    app = object()
    making = Barrier(2)
    made: list[int] = []

    def make() -> Any:
        made.append(1)
        with suppress(BrokenBarrierError):
            making.wait(0.2)  # the other thread, if it makes one too
        return object()

    with ThreadPoolExecutor(2) as threads:
        first, second = [call.result() for call in [threads.submit(handlers.of, app, make) for _ in range(2)]]
    assert first is second
    assert made == [1]


def test_an_app_for_each_event_does_not_fill_the_memory() -> None:
    stopped: list[int] = []

    class Handler:
        def __init__(self, number: int) -> None:
            self.number = number

        def pre_stop(self) -> None:
            stopped.append(self.number)

    handlers: Any = Handlers()
    for number in range(Handlers.MOST + 2):
        handlers.of(object(), lambda number=number: Handler(number))
    assert stopped == [0, 1]

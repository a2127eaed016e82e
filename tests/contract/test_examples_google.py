"""Example requests of Google's functions with the exact request that each must become, and the exact answers.

A symmetrical mistake passes the laws; these do not let it. The values are invented.
"""

from __future__ import annotations

from typing import Any

import flask
import pytest
from starlette.responses import Response as StarletteResponse
from werkzeug.test import EnvironBuilder

from fcbridge.call import Recognition
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import Gateway
from fcbridge.model import Headers, Request, Response
from fcbridge.played import packed_request, server_environ
from fcbridge.registry import gateway
from fcbridge.testing.laws import arrived
from tests.examples import Examples

example = Examples("google")
HTTP = gateway("gcf-http")
ASGI = gateway("gcf-asgi")
DOORS = [HTTP, ASGI]
EXECUTION_ID = "1-67c1a2b3-15b2f0aa-0c9d8e7f6a5b"

each_door = pytest.mark.parametrize("door", DOORS, ids=[door.name for door in DOORS])


def received(door: Gateway, request: Request) -> Any:
    """What a function is called with where ``request`` is what its container gets."""
    seen: list[Any] = []

    def handler(event: Any, context: Any) -> object:
        seen.append(event)
        return door.deliver(door.render(Response(204), event), context)

    door.runtime.call(handler, packed_request(request), None)
    return seen[0]


def described(name: str) -> Request:
    """The request that a file describes as it is on its way from the front end to the container."""
    told = example(name)
    path, _, query = told["target"].partition("?")
    return Request(told["method"], path, query, Headers(map(tuple, told["headers"])), told["body"].encode("utf-8"))


@each_door
def test_the_example_becomes_exactly_this_request(door: Gateway) -> None:
    event = received(door, described("http-function-request"))
    assert Recognition("google").of(event)[1] is door
    request = door.parse(event)
    length = request.headers.get_all("content-length")
    request.headers = request.headers.without("content-length")
    assert length == (["16"] if door is HTTP else [])  # gunicorn has it; uvicorn adds none
    expected = [
        ("host", "fn-abc123-ew.a.run.app"),
        ("content-type", "application/json"),
        ("x-forwarded-for", "203.0.113.57"),
        ("x-forwarded-proto", "https"),
        ("forwarded", 'for="203.0.113.57";proto=https'),
        ("x-cloud-trace-context", "105445aa7843bc8bf206b12000100000/1;o=1"),
        ("traceparent", "00-105445aa7843bc8bf206b12000100000-0000000000000001-01"),
        ("function-execution-id", "exec0a1b2c3d"),
    ]
    assert sorted(request.headers) == sorted(expected)
    request.headers = Headers()
    assert request == Request(
        "POST",
        "/v1/caf%C3%A9/a%2Fb%20c",
        "tag=red&tag=dark+blue",
        body='{"msg":"héllo"}'.encode(),
        client=None,  # X-Forwarded-For is read with the number of trusted hops
        scheme="https",
        http_version="1.1",
    )


@each_door
def test_the_example_tells_its_execution(door: Gateway) -> None:
    execution: Any = door.context(received(door, described("http-function-request")), None)
    assert execution.execution_id == execution.request_id == "exec0a1b2c3d"
    assert (execution.trace_id, execution.span_id) == ("105445aa7843bc8bf206b12000100000", "1")


@each_door
def test_compose_says_what_the_front_end_sends(door: Gateway) -> None:
    request = Request(
        "GET",
        "/a%2Fb",
        "q=1",
        Headers([("host", "a.example"), ("x-google-tag", "1"), ("x-forwarded-for", "198.51.100.7"), ("te", "gzip")]),
        client=("203.0.113.57", 50712),
        http_version="2",
    )
    assert door.compose(request) == {
        "method": "GET",
        "target": "/a%2Fb?q=1",
        "headers": [
            ["host", "a.example"],
            ["x-forwarded-for", "198.51.100.7, 203.0.113.57"],
            ["x-forwarded-proto", "https"],
            ["function-execution-id", EXECUTION_ID],
        ],
        "body": "",
        "client": None,
        "scheme": "https",
        "httpVersion": "1.1",
    }


def test_the_answer_is_a_flask_response_with_exactly_these_headers() -> None:
    response = Response(
        304,
        Headers(
            [
                ("set-cookie", "a=1"),
                ("set-cookie", "b=2"),
                ("last-modified", "Mon, 02 Mar 2026 08:15:31 GMT"),
                ("location", "/caf\xc3\xa9"),
                ("date", "of the app"),
                ("content-length", "7"),
            ]
        ),
    )
    answer: Any = HTTP.render(response, arrived(HTTP, HTTP.sample()))
    assert isinstance(answer, flask.Response)
    pieces, status, headers = answer.get_wsgi_response(server_environ(HTTP.sample()))
    assert (list(pieces), status) == ([], "304 NOT MODIFIED")
    assert headers == [
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("last-modified", "Mon, 02 Mar 2026 08:15:31 GMT"),
        ("location", "/caf\xc3\xa9"),
    ]


def test_the_answer_is_a_starlette_response_with_exactly_these_headers() -> None:
    response = Response(201, Headers([("set-cookie", "a=1"), ("set-cookie", "b=2"), ("server", "of the app")]), b"\xff")
    answer: Any = ASGI.render(response, arrived(ASGI, ASGI.sample()))
    assert isinstance(answer, StarletteResponse)
    assert (answer.status_code, answer.body) == (201, b"\xff")
    assert answer.raw_headers == [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"content-length", b"1")]


@each_door
def test_an_answer_to_head_states_the_length_that_the_app_states(door: Gateway) -> None:
    event = arrived(door, Request("HEAD", headers=Headers([("host", "a.example")])))
    answer: Any = door.render(Response(200, Headers([("content-length", "1234")])), event)
    assert answer.headers["content-length"] == "1234"


@each_door
def test_what_sets_a_cookie_is_private(door: Gateway) -> None:
    response = Response(200, Headers([("set-cookie", "a=1"), ("cache-control", "max-age=60")]))
    answer = door.read(
        door.runtime.call(lambda event, context: door.render(response, event), packed_request(door.sample()), None)
    )
    assert answer.headers.get_all("cache-control") == ["private"]


# -- what else the framework may hand over ----------------------------------------------------------------------------


def flask_request(path: str = "/", **options: Any) -> flask.Request:
    """As the framework's own documentation has functions tested: no server, no front end."""
    return flask.Request(EnvironBuilder(path, base_url="http://localhost:8080/", **options).get_environ())


def test_a_request_that_came_through_no_front_end_tells_what_its_connection_tells() -> None:
    event = flask_request("/items/7?a=1", environ_overrides={"REMOTE_ADDR": "127.0.0.1", "REMOTE_PORT": "50712"})
    request = HTTP.parse(event)
    assert (request.scheme, request.client, request.path, request.query) == (
        "http", ("127.0.0.1", 50712), "/items/7", "a=1",
    )  # fmt: skip
    execution: Any = HTTP.context(event, None)
    assert (execution.request_id, execution.trace_id, execution.span_id) == ("", "", "")


def test_a_body_that_was_read_before_is_read_again() -> None:
    event = flask_request(method="POST", data=b"once")
    assert event.get_data() == b"once"
    assert HTTP.parse(event).body == b"once"
    assert HTTP.parse(event).body == b"once"


def test_a_path_without_the_undecoded_target_is_encoded_again() -> None:
    event = flask_request("/caf%C3%A9/a b")
    for name in ("RAW_URI", "REQUEST_URI"):
        event.environ.pop(name, None)
    assert HTTP.parse(event).path == "/caf%C3%A9/a%20b"


def test_a_request_of_fission_is_not_one_of_googles() -> None:
    event = flask_request(headers={"X-Fission-Function-Name": "hello"})
    assert not HTTP.matches(event)
    assert HTTP.matches(flask_request(headers={"X-Fission-Function-Name": "x", "Function-Execution-Id": "exec"}))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"REQUEST_METHOD": ""}, "environ"),
        ({"REQUEST_METHOD": None}, "environ"),
        ({"HTTP_X_TAG": "a\nb"}, "environ"),
        ({"PATH_INFO": 7}, "environ"),
    ],
)
def test_an_environ_that_no_server_makes_is_malformed(changes: dict[str, Any], field: str) -> None:
    event = flask_request()
    event.environ.update(changes)
    with pytest.raises(MalformedEvent, match=field):
        HTTP.parse(event)


def test_a_body_that_is_no_bytes_is_malformed() -> None:
    event = flask_request()
    event.get_data = lambda: "text"  # type: ignore[method-assign, assignment]  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(MalformedEvent, match=r"get_data\(\)"):
        HTTP.parse(event)
    scope = {**arrived(ASGI, ASGI.sample()), "google.body": "text"}
    with pytest.raises(MalformedEvent, match=r"google\.body"):
        ASGI.parse(scope)


@each_door
@pytest.mark.parametrize("name", ["cloudevent-pubsub-binary-http", "cloudevent-storage-binary-http"])
def test_a_cloudevent_that_an_http_function_gets_is_a_request_like_any_other(door: Gateway, name: str) -> None:
    told = example(f"other/{name}")
    sent = Request(told["method"], told["path"], headers=Headers(told["headers"].items()), body=told["body"].encode())
    request = door.parse(received(door, sent))
    assert (request.method, request.path, request.body) == ("POST", "/", told["body"].encode())
    assert {name: value for name, value in request.headers if name.startswith("ce-")} == {
        name: value for name, value in told["headers"].items() if name.startswith("ce-")
    }

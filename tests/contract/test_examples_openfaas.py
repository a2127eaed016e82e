"""Example events of OpenFaaS with the exact request that each must become, and the exact answers.

The template's event is an object over Flask's request. The files describe it; the tests make it with Flask itself. The
values are invented.
"""

from __future__ import annotations

from base64 import b64decode
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Request as FlaskRequest
from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder

from fcbridge.call import Recognition
from fcbridge.errors import MalformedEvent
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import gateway, platform
from fcbridge.testing.laws import answered, arrived
from fcbridge_adapters.openfaas.runtime import Event
from tests.examples import Examples

example = Examples("openfaas")
DOOR = gateway("openfaas-http")


def described(name: str) -> Any:
    told: dict[str, Any] = example(name)
    return told


def made(target: str, **options: Any) -> Event:
    """The template's event of a request that a server without REQUEST_URI has read."""
    environ = EnvironBuilder(target, **options).get_environ()
    for name in ("REQUEST_URI", "RAW_URI"):
        environ.pop(name, None)
    return Event(FlaskRequest(environ))


def test_the_example_event_becomes_exactly_this_request() -> None:
    told = described("python3-http-event")
    event = made(
        told["path"],
        method=told["method"],
        headers=[tuple(pair) for pair in told["headers"]],
        query_string="&".join(f"{key}={value}" for key, value in told["query"]),
        data=b64decode(told["body_base64"]),
    )
    assert Recognition("openfaas").of(event)[1] is DOOR
    request = DOOR.parse(event)
    request.headers = Headers(sorted(request.headers))
    assert request == Request(
        "POST",
        "/v1/items",
        "tag=red&tag=blue",
        Headers(
            [
                ("content-length", "16"),
                ("content-type", "application/json"),
                ("host", "echo.openfaas-fn.svc.cluster.local:8080"),
                ("x-call-id", "7d8c9b0a-1234-4567-89ab-cdef01234567"),
                ("x-forwarded-for", "203.0.113.57:50123"),
                ("x-forwarded-host", "gw.example.net"),
                ("x-start-time", "1785913689123456789"),
            ]
        ),
        '{"msg":"héllo"}'.encode(),
        # of-watchdog is the peer, and X-Forwarded-For anybody's word.
        None,
    )


@pytest.mark.parametrize(
    ("described_path", "path"),
    [("/a%20b", "/a%20b"), ("/caf%C3%A9", "/caf%C3%A9"), ("/a%2525", "/a%2525"), ("/a%2Fb", "/a/b")],
)
def test_what_flask_has_decoded_is_encoded_again(described_path: str, path: str) -> None:
    assert DOOR.parse(made(described_path)).path == path


def test_the_target_as_it_was_sent_counts_where_the_server_keeps_it() -> None:
    environ = EnvironBuilder("/a%2Fb?x=%20").get_environ()
    environ["REQUEST_URI"] = "/a%2Fb?x=%20"
    request = DOOR.parse(Event(FlaskRequest(environ)))
    assert request.target == "/a%2Fb?x=%20"


def test_an_event_without_an_environ_is_read_by_its_attributes() -> None:
    event = SimpleNamespace(
        body=b"x", method="POST", path="/a b%", query=MultiDict([("a", "1"), ("a", "ü")]), headers={"X-Tag": "1"}
    )
    assert DOOR.matches(event)
    assert DOOR.parse(event) == Request("POST", "/a%20b%25", "a=1&a=%C3%BC", Headers([("x-tag", "1")]), b"x")


@pytest.mark.parametrize("change", [{"method": ""}, {"path": None}, {"query": "a=1"}, {"headers": {"not a name": "1"}}])
def test_a_broken_event_is_malformed(change: dict[str, Any]) -> None:
    good: dict[str, Any] = {"body": b"", "method": "GET", "path": "/", "query": MultiDict(), "headers": {}}
    with pytest.raises(MalformedEvent, match="OpenFaaS"):
        DOOR.parse(SimpleNamespace(**{**good, **change}))


def test_the_message_of_a_callback_as_json_is_no_event() -> None:
    assert not any(door.matches(described("async-callback-http")) for door in platform("openfaas").gateways)


def test_every_example_is_named_here() -> None:
    assert example.names() == {"python3-http-event", "async-callback-http"}


# -- responses --------------------------------------------------------------------------------------------------------


def test_bytes_and_several_cookies_survive_the_template() -> None:
    pairs = [("content-type", "image/png"), ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("location", "/a%2Fb?x=\xe9")]
    response = Response(201, Headers(pairs), b"\x89PNG")
    assert answered(DOOR, response, Request()) == response


def test_an_answer_is_a_flask_response_of_just_these_fields() -> None:
    event = arrived(DOOR, DOOR.sample())
    answer: Any = DOOR.render(Response(304, Headers([("last-modified", "Sat, 21 Nov 2026 03:00:00 GMT")])), event)
    assert list(answer.get_wsgi_headers({})) == [("last-modified", "Sat, 21 Nov 2026 03:00:00 GMT")]


@pytest.mark.parametrize(
    ("body", "sent", "cookies"),
    [
        # Flask merges the headers into the response that the template has made of an object.
        ({"ok": True}, b'{"ok":true}\n', ["b=2"]),
        ("ok", b"ok", ["a=1", "b=2"]),
    ],
)
def test_the_example_dict_is_answered_as_the_template_does(body: object, sent: bytes, cookies: list[str]) -> None:
    told = example("responses/python3-http")
    result = {**told, "body": body, "headers": [tuple(pair) for pair in told["headers"]]}
    answer = DOOR.read(DOOR.runtime.call(lambda event, context: result, DOOR.compose(DOOR.sample()), None))
    assert (answer.status, answer.body) == (201, sent)
    assert answer.headers.get_all("set-cookie") == cookies

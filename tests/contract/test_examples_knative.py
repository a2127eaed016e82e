"""Example requests of Knative's functions with the exact request that each must become, and the exact answers.

The examples are CloudEvents over HTTP (https://github.com/cloudevents/spec, the HTTP protocol binding): requests like
any other for a function that answers HTTP. The values are invented.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fcbridge.call import Recognition
from fcbridge.errors import MalformedEvent
from fcbridge.model import Headers, Request, Response
from fcbridge.played import packed_request
from fcbridge.registry import gateway
from fcbridge.testing.laws import arrived
from tests.examples import EVENTS, event_of

DOOR = gateway("knative-func")
REQUEST_ID = "1-67c1a2b3-15b2f0aa-0c9d8e7f6a5b"


def received(request: Request) -> Any:
    """What a function is called with where ``request`` is what its container gets."""
    seen: list[Any] = []

    def handler(event: Any, context: Any) -> object:
        seen.append(event)
        return DOOR.render(Response(204), event)

    DOOR.runtime.call(handler, packed_request(request), None)
    return seen[0]


@pytest.mark.parametrize("path", sorted((EVENTS / "knative" / "other").glob("*-http.json")), ids=lambda path: path.stem)
def test_a_cloudevent_becomes_exactly_this_request(path: Path) -> None:
    told = event_of(path)
    headers = Headers(told["headers"].items())
    sent = Request(told["method"], told["path"], headers=headers, body=told["body"].encode("utf-8"), scheme="http")
    event = received(sent)
    assert Recognition("knative").of(event)[1] is DOOR
    assert DOOR.parse(event) == Request("POST", "/", "", headers, told["body"].encode("utf-8"), None, "http", "1.1")


def test_compose_says_what_the_queue_proxy_sends() -> None:
    request = Request(
        "GET",
        "/a%2Fb",
        "q=1",
        Headers([("host", "a.example"), ("keep-alive", "timeout=5"), ("x-tag", "1"), ("x-tag", "2")]),
        client=("2001:db8::1", 50712),
        http_version="2",
    )
    assert DOOR.compose(request) == {
        "method": "GET",
        "target": "/a%2Fb?q=1",
        "headers": [
            ["host", "a.example"],
            ["x-tag", "1"],
            ["x-tag", "2"],
            ["x-forwarded-for", "2001:db8::1"],
            ["x-forwarded-proto", "https"],
            ["x-request-id", REQUEST_ID],
        ],
        "body": "",
        "client": None,
        "scheme": "https",
        "httpVersion": "1.1",
    }


def test_the_payload_is_the_messages_to_send() -> None:
    response = Response(200, Headers([("set-cookie", "a=1"), ("set-cookie", "b=2"), ("date", "of the app")]), b"\xff")
    assert DOOR.render(response, arrived(DOOR, DOOR.sample())) == [
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"content-length", b"1")],
        },
        {"type": "http.response.body", "body": b"\xff"},
    ]


# -- who is calling ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], ("127.0.0.1", 50712)),
        ([("x-forwarded-for", "203.0.113.57")], None),
        # The queue-proxy makes one of X-Forwarded-For and leaves that of a client alone: without the former, whatever
        # stands here is the client's own.
        ([("forwarded", "for=198.51.100.7;proto=https")], ("127.0.0.1", 50712)),
        ([("forwarded", 'for=198.51.100.7, for="[2001:db8::1]:4711"')], ("127.0.0.1", 50712)),
        ([("forwarded", "for=198.51.100.7"), ("x-forwarded-for", "203.0.113.57")], None),
        ([("x-forwarded-for", "203.0.113.57"), ("forwarded", "for=198.51.100.7")], None),
    ],
)
def test_the_client_is_that_of_x_forwarded_for_or_of_the_connection_and_never_what_it_says_itself(
    headers: list[tuple[str, str]], expected: tuple[str, int] | None
) -> None:
    request = Request(headers=Headers([("host", "a.example"), *headers]), client=("127.0.0.1", 50712))
    assert DOOR.parse(received(request)).client == expected


@pytest.mark.parametrize(
    ("headers", "scheme"), [([], "http"), ([("x-forwarded-proto", "https")], "https")], ids=["direct", "noted"]
)
def test_the_scheme_is_that_of_the_connection_unless_a_proxy_notes_another(
    headers: list[tuple[str, str]], scheme: str
) -> None:
    assert DOOR.parse(received(Request(headers=Headers(headers), scheme="http"))).scheme == scheme


@pytest.mark.parametrize(
    ("headers", "request_id"),
    [
        ([], ""),
        ([("x-request-id", "r-1"), ("traceparent", "00-105445aa-01-01")], "r-1"),
        ([("traceparent", "00-105445aa7843bc8b-0000000000000001-01")], "105445aa7843bc8b"),
        ([("traceparent", "nonsense")], ""),
    ],
)  # fmt: skip
def test_the_request_id_is_that_of_the_network_layer_or_of_the_trace(
    headers: list[tuple[str, str]], request_id: str
) -> None:
    execution: Any = DOOR.context(received(Request(headers=Headers(headers))), None)
    assert execution.request_id == request_id


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"method": ""}, "scope"),
        ({"headers": None}, "scope"),
        ({"headers": [["a", "b"]]}, "scope"),
        ({"path": b"/"}, "scope"),
        ({"client": ["a"]}, "scope"),
        ({"client": ["a", "b"]}, "scope"),
        ({"knative.body": "text"}, r"knative\.body"),
    ],
)
def test_a_scope_that_no_server_makes_is_malformed(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(MalformedEvent, match=field):
        DOOR.parse({**arrived(DOOR, DOOR.sample()), **changes})

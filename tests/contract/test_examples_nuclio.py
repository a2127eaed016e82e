"""Example events of Nuclio with the exact request that each must become, and the exact answers.

The files describe the event's attributes. The values are invented.
"""

from __future__ import annotations

from base64 import b64decode
from types import SimpleNamespace
from typing import Any

import pytest

from fcbridge.call import Recognition
from fcbridge.errors import MalformedEvent
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import gateway
from fcbridge.testing.laws import answered
from fcbridge_adapters.nuclio.runtime import Event, read_packet
from tests.examples import Examples

example = Examples("nuclio")
DOOR = gateway("nuclio-http")


def described() -> dict[str, Any]:
    told: dict[str, Any] = example("event-http")
    return told


def event(**changes: Any) -> Any:
    attributes: dict[str, Any] = {
        "method": "GET", "path": "/", "url": "", "headers": {"Host": "h"}, "fields": {}, "content_type": "",
        "body": b"", "size": 0, "id": "1", "trigger": SimpleNamespace(kind="http", name="default-http"),
    }  # fmt: skip
    return SimpleNamespace(**{**attributes, **changes})


def test_the_example_event_becomes_exactly_this_request() -> None:
    made = Event(described())
    assert made.body == {"msg": "héllo"}
    assert Recognition("nuclio").of(made)[1] is DOOR
    assert DOOR.parse(made) == Request(
        "POST",
        "/v1/items",
        "tag=red",
        Headers([("content-type", "application/json"), ("x-trace", "one"), ("host", "fn.example.net")]),
        # The bytes that were signed, if they were, are gone.
        b'{"msg":"h\\u00e9llo"}',
    )


def test_with_a_parameter_behind_the_type_the_bytes_are_left_alone() -> None:
    told = described()
    body = b64decode(told["body_base64"])
    told["content_type"] = told["headers"]["Content-Type"] = "application/json; charset=utf-8"
    assert DOOR.parse(Event(told)).body == body == '{"msg":"héllo"}'.encode()


@pytest.mark.parametrize(
    ("content_type", "body", "octets"),
    [
        ("application/json", {"a": [1, None]}, b'{"a":[1,null]}'),
        ("application/json", "text", b'"text"'),
        ("application/json", b"{broken", b"{broken"),
        ("application/json", None, b"null"),
        ("text/plain", "text", b"text"),
        ("text/plain", None, b""),
    ],
)
def test_a_body_is_bytes_again(content_type: str, body: object, octets: bytes) -> None:
    assert DOOR.parse(event(content_type=content_type, body=body, size=4)).body == octets


def test_no_body_is_not_null() -> None:
    assert DOOR.parse(event(content_type="application/json", body=None, size=0)).body == b""


def test_the_raw_messages_of_a_function_that_asks_for_them_are_bytes_all_through() -> None:
    raw = event(
        method=b"POST",
        path=b"/caf\xe9",
        headers={b"Host": b"h", b"X-Name": b"caf\xe9"},
        fields={b"a": "ü".encode()},
        content_type=b"text/plain",
        url=b"",
        trigger=SimpleNamespace(kind=b"http", name=b"default-http"),
        id=b"id-1",
    )
    assert DOOR.matches(raw)
    assert DOOR.parse(raw) == Request(
        "POST", "/caf%E9", "a=%C3%BC", Headers([("host", "h"), ("x-name", "caf\xe9")]), b""
    )
    assert DOOR.context(raw, None).event_id == "id-1"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "other",
    [
        event(method=""),
        event(method=None, trigger=SimpleNamespace(kind="cron", name="tick")),
        event(trigger=SimpleNamespace(kind="kafka-cluster", name="topic")),
        [event()],
        described(),
    ],
    ids=["no method", "timer", "stream", "batch", "described"],
)
def test_what_did_not_come_through_the_http_trigger_is_not_claimed(other: object) -> None:
    assert not DOOR.matches(other)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("method", {"method": "ge t"}),
        ("path", {"path": 7}),
        ("headers", {"headers": {"not a name": "1"}}),
        ("headers", {"headers": {"x-a": "1\r\nx-b: 2"}}),
        ("headers", {"headers": {b"x-a": b"caf\xe9\r\nx-b: 2"}}),
        ("fields", {"fields": None}),
        ("fields", {"fields": {"a": "\ud800"}}),
        ("body", {"body": {"a": 1}, "content_type": "text/plain"}),
    ],
)
def test_a_broken_field_is_named_without_its_value(field: str, change: dict[str, Any]) -> None:
    with pytest.raises(MalformedEvent, match=f"'{field}'"):
        DOOR.parse(event(**change))


# -- responses --------------------------------------------------------------------------------------------------------


def test_a_response_is_the_arguments_of_nuclios_own() -> None:
    pairs = [("content-type", "text/html"), ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("vary", "a"), ("vary", "b")]
    assert DOOR.render(Response(201, Headers([*pairs, ("date", "now")]), b"\xff"), event()) == {
        "status_code": 201,
        "headers": {"Set-Cookie": "b=2", "Vary": "a, b"},
        "content_type": "text/html",
        "body": b"\xff",
    }


def test_every_byte_of_a_body_survives() -> None:
    response = Response(200, Headers([("content-type", "image/png")]), bytes(range(256)))
    assert answered(DOOR, response, Request()) == response


def test_a_body_without_a_type_is_not_called_text() -> None:
    answer = answered(DOOR, Response(200, Headers([]), b"\x00"), Request())
    assert answer.headers.get("content-type") == "application/octet-stream"


def test_the_example_message_is_answered_as_the_processor_does() -> None:
    message = example("responses/rich")
    assert read_packet(message) == Response(201, Headers([("content-type", "text/plain"), ("x-a", "1")]), b"ok")

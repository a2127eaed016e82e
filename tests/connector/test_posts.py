"""Events without a function are requests to the app, where it has a place for them."""

# Functions of one expression are lambdas here, whose parameters have no types.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI, Request
from fastapi import Response as FastAPIResponse
from flask import Flask
from flask import request as flask_request

from fcbridge import (
    CloudEvent,
    ConnectionEvent,
    DestinationEvent,
    Event,
    LogEvent,
    LogRecord,
    MessageEvent,
    NotificationEvent,
    ObjectEvent,
    RowEvent,
    TimerEvent,
    bridge,
)
from fcbridge.cloudevents import from_http
from fcbridge.connector.posts import cloud_event, outcome_of, posted
from fcbridge.errors import DeliveryFailed, StartupFailed, UnhandledEvent
from fcbridge.model import Headers, Response
from fcbridge.registry import platforms

from .apps import asgi
from .clockwork import CLOCKWORK, letters

if TYPE_CHECKING:
    from fcbridge import Handler

SOURCE = next(trigger for trigger in CLOCKWORK.triggers if trigger.name == "clockwork-letters")
NOON = datetime(2026, 3, 2, 12, 0, 0, 250_000, tzinfo=timezone.utc)


class Shop:
    """What the routes of both frameworks note and answer."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.answer: tuple[int, dict[str, str], bytes] = (204, {}, b"")

    def note(self, headers: Any, body: bytes, event: object, vouched_by: object) -> None:
        self.seen.append({"headers": dict(headers), "body": body, "event": event, "vouched_by": vouched_by})


def fastapi_shop(shop: Shop) -> Any:
    app = FastAPI()

    @app.post("/events")
    async def take(request: Request) -> FastAPIResponse:
        shop.note(
            request.headers, await request.body(), request.scope["fcbridge.event"], request.scope["fcbridge.vouched_by"]
        )
        status, headers, body = shop.answer
        return FastAPIResponse(body, status, headers)

    return app


def flask_shop(shop: Shop) -> Any:
    app = Flask(__name__)

    @app.post("/events")
    def take() -> Any:
        headers = {name.lower(): value for name, value in flask_request.headers.items()}
        environ = flask_request.environ
        shop.note(headers, flask_request.get_data(), environ["fcbridge.event"], environ["fcbridge.vouched_by"])
        status, fields, body = shop.answer
        return body, status, fields

    return app


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture(params=[fastapi_shop, flask_shop])
def handler(request: pytest.FixtureRequest, shop: Shop) -> Any:
    with bridge(request.param(shop), platform=CLOCKWORK, events_path="/events") as made:
        yield made


# -- there ------------------------------------------------------------------------------------------------------------


def test_a_route_gets_each_event_of_a_batch_as_a_cloud_event(handler: Handler, shop: Shop) -> None:
    assert handler(letters("registered", '{"speed": 7}', "hello")) == {"failed": []}
    first, second = shop.seen
    assert first["body"] == b'{"speed": 7}'
    assert {name: value for name, value in first["headers"].items() if name.startswith(("ce-", "content-"))} == {
        "ce-specversion": "1.0",
        "ce-id": "1",
        "ce-source": "clockwork",
        "ce-type": "MessageEvent",
        "ce-topic": "post",
        "content-type": "application/json",
        "content-length": "12",
    }
    assert second["body"] == b"hello"
    assert second["headers"]["content-type"] == "text/plain; charset=utf-8"


def test_the_typed_event_rides_along_and_is_vouched_for(handler: Handler, shop: Shop) -> None:
    handler(letters("letters", "one"))
    [seen] = shop.seen
    assert seen["event"] == MessageEvent(id="1", source="clockwork", topic="post", body=b"one")
    assert seen["vouched_by"] == "clockwork-letters"


def test_a_function_goes_before_the_route(handler: Handler, shop: Shop) -> None:
    ids: list[str] = []
    handler.on(MessageEvent, id="2")(lambda event: ids.append(event.id))
    handler(letters("letters", "one", "two", "three"))
    assert ids == ["2"]
    assert [seen["headers"]["ce-id"] for seen in shop.seen] == ["1", "3"]


def test_the_answer_is_the_result_of_a_caller_who_waits(handler: Handler, shop: Shop) -> None:
    shop.answer = (200, {"Content-Type": "application/json"}, b'{"struck": 12}')
    assert handler({"bells": "bell"}) == {"struck": 12}
    shop.answer = (200, {"Content-Type": "text/plain"}, b"struck")
    assert handler({"bells": "bell"}) == "struck"
    shop.answer = (204, {}, b"")
    assert handler({"bells": "bell"}) is None


def test_without_the_option_events_are_refused() -> None:
    with asgi() as handler, pytest.raises(UnhandledEvent):
        handler({"bells": "bell"})


EXAMPLES: list[tuple[Event, object]] = [
    (
        ObjectEvent(type="ObjectCreated:Put", bucket="inbox", key="报告 1.csv", size=7, etag="d41d"),
        {"bucket": "inbox", "key": "报告 1.csv", "size": 7, "etag": "d41d", "region": None, "version": None},
    ),
    (TimerEvent(name="nightly", payload={"days": [1, 2]}), {"name": "nightly", "payload": {"days": [1, 2]}}),
    (
        LogEvent(group="fleet", stream="speed", records=(LogRecord("7 km/h", NOON, "r1", {"car": "7"}),)),
        {
            "group": "fleet", "stream": "speed", "shard": None, "begin": None, "end": None, "endpoint": None,
            "records": [
                {"id": "r1", "time": "2026-03-02T12:00:00.250Z", "message": "7 km/h", "fields": {"car": "7"}}
            ],
        },
    ),
    (
        RowEvent(table="cars", kind="insert", keys={"id": 7}, after={"at": NOON, "price": Decimal("7.10"), "b": b"\0"}),
        {
            "table": "cars", "kind": "insert", "keys": {"id": 7}, "before": None,
            "after": {"at": "2026-03-02T12:00:00.250Z", "price": "7.10", "b": "AA=="},
        },
    ),
    (
        DestinationEvent(condition="failure", function="resize", request={"a": 1}, error="Timeout", attempts=3),
        {
            "condition": "failure", "function": "resize", "request": {"a": 1}, "response": None, "error": "Timeout",
            "attempts": 3,
        },
    ),
    (CloudEvent(type="com.example.a", data={"a": 1}, extensions={"partitionkey": "k"}), {"a": 1}),
    (CloudEvent(type="com.example.b", data=b"\xff", datacontenttype="image/png"), b"\xff"),
    (MessageEvent(body=b"\xff\xfe", topic="t"), b"\xff\xfe"),
    (NotificationEvent(body=b"[1]", topic="t", subject="new"), [1]),
    (ConnectionEvent(body=b"hi", connection="c7", kind="message"), b"hi"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "data"), EXAMPLES, ids=lambda value: type(value).__name__)
def test_what_is_posted_is_a_cloud_event(event: Event, data: object) -> None:
    event = event.replace(id="e 1", source="arn:aws:s3:::in box", subject="主题", time=NOON)
    request = posted(event, SOURCE, "/events", 0, None)
    assert (request.method, request.path) == ("POST", "/events")
    read = from_http(request.headers, request.body)
    assert read is not None
    [made] = read
    assert made.data == data
    assert (made.id, made.source, made.subject, made.time) == ("e 1", "arn:aws:s3:::in%20box", "主题", NOON)
    assert made.type == (event.type or type(event).__name__)


def test_the_sample_of_every_trigger_can_be_posted() -> None:
    triggers = [trigger for owner in platforms().values() for trigger in owner.triggers]
    assert len(triggers) > 50
    for trigger in triggers:
        for place, event in enumerate(trigger.sample()):
            request = posted(event, trigger, "/events", place, None)
            assert from_http(request.headers, request.body), trigger.name


def test_what_the_platform_does_not_tell_is_filled_in() -> None:
    made = cloud_event(TimerEvent(name="nightly"), SOURCE, 3)
    assert made.id.endswith("-3") and len(made.id) > 10
    assert (made.source, made.type, made.subject) == ("clockwork-letters", "TimerEvent", None)


def test_of_messages_the_attributes_that_fit_are_extensions() -> None:
    event = MessageEvent(
        topic="t", key="钥".encode(), headers=(("content-type", b"text/csv"), ("a", b"1")), partition=3, offset=2**40,
        deliveries=2, body=b"a,b",
    )  # fmt: skip
    made = cloud_event(event, SOURCE, 0)
    assert made.extensions == {
        "topic": "t",
        "partitionkey": "钥",
        "partition": 3,
        "offset": str(2**40),
        "deliveries": 2,
    }
    assert made.datacontenttype == "text/csv"


def test_a_key_that_is_no_text_is_left_to_the_event() -> None:
    assert cloud_event(MessageEvent(key=b"\xff"), SOURCE, 0).extensions == {}


# -- and back ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "verb"),
    [
        (200, "ack"), (201, "ack"), (202, "ack"), (204, "ack"),
        (400, "reject"), (410, "reject"), (413, "reject"), (415, "reject"), (422, "reject"),
        (301, "retry"), (307, "retry"), (401, "retry"), (403, "retry"), (404, "retry"), (405, "retry"), (408, "retry"),
        (409, "retry"), (425, "retry"), (429, "retry"), (500, "retry"), (502, "retry"), (503, "retry"), (504, "retry"),
    ],
)  # fmt: skip
def test_the_status_tells_the_outcome(status: int, verb: str) -> None:
    assert outcome_of(Response(status, Headers([]), b"")).verb == verb


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("30", 30.0),
        ("0", 0.0),
        ("Mon, 02 Mar 2020 08:15:31 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        (None, None),
    ],
)
def test_retry_after_tells_when(value: str | None, after: float | None) -> None:
    headers = Headers([] if value is None else [("retry-after", value)])
    assert outcome_of(Response(503, headers, b"")).after == after


def test_a_date_in_the_future_is_so_many_seconds_from_now() -> None:
    after = outcome_of(Response(429, Headers([("retry-after", "Fri, 01 Jan 2100 00:00:00 GMT")]), b"")).after
    assert after is not None and after > 10**8


@pytest.mark.parametrize(
    ("answer", "kind", "value"),
    [
        (b"{broken", "application/json", b"{broken"),
        (b'{"a": 1}', "application/problem+json; charset=utf-8", {"a": 1}),
        (b"\xff", "image/png", b"\xff"),
    ],
)
def test_an_answer_is_json_or_text_or_bytes(answer: bytes, kind: str, value: object) -> None:
    assert outcome_of(Response(200, Headers([("content-type", kind)]), answer)).value == value


def test_a_failed_record_of_a_batch_is_the_one_of_its_answer(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()

    @app.post("/events")
    async def take(request: Request) -> FastAPIResponse:
        return FastAPIResponse(status_code=503 if request.headers["ce-id"] == "2" else 204)

    with bridge(app, platform=CLOCKWORK, events_path="/events") as handler:
        assert handler(letters("registered", "one", "two", "three")) == {"failed": ["2"]}
        with pytest.raises(DeliveryFailed, match="1 of 3"):
            handler(letters("letters", "one", "two", "three"))
    assert "status 503" in caplog.text


def test_a_route_that_is_not_there_loses_no_event(shop: Shop) -> None:
    handler = bridge(fastapi_shop(shop), platform=CLOCKWORK, events_path="/event")
    with handler, pytest.raises(DeliveryFailed, match="status 404"):
        handler(letters("letters", "one"))


def test_an_app_that_raises_fails_the_event() -> None:
    app = FastAPI()

    @app.post("/events")
    async def take() -> None:
        raise LookupError("no such vehicle")

    handler = bridge(app, platform=CLOCKWORK, events_path="/events")
    with handler, pytest.raises(DeliveryFailed, match="status 500"):
        handler(letters("letters", "one"))
    handler = bridge(app, platform=CLOCKWORK, events_path="/events", on_error="raise")
    with handler, pytest.raises(LookupError, match="no such vehicle"):
        handler(letters("letters", "one"))


def test_an_app_that_does_not_start_takes_no_event() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(StartupFailed):
        bridge(app, platform=CLOCKWORK, events_path="/events")(letters("registered", "one"))

"""The events of Nuclio beside HTTP: the laws, and what the objects of the real SDK become."""

from __future__ import annotations

from datetime import datetime, timezone
from importlib import import_module
from typing import Any

import pytest
from hypothesis import strategies as st

from fcbridge import bridge
from fcbridge.errors import MalformedEvent
from fcbridge.events import Event, MessageEvent, TimerEvent
from fcbridge.registry import platform
from fcbridge.testing.event_strategies import bodies, ids, names, payloads, seconds, several, texts, words
from fcbridge.testing.trigger_laws import trigger_laws_of

NUCLIO = platform("nuclio")
TRIGGERS = {trigger.name: trigger for trigger in NUCLIO.triggers}
SDK: Any = import_module("nuclio_sdk")  # without types

# nuclio_sdk.Event has its timestamp of datetime.utcfromtimestamp, which Python 3.12 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")


def message(kind: str, name: str, body: bytes, **fields: Any) -> dict[str, Any]:
    """What msgpack unpacks of the processor's message."""
    return {
        "id": "8d0c", "method": "", "path": "", "url": "", "headers": {}, "fields": {}, "content_type": "",
        "timestamp": 1785913689, "size": len(body), "shard_id": -1, "num_shards": -1, "type": "", "type_version": "",
        "version": "", "body": body, "trigger": {"kind": kind, "name": name}, **fields,
    }  # fmt: skip


def raw(value: Any) -> Any:
    """The same for a function that asks for raw messages."""
    if isinstance(value, dict):
        return {raw(key): raw(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [raw(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value.encode() if isinstance(value, str) else value


def deserialized(content: Any, kind: str = "msgpack") -> Any:
    return SDK.EventDeserializerKinds[kind].value.deserialize(raw(content) if kind == "msgpack_raw" else content)


AT = datetime(2026, 8, 5, 7, 8, 9, 0, timezone.utc)
KAFKA = message(
    "kafka-cluster", "incoming", b'{"n": 1}', topic="orders", shard_id=3, offset=42, headers={"kind": "order"}
)
RABBIT = message("rabbit-mq", "jobs", b"\x00\xff")
CRON = message("cron", "nightly", b'{"report": "daily"}', content_type="application/json")
EXPECTED: list[tuple[dict[str, Any], str, Event]] = [
    (
        KAFKA,
        "nuclio-stream",
        MessageEvent(
            id="orders-3-42", source="kafka-cluster", type="kafka-cluster", time=AT, topic="orders", body=b'{"n": 1}',
            headers=(("kind", "order"),), partition=3, offset=42, group="incoming",
        ),
    ),
    (
        RABBIT,
        "nuclio-stream",
        MessageEvent(
            id="8d0c", source="rabbit-mq", type="rabbit-mq", time=AT, topic="jobs", body=b"\x00\xff", group="jobs"
        ),
    ),
    (
        CRON,
        "nuclio-cron",
        TimerEvent(id="8d0c", source="cron", type="cron", time=AT, name="nightly", payload={"report": "daily"}),
    ),
    (
        message("cron", "nightly", b"go"),
        "nuclio-cron",
        TimerEvent(id="8d0c", source="cron", type="cron", time=AT, name="nightly", payload="go"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("content", "name", "expected"), EXPECTED)
def test_an_event_of_the_sdk_becomes_exactly_this(content: Any, name: str, expected: Event) -> None:
    event = deserialized(content)
    assert NUCLIO.trigger(event) is TRIGGERS[name]
    assert TRIGGERS[name].parse(event) == [expected]
    assert NUCLIO.door(event, None) is None


@pytest.mark.parametrize(("content", "name", "expected"), EXPECTED)
def test_a_raw_message_is_the_same_event(content: Any, name: str, expected: Event) -> None:
    event = deserialized(content, "msgpack_raw")
    assert NUCLIO.trigger(event) is TRIGGERS[name]
    [parsed] = TRIGGERS[name].parse(event)
    if isinstance(parsed, MessageEvent):  # the values of headers are as they come
        parsed.headers = tuple((header, value.decode()) for header, value in parsed.headers)
    assert parsed == expected


def test_a_batch_is_several_events() -> None:
    events = deserialized([KAFKA, {**KAFKA, "offset": 43}])
    assert NUCLIO.trigger(events) is TRIGGERS["nuclio-stream"]
    parsed = TRIGGERS["nuclio-stream"].parse(events)
    assert [event.id for event in parsed] == ["orders-3-42", "orders-3-43"]


@pytest.mark.parametrize("content", [message("http", "web", b"", method="GET"), [KAFKA, CRON], message("", "", b"")])
def test_another_event_is_of_no_trigger(content: Any) -> None:
    assert NUCLIO.trigger(deserialized(content)) is None


def test_a_broken_event_is_malformed() -> None:
    with pytest.raises(MalformedEvent):
        TRIGGERS["nuclio-stream"].parse(deserialized({**KAFKA, "offset": "late"}))
    with pytest.raises(MalformedEvent):
        TRIGGERS["nuclio-cron"].parse(deserialized(message("cron", "nightly", b"\xff")))


def test_an_event_reaches_its_function_through_the_entry() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None: ...

    seen: list[Event] = []
    with bridge(app, platform="nuclio", lifespan="off") as handler:
        handler.on(MessageEvent, topic="orders")(seen.append)
        handler.on(TimerEvent, name="nightly")(seen.append)
        function: Any = handler.entry()
        for content in ([KAFKA, KAFKA], KAFKA, CRON):
            function(SDK.Context(), deserialized(content))
    assert [event.id for event in seen] == ["orders-3-42", "orders-3-42", "orders-3-42", "8d0c"]


# -- laws -------------------------------------------------------------------------------------------------------------


@st.composite
def streamed(draw: st.DrawFn) -> Event:
    topic, place = draw(names()), draw(st.none() | st.tuples(st.integers(0, 99), st.integers(0, 2**40)))
    headers = draw(st.dictionaries(words(), texts(), max_size=2))
    kind = draw(st.sampled_from(("kafka-cluster", "kinesis", "v3ioStream") if place else ("rabbit-mq", "nats", "mqtt")))
    return MessageEvent(
        id=f"{topic}-{place[0]}-{place[1]}" if place else draw(ids()),
        source=kind,
        type=kind,
        time=draw(seconds()),
        topic=topic,
        body=draw(bodies()),
        headers=tuple(headers.items()),
        partition=place[0] if place else None,
        offset=place[1] if place else None,
        group=draw(names()) if place else topic,
    )


@st.composite
def scheduled(draw: st.DrawFn) -> list[Event]:
    return [
        TimerEvent(
            id=draw(ids()),
            source="cron",
            type="cron",
            time=draw(seconds()),
            name=draw(names()),
            payload=draw(payloads().filter(lambda value: value != "")),
        )
    ]


TestLaws = trigger_laws_of(NUCLIO, {"nuclio-stream": several(streamed()), "nuclio-cron": scheduled()})

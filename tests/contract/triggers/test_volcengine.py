"""The events of veFaaS beside HTTP: the laws, and example events with exactly what each must become.

The values are invented, the structures are those that are published.
"""

from __future__ import annotations

from datetime import datetime, timezone
from functools import partial
from typing import Any

import pytest
from hypothesis import strategies as st

from fcbridge.events import CloudEvent, Event, MessageEvent, NotificationEvent, ObjectEvent, TimerEvent
from fcbridge.outcome import ack
from fcbridge.registry import platform
from fcbridge.testing.event_strategies import (
    bodies,
    etags,
    ids,
    keys,
    maybe,
    microseconds,
    names,
    payloads,
    regions,
    several,
    single,
    sizes,
    text_bodies,
    texts,
    words,
)
from fcbridge.testing.trigger_laws import trigger_laws_of
from tests.contract.triggers import parts
from tests.contract.triggers.parts import complaint, examples_of, with_value
from tests.examples import Examples

VOLCENGINE = platform("volcengine")
example = Examples("volcengine/other")
# Its nanoseconds are cut off.
TIME = datetime(2026, 11, 20, 4, 28, 7, 945_838, tzinfo=timezone.utc)
SECOND = datetime(2026, 11, 20, 4, 28, 7, tzinfo=timezone.utc)

EXPECTED: dict[str, list[Event]] = {
    "timer": [
        TimerEvent(
            id="9cab1030-0000-4b61-ae07-000000000003",
            source="/faas/event/timer/4o3fw1qf0000",
            type="faas.timer.event",
            time=TIME,
            name="4o3fw1qf0000",
            payload='{"job":"report"}',
        )
    ],
    "tos": [
        ObjectEvent(
            id="9cab1030-0000-4b61-ae07-000000000004",
            source="/faas/event/tos/0001",
            type="ObjectCreated:Put",
            time=SECOND,
            bucket="photos",
            key="in/cat.jpg",
            size=20480,
            etag="0cc175b9c0f1b6a831c399e269772661",
            region="cn-beijing",
        )
    ],
    "kafka": [
        MessageEvent(
            id="9cab1030-0000-4b61-ae07-000000000006",
            source="/faas/event/kafka/0001",
            type="faas.kafka.event",
            time=TIME,
            body=b'{"id":1}',
        )
    ],
    "sns": [
        NotificationEvent(
            id="m-1",
            source="/faas/event/sns/0001",
            type="faas.sns.event",
            subject="order",
            time=SECOND,
            topic="trn:sns:cn-beijing:2100000000:orders",
            body=b"paid:42",
        )
    ],
}
#: Examples of what is no event: header fields of requests, a result, what a runtime is sent.
NO_EVENTS = {
    "douyin-callcontainer-headers", "http-response", "native-mq-event-headers", "runtime-cloudevent-binary-headers",
    "runtime-http-request-headers", "runtime-initialize-request",
}  # fmt: skip


parsed = partial(parts.parsed, VOLCENGINE)


# -- examples ---------------------------------------------------------------------------------------------------------


TestExamples = examples_of(VOLCENGINE, example, EXPECTED, NO_EVENTS)


# -- several in one ---------------------------------------------------------------------------------------------------


def test_several_objects_in_one_event_have_an_id_each() -> None:
    payload = example("tos")
    payload["data"]["events"] *= 3
    assert [event.id[-6:] for event in parsed(payload)] == ["000004", "0004/1", "0004/2"]


def test_raw_is_the_record_itself() -> None:
    payload = example("tos")
    (event,) = parsed(payload)
    assert event.raw is payload["data"]["events"][0]


# -- what is inferred -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("retries", ["2", 2])
def test_what_goes_with_a_message_is_read_as_extensions(retries: object) -> None:
    payload = {
        **example("kafka"),
        "topic": "orders",
        "consumergroup": "shop-g",
        "retries_for_bad_status_requests": retries,
    }
    (event,) = parsed(payload)
    assert isinstance(event, MessageEvent)
    assert (event.topic, event.group, event.deliveries) == ("orders", "shop-g", 3)


@pytest.mark.parametrize(
    ("part", "body"),
    [
        ({"data": "报告"}, "报告".encode()),
        ({"data": {"id": 1, "name": "报告"}}, '{"id":1,"name":"报告"}'.encode()),
        ({"data": ["a", "b"]}, b'["a","b"]'),
        ({"data": None}, b""),
        ({}, b""),
        ({"data_base64": "//4A"}, b"\xff\xfe\x00"),
    ],
)
def test_a_message_is_its_text_or_its_value_as_json(part: dict[str, Any], body: bytes) -> None:
    payload = example("kafka")
    del payload["data"]
    (event,) = parsed({**payload, **part})
    assert isinstance(event, MessageEvent)
    assert event.body == body


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("faas.kafka.event", "vefaas-kafka"),
        ("faas.bmq.event", "vefaas-kafka"),
        ("faas.rocketmq.event", "vefaas-rocketmq"),
        ("bytefaas.rocketmq.event", "vefaas-rocketmq"),
        ("faas.tls.event", "vefaas-event"),
        ("com.example.order", None),
        ("faas.event", None),
    ],
)
def test_the_type_tells_the_trigger(kind: str, name: str | None) -> None:
    trigger = VOLCENGINE.trigger({**example("kafka"), "type": kind})
    assert (trigger.name if trigger else None) == name


def test_a_timer_of_a_name_is_composed_of_the_name_alone() -> None:
    trigger = VOLCENGINE.trigger(example("timer"))
    assert trigger is not None
    payload: Any = trigger.compose([TimerEvent(name="nightly", payload={"job": "report"})])
    (event,) = trigger.parse(payload)
    assert isinstance(event, TimerEvent)
    assert (event.name, event.payload, event.type) == ("nightly", '{"job": "report"}', "faas.timer.event")


@pytest.mark.parametrize(
    ("name", "path", "value", "field"),
    [
        ("timer", ("time",), "noon", "id, source or time"),
        ("timer", ("data",), 4711, "data"),
        ("tos", ("data", "events", 0, "tos", "object", "key"), 4711, "data.events[0].tos"),
        ("tos", ("data", "events", 0, "eventTime"), "yesterday", "data.events[0].eventTime"),
        ("sns", ("data", "Records", 0, "Sns", "Message"), 4711, "data.Records[0].Sns"),
        ("kafka", ("data_base64",), "aGVsbG8", "data"),
        ("kafka", ("retries_for_bad_status_requests",), "many", "retries_for_bad_status_requests"),
    ],
)
def test_a_broken_field_is_named_and_its_value_is_not(name: str, path: tuple[Any, ...], value: Any, field: str) -> None:
    payload = example(name)
    with_value(value, *path)(payload)
    message = complaint(VOLCENGINE, payload)
    assert f"its field {field!r}" in message
    assert str(value) not in message


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_nobody_waits_for_a_result(name: str) -> None:
    trigger = VOLCENGINE.trigger(example(name))
    assert trigger is not None
    assert trigger.render([ack("anything")], example(name)) is None


# -- laws -------------------------------------------------------------------------------------------------------------


def _one_envelope(objects: list[Any]) -> list[Any]:
    """As they come in one CloudEvent, of which they have their source and their ids."""
    first = objects[0]
    rest = [event.replace(source=first.source, id=f"{first.id}/{n}") for n, event in enumerate(objects[1:], 1)]
    return [first, *rest]


OBJECTS = several(
    st.builds(
        ObjectEvent,
        id=ids(),
        source=words().map("/faas/event/tos/{}".format),
        type=st.sampled_from(["ObjectCreated:Put", "ObjectCreated:CompleteMultipartUpload", "ObjectRemoved:Delete"]),
        time=microseconds(),
        bucket=names(),
        key=keys(),
        size=maybe(sizes()),
        etag=maybe(etags()),
        region=maybe(regions()),
        version=maybe(ids()),
    ),
).map(_one_envelope)
NOTIFICATIONS = several(
    st.builds(
        NotificationEvent,
        id=ids(),
        source=st.just("/faas/event/sns/4o3fw1qf"),
        type=st.just("faas.sns.event"),
        subject=maybe(texts(min_size=1)),
        time=microseconds(),
        topic=names().map("trn:sns:cn-beijing:2100000000:{}".format),
        body=text_bodies(),
    ),
)


@st.composite
def timers(draw: st.DrawFn) -> TimerEvent:
    name = draw(words())
    return TimerEvent(
        id=draw(ids()),
        source=f"/faas/event/timer/{name}",
        type=draw(types("timer")),
        time=draw(microseconds()),
        name=name,
        payload=draw(maybe(texts())),
    )


def types(*words: str) -> st.SearchStrategy[str]:
    return st.sampled_from([f"{prefix}.{word}.event" for word in words for prefix in ("faas", "bytefaas")])


def messages(*words: str) -> st.SearchStrategy[MessageEvent]:
    return st.builds(
        MessageEvent,
        id=ids(),
        source=names().map("/faas/event/mq/{}".format),
        type=types(*words),
        time=microseconds(),
        topic=st.just("") | names(),
        body=bodies(),
        deliveries=maybe(st.integers(1, 17)),
        group=maybe(names()),
    )


OTHERS = st.builds(
    CloudEvent,
    id=ids(),
    source=names().map("/faas/event/tls/{}".format),
    type=types("tls", "other"),
    subject=maybe(texts(min_size=1)),
    time=microseconds(),
    data=payloads() | st.binary(max_size=20),
    datacontenttype=st.sampled_from([None, "application/json", "application/octet-stream"]),
    dataschema=st.sampled_from([None, "https://example.com/schema.json"]),
    extensions=st.dictionaries(st.sampled_from(["topic", "shard", "traceparent"]), words(), max_size=2),
)


TestLaws = trigger_laws_of(
    VOLCENGINE,
    {
        "vefaas-tos": OBJECTS,
        "vefaas-timer": single(timers()),
        "vefaas-kafka": single(messages("kafka", "bmq")),
        "vefaas-rocketmq": single(messages("rocketmq")),
        "vefaas-sns": NOTIFICATIONS,
        "vefaas-event": single(OTHERS),
    },
)

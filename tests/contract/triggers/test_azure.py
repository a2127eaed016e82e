"""The events of Azure beside HTTP: the laws, and exactly what example posts and the worker's objects must become.

The values are invented, the structures are those of the host's code and of the package azure-functions.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import azure.functions as func
import pytest
from azure.functions.blob import BlobConverter
from azure.functions.eventgrid import EventGridEventInConverter
from azure.functions.eventhub import EventHubTriggerConverter
from azure.functions.meta import Datum
from azure.functions.queue import QueueMessageInConverter
from azure.functions.servicebus import ServiceBusMessageInConverter
from azure.functions.timer import TimerRequestConverter
from hypothesis import strategies as st

from fcbridge.errors import MalformedEvent
from fcbridge.events import CloudEvent, Event, MessageEvent, ObjectEvent, TimerEvent
from fcbridge.outcome import ack, reject
from fcbridge.registry import platform
from fcbridge.testing.event_strategies import (
    etags,
    ids,
    keys,
    maybe,
    microseconds,
    names,
    payloads,
    seconds,
    sizes,
    text_bodies,
    texts,
    words,
)
from fcbridge.testing.trigger_laws import trigger_laws_of
from fcbridge_adapters.azure.delivery import Delivery
from tests.contract.triggers.posted import legal
from tests.examples import Examples

AZURE = platform("azure")
TRIGGERS = {trigger.name: trigger for trigger in AZURE.triggers}
example = Examples("azure")
UTC = timezone.utc

# -- the examples -----------------------------------------------------------------------------------------------------

JOB = MessageEvent(
    id="3c2b1a09-1111-4222-8333-444455556666",
    source="queueTrigger",
    type="queueTrigger",
    time=datetime(2026, 8, 5, 7, 8, 9, 0, UTC),
    topic="jobs",
    body=b"plain text message",
    deliveries=1,
    receipt="AgAAAAMAAAAAAAAAexample",
)
CREATED = ObjectEvent(
    id="e-1",
    source="/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a",
    type="ObjectCreated:PutBlob",
    subject="/blobServices/default/containers/in/blobs/a.txt",
    time=datetime(2026, 8, 5, 7, 8, 13, 0, UTC),
    bucket="in",
    key="a.txt",
    size=5,
)
EXPECTED: dict[str, tuple[str, Event]] = {
    "custom-handler-queue-request": ("azure-queue", JOB),
    "custom-handler-queue-retry-request": (
        "azure-queue",
        JOB.replace(
            id="3c2b1a09-1111-4222-8333-444455556667", time=None, body=b'{"order":1}', deliveries=2, receipt=None
        ),
    ),
    "custom-handler-timer-request": (
        "azure-timer",
        TimerEvent(
            source="timerTrigger",
            type="timerTrigger",
            time=datetime(2026, 8, 5, 7, 5, 0, 10_000, UTC),
            name="tick",
        ),
    ),
    "custom-handler-eventgrid-request": ("azure-storage", CREATED),
}


def test_every_example_that_is_no_request_is_told() -> None:
    assert {name for name in example.names("custom-handler-*") if "http" not in name} == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_becomes_exactly_this_event(name: str) -> None:
    payload = example(name)
    source, event = EXPECTED[name]
    trigger = AZURE.trigger(payload)
    assert trigger is not None
    assert trigger.name == source
    assert trigger.parse(payload) == [event]
    assert AZURE.door(payload, None) is None


@pytest.mark.parametrize("name", ["custom-handler-http-request", "custom-handler-http-binary-request"])
def test_a_request_is_no_event(name: str) -> None:
    assert AZURE.trigger(example(name)) is None


def posted(value: object, **metadata: object) -> dict[str, Any]:
    return {"Data": {"event": value}, "Metadata": {**metadata, "sys": {"MethodName": "work"}}}


@pytest.mark.parametrize(
    ("value", "body"),
    [
        ('"hi"', b"hi"),
        ('"\\"hi\\""', b'"hi"'),
        ("17", b"17"),
        ("[1,2]", b"[1,2]"),
        ('"half', b'"half'),
        ({"order": "é"}, '{"order":"é"}'.encode()),
        ("", b""),
    ],
)
def test_the_text_of_a_message_is_taken_out_of_its_string_once(value: object, body: bytes) -> None:
    [event] = TRIGGERS["azure-queue"].parse(posted(value, DequeueCount="1"))
    assert isinstance(event, MessageEvent)
    assert event.body == body


def test_a_blob_is_told_by_its_address_and_properties() -> None:
    payload = posted(
        '"id,speed"',
        Uri='"https://a.blob.core.windows.net/in/raw/a%20b%25.log"',
        Properties={"Length": 8, "ETag": '"0x8DE"', "LastModified": "2026-08-05T07:08:09+00:00"},
        Metadata={},
    )
    assert AZURE.trigger(payload) is TRIGGERS["azure-blob"]
    assert TRIGGERS["azure-blob"].parse(payload) == [
        ObjectEvent(
            source="https://a.blob.core.windows.net",
            type="ObjectCreated:BlobTrigger",
            subject="in/raw/a b%.log",
            time=datetime(2026, 8, 5, 7, 8, 9, 0, UTC),
            bucket="in",
            key="raw/a b%.log",
            size=8,
            etag="0x8DE",
        )
    ]


def test_an_event_in_the_schema_of_cloudevents_is_one() -> None:
    document = {"specversion": "1.0", "id": "1", "source": "/shop", "type": "order", "data": {"n": 1}, "x": "y"}
    payload = posted(document)
    assert AZURE.trigger(payload) is TRIGGERS["azure-eventgrid"]
    expected = CloudEvent(id="1", source="/shop", type="order", data={"n": 1}, extensions={"x": "y"})
    assert TRIGGERS["azure-eventgrid"].parse(payload) == [expected]


@pytest.mark.parametrize(
    "payload",
    [
        posted("x", DequeueCount="many"),
        posted("x", DequeueCount="1", Id=5),
        posted("x", DequeueCount="1", InsertionTime="soon"),
        posted({"eventType": "t", "eventTime": "2026-08-05T07:08:09Z"}),
        posted({"specversion": "0.3"}),
        posted("x", Uri='"https://a/%ff/b"', Properties={}),
        posted("x", MessageId="1", DeliveryCount=True),
    ],
)
def test_a_broken_event_is_malformed(payload: Any) -> None:
    trigger = AZURE.trigger(payload)
    assert trigger is not None
    with pytest.raises(MalformedEvent):
        trigger.parse(payload)


def test_a_custom_handler_is_answered_and_what_was_returned_is_the_return_value() -> None:
    trigger, payload = TRIGGERS["azure-queue"], example("custom-handler-queue-request")
    assert trigger.render([ack()], payload) == {"Outputs": {}, "Logs": [], "ReturnValue": None}
    assert trigger.render([reject()], payload) == {"Outputs": {}, "Logs": [], "ReturnValue": None}
    assert trigger.render([ack("done")], payload) == {"Outputs": {}, "Logs": [], "ReturnValue": "done"}
    assert trigger.render([ack(object())], payload) == {"Outputs": {}, "Logs": [], "ReturnValue": None}
    assert trigger.render([ack("done")], func.QueueMessage(body="x")) is None


# -- the objects of the worker ----------------------------------------------------------------------------------------


def metadata(**fields: str) -> dict[str, Datum]:
    return {
        name: Datum(value, "json" if value.isdigit() or value[:1] == "{" else "string")
        for name, value in fields.items()
    }


def through(converter: Any, data: Datum, **fields: str) -> Any:
    """What the worker makes of the host's message."""
    return converter.decode(data, trigger_metadata=metadata(**fields))


MESSAGE = through(
    QueueMessageInConverter,
    Datum('{"order":1}', "string"),
    Id="m-1",
    DequeueCount="2",
    InsertionTime="2026-08-05T07:08:09+00:00",
    ExpirationTime="2026-08-12T07:08:09+00:00",
    NextVisibleTime="2026-08-05T07:18:09+00:00",
    PopReceipt="AgAA",
)
BLOB = through(
    BlobConverter,
    Datum(b"id,speed", "bytes"),
    BlobTrigger="in/raw/a b.log",
    Uri="https://a.blob.core.windows.net/in/raw/a%20b.log",
    Properties='{"ContentLength": 8, "ETag": "\\"0x8DE\\"", "LastModified": "2026-08-05T07:08:09+00:00"}',
    Metadata="{}",
)
TIMER = through(TimerRequestConverter, Datum('{"Schedule": {}, "ScheduleStatus": {}, "IsPastDue": true}', "json"))
GRID = through(
    EventGridEventInConverter,
    Datum(
        '{"id": "e-1", "topic": "/t", "subject": "orders/1", "eventType": "Placed", "dataVersion": "2", '
        '"eventTime": "2026-08-05T07:08:09.1234567Z", "data": {"n": 1}}',
        "json",
    ),
)
CLOUD = through(
    EventGridEventInConverter,
    Datum('{"specversion": "1.0", "id": "e-1", "source": "/t", "type": "Placed", "data": {"n": 1}, "x": "y"}', "json"),
)
BUS: Any = through(
    ServiceBusMessageInConverter,
    Datum(b"hi", "bytes"),
    MessageId="m-1",
    DeliveryCount="3",
    SequenceNumber="42",
    EnqueuedTimeUtc="2026-08-05T07:08:09Z",
    Subject="placed",
    SessionId="car-7",
    LockToken="0a1b",
    ApplicationProperties='{"kind": "order"}',
    UserProperties="{}",
)
HUB = through(
    EventHubTriggerConverter,
    Datum(b"hi", "bytes"),
    SequenceNumber="42",
    Offset="4096",
    PartitionKey="car-7",
    EnqueuedTimeUtc="2026-08-05T07:08:09Z",
    SystemProperties="{}",
)
AT = datetime(2026, 8, 5, 7, 8, 9, 0, UTC)
OBJECTS: dict[str, tuple[Any, Event]] = {
    "azure-queue": (
        MESSAGE,
        JOB.replace(id="m-1", topic="named", body=b'{"order":1}', deliveries=2, receipt="AgAA", time=AT),
    ),
    "azure-blob": (
        BLOB,
        ObjectEvent(
            source="https://a.blob.core.windows.net",
            type="ObjectCreated:BlobTrigger",
            subject="in/raw/a b.log",
            time=AT,
            bucket="in",
            key="raw/a b.log",
            size=8,
            etag="0x8DE",
        ),
    ),
    "azure-timer": (TIMER, TimerEvent(source="timerTrigger", type="timerTrigger", name="named")),
    "azure-eventgrid": (
        GRID,
        CloudEvent(
            id="e-1",
            source="/t",
            type="Placed",
            subject="orders/1",
            time=AT.replace(microsecond=123456),
            data={"n": 1},
            extensions={"dataversion": "2"},
        ),
    ),
    "azure-servicebus": (
        BUS,
        MessageEvent(
            id="m-1",
            source="serviceBusTrigger",
            type="serviceBusTrigger",
            subject="placed",
            time=AT,
            topic="named",
            key=b"car-7",
            body=b"hi",
            headers=(("kind", "order"),),
            offset=42,
            deliveries=3,
            receipt="0a1b",
        ),
    ),
    "azure-eventhub": (
        HUB,
        MessageEvent(
            source="eventHubTrigger",
            type="eventHubTrigger",
            time=AT,
            topic="named",
            key=b"car-7",
            body=b"hi",
            offset=42,
        ),
    ),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_of_the_worker_becomes_exactly_this_event(name: str) -> None:
    event, expected = OBJECTS[name]
    delivered = Delivery(event, "named")
    claims = [trigger for trigger in AZURE.triggers if trigger.matches(delivered)]
    assert claims == [TRIGGERS[name]]
    assert claims == [trigger for trigger in AZURE.triggers if trigger.matches(event)]
    [parsed] = TRIGGERS[name].parse(delivered)
    assert parsed == expected
    assert parsed.raw is event
    assert AZURE.door(event, None) is None


def test_a_cloudevent_of_the_worker_is_one() -> None:
    assert AZURE.trigger(CLOUD) is TRIGGERS["azure-eventgrid"]
    expected = CloudEvent(id="e-1", source="/t", type="Placed", data={"n": 1}, extensions={"x": "y"})
    assert TRIGGERS["azure-eventgrid"].parse(CLOUD) == [expected]


def test_a_blobs_event_of_the_worker_is_an_object() -> None:
    grid = example("custom-handler-eventgrid-request")["Data"]["evt"]
    event: Any = func.EventGridEvent(
        id=grid["id"],
        data=grid["data"],
        topic=grid["topic"],
        subject=grid["subject"],
        event_type=grid["eventType"],
        event_time=datetime(2026, 8, 5, 7, 8, 13),
        data_version="",
    )
    assert AZURE.trigger(event) is TRIGGERS["azure-storage"]
    assert TRIGGERS["azure-storage"].parse(event) == [CREATED]


@pytest.mark.parametrize("name", ["azure-servicebus", "azure-eventhub"])
def test_several_objects_are_several_events(name: str) -> None:
    event, expected = OBJECTS[name]
    assert AZURE.trigger(Delivery([event, event], "named")) is TRIGGERS[name]
    assert TRIGGERS[name].parse(Delivery([event, event], "named")) == [expected, expected]
    assert AZURE.trigger([event, "x"]) is None
    assert AZURE.trigger([]) is None


def test_the_blobs_contents_come_along() -> None:
    [event] = TRIGGERS["azure-blob"].parse(BLOB)
    assert isinstance(event.raw, func.InputStream)
    assert event.raw.read() == b"id,speed"


@pytest.mark.parametrize(
    "event", [func.HttpRequest("GET", "/", body=b""), func.HttpResponse(), object(), "text", None, 5, [object()]]
)
def test_other_objects_are_no_events(event: Any) -> None:
    assert AZURE.trigger(event) is None
    assert AZURE.trigger(Delivery(event, "named")) is None


# -- laws -------------------------------------------------------------------------------------------------------------


@st.composite
def queued(draw: st.DrawFn) -> list[Event]:
    return [
        MessageEvent(
            id=draw(ids()),
            source="queueTrigger",
            type="queueTrigger",
            time=draw(maybe(seconds())),
            topic=draw(names()),
            body=draw(text_bodies()),
            deliveries=draw(st.integers(1, 5)),
            receipt=draw(maybe(words())),
        )
    ]


@st.composite
def bussed(draw: st.DrawFn) -> list[Event]:
    topic = draw(names())
    return [draw(bus_message(topic)) for _ in range(draw(st.integers(1, 3)))]


@st.composite
def bus_message(draw: st.DrawFn, topic: str) -> Event:
    key = draw(maybe(texts(min_size=1)))
    headers = draw(st.dictionaries(words(), payloads(), max_size=2))
    return MessageEvent(
        id=draw(ids()),
        source="serviceBusTrigger",
        type="serviceBusTrigger",
        subject=draw(maybe(texts(min_size=1))),
        time=draw(maybe(microseconds())),
        topic=topic,
        key=None if key is None else key.encode(),
        body=draw(text_bodies()),
        headers=tuple(headers.items()),
        offset=draw(maybe(st.integers(0, 2**60))),
        deliveries=draw(st.integers(1, 5)),
        receipt=draw(maybe(words())),
    )


@st.composite
def streamed(draw: st.DrawFn) -> list[Event]:
    topic, partition = draw(names()), draw(maybe(st.integers(0, 31)))
    return [draw(hub_event(topic, partition)) for _ in range(draw(st.integers(1, 3)))]


@st.composite
def hub_event(draw: st.DrawFn, topic: str, partition: int | None) -> Event:
    key = draw(maybe(texts(min_size=1)))
    headers = draw(st.dictionaries(words(), payloads(), max_size=2))
    return MessageEvent(
        source="eventHubTrigger",
        type="eventHubTrigger",
        time=draw(maybe(microseconds())),
        topic=topic,
        key=None if key is None else key.encode(),
        body=draw(text_bodies()),
        headers=tuple(headers.items()),
        partition=partition,
        offset=draw(st.integers(0, 2**60)),
    )


@st.composite
def blobs(draw: st.DrawFn) -> list[Event]:
    bucket, key = draw(names()), draw(keys())
    return [
        ObjectEvent(
            source=f"https://{draw(names())}.blob.core.windows.net",
            type="ObjectCreated:BlobTrigger",
            subject=f"{bucket}/{key}",
            time=draw(maybe(seconds())),
            bucket=bucket,
            key=key,
            size=draw(maybe(sizes())),
            etag=draw(maybe(etags())),
        )
    ]


@st.composite
def stored(draw: st.DrawFn) -> list[Event]:
    bucket, key = draw(names()), draw(keys())
    return [
        ObjectEvent(
            id=draw(ids()),
            source=f"/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/{draw(names())}",
            type=draw(
                st.sampled_from(("ObjectCreated:PutBlob", "ObjectCreated:FlushWithClose", "ObjectRemoved:DeleteBlob"))
            ),
            subject=f"/blobServices/default/containers/{bucket}/blobs/{key}",
            time=draw(microseconds()),
            bucket=bucket,
            key=key,
            size=draw(maybe(sizes())),
            etag=draw(maybe(etags())),
        )
    ]


@st.composite
def gridded(draw: st.DrawFn) -> list[Event]:
    cloud = draw(st.booleans())
    extensions: dict[str, Any] = draw(st.sampled_from(({}, {"dataversion": "2"})))
    if cloud:
        extensions = {"x": draw(texts().filter(legal))}
    return [
        CloudEvent(
            id=draw(ids()),
            source=f"/subscriptions/{draw(names())}",
            type=draw(st.sampled_from(("Example.Placed", "Microsoft.Storage.BlobTierChanged"))),
            subject=draw(maybe(texts(min_size=1).filter(legal))),
            time=draw(microseconds()),
            data=draw(payloads()),
            datacontenttype="application/json" if cloud else None,
            extensions=extensions,
        )
    ]


@st.composite
def scheduled(draw: st.DrawFn) -> list[Event]:
    return [TimerEvent(source="timerTrigger", type="timerTrigger", time=draw(microseconds()), name=draw(names()))]


TestLaws = trigger_laws_of(
    AZURE,
    {
        "azure-queue": queued(),
        "azure-servicebus": bussed(),
        "azure-eventhub": streamed(),
        "azure-blob": blobs(),
        "azure-storage": stored(),
        "azure-eventgrid": gridded(),
        "azure-timer": scheduled(),
    },
)

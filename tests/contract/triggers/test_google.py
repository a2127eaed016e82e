"""The events of Google beside HTTP: the laws, and example requests with exactly what each must become.

The values are invented, the structures are those of Google's conformance tests and documents.
"""

from __future__ import annotations

import json
import struct
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcbridge.errors import MalformedEvent
from fcbridge.events import CloudEvent, Event, MessageEvent, ObjectEvent, RowEvent, TimerEvent
from fcbridge.model import Headers, Request
from fcbridge.outcome import Outcome, ack, reject, retry
from fcbridge.registry import gateway, platform
from fcbridge.testing.event_strategies import (
    bodies,
    etags,
    ids,
    keys,
    maybe,
    microseconds,
    names,
    payloads,
    single,
    sizes,
    texts,
    words,
)
from fcbridge.testing.trigger_laws import trigger_laws_of
from tests.contract.triggers.posted import cloudevents, legal, post, received
from tests.examples import Examples

GOOGLE = platform("google")
DOORS = [gateway("gcf-http"), gateway("gcf-asgi")]
example = Examples("google/other")
UTC = timezone.utc
TIME = datetime(2026, 8, 5, 7, 8, 9, 123000, UTC)


def told(name: str) -> Request:
    """The request of an example: it is one itself, or a body, whose name says of which type."""
    document = example(name)
    if name.endswith("-http"):
        return post(document["body"].encode("utf-8"), *document["headers"].items())
    kind = "application/cloudevents+json" if name.endswith("-structured") else "application/json"
    return post(json.dumps(document).encode(), ("content-type", kind))


# -- the examples -----------------------------------------------------------------------------------------------------

STORED = ObjectEvent(
    id="ce-0001",
    source="//storage.googleapis.com/projects/_/buckets/media-in",
    type="ObjectCreated:Finalized",
    subject="objects/in/a b.pdf",
    time=TIME,
    bucket="media-in",
    key="in/a b.pdf",
    size=2048,
    etag="CAE=",
    version="1785913689000001",
)
PUBLISHED = MessageEvent(
    id="9000000000000001",
    source="//pubsub.googleapis.com/projects/demo-proj/topics/orders",
    type="google.cloud.pubsub.topic.v1.messagePublished",
    time=TIME,
    topic="orders",
    key=b"k1",
    body=b"hello",
    headers=(("kind", "order"),),
    group="eventarc-orders-sub-001",
)
EXPECTED: dict[str, tuple[str, Event]] = {
    "cloudevent-storage-binary-http": ("google-storage", STORED),
    "cloudevent-storage-structured": ("google-storage", STORED),
    "background-storage-legacy": ("google-storage", STORED.replace(id="st-1", etag=None)),
    "cloudevent-pubsub-binary-http": ("google-pubsub", PUBLISHED),
    "cloudevent-pubsub-structured": ("google-pubsub", PUBLISHED),
    "background-pubsub-legacy": ("google-pubsub", PUBLISHED.replace(key=None, group=None)),
    "background-flat-legacy": ("google-pubsub", PUBLISHED.replace(key=None, group=None, headers=())),
    "pubsub-push-raw-wrapped": (
        "google-pubsub-push",
        MessageEvent(
            id="9000000000000001",
            source="//pubsub.googleapis.com/projects/demo-proj/subscriptions/push-sub",
            type="google.cloud.pubsub.topic.v1.messagePublished",
            time=TIME,
            topic="push-sub",
            body=b"hello",
            headers=(("kind", "order"),),
            deliveries=1,
            group="push-sub",
        ),
    ),
    "cloudevent-firestore-structured": (
        "google-firestore",
        RowEvent(
            id="ce-0001",
            source="//firestore.googleapis.com/projects/demo-proj/databases/(default)",
            type="google.cloud.firestore.document.v1.updated",
            subject="documents/users/u1",
            time=TIME,
            table="users",
            kind="update",
            keys={"__name__": "users/u1"},
            before={"n": 1},
            after={"n": 2},
        ),
    ),
    "cloudevent-audit-log-structured": (
        "google-audit",
        CloudEvent(
            id="ce-0001",
            source="//cloudaudit.googleapis.com/projects/demo-proj/logs/activity",
            type="google.cloud.audit.log.v1.written",
            subject="storage.googleapis.com/projects/_/buckets/new-one",
            time=TIME,
            datacontenttype="application/json",
            extensions={
                "servicename": "storage.googleapis.com",
                "methodname": "storage.buckets.create",
                "resourcename": "projects/_/buckets/new-one",
            },
            data={
                "insertId": "i1",
                "logName": "projects/demo-proj/logs/cloudaudit.googleapis.com%2Factivity",
                "protoPayload": {
                    "serviceName": "storage.googleapis.com",
                    "methodName": "storage.buckets.create",
                    "resourceName": "projects/_/buckets/new-one",
                    "authenticationInfo": {"principalEmail": "dev@example.org"},
                },
                "resource": {"type": "gcs_bucket", "labels": {}},
                "timestamp": "2026-08-05T07:08:09Z",
                "severity": "NOTICE",
            },
        ),
    ),
}


def test_every_example_is_told() -> None:
    assert example.names() == EXPECTED.keys()


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_becomes_exactly_this_event(name: str, door: Any) -> None:
    payload, _ = received(told(name), door)
    source, event = EXPECTED[name]
    trigger = GOOGLE.trigger(payload)
    assert trigger is not None
    assert trigger.name == source
    assert trigger.matches(payload)
    assert trigger.parse(payload) == [event]


def parsed(request: Request) -> list[Event]:
    payload, _ = received(request, DOORS[0])
    trigger = GOOGLE.trigger(payload)
    assert trigger is not None
    return trigger.parse(payload)


def test_a_message_without_wrapping_is_told_by_its_header_fields() -> None:
    request = post(
        b"\x00\xff",
        ("x-goog-pubsub-message-id", "9000000000000001"),
        ("x-goog-pubsub-subscription-name", "projects/demo-proj/subscriptions/push-sub"),
        ("x-goog-pubsub-publish-time", "2026-08-05T07:08:09.123Z"),
        ("x-goog-pubsub-ordering-key", "k1"),
    )
    pushed = EXPECTED["pubsub-push-raw-wrapped"][1]
    assert parsed(request) == [pushed.replace(key=b"k1", body=b"\x00\xff", headers=(), deliveries=None)]


def test_a_message_of_attributes_alone_has_no_body() -> None:
    document = example("pubsub-push-raw-wrapped")
    del document["message"]["data"]
    [event] = parsed(post(json.dumps(document).encode(), ("content-type", "application/json")))
    assert event == EXPECTED["pubsub-push-raw-wrapped"][1].replace(body=b"")


@pytest.mark.parametrize(
    ("body", "content_type", "payload"),
    [
        (b"", "", None),
        (b'{"report": "daily"}', "application/json", {"report": "daily"}),
        (b'{"report": "daily"}', "application/octet-stream", '{"report": "daily"}'),
        ("日报".encode(), "text/plain", "日报"),
        (b"\xff", "application/octet-stream", b"\xff"),
    ],
)
def test_a_job_of_the_scheduler_is_a_timer(body: bytes, content_type: str, payload: object) -> None:
    request = post(
        body,
        ("user-agent", "Google-Cloud-Scheduler"),
        ("x-cloudscheduler", "true"),
        ("x-cloudscheduler-jobname", "projects/p/locations/l/jobs/nightly"),
        ("x-cloudscheduler-scheduletime", "2026-08-05T15:08:09.123+08:00"),
        *([("content-type", content_type)] if content_type else []),
    )
    assert parsed(request) == [
        TimerEvent(
            source="//cloudscheduler.googleapis.com",
            type="google.cloud.scheduler.job.v1.executed",
            subject="nightly",
            time=TIME,
            name="nightly",
            payload=payload,
        )
    ]


@pytest.mark.parametrize(
    "request_",
    [
        post(b'{"message": {"text": "hi"}, "subscription": "gold"}', ("content-type", "application/json")),
        post(b'{"message": "hi", "subscription": "projects/p/subscriptions/s"}', ("content-type", "application/json")),
        post(b'{"eventType": "click", "data": 1}', ("content-type", "application/json")),
        post(b'{"eventType"', ("content-type", "application/json")),
        post(b"", ("ce-id", "1"), ("ce-type", "google.cloud.storage.object.v1.finalized")),
        Request("GET", headers=Headers([("host", "fn.example.com"), ("x-cloudscheduler", "true")])),
    ],
)
def test_a_request_that_only_looks_like_an_event_is_the_apps(request_: Request) -> None:
    payload, _ = received(request_, DOORS[0])
    assert GOOGLE.trigger(payload) is None
    assert not any(trigger.matches(payload) for trigger in GOOGLE.triggers)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("deleted", "ObjectRemoved:Deleted"),
        ("archived", "ObjectArchived:Archived"),
        ("metadataUpdated", "ObjectMetadata:Updated"),
        ("fromTheFuture", "fromTheFuture"),
    ],
)
def test_the_words_of_storage(word: str, expected: str) -> None:
    request = told("cloudevent-storage-binary-http")
    pairs = [
        (name, f"google.cloud.storage.object.v1.{word}" if name == "ce-type" else value)
        for name, value in request.headers
    ]
    assert parsed(request.replace(headers=Headers(pairs))) == [STORED.replace(type=expected)]


def test_a_written_document_was_inserted_updated_or_deleted() -> None:
    document = example("cloudevent-firestore-structured")
    document["type"] = "google.cloud.firestore.document.v1.written.withAuthContext"
    kinds: list[str] = []
    for gone in ((), ("oldValue",), ("value",)):
        data = {name: value for name, value in document["data"].items() if name not in gone}
        body = json.dumps({**document, "data": data}).encode()
        [event] = parsed(post(body, ("content-type", "application/cloudevents+json")))
        assert isinstance(event, RowEvent)
        kinds.append(event.kind)
    assert kinds == ["update", "insert", "delete"]


@pytest.mark.parametrize(
    "broken",
    [
        post(b"{}", ("ce-specversion", "1.0"), ("ce-type", "google.cloud.storage.object.v1.finalized")),
        post(b"{", ("content-type", "application/cloudevents+json")),
        post(b'{"eventType": "google.storage.object.finalize", "eventId": "1", "data": {}}'),
        post(b'{"eventType": 5, "eventId": "1", "data": {}}'),
        post(b'{"message": {"messageId": 5}, "subscription": "projects/p/subscriptions/s"}'),
        post(b"{", ("x-cloudscheduler", "true"), ("content-type", "application/json")),
        post(b"", ("x-goog-pubsub-message-id", "1"), ("x-goog-pubsub-publish-time", "now")),
    ],
)
def test_a_broken_event_is_malformed(broken: Request) -> None:
    with pytest.raises(MalformedEvent):
        parsed(broken)


@pytest.mark.parametrize(
    ("outcomes", "status", "after"),
    [
        ([ack()], 204, None),
        ([reject("no such order")], 204, None),
        ([retry()], 503, None),
        ([retry(after=0.2)], 503, "1"),
        ([retry(after=90), ack(), retry(after=30)], 503, "90"),
        ([retry(after=1e12)], 503, "86400"),
        ([retry(after=float("inf"))], 503, "86400"),
        ([retry(after=-1)], 503, "0"),
        ([], 204, None),
    ],
)
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_the_answer_says_what_has_become_of_the_events(
    door: Any, outcomes: list[Outcome], status: int, after: str | None
) -> None:
    trigger = GOOGLE.triggers[0]

    def answer(event: Any) -> object:
        return trigger.render(outcomes, event)

    _, response = received(told("cloudevent-storage-binary-http"), door, answer)
    assert (response.status, response.headers.get("retry-after")) == (status, after)


# -- protobuf ---------------------------------------------------------------------------------------------------------


def varint(number: int) -> bytes:
    number %= 2**64
    octets = bytearray()
    while number >= 0x80:
        octets.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*octets, number])


def field(number: int, content: bytes | int) -> bytes:
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def fixed(number: int, value: float) -> bytes:
    return varint(number << 3 | 1) + struct.pack("<d", value)


def entry(name: str, value: bytes) -> bytes:
    return field(1, name.encode()) + field(2, value)


def document(path: str, columns: dict[str, bytes]) -> bytes:
    name = field(1, f"projects/p/databases/(default)/documents/{path}".encode())
    times = field(3, field(1, 1785913689)) + field(4, field(1, 1785913689) + field(2, 5000))
    return name + b"".join(field(2, entry(column, value)) for column, value in columns.items()) + times


def test_a_document_in_protobuf_is_the_same_as_in_json() -> None:
    before = document("cars/7", {"speed": field(2, 80)})
    moment = field(1, 1785913689) + field(2, 123_000_999)
    after = document(
        "cars/7",
        {
            "speed": field(2, -92),
            "on": field(1, 1),
            "rate": fixed(3, 1.5),
            "seen": field(10, moment),
            "name": field(17, "李".encode()),
            "blob": field(18, b"\x00\xff"),
            "owner": field(5, b"projects/p/databases/(default)/documents/people/1"),
            "at": field(8, fixed(1, 30.25)),
            "tags": field(9, field(1, field(17, b"a")) + field(1, field(11, 0))),
            "more": field(6, field(1, entry("n", field(2, 1))) + field(1, entry("none", field(11, 0)))),
            "empty": field(9, b""),
            "unset": b"",
        },
    )
    message = field(1, after) + field(2, before) + field(3, field(1, b"speed")) + varint(9 << 3 | 5) + b"\0\0\0\0"
    [event] = parsed(
        post(
            message,
            ("ce-specversion", "1.0"),
            ("ce-id", "ce-0001"),
            ("ce-source", "//firestore.googleapis.com/projects/p/databases/(default)"),
            ("ce-type", "google.cloud.firestore.document.v1.updated"),
            ("ce-subject", "documents/cars/7"),
            ("content-type", "application/protobuf"),
        )
    )
    assert event == RowEvent(
        id="ce-0001",
        source="//firestore.googleapis.com/projects/p/databases/(default)",
        type="google.cloud.firestore.document.v1.updated",
        subject="documents/cars/7",
        table="cars",
        kind="update",
        keys={"__name__": "cars/7"},
        before={"speed": 80},
        after={
            "speed": -92,
            "on": True,
            "rate": 1.5,
            "seen": TIME,
            "name": "李",
            "blob": b"\x00\xff",
            "owner": "projects/p/databases/(default)/documents/people/1",
            "at": {"latitude": 30.25, "longitude": 0.0},
            "tags": ["a", None],
            "more": {"n": 1, "none": None},
            "empty": [],
            "unset": None,
        },
    )


@given(st.binary(max_size=60))
def test_any_bytes_in_place_of_protobuf_are_an_event_or_malformed(message: bytes) -> None:
    request = post(
        message or b"\0",
        ("ce-specversion", "1.0"),
        ("ce-id", "1"),
        ("ce-source", "//firestore.googleapis.com/projects/p/databases/(default)"),
        ("ce-type", "google.cloud.firestore.document.v1.written"),
        ("content-type", "application/protobuf"),
    )
    try:
        [event] = parsed(request)
    except MalformedEvent:
        return
    assert isinstance(event, RowEvent)


# -- laws -------------------------------------------------------------------------------------------------------------


@st.composite
def stored(draw: st.DrawFn) -> list[Event]:
    bucket, key = draw(names()), draw(keys().filter(legal))
    return [
        ObjectEvent(
            id=draw(ids()),
            source=f"//storage.googleapis.com/projects/_/buckets/{bucket}",
            type=draw(
                st.sampled_from(
                    (
                        "ObjectCreated:Finalized",
                        "ObjectRemoved:Deleted",
                        "ObjectArchived:Archived",
                        "ObjectMetadata:Updated",
                    )
                )
            ),
            subject=f"objects/{key}",
            time=draw(maybe(microseconds())),
            bucket=bucket,
            key=key,
            size=draw(maybe(sizes())),
            etag=draw(maybe(etags())),
            version=draw(maybe(ids())),
        )
    ]


@st.composite
def published(draw: st.DrawFn, kind: str) -> list[Event]:
    name = draw(names())
    attributes = draw(st.dictionaries(words(), texts(), max_size=2))
    key = draw(maybe(texts(min_size=1)))
    return [
        MessageEvent(
            id=draw(ids()),
            source=f"//pubsub.googleapis.com/projects/{draw(names())}/{kind}/{name}",
            type="google.cloud.pubsub.topic.v1.messagePublished",
            time=draw(maybe(microseconds())),
            topic=name,
            key=None if key is None else key.encode(),
            body=draw(bodies()),
            headers=tuple(attributes.items()),
            deliveries=draw(maybe(st.integers(1, 10))),
            group=name if kind == "subscriptions" else draw(maybe(names())),
        )
    ]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts()
    | st.binary(max_size=8)
    | microseconds(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts(), inner, max_size=2),
    max_leaves=4,
)
COLUMNS = st.dictionaries(texts(), VALUES, min_size=1, max_size=3)


@st.composite
def changed(draw: st.DrawFn) -> list[Event]:
    kind, word = draw(st.sampled_from((("insert", "created"), ("update", "updated"), ("delete", "deleted"))))
    table = draw(names()) + draw(st.sampled_from(("", "/a/b")))
    path = f"{table}/{draw(words())}"
    return [
        RowEvent(
            id=draw(ids()),
            source=f"//firestore.googleapis.com/projects/{draw(names())}/databases/(default)",
            type=f"google.cloud.firestore.document.v1.{word}",
            subject=f"documents/{path}",
            time=draw(maybe(microseconds())),
            table=table,
            kind=kind,
            keys={"__name__": path},
            before=None if kind == "insert" else draw(COLUMNS),
            after=None if kind == "delete" else draw(COLUMNS),
        )
    ]


@st.composite
def scheduled(draw: st.DrawFn) -> list[Event]:
    name = draw(names())
    return [
        TimerEvent(
            source="//cloudscheduler.googleapis.com",
            type="google.cloud.scheduler.job.v1.executed",
            subject=name,
            time=draw(maybe(microseconds())),
            name=name,
            payload=draw(payloads().filter(lambda value: value != "")),
        )
    ]


TestLaws = trigger_laws_of(
    GOOGLE,
    {
        "google-storage": stored(),
        "google-pubsub": published("topics"),
        "google-pubsub-push": published("subscriptions"),
        "google-firestore": changed(),
        "google-audit": single(cloudevents(st.just("google.cloud.audit.log.v1.written"))),
        "google-scheduler": scheduled(),
        "google-cloudevent": st.lists(
            cloudevents(st.sampled_from(("com.example.order", "google.firebase.auth.user.v1.created"))), max_size=3
        ),
    },
)

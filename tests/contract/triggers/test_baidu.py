"""The events of CFC beside HTTP: the laws, and example events with exactly what each must become.

The values are invented, the structures are those of Baidu's templates.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from functools import partial
from typing import Any

import pytest
from hypothesis import strategies as st

from fcbridge.events import CloudEvent, DestinationEvent, Event, MessageEvent, ObjectEvent, TimerEvent
from fcbridge.outcome import ack, reject
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
    seconds,
    several,
    single,
    sizes,
    texts,
    words,
)
from fcbridge.testing.trigger_laws import trigger_laws_of
from tests.contract.triggers import parts
from tests.contract.triggers.parts import complaint, examples_of, with_value
from tests.examples import Examples

BAIDU = platform("baidu")
example = Examples("baidu/other")
PREFIX = "brn:bce:cfc:bj:0123456789abcdef0123456789abcdef:function"

EXPECTED: dict[str, list[Event]] = {
    "bos": [
        ObjectEvent(
            id="2a513199-0000-4ac7-b12a-000000000004",
            source="bos:realtime",
            type="ObjectCreated:PutObject",
            time=datetime(2026, 11, 20, 2, 28, 49, tzinfo=timezone.utc),
            bucket="photos",
            key="in/cat.jpg",
            size=20480,
            etag="0cc175b9c0f1b6a831c399e269772661",
            region="bj",
        )
    ],
    "kafka": [
        MessageEvent(
            id="c7ac0000__orders-0-10",
            source="c7ac0000__orders",
            type="bce:kafka:record",
            time=datetime(2026, 9, 21, 14, 13, 20, 653_000, tzinfo=timezone.utc),
            topic="c7ac0000__orders",
            body=b'{"id":1}',
            partition=0,
            offset=10,
        )
    ],
    "kafka-lowercase-key": [
        MessageEvent(
            id="c7ac0000__orders-0-11",
            source="c7ac0000__orders",
            type="bce:kafka:record",
            time=datetime(2026, 9, 21, 14, 13, 21, 500_000, tzinfo=timezone.utc),
            topic="c7ac0000__orders",
            body=b"0",
            partition=0,
            offset=11,
        )
    ],
    "crontab": [
        TimerEvent(
            id="4ab17338-0000-4905-b3a5-000000000003",
            source="cfc:crontab",
            type="Scheduled Event",
            subject=f"{PREFIX}:nightly:$LATEST",
            time=datetime(2026, 11, 20, 8, 3, tzinfo=timezone.utc),
            name="d9f671cc-0000-41f3-be33-000000000002",
        )
    ],
    "cdn": [
        CloudEvent(
            source="cdn",
            type="CachedObjectsPushed",
            time=datetime(2026, 9, 21, 14, 13, 20, tzinfo=timezone.utc),
            data={"taskId": "task-1", "status": "completed"},
            extensions={"userid": "9b2a0000"},
        )
    ],
    "cdn-domain": [
        CloudEvent(
            source="cdn",
            type="CdnDomainStarted",
            time=datetime(2026, 9, 21, 14, 13, 20, tzinfo=timezone.utc),
            data={"domain": "www.example.com", "logTime": "2026-11-20T12:00:00"},
            extensions={"userid": "9b2a0000"},
        )
    ],
    "dueros": [
        CloudEvent(
            id="r-1",
            source="shop_skill",
            type="IntentRequest",
            subject="s-1",
            time=datetime(2026, 9, 21, 14, 13, 20, tzinfo=timezone.utc),
            data=example("dueros"),
            datacontenttype="application/json",
        )
    ],
}
#: Examples of what is no event: results, and what a runtime is sent through its pipe.
NO_EVENTS = {"error", "http-response", "runtime-pipe-request", "runtime-pipe-response"}

#: What no document shows is tried with what is inferred.
DESTINATION = {
    "version": "1.0",
    "timestamp": "2026-11-20T08:03:01.250Z",
    "requestContext": {
        "requestId": "r-7",
        "functionBrn": f"{PREFIX}:nightly:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    },
    "requestPayload": {"day": "2026-11-19"},
    "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
    "responsePayload": {"errorMessage": "'day'", "errorType": "KeyError"},
}


parsed = partial(parts.parsed, BAIDU)


# -- examples ---------------------------------------------------------------------------------------------------------


TestExamples = examples_of(BAIDU, example, EXPECTED, NO_EVENTS)


def test_raw_is_the_record_itself() -> None:
    payload = example("bos")
    raw: Any = parsed(payload)[0].raw
    assert raw is payload["events"][0]
    assert raw["content"]["credentials"]["sessionToken"] == "EXAMPLE"


def test_the_record_of_a_failure_is_parsed() -> None:
    assert parsed(DESTINATION) == [
        DestinationEvent(
            id="r-7",
            source=f"{PREFIX}:nightly:$LATEST",
            type="RetriesExhausted",
            time=datetime(2026, 11, 20, 8, 3, 1, 250_000, tzinfo=timezone.utc),
            condition="failure",
            function="nightly",
            request={"day": "2026-11-19"},
            response={"errorMessage": "'day'", "errorType": "KeyError"},
            error="Unhandled",
            attempts=3,
        )
    ]


def test_the_record_of_a_success_is_parsed_under_the_other_name_too() -> None:
    record = json.loads(json.dumps(DESTINATION))
    context = record["requestContext"]
    context["functionArn"] = context.pop("functionBrn")
    context["condition"] = "Success"
    del record["responseContext"]["functionError"]
    (event,) = parsed(record)
    assert isinstance(event, DestinationEvent)
    assert (event.condition, event.function, event.error) == ("success", "nightly", None)


def test_the_record_of_another_cloud_is_not_claimed() -> None:
    record = json.loads(json.dumps(DESTINATION))
    record["requestContext"]["functionBrn"] = "arn:aws:lambda:us-east-1:123456789012:function:nightly"
    assert BAIDU.trigger(record) is None


@pytest.mark.parametrize(("condition", "word"), [("success", "Success"), ("failure", "RetriesExhausted")])
def test_a_record_is_composed_of_its_condition_whatever_its_type_was(condition: str, word: str) -> None:
    trigger = BAIDU.trigger(DESTINATION)
    assert trigger is not None
    for kind in ("", "Success", "RetriesExhausted"):
        composed: Any = trigger.compose([DestinationEvent(condition=condition, type=kind, function="nightly")])
        assert composed["requestContext"]["condition"] == word
        [event] = trigger.parse(composed)
        assert isinstance(event, DestinationEvent)
        assert (event.condition, event.function) == (condition, "nightly")


# -- what is read both ways -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spelled", "key"),
    [
        ({"Key": "Y2FyLTc="}, b"car-7"),
        ({"key": "Y2FyLTc="}, b"car-7"),
        ({"Key": "car-7"}, b"car-7"),
        ({"Key": "报告"}, "报告".encode()),
        ({"Key": ""}, None),
        ({}, None),
    ],
)
def test_a_key_is_base64_or_text_under_both_names(spelled: dict[str, str], key: bytes | None) -> None:
    payload = example("kafka")
    del payload["Records"][0]["Kafka"]["Key"]
    payload["Records"][0]["Kafka"].update(spelled)
    (event,) = parsed(payload)
    assert isinstance(event, MessageEvent)
    assert event.key == key


def test_a_word_that_the_bos_trigger_does_not_document_is_left_as_it_is() -> None:
    payload = example("bos")
    payload["events"][0]["eventType"] = "RestoreObject"
    assert parsed(payload)[0].type == "RestoreObject"


def test_an_object_can_be_asked_for_in_the_words_of_s3() -> None:
    trigger = BAIDU.trigger(example("bos"))
    assert trigger is not None
    composed: Any = trigger.compose([ObjectEvent(type="ObjectCreated:Put", bucket="inbox", key="a.log")])
    assert composed["events"][0]["eventType"] == "PutObject"


@pytest.mark.parametrize(
    ("name", "path", "value", "field"),
    [
        ("bos", ("events", 0, "content", "object"), 4711, "events[0].content"),
        ("bos", ("events", 0, "eventTime"), "yesterday", "events[0].eventTime"),
        ("kafka", ("Records", 0, "Kafka", "Value"), "aGVsbG8", "Records[0].Kafka.Value"),
        ("kafka", ("Records", 0, "Kafka", "Timestamp"), float("inf"), "Records[0].Kafka.Timestamp"),
        ("crontab", ("time",), "noon", "time"),
        ("cdn", ("events", 0, "eventDetail"), 4711, "events[0]"),
        ("dueros", ("request", "timestamp"), "now", "request.timestamp"),
    ],
)
def test_a_broken_field_is_named_and_its_value_is_not(name: str, path: tuple[Any, ...], value: Any, field: str) -> None:
    payload = example(name)
    with_value(value, *path)(payload)
    message = complaint(BAIDU, payload)
    assert f"its field {field!r}" in message
    assert str(value) not in message


# -- results ----------------------------------------------------------------------------------------------------------


def test_what_the_function_returns_is_the_answer_of_the_skill() -> None:
    trigger = BAIDU.trigger(example("dueros"))
    assert trigger is not None
    answer = {"version": "2.0", "response": {"outputSpeech": {"type": "PlainText", "text": "八十七公里"}}}
    assert trigger.render([ack(answer)], example("dueros")) == answer
    assert trigger.render([reject("no such intent")], example("dueros")) is None


def test_nobody_waits_for_the_result_of_another_event() -> None:
    for name in EXPECTED.keys() - {"dueros"}:
        trigger = BAIDU.trigger(example(name))
        assert trigger is not None
        assert trigger.render([ack("anything")], example(name)) is None


# -- laws -------------------------------------------------------------------------------------------------------------


OBJECTS = st.builds(
    ObjectEvent,
    id=ids(),
    source=st.just("bos:realtime"),
    type=st.sampled_from(
        [
            "ObjectCreated:PutObject",
            "ObjectCreated:CompleteMultipartUpload",
            "ObjectCreated:CopyObject",
            "RestoreObject",
        ]
    ),
    time=microseconds(),
    bucket=names(),
    key=keys(),
    size=maybe(sizes()),
    etag=maybe(etags()),
    region=maybe(regions()),
)
MESSAGES = st.builds(
    MessageEvent,
    id=ids(),
    source=names(),
    type=st.just("bce:kafka:record"),
    time=microseconds(),
    topic=words(),
    key=maybe(st.binary(min_size=1, max_size=12)),
    body=bodies(),
    partition=st.integers(0, 2**31),
    offset=st.integers(0, 2**63),
)
TIMERS = st.builds(
    TimerEvent,
    id=ids(),
    source=st.just("cfc:crontab"),
    type=st.just("Scheduled Event"),
    subject=texts(min_size=1),
    time=microseconds(),
    name=texts(),
)
CDN_EVENTS = st.builds(
    CloudEvent,
    source=st.just("cdn"),
    type=words(),
    time=seconds(),
    data=st.dictionaries(texts(), payloads(), max_size=3),
    extensions=words().map(lambda user: {"userid": user}),
)
DESTINATIONS = st.builds(
    DestinationEvent,
    id=ids(),
    source=names().map(lambda name: f"{PREFIX}:{name}:$LATEST"),
    time=microseconds(),
    type=st.sampled_from(["Success", "RetriesExhausted", "EventAgeExceeded"]),
    request=payloads(),
    response=payloads(),
    error=maybe(words()),
    attempts=maybe(st.integers(1, 4)),
).map(
    lambda event: event.replace(
        condition="success" if event.type == "Success" else "failure",
        function=event.source.split(":")[6],
        error=None if event.type == "Success" else event.error,
    )
)


@st.composite
def skill_requests(draw: st.DrawFn) -> CloudEvent:
    time = draw(seconds())
    request_id, kind, skill, session = draw(ids()), draw(words()), draw(words()), draw(ids())
    rest = st.dictionaries(names(), payloads(), max_size=2)
    data = {
        "version": draw(st.sampled_from(["2.0", "v2.0"])),
        "session": {"new": draw(st.booleans()), "sessionId": session, "attributes": draw(rest)},
        "context": {"System": {"application": {"applicationId": skill}, "user": draw(rest)}},
        "request": {
            "type": kind,
            "requestId": request_id,
            "timestamp": str(int(time.timestamp())),
            "query": draw(payloads()),
        },
    }
    return CloudEvent(
        id=request_id, source=skill, type=kind, subject=session, time=time, data=data,
        datacontenttype="application/json",
    )  # fmt: skip


TestLaws = trigger_laws_of(
    BAIDU,
    {
        "baidu-bos": several(OBJECTS),
        "baidu-kafka": several(MESSAGES),
        "baidu-crontab": single(TIMERS),
        "baidu-cdn": several(CDN_EVENTS),
        "baidu-dueros": single(skill_requests()),
        "baidu-destination": single(DESTINATIONS),
    },
)

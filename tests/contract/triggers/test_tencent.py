"""The events of SCF and CloudBase beside HTTP: the laws, and example events with exactly what each must become.

The values are invented, the structures are the documented ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from typing import Any

import pytest
from hypothesis import strategies as st

from fcbridge.events import (
    CloudEvent,
    ConnectionEvent,
    DestinationEvent,
    Event,
    LogEvent,
    LogRecord,
    MessageEvent,
    ObjectEvent,
    RowEvent,
    TimerEvent,
)
from fcbridge.outcome import ack, reject
from fcbridge.registry import platform
from fcbridge.testing.event_strategies import (
    bodies,
    ids,
    keys,
    maybe,
    microseconds,
    milliseconds,
    names,
    payloads,
    seconds,
    several,
    single,
    sizes,
    text_bodies,
    texts,
    words,
)
from fcbridge.testing.trigger_laws import trigger_laws_of
from tests.contract.triggers import parts
from tests.contract.triggers.parts import (
    ALL_TEN,
    complaint,
    examples_of,
    timers,
    when_the_third_of_ten_fails,
    with_value,
    without,
)
from tests.examples import Examples

TENCENT = platform("tencent")
example = Examples("tencent/other")
wechat = Examples("wechat/other")
MOMENT = datetime(2026, 9, 21, 14, 13, 20, tzinfo=timezone.utc)
EVENING = datetime(2026, 11, 20, 18, 0, tzinfo=timezone.utc)
CONNECTION = "Kx2m9QpVt0g="

EXPECTED: dict[str, list[Event]] = {
    "cos": [
        ObjectEvent(
            id="NjZmZjAwMDFfYWJj/in/cat.jpg",
            source="qcs::cos",
            type="ObjectCreated:Put",
            subject="in/cat.jpg",
            time=MOMENT,
            bucket="photos-1259876543",
            key="in/cat.jpg",
            size=20480,
            region="ap-shanghai",
        )
    ],
    "ckafka": [
        MessageEvent(id="orders-1-36", topic="orders", partition=1, offset=36, body=b'{"id":1}'),
        MessageEvent(id="orders-1-37", topic="orders", partition=1, offset=37, key=b"k2", body=b"plain text"),
    ],
    "cmq-topic": [
        MessageEvent(
            id="812345",
            time=datetime(2026, 11, 20, 10, tzinfo=timezone.utc),
            topic="orders",
            group="shop-sub",
            headers=(("msgTag", "paid"), ("msgTag", "vip")),
            body=b"paid:42",
        )
    ],
    "timer": [
        TimerEvent(
            id="nightly/2026-11-20T18:00:00Z", type="Timer", time=EVENING, name="nightly", payload='{"job":"report"}'
        )
    ],
    "cls": [
        LogEvent(
            source="9c1e0d7a-1111-2222-3333-444455556666",
            stream="app-log",
            records=(
                LogRecord('{"level":"warn"}', MOMENT),
                LogRecord("line two", MOMENT.replace(microsecond=3)),
            ),
        )
    ],
    "mps-workflow": [
        CloudEvent(
            id="1259876543-WorkflowTask-ab12cd34t0",
            type="WorkflowTask",
            data=example("mps-workflow")["WorkflowTaskEvent"],
            datacontenttype="application/json",
        )
    ],
    "apigw-websocket-connecting": [
        ConnectionEvent(
            id="0f6e2a77c1d24b3b", type="connecting", subject="/ws/{room}", connection=CONNECTION, kind="connect"
        )
    ],
    "apigw-websocket-data": [ConnectionEvent(type="data send", connection=CONNECTION, kind="message", body=b"ping")],
    "apigw-websocket-data-binary": [
        ConnectionEvent(type="data send", connection=CONNECTION, kind="message", body=b"\x00\x01\x02")
    ],
    "apigw-websocket-closing": [ConnectionEvent(type="closing", connection=CONNECTION, kind="disconnect")],
    "dlq": [
        DestinationEvent(
            id="7d1b4c02-9a3e-4f51-8c57-20e6b9d1a4f3",
            time=datetime(2026, 11, 20, 18, 0, 5, 61_824, tzinfo=timezone.utc),
            condition="failure",
            function="shop-api",
            request={"Type": "Timer", "TriggerName": "nightly", "Time": "2026-11-20T18:00:00Z", "Message": ""},
            error="Traceback (most recent call last): …",
            attempts=3,
        )
    ],
    "tcb-database": [
        RowEvent(
            id="5f0a7c11-2b3d-4e5f-8a6b-7c8d9e0f1a2b.65f000000000000000000001",
            source="tcb/database.ap-shanghai.shop-1a2b3c.items",
            type="com.tcb.database.update",
            subject="on-change.65f000000000000000000001",
            time=datetime(2026, 11, 20, 7, 50, 24, 443_501, tzinfo=timezone.utc),
            table="items",
            kind="update",
            keys={"_id": "65f000000000000000000001"},
            after={"_id": "65f000000000000000000001", "name": "tea", "stock": {"shanghai": 4}},
        )
    ],
}
#: Examples of what is no event of a trigger: an answer, what is packed in another, headers, an invocation by hand.
NO_EVENTS = {"apigw-websocket-connecting-response", "cls.decoded", "image-event-invoke-headers", "invoke"}


parsed = partial(parts.parsed, TENCENT)


def trigger(name: str) -> Any:
    return next(one for one in TENCENT.triggers if one.name == name)


# -- examples ---------------------------------------------------------------------------------------------------------


TestExamples = examples_of(TENCENT, example, EXPECTED, NO_EVENTS)


def test_a_timer_of_cloudbase_is_one_of_scf() -> None:
    assert parsed(wechat("timer")) == [
        TimerEvent(id="tick/2026-11-20T18:00:00Z", type="Timer", time=EVENING, name="tick", payload=None)
    ]


def test_the_packed_logs_are_those_that_lie_beside_them() -> None:
    logs = example("cls.decoded")
    (event,) = parsed(example("cls"))
    assert isinstance(event, LogEvent) and event.records is not None
    assert [record.message for record in event.records] == [line["content"] for line in logs["records"]]
    assert (event.source, event.stream) == (logs["topic_id"], logs["topic_name"])


def test_raw_is_the_record_of_the_platform_itself() -> None:
    payload = example("ckafka")
    assert [event.raw for event in parsed(payload)] == payload["Records"]
    assert parsed(example("timer"))[0].raw == example("timer")


# -- COS --------------------------------------------------------------------------------------------------------------


def cos(**changes: Any) -> dict[str, Any]:
    payload: dict[str, Any] = example("cos")
    record = payload["Records"][0]
    record["event"].update(changes.pop("event", {}))
    record["cos"]["cosBucket"].update(changes.pop("bucket", {}))
    record["cos"]["cosObject"].update(changes)
    return payload


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cos:ObjectCreated:CompleteMultipartUpload", "ObjectCreated:CompleteMultipartUpload"),
        ("cos:ObjectRemove:Delete", "ObjectRemoved:Delete"),
        ("cos:ObjectRemove:DeleteMarkerCreated", "ObjectRemoved:DeleteMarkerCreated"),
        ("cos:ObjectRestore:Completed", "ObjectRestore:Completed"),
    ],
)
def test_an_event_of_cos_is_named_as_s3_names_it(name: str, expected: str) -> None:
    assert parsed(cos(event={"eventName": name}))[0].type == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("/1259876543/photos/报告/a b+c%2B.log", "报告/a b+c%2B.log"),
        ("/1259876543/photos//1259876543/photos/x", "/1259876543/photos/x"),
        ("in/cat.jpg", "in/cat.jpg"),
    ],
)
def test_a_key_of_cos_is_what_follows_the_bucket(key: str, expected: str) -> None:
    (event,) = parsed(cos(key=key))
    assert isinstance(event, ObjectEvent)
    assert event.key == event.subject == expected


def test_an_event_of_cos_is_told_by_its_request_and_else_by_its_number() -> None:
    assert parsed(cos(meta={}))[0].id == "179398999/in/cat.jpg"
    assert parsed(cos(meta=None, event={"reqid": None}))[0].id == ""
    assert parsed(cos(meta=None, event={"reqid": 0}))[0].id == ""


def test_what_cos_does_not_tell_is_none() -> None:
    payload = cos(vid="v7", bucket={"region": "na-siliconvalley"})
    del payload["Records"][0]["cos"]["cosObject"]["size"]
    (event,) = parsed(payload)
    assert isinstance(event, ObjectEvent)
    assert (event.size, event.etag, event.version, event.region) == (None, None, "v7", "na-siliconvalley")


def test_the_long_name_of_a_region_is_taken_where_it_is_told() -> None:
    (event,) = parsed(cos(bucket={"region": "gz", "cosRegion": "ap-guangzhou", "s3Region": "ap-guangzhou"}))
    assert isinstance(event, ObjectEvent)
    assert event.region == "ap-guangzhou"


# -- messages ---------------------------------------------------------------------------------------------------------


def test_fields_of_ckafka_may_be_in_capitals() -> None:
    payload = {"Records": [{"Ckafka": {"Topic": "t", "Partition": 2, "Offset": 9, "MsgKey": "k", "MsgBody": "b"}}]}
    assert parsed(payload) == [MessageEvent(id="t-2-9", topic="t", partition=2, offset=9, key=b"k", body=b"b")]


@pytest.mark.parametrize("tags", [["paid", "vip"], "paid,vip", "paid,vip,"])
def test_the_tags_of_a_message_are_a_list_or_a_text(tags: object) -> None:
    payload = example("cmq-topic")
    payload["Records"][0]["CMQ"]["msgTag"] = tags
    (event,) = parsed(payload)
    assert isinstance(event, MessageEvent)
    assert event.headers == (("msgTag", "paid"), ("msgTag", "vip"))


# -- dead letters -----------------------------------------------------------------------------------------------------


def test_a_dead_letter_comes_as_the_body_of_a_message() -> None:
    payload = example("cmq-topic")
    message = payload["Records"][0]["CMQ"]
    message["msgBody"] = json.dumps(example("dlq"))
    found = TENCENT.trigger(payload)
    assert found is not None and found.name == "tencent-destination"
    (event,) = found.parse(payload)
    assert event == EXPECTED["dlq"][0]
    assert event.raw == payload["Records"][0]


def test_messages_of_which_one_is_no_dead_letter_are_messages() -> None:
    payload = example("cmq-topic")
    letter = {"CMQ": {**payload["Records"][0]["CMQ"], "msgBody": json.dumps(example("dlq"))}}
    payload["Records"].insert(0, letter)
    found = TENCENT.trigger(payload)
    assert found is not None and found.name == "tencent-cmq"
    assert [event.body for event in found.parse(payload)][1] == b"paid:42"  # type: ignore[attr-defined]


def test_an_event_that_is_no_json_is_in_a_dead_letter_as_it_was() -> None:
    letter = example("dlq")
    letter["Body"]["ClientContext"] = "plain text"
    (event,) = parsed(letter)
    assert isinstance(event, DestinationEvent)
    assert event.request == "plain text"


# -- WebSocket --------------------------------------------------------------------------------------------------------


def test_a_connection_is_accepted_by_the_first_protocol_that_is_offered() -> None:
    payload = example("apigw-websocket-connecting")
    assert trigger("tencent-websocket").render([ack()], payload) == example("apigw-websocket-connecting-response")


def test_a_function_chooses_the_protocol_by_returning_its_name() -> None:
    answer = trigger("tencent-websocket").render([ack("binary")], example("apigw-websocket-connecting"))
    assert answer["websocket"]["secWebSocketProtocol"] == "binary"


def test_a_connection_without_a_protocol_is_accepted_without_one() -> None:
    payload = example("apigw-websocket-connecting")
    del payload["websocket"]["secWebSocketProtocol"]
    assert trigger("tencent-websocket").render([ack()], payload) == {
        "errNo": 0,
        "errMsg": "ok",
        "websocket": {"action": "connecting", "secConnectionID": CONNECTION},
    }


def test_a_rejected_connection_is_refused_with_the_reason() -> None:
    answer = trigger("tencent-websocket").render([reject("no such room")], example("apigw-websocket-connecting"))
    assert answer["errNo"] != 0
    assert answer["errMsg"] == "no such room"


@pytest.mark.parametrize("name", ["apigw-websocket-data", "apigw-websocket-closing"])
def test_to_a_message_and_to_an_end_there_is_no_answer(name: str) -> None:
    assert trigger("tencent-websocket").render([reject()], example(name)) is None


# -- the database -----------------------------------------------------------------------------------------------------


def test_a_deleted_document_is_what_was_before() -> None:
    payload = example("tcb-database")
    payload["data"]["dataType"] = "delete"
    (event,) = parsed(payload)
    assert isinstance(event, RowEvent)
    assert (event.kind, event.before, event.after) == ("delete", payload["data"]["doc"], None)


def test_a_collection_may_have_dots_in_its_name() -> None:
    payload = example("tcb-database") | {"source": "tcb/database.ap-shanghai.shop-1a2b3c.items.old"}
    (event,) = parsed(payload)
    assert isinstance(event, RowEvent)
    assert event.table == "items.old"


# -- who calls --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_user_of_a_mini_program_cannot_pose_as_a_trigger(name: str) -> None:
    call = example(name) | {"userInfo": {"appId": "wx0123456789abcdef", "openId": "oEXAMPLEopenid000000000000001"}}
    assert TENCENT.trigger(call) is None
    door = TENCENT.door(call, {})
    assert door is not None and door.name == "tcb-call"


# -- what is broken ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "field", "change"),
    [
        ("cos", "Records[0].event.eventTime", with_value("1790000000", "Records", 0, "event", "eventTime")),
        ("cos", "Records[0].event", without("Records", 0, "event")),
        ("cos", "Records[0].cos.cosObject", without("Records", 0, "cos", "cosObject", "key")),
        ("ckafka", "Records[1].Ckafka.msgBody", with_value(7, "Records", 1, "Ckafka", "msgBody")),
        ("ckafka", "Records[1].Ckafka.msgBody", with_value("\ud800", "Records", 1, "Ckafka", "msgBody")),
        ("cmq-topic", "Records[0].CMQ.publishTime", with_value("yesterday", "Records", 0, "CMQ", "publishTime")),
        ("timer", "Time", without("Time")),
        ("cls", "clslogs.data", with_value("bm8gZ3ppcA==", "clslogs", "data")),
        ("apigw-websocket-data", "websocket.secConnectionID", without("websocket", "secConnectionID")),
        ("dlq", "Body.RetryNum", with_value("2", "Body", "RetryNum")),
        ("tcb-database", "data.doc", with_value([], "data", "doc")),
        ("tcb-database", "source", with_value("tcb/database.ap-shanghai", "source")),
    ],
)
def test_a_broken_field_is_named_without_its_value(name: str, field: str, change: Callable[[Any], None]) -> None:
    payload = example(name)
    change(payload)
    assert repr(field) in complaint(TENCENT, payload)


# -- laws -------------------------------------------------------------------------------------------------------------


@st.composite
def objects(draw: st.DrawFn) -> ObjectEvent:
    key, request = draw(keys()), draw(words() | st.just(""))
    return ObjectEvent(
        id=f"{request}/{key}" if request else "",
        source="qcs::cos",
        type=draw(
            st.sampled_from(["ObjectCreated:Put", "ObjectCreated:Copy", "ObjectRemoved:Delete", "ObjectRestore:Post"])
        ),
        subject=key,
        time=draw(seconds()),
        bucket=f"{draw(names())}-{draw(st.integers(10**9, 10**10))}",
        key=key,
        size=draw(maybe(sizes())),
        region=draw(maybe(st.sampled_from(["ap-shanghai", "ap-guangzhou", "ap-singapore", "eu-frankfurt"]))),
        version=draw(maybe(words())),
    )


@st.composite
def kafka_messages(draw: st.DrawFn) -> MessageEvent:
    topic, partition, offset = draw(names()), draw(st.integers(0, 99)), draw(st.integers(0, 2**63 - 1))
    return MessageEvent(
        id=f"{topic}-{partition}-{offset}",
        topic=topic,
        partition=partition,
        offset=offset,
        key=draw(maybe(texts().filter(lambda key: key != "None").map(str.encode))),
        body=draw(text_bodies()),
    )


def messages() -> st.SearchStrategy[MessageEvent]:
    tags = st.lists(words().map(lambda tag: ("msgTag", tag)), max_size=3).map(tuple)
    return st.builds(
        MessageEvent,
        id=ids(),
        time=milliseconds(),
        topic=names(),
        group=maybe(names()),
        headers=tags,
        body=text_bodies(),
    )


def logs() -> st.SearchStrategy[LogEvent]:
    lines = st.lists(st.builds(LogRecord, message=texts(), time=microseconds()), max_size=4).map(tuple)
    return st.builds(LogEvent, source=ids(), stream=words(), records=lines)


@st.composite
def tasks(draw: st.DrawFn) -> CloudEvent:
    told = draw(st.dictionaries(texts(), payloads(), max_size=3))
    id = draw(ids())
    return CloudEvent(
        id=id,
        type=draw(st.sampled_from(["WorkflowTask", "EditMediaTask", "ScheduleTask"])),
        data={**told, "TaskId": id},
        datacontenttype="application/json",
    )


@st.composite
def connections(draw: st.DrawFn) -> ConnectionEvent:
    action, kind = draw(
        st.sampled_from([("connecting", "connect"), ("data send", "message"), ("closing", "disconnect")])
    )
    new = kind == "connect"
    return ConnectionEvent(
        id=draw(ids()) if new else "",
        type=action,
        subject=draw(maybe(st.sampled_from(["/ws", "/ws/{room}"]))) if new else None,
        connection=draw(words()),
        kind=kind,
        body=draw(bodies()) if kind == "message" else b"",
    )


@st.composite
def rows(draw: st.DrawFn) -> RowEvent:
    table, document, kind = draw(words()), draw(words()), draw(st.sampled_from(["insert", "update", "delete"]))
    content = draw(st.dictionaries(texts(), payloads(), max_size=3))
    return RowEvent(
        id=draw(ids()),
        source=f"tcb/database.ap-shanghai.shop-1a2b3c.{table}",
        type=f"com.tcb.database.{kind}",
        subject=f"on-change.{document}",
        time=draw(microseconds()),
        table=table,
        kind=kind,
        keys={"_id": document},
        before=content if kind == "delete" else None,
        after=content if kind != "delete" else None,
    )


def letters() -> st.SearchStrategy[DestinationEvent]:
    return st.builds(
        DestinationEvent,
        id=ids(),
        time=microseconds(),
        condition=st.just("failure"),
        function=names(),
        request=payloads(),
        error=maybe(texts(min_size=1)),
        attempts=st.integers(1, 3),
    )


TestLaws = trigger_laws_of(
    TENCENT,
    {
        "tencent-cos": several(objects()),
        "tencent-ckafka": several(kafka_messages()),
        "tencent-cmq": several(messages()),
        "tencent-timer": single(timers("Timer")),
        "tencent-cls": single(logs()),
        "tencent-mps": single(tasks()),
        "tencent-websocket": single(connections()),
        "tcb-database": single(rows()),
        "tencent-destination": several(letters()),
    },
)


# -- what is made here ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "composed"),
    [
        ("inbox", "inbox-1259876543"),
        ("my-inbox", "my-inbox-1259876543"),
        ("my-inbox-1250000000", "my-inbox-1250000000"),
    ],
)
def test_a_bucket_that_is_asked_for_has_an_appid(asked: str, composed: str) -> None:
    cos_trigger = trigger("tencent-cos")
    (event,) = cos_trigger.parse(cos_trigger.compose([ObjectEvent(bucket=asked, key="a.log")]))
    assert (event.bucket, event.key, event.type) == (composed, "a.log", "ObjectCreated:Put")


def test_a_deletion_that_is_asked_for_says_so_in_its_type_and_has_the_document() -> None:
    rows_trigger = trigger("tcb-database")
    (sample,) = rows_trigger.sample()
    (event,) = rows_trigger.parse(rows_trigger.compose([sample.replace(kind="delete")]))
    assert (event.kind, event.type) == ("delete", "com.tcb.database.delete")
    assert event.before == sample.after


# -- batches ----------------------------------------------------------------------------------------------------------


def test_when_one_of_ten_messages_fails_the_others_have_run_and_the_batch_comes_again() -> None:
    assert when_the_third_of_ten_fails(TENCENT, "tencent-ckafka") == ALL_TEN

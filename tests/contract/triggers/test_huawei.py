"""The events of FunctionGraph beside HTTP: the laws, and example events with exactly what each must become.

The values are invented, the structures are those of documents and captures.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime, timezone
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import strategies as st

from fcbridge.events import (
    CloudEvent,
    DestinationEvent,
    Event,
    LogEvent,
    LogRecord,
    MessageEvent,
    NotificationEvent,
    ObjectEvent,
    RowEvent,
    TimerEvent,
)
from fcbridge.instants import since_epoch
from fcbridge.registry import platform
from fcbridge.testing.event_strategies import (
    bodies,
    etags,
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
    rows_of_typed_values,
    timers,
    when_the_third_of_ten_fails,
    with_value,
    without,
)
from tests.examples import Examples

HUAWEI = platform("huawei")
example = Examples("huawei/other")
MOMENT = datetime(2026, 9, 21, 14, 13, 20, tzinfo=timezone.utc)
FUNCTION = "urn:fss:cn-north-4:0a1b2c3d4e5f:function:default:shop:latest"

EXPECTED: dict[str, list[Event]] = {
    "obs": [
        ObjectEvent(
            type="ObjectCreated:Put",
            subject="in/cat.jpg",
            time=datetime(2026, 11, 20, 7, 50, 50, 28_000, tzinfo=timezone.utc),
            bucket="photos",
            key="in/cat.jpg",
            size=20480,
            etag="0cc175b9c0f1b6a831c399e269772661",
            region="cn-north-4",
        )
    ],
    "smn": [
        NotificationEvent(
            id="b1946ac92492d2347c6235b4d2611184",
            source="urn:smn:cn-north-4:0a1b2c3d4e5f:orders",
            type="notification",
            subject="order",
            time=datetime(2026, 11, 20, 7, 11, 40, tzinfo=timezone.utc),
            topic="orders",
            body=b"paid:42",
        )
    ],
    "kafka": [
        MessageEvent(source="08fd3e1b-0000-4000-8000-000000000000", time=MOMENT, topic="orders", body=b'{"id":1}'),
        MessageEvent(source="08fd3e1b-0000-4000-8000-000000000000", time=MOMENT, topic="orders", body=b"plain text"),
    ],
    "rocketmq": [
        MessageEvent(source="4140112c-0000-4000-8000-000000000000", time=MOMENT, topic="orders", body=b"m1"),
        MessageEvent(source="4140112c-0000-4000-8000-000000000000", time=MOMENT, topic="orders", body=b"m2"),
    ],
    "dis": [MessageEvent(id="clicks-0-7", topic="clicks", partition=0, offset=7, key=b"p1", body=b"click")],
    "lts": [
        LogEvent(
            source="0a1b2c3d4e5f",
            group="lg-1",
            stream="lt-1",
            records=(
                LogRecord(
                    "2026-11-20 WARN disk",
                    MOMENT.replace(microsecond=59_000),
                    "u-1",
                    {"host_name": "ecs-1", "ip": "192.0.2.10", "path": "var/log/app.log", "line_no": "1"},
                ),
            ),
        )
    ],
    "timer": [
        TimerEvent(
            id="nightly/2026-11-20T00:30:00Z",
            type="TIMER",
            time=datetime(2026, 11, 20, 0, 30, tzinfo=timezone.utc),
            name="nightly",
            payload='{"job":"report"}',
        )
    ],
    "cts": [
        CloudEvent(
            id="69be64a7-0000-11e8-82e4-000000000000",
            source="FunctionGraph",
            type="deleteGraph",
            subject="urn:fgs:cn-north-4:0a1b:graph:flow-1",
            time=MOMENT,
            data=example("cts")["cts"],
            datacontenttype="application/json",
        )
    ],
    "dds": [
        RowEvent(
            id="82AB",
            source="e6065860-0000-4000-8000-000000000000",
            type="insert",
            table="shop.items",
            kind="insert",
            keys={"_id": {"$oid": "65f000000000000000000001"}},
            after={"_id": {"$oid": "65f000000000000000000001"}, "name": "tea"},
        )
    ],
    "geminidb": [
        RowEvent(
            id="000001790000000123000",
            source="192.0.2.10",
            type="INSERT",
            time=MOMENT.replace(microsecond=123_000),
            table="items",
            kind="insert",
            keys={"sku": "blue-7"},
            after={
                "sku": "blue-7",
                "stock": Decimal(4),
                "tags": {"tea", "green"},
                "shelf": {"open": True, "note": None, "seal": b"\x00\x01\x02", "rows": [Decimal("1.5")]},
            },
        )
    ],
    "eventgrid-obs": [
        ObjectEvent(
            id="6a1d2c3b-0000-11ee-8000-0242ac120002",
            source="HC.OBS.DWR",
            type="ObjectCreated:Put",
            subject="in/cat.jpg",
            time=datetime(2026, 11, 20, 12, 7, 48, 955_000, tzinfo=timezone.utc),
            key="in/cat.jpg",
        )
    ],
    "eventgrid-obs-record": [
        ObjectEvent(
            id="0000019a00000000000000000000abcd",
            source="HC.OBS.DWR",
            type="ObjectCreated:Put",
            subject="in/猫 1.jpg",
            time=datetime(2026, 11, 20, 12, 7, 49, 167_931, tzinfo=timezone.utc),
            bucket="photos",
            key="in/猫 1.jpg",
            size=20480,
            etag="0cc175b9c0f1b6a831c399e269772661",
            region="cn-north-4",
            version="G0010000000000000000000000000000null",
        )
    ],
    "async-destination": [
        DestinationEvent(
            id="1167bf8c-0000-4000-8000-000000000000",
            source=FUNCTION,
            time=datetime(2026, 11, 20, 4, tzinfo=timezone.utc),
            condition="success",
            function="shop",
            request={"id": 1},
            response="done",
            attempts=0,
        )
    ],
}
#: Examples of what is no event of a trigger: results, headers, what is packed in another.
NO_EVENTS = {
    "apig-response", "error", "http-function-envelope-response", "http-function-request-headers", "lts.decoded",
}  # fmt: skip


parsed = partial(parts.parsed, HUAWEI)


# -- examples ---------------------------------------------------------------------------------------------------------


TestExamples = examples_of(HUAWEI, example, EXPECTED, NO_EVENTS)


def test_raw_is_the_record_of_the_platform_itself() -> None:
    assert parsed(example("obs"))[0].raw == example("obs")["Records"][0]
    assert parsed(example("eventgrid-obs-record"))[0].raw == example("eventgrid-obs-record")
    assert [event.raw for event in parsed(example("kafka"))] == example("kafka")["records"][0]["messages"]


# -- OBS --------------------------------------------------------------------------------------------------------------


def obs(key: str, **record: Any) -> dict[str, Any]:
    payload: dict[str, Any] = example("obs")
    payload["Records"][0]["s3"]["object"]["key"] = key
    payload["Records"][0].update(record)
    return payload


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("in/%E6%8A%A5%E5%91%8A+1%2B2.log", "in/报告 1+2.log"),
        ("TEST%2F%E4%B8%AD+%E6%96%87.jpg", "TEST/中 文.jpg"),
        ("100%", "100%"),
    ],
)
def test_a_key_of_obs_is_decoded_as_s3s(key: str, expected: str) -> None:
    (event,) = parsed(obs(key))
    assert isinstance(event, ObjectEvent)
    assert event.key == event.subject == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("TEST%2F%E4%B8%AD+%E6%96%87.jpg", "TEST/中 文.jpg"),
        ("TEST/a+b%41.jpg", "TEST/a+b%41.jpg"),
        ("中+文.jpg", "中+文.jpg"),
        ("100%", "100%"),
    ],
)
def test_a_key_in_a_notification_is_decoded_where_it_can_be_encoded(key: str, expected: str) -> None:
    payload = example("eventgrid-obs-record")
    payload["data"]["obs"]["object"]["key"] = key
    (event,) = parsed(payload)
    assert isinstance(event, ObjectEvent)
    assert event.key == expected


def test_an_event_with_the_id_of_its_request_is_told_by_it_and_the_key() -> None:
    answer = {"x-obs-request-id": "", "x-amz-request-id": "r-7"}
    assert parsed(obs("a", responseElements=answer))[0].id == "r-7/a"


def test_a_notification_of_obs_itself_is_an_event_too() -> None:
    (event,) = parsed({"Records": [example("eventgrid-obs-record")["data"]]})
    assert isinstance(event, ObjectEvent)
    assert (event.source, event.bucket, event.key, event.region) == ("OBS", "photos", "in/猫 1.jpg", "cn-north-4")
    assert event.id == "0000019a00000000000000000000abcd/in/猫 1.jpg"


@pytest.mark.parametrize("source", ["aws:s3", "minio:s3"])
def test_an_event_of_another_store_is_not_claimed(source: str) -> None:
    assert HUAWEI.trigger(obs("a", eventSource=source)) is None


# -- EventGrid --------------------------------------------------------------------------------------------------------


def test_events_may_come_in_a_list() -> None:
    one, other = example("eventgrid-obs"), example("eventgrid-obs-record")
    assert parsed({"events": [one, other]}) == EXPECTED["eventgrid-obs"] + EXPECTED["eventgrid-obs-record"]


def test_an_event_of_another_service_is_a_cloud_event() -> None:
    event = {
        "id": "e-1", "specversion": "1.0", "source": "HC.ECS", "type": "ECS:CloudTrace:ApiCall", "ttl": "4000",
        "time": "2026-11-20T12:00:00Z", "data": {"code": "202"}, "datacontenttype": "application/json",
    }  # fmt: skip
    assert parsed(event) == [
        CloudEvent(
            id="e-1",
            source="HC.ECS",
            type="ECS:CloudTrace:ApiCall",
            time=datetime(2026, 11, 20, 12, tzinfo=timezone.utc),
            data={"code": "202"},
            datacontenttype="application/json",
            extensions={"ttl": "4000"},
        )
    ]


def test_an_event_of_a_source_of_ones_own_is_known_in_a_list_alone() -> None:
    event = {"id": "e-1", "specversion": "1.0", "source": "shop", "type": "paid", "data": 42}
    assert parsed({"events": [event]}) == [CloudEvent(id="e-1", source="shop", type="paid", data=42)]
    assert HUAWEI.trigger(event) is None


# -- logs, traces and rows --------------------------------------------------------------------------------------------


def test_the_packed_logs_are_those_that_lie_beside_them() -> None:
    assert json.loads(base64.b64decode(example("lts")["lts"]["data"])) == example("lts.decoded")


def test_lines_that_are_a_list_and_no_text_are_read_too() -> None:
    logs = example("lts.decoded")
    logs["logs"] = json.loads(logs["logs"])
    data = base64.b64encode(json.dumps(logs).encode()).decode()
    assert parsed({"lts": {"data": data}}) == EXPECTED["lts"]


@pytest.mark.parametrize("time", [1790000000, 1790000000000])
def test_a_trace_may_count_seconds_or_milliseconds(time: int) -> None:
    payload = example("cts")
    payload["cts"]["time"] = time
    assert parsed(payload)[0].time == MOMENT


@pytest.mark.parametrize(
    ("word", "kind"), [("insert", "insert"), ("update", "update"), ("replace", "update"), ("drop", "other")]
)
def test_a_change_is_of_a_kind(word: str, kind: str) -> None:
    payload = example("dds")
    payload["records"][0]["event_name"] = word
    (event,) = parsed(payload)
    assert isinstance(event, RowEvent)
    assert (event.type, event.kind) == (word, kind)


@pytest.mark.parametrize("document", ["", "null", None])
def test_of_a_document_that_is_gone_nothing_is_told(document: object) -> None:
    payload = example("dds")
    payload["records"][0]["event_name"] = "delete"
    payload["records"][0]["dds"]["full_document"] = document
    (event,) = parsed(payload)
    assert isinstance(event, RowEvent)
    assert (event.kind, event.keys, event.before, event.after) == ("delete", None, None, None)


# -- destinations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "status", "error", "expected"),
    [
        ("", 200, "", "success"),
        ("", 200, "UnhandledApplicationError", "failure"),
        ("", 500, "", "failure"),
        ("Success", 200, "", "success"),
        ("RetriesExhausted", 200, "", "failure"),
    ],
)
def test_an_invocation_has_succeeded_or_failed(word: str, status: int, error: str, expected: str) -> None:
    payload = example("async-destination")
    payload["request_context"]["condition"] = word
    payload["response_context"] = {"status_code": status, "function_error": error}
    (event,) = parsed(payload)
    assert isinstance(event, DestinationEvent)
    assert (event.condition, event.type, event.error) == (expected, word, error or None)


# -- what is broken ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "field", "change"),
    [
        ("obs", "Records[0].eventTime", with_value("yesterday", "Records", 0, "eventTime")),
        ("obs", "Records[0].s3.object", with_value("%ff", "Records", 0, "s3", "object", "key")),
        ("eventgrid-obs", "time", with_value(7, "time")),
        ("eventgrid-obs-record", "data.obs.bucket.name", without("data", "obs", "bucket", "name")),
        ("smn", "record[0].smn.timestamp", without("record", 0, "smn", "timestamp")),
        ("kafka", "records[0].messages", with_value([{"id": 1}], "records", 0, "messages")),
        ("rocketmq", "event_time", with_value("now", "event_time")),
        ("dis", "Message.records[0].data", with_value("a", "Message", "records", 0, "data")),
        ("dis", "ShardID", with_value("shardId-x", "ShardID")),
        ("lts", "lts.data", with_value("e30=e30", "lts", "data")),
        ("timer", "time", without("time")),
        ("cts", "cts.time", with_value("1790000000", "cts", "time")),
        ("dds", "records[0].dds.ns", with_value("{", "records", 0, "dds", "ns")),
        ("geminidb", "records[0].event_id", without("records", 0, "event_id")),
        ("geminidb", "records[0].keys", with_value({"sku": {"N": "NaN"}}, "records", 0, "keys")),
        ("geminidb", "records[0].keys", with_value({"sku": {"N": "1,5"}}, "records", 0, "keys")),
        ("geminidb", "records[0].keys", with_value({"sku": {"S": "a", "N": "1"}}, "records", 0, "keys")),
        ("async-destination", "timestamp", with_value("2026-11-20", "timestamp")),
        ("async-destination", "response_context", with_value("200", "response_context", "status_code")),
    ],
)
def test_a_broken_field_is_named_without_its_value(name: str, field: str, change: Callable[[Any], None]) -> None:
    payload = example(name)
    change(payload)
    assert field in complaint(HUAWEI, payload)


# -- laws -------------------------------------------------------------------------------------------------------------

STORED = ["ObjectCreated:Put", "ObjectCreated:CompleteMultipartUpload", "ObjectRemoved:Delete"]


@st.composite
def objects(draw: st.DrawFn) -> ObjectEvent:
    key, request = draw(keys()), draw(ids() | st.just(""))
    return ObjectEvent(
        id=f"{request}/{key}" if request else "",
        type=draw(st.sampled_from(STORED)),
        subject=key,
        time=draw(milliseconds()),
        bucket=draw(names()),
        key=key,
        size=draw(maybe(sizes())),
        etag=draw(maybe(etags())),
        region=draw(st.sampled_from(["cn-north-4", "eu-de"])),
        version=draw(maybe(words())),
    )


def objects_by_grid() -> st.SearchStrategy[ObjectEvent]:
    return st.builds(
        ObjectEvent,
        id=ids(),
        source=st.sampled_from(["HC.OBS.DWR", "HC.OBS"]),
        type=st.sampled_from([*STORED, "ObjectCreated:Copy", "ObjectRemoved:DeleteMarkerCreated"]),
        subject=maybe(keys()),
        time=microseconds(),
        bucket=names(),
        key=keys(),
        size=maybe(sizes()),
        etag=maybe(etags()),
        region=st.sampled_from(["cn-north-4", "cn-east-3"]),
        version=maybe(words()),
    )


def grid_events() -> st.SearchStrategy[CloudEvent]:
    return st.builds(
        CloudEvent,
        id=ids(),
        source=st.sampled_from(["HC.ECS", "HC.CTS.Console", "HC.OBSERVER"]),
        type=words(),
        subject=maybe(texts(min_size=1)),
        time=microseconds(),
        data=payloads(),
        datacontenttype=maybe(st.just("application/json")),
        dataschema=maybe(words()),
        extensions=st.dictionaries(st.sampled_from(["ttl", "region", "userid"]), words(), max_size=2),
    )


@st.composite
def notices(draw: st.DrawFn) -> NotificationEvent:
    topic = draw(names())
    return NotificationEvent(
        id=draw(ids()),
        source=f"urn:smn:cn-north-4:{draw(words())}:{topic}",
        type="notification",
        subject=draw(maybe(texts(min_size=1))),
        time=draw(seconds()),
        topic=topic,
        body=draw(text_bodies()),
        attributes=draw(st.dictionaries(texts(), payloads(), max_size=2)),
    )


@st.composite
def batches(draw: st.DrawFn) -> list[Any]:
    source, time = draw(ids()), draw(seconds())
    several = st.lists(st.tuples(names(), text_bodies()), min_size=1, max_size=4)
    return [MessageEvent(source=source, time=time, topic=topic, body=body) for topic, body in draw(several)]


@st.composite
def streams(draw: st.DrawFn) -> list[Any]:
    stream, shard = draw(names()), draw(st.integers(0, 99))
    several = st.lists(
        st.tuples(st.integers(0, 2**63 - 1), maybe(texts().map(str.encode)), bodies()), min_size=1, max_size=4
    )
    return [
        MessageEvent(id=f"{stream}-{shard}-{offset}", topic=stream, partition=shard, offset=offset, key=key, body=body)
        for offset, key, body in draw(several)
    ]


@st.composite
def lines(draw: st.DrawFn) -> LogRecord:
    fields = draw(st.dictionaries(st.sampled_from(["host_name", "ip", "path"]), texts(), max_size=3))
    if draw(st.booleans()):
        fields["line_no"] = draw(st.integers(0, 999).map(str) | words())
    return LogRecord(draw(texts()), draw(milliseconds()), draw(ids() | st.just("")), fields)


def logs() -> st.SearchStrategy[LogEvent]:
    records = st.lists(lines(), max_size=3).map(tuple)
    return st.builds(LogEvent, source=words(), group=words(), stream=words(), records=records)


@st.composite
def traces(draw: st.DrawFn) -> CloudEvent:
    time, subject = draw(milliseconds()), draw(maybe(words()))
    trace: dict[str, Any] = {
        **draw(st.dictionaries(texts(), payloads(), max_size=2)),
        "trace_id": draw(ids()),
        "trace_name": draw(words()),
        "service_type": draw(words()),
        "time": since_epoch(time, 1000),
    }
    if subject is not None:
        trace["resource_id"] = subject
    return CloudEvent(
        id=trace["trace_id"],
        source=trace["service_type"],
        type=trace["trace_name"],
        subject=subject,
        time=time,
        data=trace,
        datacontenttype="application/json",
    )


@st.composite
def rows(draw: st.DrawFn) -> RowEvent:
    word, kind = draw(st.sampled_from([("insert", "insert"), ("replace", "update"), ("delete", "delete")]))
    id = draw(payloads())
    after = {**draw(st.dictionaries(texts(), payloads(), max_size=2)), "_id": id} if kind != "delete" else None
    return RowEvent(
        id=draw(ids()),
        source=draw(ids()),
        type=word,
        table=f"{draw(names())}.{draw(words())}",
        kind=kind,
        keys=None if after is None else {"_id": id},
        after=after,
    )


@st.composite
def changes(draw: st.DrawFn) -> list[Any]:
    table, source = draw(names()), draw(st.sampled_from(["192.0.2.10", "192.0.2.11"]))
    columns = rows_of_typed_values(min_size=1)
    found: list[Any] = []
    for _ in range(draw(st.integers(1, 3))):
        word, kind = draw(st.sampled_from([("INSERT", "insert"), ("MODIFY", "update"), ("REMOVE", "delete")]))
        event = RowEvent(
            id=draw(ids()),
            source=source,
            type=word,
            time=draw(milliseconds()),
            table=table,
            kind=kind,
            keys=draw(columns),
            before=draw(columns) if kind != "insert" else None,
            after=draw(columns) if kind != "delete" else None,
        )
        found.append(event)
    return found


@st.composite
def records(draw: st.DrawFn) -> DestinationEvent:
    name, failed = draw(names()), draw(st.booleans())
    return DestinationEvent(
        id=draw(ids()),
        source=f"urn:fss:cn-north-4:0a1b2c3d4e5f:function:default:{name}:{draw(words())}",
        time=draw(microseconds()),
        condition="failure" if failed else "success",
        function=name,
        request=draw(payloads()),
        response=draw(payloads() | st.sampled_from(["1", "NaN", '"', "[]", "null"])),
        error=draw(maybe(texts(min_size=1))) if failed else None,
        attempts=draw(st.integers(0, 3)),
    )


TestLaws = trigger_laws_of(
    HUAWEI,
    {
        "huawei-obs": several(objects()),
        "huawei-smn": several(notices()),
        "huawei-kafka": batches(),
        "huawei-rocketmq": batches(),
        "huawei-dis": streams(),
        "huawei-lts": single(logs()),
        "huawei-timer": single(timers("TIMER")),
        "huawei-cts": single(traces()),
        "huawei-dds": several(rows()),
        "huawei-geminidb": changes(),
        "huawei-eventgrid": several(grid_events()),
        "huawei-eventgrid-obs": several(objects_by_grid()),
        "huawei-destination": single(records()),
    },
)


# -- batches ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["huawei-kafka", "huawei-rocketmq", "huawei-dis"])
def test_when_one_of_ten_messages_fails_the_others_have_run_and_the_batch_comes_again(name: str) -> None:
    assert when_the_third_of_ten_fails(HUAWEI, name) == ALL_TEN

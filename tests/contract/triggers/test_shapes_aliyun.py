"""What is odd about the events of Function Compute, and what of them no shape tells."""

from __future__ import annotations

import subprocess
import sys
from copy import deepcopy
from datetime import datetime, timezone
from typing import Any

import pytest

from fcbridge.errors import MalformedEvent
from fcbridge.events import CloudEvent, MessageEvent, NotificationEvent, ObjectEvent, RowEvent
from fcbridge.testing.trigger_laws import claims_of
from tests.contract.triggers.payloads_aliyun import ALIYUN, changed, example, parsed
from tests.examples import event_of

TIME = datetime(2026, 3, 2, 8, 15, 31, 482_000, tzinfo=timezone.utc)

# -- MNS --------------------------------------------------------------------------------------------------------------


def test_the_time_of_a_message_may_be_a_text_as_go_writes_it() -> None:
    for told in ("2026-03-02T16:15:31.482+08:00", "1772439331482", 1772439331482):
        (event,) = parsed(changed("mns-topic-json", "PublishTime", to=told))
        assert event.time == TIME


@pytest.mark.parametrize(
    ("attrs", "attributes"),
    [
        ({"Extend": '{"a":"1"}', "Other": "2"}, {"a": "1", "Other": "2"}),
        ({"Extend": "no JSON"}, {"Extend": "no JSON"}),
        ({"Extend": "[1]"}, {"Extend": "[1]"}),
        ({"Extend": 7}, {"Extend": 7}),
        ({}, {}),
    ],
)
def test_attributes_in_extend_are_the_same_as_beside_the_message(
    attrs: dict[str, Any], attributes: dict[str, Any]
) -> None:
    assert parsed({"body": "hello", "attrs": attrs}) == [NotificationEvent(body=b"hello", attributes=attributes)]


# -- rows of Tablestore and DTS ---------------------------------------------------------------------------------------


def test_of_several_versions_of_a_column_the_newest_is_taken() -> None:
    columns = [
        {"Type": "Put", "ColumnName": "a", "Value": "new", "Timestamp": 2},
        {"Type": "DeleteOneVersion", "ColumnName": "a", "Timestamp": 1},
        {"Type": "Put", "ColumnName": "b", "Value": 1},
        {"Type": "DeleteAllVersions", "ColumnName": "b"},
    ]
    (event,) = parsed(changed("tablestore", "Records", 0, "Columns", to=columns))[:1]
    assert event.after == {"a": "new", "b": None}


def test_cbor_that_is_cut_off_is_malformed() -> None:
    encoded = event_of(example.folder / "tablestore.cbor")
    assert parsed(bytearray(encoded)) == parsed(encoded)
    with pytest.raises(MalformedEvent, match="Tablestore, but its field 'Records' cannot be decoded"):
        parsed(encoded[:-1])


def of_dts(value: object, **data: object) -> RowEvent:
    payload = deepcopy(example("dts-streaming"))
    payload[0]["data"]["afterImage"]["values"][1] = value
    payload[0]["data"].update(data)
    (event,) = parsed(payload)
    return event  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ({"data": {"hb": [-26, -78, -95]}, "charset": "utf8mb4"}, "没"),
        ({"data": {"hb": [0xC3, 0xBB]}, "charset": "gbk"}, "没"),
        ({"data": {"hb": [0, 104, 105, 0], "offset": 1, "limit": 2, "position": 2}, "charset": "utf8"}, "hi"),
        ({"data": {"hb": [104, 105], "limit": 9}, "charset": "latin1"}, "hi"),
        ({"data": {"hb": [-1]}, "charset": "utf8mb4"}, b"\xff"),
        ({"data": {"hb": [104]}, "charset": "klingon"}, b"h"),
        ({"data": {"hb": [104]}, "charset": "binary"}, b"h"),
        ({"data": {"hb": [104]}}, b"h"),
        ({"data": None}, None),
        (None, None),
        ({"data": {"precision": 2}}, {"precision": 2}),
    ],
)
def test_a_value_of_dts_is_what_the_buffer_holds(value: object, read: object) -> None:
    event = of_dts(value)
    assert event.after == {"id": 7, "title": read}


def test_a_buffer_of_something_else_is_malformed() -> None:
    with pytest.raises(MalformedEvent, match="its field 'hb' is of a wrong type"):
        of_dts({"data": {"hb": ["h"]}})


def test_a_change_of_the_table_itself_has_no_row() -> None:
    event = of_dts({"data": 1}, operationType="DDL", beforeImage=None, afterImage=None, schema=None)
    assert (event.kind, event.table, event.keys, event.before, event.after) == ("other", "", None, None, None)


def test_the_keys_of_a_deleted_row_are_those_it_had() -> None:
    event = of_dts({"data": 1}, operationType="DELETE", afterImage=None)
    assert (event.kind, event.keys, event.after) == ("delete", {"id": 7}, None)


# -- objects, and records of invocations ------------------------------------------------------------------------------


def test_a_key_of_oss_is_not_decoded() -> None:
    (event,) = parsed(changed("oss", "events", 0, "oss", "object", "key", to="a%2Bb+c d/报.log"))
    assert event.key == event.subject == "a%2Bb+c d/报.log"


def test_one_request_that_removes_two_objects_makes_two_ids() -> None:
    payload = deepcopy(example("oss"))
    payload["events"].append(deepcopy(payload["events"][0]))
    payload["events"][1]["oss"]["object"].update(key="b", eTag='"quoted"')
    first, second = parsed(payload)
    assert isinstance(second, ObjectEvent)
    assert (second.id, second.etag) == ("67C1A2B3F4E5D6C7B8A90123/b", "quoted")
    assert first.id != second.id


def test_without_a_request_an_object_event_has_no_id() -> None:
    assert parsed(changed("oss", "events", 0, "responseElements", to=None))[0].id == ""


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        ('{"order":1}', {"order": 1}),
        ("eyJvcmRlciI6MX0=", {"order": 1}),
        ("WzFd", [1]),
        ("hello", "hello"),
        ("aGVsbG8=", "aGVsbG8="),
        ("Nw==", "Nw=="),
        ("oQ==", "oQ=="),
        ("7", 7),
        ("", None),
        (None, None),
    ],
)
def test_a_payload_is_json_where_it_can_be_also_in_base64(payload: object, value: object) -> None:
    (event,) = parsed(changed("async-destination-success", "requestPayload", to=payload))
    assert event.request == value


@pytest.mark.parametrize("value", ["", "7", "true", '"', "eyJvcmRlciI6MX0=", "hello", "NaN"])
def test_a_text_that_looks_like_something_else_survives_a_record(value: str) -> None:
    trigger = ALIYUN.trigger(example("async-destination-success"))
    assert trigger is not None
    sent = trigger.sample()[0].replace(response=value)
    assert trigger.parse(trigger.compose([sent])) == [sent]


def test_a_function_that_did_not_run_has_failed_too() -> None:
    payload = changed("async-destination-failure", "responseContext", to={"statusCode": 429, "functionError": ""})
    payload["requestContext"]["condition"] = "FunctionResourceExhausted"
    assert (parsed(payload)[0].condition, parsed(payload)[0].error) == ("failure", "FunctionResourceExhausted")
    payload["requestContext"]["condition"] = ""
    assert (parsed(payload)[0].condition, parsed(payload)[0].error) == ("failure", None)


# -- what no shape tells ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", [b"hello topic", "hello topic", 7, True, {"t": 21.5}, [1], b"\xff\xfe"])
def test_no_platform_claims_what_can_be_anything(payload: object) -> None:
    assert claims_of(payload) == set()
    assert ALIYUN.trigger(payload) is None
    assert len([trigger for trigger in ALIYUN.presumed if trigger.matches(payload)]) == 1


@pytest.mark.parametrize("payload", [b"", b" \n", "", None, {}, [], object()])
def test_nothing_is_not_presumed_to_be_something(payload: object) -> None:
    assert not any(trigger.matches(payload) for trigger in ALIYUN.presumed)


@pytest.mark.parametrize(
    ("payload", "body"),
    [(b"\xff\xfe", b"\xff\xfe"), (bytearray(b"a"), b"a"), ("ü", "ü".encode()), (7, b"7"), (False, b"false")],
)
def test_a_message_that_comes_alone_is_a_notification(payload: object, body: bytes) -> None:
    (trigger,) = (each for each in ALIYUN.presumed if each.matches(payload))
    assert trigger.parse(payload) == [NotificationEvent(body=body)]


def test_the_samples_of_presumed_sources_round_trip() -> None:
    for trigger in ALIYUN.presumed:
        payload = trigger.compose(trigger.sample())
        assert trigger.matches(payload)
        assert trigger.parse(payload) == trigger.sample()
    assert [trigger.kind for trigger in ALIYUN.presumed] == [NotificationEvent, CloudEvent]


# -- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["kafka", "rocketmq", "rabbitmq", "mns-queue", "mqtt", "mns-topic", "datahub"])
def test_a_body_that_is_no_text_is_composed_as_base64(source: str) -> None:
    (trigger,) = (each for each in ALIYUN.triggers if each.name == f"aliyun-{source}")
    (event,) = trigger.parse(trigger.compose([trigger.sample()[0].replace(body=b"\xff\x00")]))
    assert isinstance(event, (MessageEvent, NotificationEvent))
    assert event.body == b"/wA="


def test_an_error_names_the_field_and_no_value() -> None:
    with pytest.raises(MalformedEvent) as refusal:
        parsed(changed("timer", "triggerTime", to="secret"))
    assert "'triggerTime' cannot be decoded" in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_an_event_loads_its_own_source_and_no_other() -> None:
    script = (
        "import json, sys; from fcbridge.registry import platform\n"
        "event = json.load(open(sys.argv[1])); print(platform('aliyun').trigger(event).parse(event)[0].id)\n"
        "place = 'fcbridge_adapters.aliyun.triggers.'\n"
        "print(sorted(name[len(place):] for name in sys.modules if name.startswith(place)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(example.folder / "oss.json")], capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[1] == "['elements', 'look', 'oss', 'source']"

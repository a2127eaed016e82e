"""The shapes in which EventBridge hands over one source's events, and what is odd about the messages in them."""

from __future__ import annotations

import json
from base64 import b64encode
from copy import deepcopy
from datetime import datetime, timedelta, timezone

import pytest

from fcbridge.document import load_event
from fcbridge.errors import MalformedEvent
from fcbridge.events import MessageEvent
from tests.contract.triggers.payloads_aliyun import ALIYUN, changed, example, parsed

TIME = datetime(2026, 3, 2, 8, 15, 31, 482_000, tzinfo=timezone.utc)

# -- EventBridge ------------------------------------------------------------------------------------------------------

STREAMS = [
    "rocketmq-streaming",
    "rabbitmq-streaming",
    "mns-queue-streaming",
    "dts-streaming",
    "kafka-streaming-objects",
]


@pytest.mark.parametrize("name", STREAMS)
def test_elements_in_strings_are_the_same_events(name: str) -> None:
    payload = example(name)
    strings = [json.dumps(element) for element in payload]
    assert parsed(strings) == parsed(payload)
    assert parsed(json.dumps(strings)) == parsed(payload)
    assert parsed(load_event(json.dumps(json.dumps(payload)))) == parsed(payload)


@pytest.mark.parametrize("name", STREAMS)
def test_an_element_alone_is_one_event(name: str) -> None:
    payload = example(name)
    assert parsed(payload[0]) == parsed(payload)[:1]


@pytest.mark.parametrize("name", STREAMS)
def test_raw_data_are_the_same_events_without_what_only_a_cloud_event_tells(name: str) -> None:
    payload = example(name)
    raw = [element["data"] for element in payload]
    for event, full in zip(parsed(raw), parsed(payload), strict=True):
        # A queue stands in the subject only, and in a row's change the table does not.
        told_by_the_subject = {"subject": event.subject, "topic": event.topic} if hasattr(event, "topic") else {}
        expected = full.replace(
            id=event.id, time=event.time, source=event.source, **(told_by_the_subject or {"subject": None})
        )
        assert event == expected
        assert type(event) is type(full)
    assert parsed(raw[0]) == parsed(raw)[:1]


def test_the_id_of_raw_data_is_the_messages_own() -> None:
    ids = {name: parsed([example(name)[0]["data"]])[0].id for name in STREAMS}
    assert ids == {
        "rocketmq-streaming": "AC1FF54B00013B7B4B1",
        "rabbitmq-streaming": "5e6f-1",
        "mns-queue-streaming": "8A7B6C5D4E3F2A1B1",
        "dts-streaming": "9001",
        "kafka-streaming-objects": "orders-3-101",
    }


def test_a_cloud_event_may_carry_a_message_of_mqtt() -> None:
    attributes = {"id": "m-1", "source": "acs:mqtt", "specversion": "1.0", "type": "mqtt:Topic:Message"}
    (event,) = parsed([{**attributes, "data": example("mqtt-streaming")[0]}])
    (bare,) = parsed(example("mqtt-streaming"))
    assert event == bare.replace(id="m-1", source="acs:mqtt", type="mqtt:Topic:Message")


def test_a_stream_with_an_element_of_another_source_is_malformed() -> None:
    payload = [*example("kafka-streaming-objects"), *example("rabbitmq-streaming")]
    with pytest.raises(MalformedEvent, match=r"ApsaraMQ for Kafka, but its field 'type' is of a wrong type"):
        parsed(payload)


@pytest.mark.parametrize(
    ("told", "time"),
    [
        ("2026-03-02T16:15:31.482+08:00", TIME),
        ("2026-03-02T08:15:31.482999999Z", TIME + timedelta(microseconds=999)),
        ("2026-03-02T16:15:31.482Asia/Shanghai", TIME),
        ("2026-03-02T16:15:31.482Middle/Nowhere", None),
        ("2026-03-02T16:15:31.482../../etc", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_an_event_is_worth_more_than_its_time(told: str, time: datetime | None) -> None:
    pytest.importorskip("zoneinfo").ZoneInfo("Asia/Shanghai")
    (event,) = parsed(changed("eventbridge-custom", "time", to=told))
    assert event.time == time
    assert event.raw["time"] == told


def test_a_cloud_event_of_another_cloud_is_not_claimed() -> None:
    payload: object = {"id": "1", "source": "s", "specversion": "1.0", "type": "t", "data": {}}
    assert ALIYUN.trigger(payload) is None


def test_data_in_base64_are_bytes() -> None:
    payload = changed("eventbridge-custom", "data_base64", to=b64encode(b"\xff\x00").decode())
    assert parsed(payload)[0].data == b"\xff\x00"
    with pytest.raises(MalformedEvent, match="'data_base64' cannot be decoded"):
        parsed(changed("eventbridge-custom", "data_base64", to="#"))


# -- Kafka ------------------------------------------------------------------------------------------------------------


def of_kafka(**data: object) -> MessageEvent:
    payload = deepcopy(example("kafka-streaming-objects"))[:1]
    payload[0]["data"].update(data)
    (event,) = parsed(payload)
    return event  # type: ignore[no-any-return]


def test_a_value_in_the_format_json_is_the_messages_json() -> None:
    assert of_kafka(value={"名": [1, "a"]}).json() == {"名": [1, "a"]}
    assert of_kafka(value=7).body == b"7"


def test_a_message_without_a_value_is_empty() -> None:
    assert of_kafka(value=None).body == b""


def test_a_key_may_be_absent_as_the_go_sdk_has_it() -> None:
    payload = deepcopy(example("kafka-streaming-objects"))
    del payload[0]["data"]["key"]
    assert [event.key for event in parsed(payload)] == [None, b"order-2"]


def test_a_timestamp_may_be_a_text_as_the_documents_table_has_it() -> None:
    assert of_kafka(timestamp="1772439331482").time == TIME


def test_headers_are_those_of_kafkas_java_class() -> None:
    headers = [
        {"key": "trace", "value": [97, -61, -68]},
        {"key": "tenant", "value": "t-42"},
        {"key": "trace", "value": None},
        "header1",
        {"name": "x"},
    ]
    event = of_kafka(headers={"headers": headers, "isReadOnly": True})
    assert event.headers == (("trace", "aü".encode()), ("tenant", "t-42"), ("trace", None))
    assert event.raw["data"]["headers"]["headers"] == headers  # type: ignore[index]


# -- RocketMQ and RabbitMQ --------------------------------------------------------------------------------------------


def test_the_broker_tells_how_often_it_has_delivered_a_message() -> None:
    told = {"RECONSUME_TIMES": "2", "CONSUME_START_TIME": 1772439331480}
    (event,) = parsed(changed("rocketmq-driven", "data", "systemProperties", to=told))
    assert (event.deliveries, event.key, event.subject) == (3, None, None)


def test_of_a_message_that_was_delivered_before_is_not_told_how_often() -> None:
    (event,) = parsed(changed("rabbitmq-driven", "data", "envelope", "redeliver", to=True))
    assert event.deliveries == 2


def test_a_body_of_rabbitmq_may_be_a_text() -> None:
    (event,) = parsed(changed("rabbitmq-driven", "data", "body", to="plain ü"))
    assert event.text() == "plain ü"


def test_the_applications_headers_are_behind_the_properties() -> None:
    (event,) = parsed(changed("rabbitmq-driven", "data", "props", to={"headers": {"x-retry": 1}, "messageId": "m"}))
    assert event.headers == (("messageId", "m"), ("x-retry", 1))

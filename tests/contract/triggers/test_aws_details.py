"""What the example events of AWS Lambda's sources cannot show: spellings, types, limits, what is malformed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

from fcbridge.errors import MalformedEvent
from fcbridge.events import Event, LogEvent, MessageEvent, RowEvent
from fcbridge.registry import platform
from fcbridge.testing.trigger_laws import claims_of
from tests.examples import Examples

TRIGGERS = {trigger.name: trigger for trigger in platform("aws").triggers}
example = Examples("aws")

ACCOUNT = "210987654321"
STREAM = f"arn:aws:kinesis:eu-west-3:{ACCOUNT}:stream/clicks"
TABLE = f"arn:aws:dynamodb:eu-west-3:{ACCOUNT}:table/users/stream/2026-08-05T07:00:00.000"


def at(second: int, microsecond: int = 0, minute: int = 8) -> datetime:
    return datetime(2026, 8, 5, 7, minute, second, microsecond, tzinfo=timezone.utc)


def parsed(name: str, payload: Any) -> Any:
    assert claims_of(payload) == {name}
    return TRIGGERS[name].parse(payload)


@pytest.mark.parametrize(
    "key",
    [
        "in%2Fh%C3%A9llo+w%C3%B6rld%2B1.txt",  # as moto writes it
        "in/h%C3%A9llo%20w%C3%B6rld%2B1.txt",  # as LocalStack does
        "in/h%C3%A9llo+w%C3%B6rld%2B1.txt",  # as S3 does
    ],
)
def test_a_key_is_decoded_however_it_was_spelled(key: str) -> None:
    notification = example("s3")
    notification["Records"][0]["s3"]["object"]["key"] = key
    (event,) = parsed("aws-s3", notification)
    assert (event.key, event.subject) == ("in/héllo wörld+1.txt", "in/héllo wörld+1.txt")


def test_an_object_that_is_gone_has_no_size_and_a_prefixed_name_of_what_happened_loses_its_prefix() -> None:
    notification = example("s3")
    record = notification["Records"][0]
    record["eventName"] = "s3:ObjectRemoved:DeleteMarkerCreated"
    del record["s3"]["object"]["size"], record["s3"]["object"]["eTag"]
    (event,) = parsed("aws-s3", notification)
    assert (event.type, event.size, event.etag) == ("ObjectRemoved:DeleteMarkerCreated", None, None)


@pytest.mark.parametrize(
    ("kind", "told", "expected"),
    [
        ("Object Created", {"reason": "CompleteMultipartUpload"}, "ObjectCreated:CompleteMultipartUpload"),
        ("Object Created", {"reason": "POST Object"}, "ObjectCreated:Post"),
        (
            "Object Deleted",
            {"reason": "DeleteObject", "deletion-type": "Permanently Deleted"},
            "ObjectRemoved:Delete",
        ),
        (
            "Object Deleted",
            {"reason": "DeleteObject", "deletion-type": "Delete Marker Created"},
            "ObjectRemoved:DeleteMarkerCreated",
        ),
        (
            "Object Deleted",
            {"reason": "Lifecycle Expiration", "deletion-type": "Permanently Deleted"},
            "LifecycleExpiration:Delete",
        ),
        ("Object Restore Completed", {}, "ObjectRestore:Completed"),
        ("Object Tags Added", {}, "ObjectTagging:Put"),
        ("Object Polished", {}, "Object Polished"),
    ],
)
def test_what_happened_to_an_object_is_told_in_the_words_of_s3(kind: str, told: dict[str, str], expected: str) -> None:
    payload = example("s3-eventbridge") | {"detail-type": kind}
    del payload["detail"]["reason"]
    payload["detail"] |= told
    assert parsed("aws-s3", payload)[0].type == expected


def test_another_event_of_s3_is_one_of_the_bus() -> None:
    payload = example("s3-eventbridge") | {"detail-type": "AWS API Call via CloudTrail", "detail": {"eventName": "x"}}
    assert parsed("aws-eventbridge", payload)[0].type == "AWS API Call via CloudTrail"


def test_tasks_of_the_first_schema_name_the_bucket_by_its_arn() -> None:
    payload = example("s3-batch-v2")
    payload["invocationSchemaVersion"] = "1.0"
    del payload["tasks"][0]["s3Bucket"]
    payload["tasks"][0] |= {"s3BucketArn": "arn:aws:s3:::media-in", "s3Key": "a+b%2B.txt", "s3VersionId": "v1"}
    (event,) = parsed("aws-s3-batch", payload)
    assert (event.bucket, event.key, event.version) == ("media-in", "a b+.txt", "v1")


def test_numbers_among_attributes_are_numbers_where_they_are_whole() -> None:
    batch = example("sqs")
    attribute: dict[str, Any] = {"stringListValues": [], "binaryListValues": []}
    batch["Records"][1]["messageAttributes"] = {
        "count": {**attribute, "dataType": "Number.int", "stringValue": "17"},
        "ratio": {**attribute, "dataType": "Number", "stringValue": "0.12345678901234567890"},
    }
    event = parsed("aws-sqs", batch)[1]
    assert event.headers == (("count", 17), ("ratio", "0.12345678901234567890"))


def test_every_type_of_a_table_is_the_value_that_it_stands_for() -> None:
    batch = example("dynamodb-streams")
    batch["Records"][0]["eventName"] = "REMOVE"
    change = batch["Records"][0]["dynamodb"]
    del change["NewImage"]
    change["OldImage"] = {
        "long": {"N": "12345678901234567890123456789012345678"},
        "small": {"N": "-1.5E-7"},
        "numbers": {"NS": ["1", "2.50"]},
        "blobs": {"BS": ["AQI=", "/w=="]},
        "deep": {"L": [{"M": {"none": {"NULL": True}, "no": {"BOOL": False}}}]},
    }
    (event,) = parsed("aws-dynamodb", batch)
    assert (event.kind, event.after) == ("delete", None)
    assert event.before == {
        "long": Decimal("12345678901234567890123456789012345678"),
        "small": Decimal("-1.5E-7"),
        "numbers": {Decimal(1), Decimal("2.5")},
        "blobs": {b"\1\2", b"\xff"},
        "deep": [{"none": None, "no": False}],
    }
    assert {type(number) for number in event.before["numbers"]} == {Decimal}


@pytest.mark.parametrize(
    "value", [{}, {"S": "a", "N": "1"}, {"X": "a"}, {"N": "NaN"}, {"N": "1,5"}, {"L": "a"}, {"BOOL": 1}]
)
def test_a_value_of_no_type_is_malformed_and_named_without_its_content(value: object) -> None:
    batch = example("dynamodb-streams")
    batch["Records"][0]["dynamodb"]["NewImage"] = {"secret": value}
    with pytest.raises(MalformedEvent, match=r"'Records\[0\]\.dynamodb\.NewImage'") as caught:
        TRIGGERS["aws-dynamodb"].parse(batch)
    assert "secret" not in str(caught.value)


def test_repeated_headers_of_kafka_stay_apart_and_in_order() -> None:
    batch = example("kafka-self-managed")
    batch["records"]["orders-0"][0]["headers"] = [{"a": [49]}, {"b": []}, {"a": [50]}]
    (event,) = parsed("aws-kafka", batch)
    assert event.headers == (("a", b"1"), ("b", b""), ("a", b"2"))
    assert event.header("a") == b"2"


def test_the_partitions_of_kafka_come_one_after_the_other() -> None:
    batch = example("msk")
    other = {**batch["records"]["orders-0"][0], "partition": 1, "offset": 7}
    batch["records"] = {"orders-1": [other], **batch["records"]}
    assert [(event.partition, event.offset) for event in parsed("aws-kafka", batch)] == [(1, 7), (0, 15), (0, 16)]


def test_the_deaths_of_a_message_of_rabbitmq_are_read_to_the_bottom() -> None:
    batch = example("mq-rabbitmq")
    message = batch["rmqMessagesByQueue"]["jobs::/"][0]
    message["redelivered"] = True
    message["basicProperties"]["headers"] = {
        "x-death": [{"reason": {"bytes": [101, 120]}, "count": 2, "routing-keys": [{"bytes": [-61, -87]}]}],
        "x-delivery-count": 2,
    }
    (event,) = parsed("aws-rabbitmq", batch)
    assert event.header("x-death") == [{"reason": b"ex", "count": 2, "routing-keys": ["é".encode()]}]
    assert event.deliveries == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jan 1, 1970, 12:33:41 AM", datetime(1970, 1, 1, 0, 33, 41, tzinfo=timezone.utc)),
        ("Dec 31, 2026, 12:00:00\u202fPM", datetime(2026, 12, 31, 12, tzinfo=timezone.utc)),
        ("31.12.2026 12:00", None),
    ],
)
def test_a_time_of_rabbitmq_is_read_as_java_writes_it(text: str, expected: datetime | None) -> None:
    batch = example("mq-rabbitmq")
    batch["rmqMessagesByQueue"]["jobs::/"][0]["basicProperties"]["timestamp"] = text
    assert parsed("aws-rabbitmq", batch)[0].time == expected


def test_a_queue_of_activemq_is_found_in_small_letters_too() -> None:
    batch = example("mq-activemq")
    batch["messages"][0]["destination"] = {"physicalname": "jobs"}
    assert parsed("aws-activemq", batch)[0].topic == "jobs"


def test_the_probe_of_cloudwatch_is_no_event() -> None:
    logs = TRIGGERS["aws-logs"]
    probe: Any = logs.compose([LogEvent(type="CONTROL_MESSAGE", group="g", stream="s", records=())])
    assert parsed("aws-logs", probe) == []


@pytest.mark.parametrize("data", ["", "AAAA", "H4sIAAAAAAAA", "H4sIAAAAAAAC/0EAAP//", "bm90IGd6aXA="])
def test_lines_that_cannot_be_unpacked_are_malformed(data: str) -> None:
    with pytest.raises(MalformedEvent, match=r"awslogs\.data"):
        TRIGGERS["aws-logs"].parse({"awslogs": {"data": data}})


def test_a_message_of_a_thing_is_recognised_where_the_rule_says_where_it_comes_from() -> None:
    told = {"topic": "plant/7/temp", "traceid": "0f8fad5b", "clientid": "sensor-7", "timestamp": 1785913702000}
    (event,) = parsed("aws-iot", {"temp": 21.5, "unit": "°C", **told})
    assert event == MessageEvent(
        id="0f8fad5b",
        source="sensor-7",
        type="aws:iot",
        time=at(22),
        topic="plant/7/temp",
        body='{"temp":21.5,"unit":"°C"}'.encode(),
    )
    (binary,) = parsed("aws-iot", {"base64": "/wA=", **told})
    assert binary.body == b"\xff\0"


def test_a_schedule_without_input_is_a_timer_too() -> None:
    payload = example("eventbridge-scheduled-rule")
    arn = f"arn:aws:scheduler:eu-west-3:{ACCOUNT}:schedule/default/nightly"
    payload |= {"source": "aws.scheduler", "resources": [arn], "detail": "{}"}
    (event,) = parsed("aws-scheduler", payload)
    assert (event.name, event.subject, event.payload, event.time) == ("nightly", arn, None, at(14))


def test_a_task_that_has_the_context_tells_its_execution_and_state() -> None:
    execution = f"arn:aws:states:eu-west-3:{ACCOUNT}:execution:checkout:0a1b"
    payload = {
        "input": {"orderId": "A-17"},
        "context": {
            "Execution": {"Id": execution, "Name": "0a1b"},
            "State": {"EnteredTime": "2026-08-05T07:08:22.123Z", "Name": "Pay", "RetryCount": 0},
            "Task": {"Token": "AQCkexample=="},
        },
    }
    (event,) = parsed("aws-stepfunctions", payload)
    assert (event.source, event.subject, event.time) == (execution, "Pay", at(22, 123_000))
    assert (event.data, event.extensions) == (payload, {"tasktoken": "AQCkexample=="})


def test_an_event_of_a_replayed_archive_says_so() -> None:
    (event,) = parsed("aws-eventbridge", example("eventbridge") | {"replay-name": "again"})
    assert event.extensions["replayname"] == "again"


def test_a_handshake_that_an_authorizer_is_asked_about_is_no_connection() -> None:
    event = example("websocket-connect") | {"type": "REQUEST", "methodArn": "arn:aws:execute-api:eu-west-3:1:a/chat"}
    assert claims_of(event) == set()


def test_a_message_in_base64_is_decoded() -> None:
    event = example("websocket-message-default") | {"body": "/wA=", "isBase64Encoded": True}
    assert parsed("aws-websocket", event)[0].body == b"\xff\0"


def test_a_queue_with_other_messages_between_the_records_of_invocations_is_one_of_messages() -> None:
    batch = example("destination-stream-sqs")
    batch["Records"].append(example("sqs")["Records"][0])
    records = parsed("aws-sqs", batch)
    assert [type(event) for event in records] == [MessageEvent, MessageEvent]


def test_a_record_has_the_window_in_its_raw() -> None:
    (event,) = parsed("aws-kinesis", example("kinesis-tumbling-window"))
    assert event.raw["state"] == {"total": "3"}
    assert event.raw["window"] == {"start": "2026-08-05T07:05:00Z", "end": "2026-08-05T07:10:00Z"}
    assert event.raw["isFinalInvokeForWindow"] is False
    assert event.raw["kinesis"]["partitionKey"] == "pk-1"


@pytest.mark.parametrize(
    ("name", "arn", "expected"),
    [
        (
            "aws-kinesis",
            STREAM,
            MessageEvent(source=STREAM, type="aws:kinesis:window", time=at(0, minute=10), topic="clicks", partition=3),
        ),
        (
            "aws-dynamodb",
            TABLE,
            RowEvent(source=TABLE, type="aws:dynamodb:window", time=at(0, minute=10), table="users", kind="other"),
        ),
    ],
)
def test_a_window_that_ends_without_records_is_an_event(name: str, arn: str, expected: Event) -> None:
    payload = example("kinesis-tumbling-window") | {
        "Records": [],
        "eventSourceARN": arn,
        "isFinalInvokeForWindow": True,
    }
    events = parsed(name, payload)
    assert events == [expected]
    assert events[0].raw["state"] == {"total": "3"}


def test_what_is_wrong_is_named_by_its_place() -> None:
    batch = example("sqs")
    del batch["Records"][1]["body"]
    with pytest.raises(MalformedEvent, match=r"one of Amazon SQS, but its field 'Records\[1\]\.body' is missing"):
        TRIGGERS["aws-sqs"].parse(batch)


# -- what is loaded ---------------------------------------------------------------------------------------------------

PROGRAM = """
import json, sys
from fcbridge import bridge
from fcbridge.events import Event

handler = bridge(platform="aws")
handler.on(Event)(lambda event: None)
handler(json.load(sys.stdin))
print(*sorted(name for name in sys.modules if name.startswith("fcbridge_adapters.aws.triggers.")))
"""


@pytest.mark.parametrize(
    ("name", "modules"),
    [
        ("sqs", "invocation look source sqs"),
        ("s3", "look s3 source"),
        ("s3-eventbridge", "look s3 source"),
        ("kinesis", "kinesis look source streams"),
        ("msk", "kafka look source"),
        ("mq-activemq", "look mq source"),
        ("cloudwatch-logs", "logs look source"),
        ("cognito-pre-sign-up", "cognito look source"),
        ("websocket-connect", "look source websocket"),
        ("firehose-transform", "firehose look source"),
        ("function-url", ""),
    ],
)
def test_an_event_loads_its_own_source_and_a_request_none(name: str, modules: str) -> None:
    environ = {"PATH": "/usr/bin:/bin", "PYTHONPATH": os.pathsep.join([*sys.path])}
    event = json.dumps(example(name)).encode()
    done = subprocess.run([sys.executable, "-c", PROGRAM], input=event, stdout=subprocess.PIPE, env=environ, check=True)
    loaded = [module.rpartition(".")[2] for module in done.stdout.decode().split()]
    assert loaded == modules.split()

"""Example events of AWS Lambda's sources, with exactly what each must become.

The values are invented, the structures are the documented ones.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from fcbridge.errors import MalformedEvent
from fcbridge.events import (
    CloudEvent,
    ConnectionEvent,
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
from fcbridge.registry import platform
from fcbridge.testing.strategies import json_values
from fcbridge.testing.trigger_laws import claims_of
from tests.examples import Examples

AWS = platform("aws")
TRIGGERS = {trigger.name: trigger for trigger in AWS.triggers}
example = Examples("aws")

ACCOUNT = "210987654321"
QUEUE = f"arn:aws:sqs:eu-west-3:{ACCOUNT}:jobs"
STREAM = f"arn:aws:kinesis:eu-west-3:{ACCOUNT}:stream/clicks"
TABLE = f"arn:aws:dynamodb:eu-west-3:{ACCOUNT}:table/users/stream/2026-08-05T07:00:00.000"
SOCKET = "https://w5s7k9e1tt.execute-api.eu-west-3.amazonaws.com/chat"
FIRST, SECOND = (
    49660000000000000000000000000000000000000000000000000001,
    49660000000000000000000000000000000000000000000000000002,
)


def at(second: int, microsecond: int = 0, minute: int = 8) -> datetime:
    return datetime(2026, 8, 5, 7, minute, second, microsecond, tzinfo=timezone.utc)


def click(number: int, body: bytes) -> MessageEvent:
    return MessageEvent(
        id=f"shardId-000000000003:{number}",
        source=STREAM,
        type="aws:kinesis:record",
        time=at(15, 125_000),
        topic="clicks",
        key=b"pk-1",
        body=body,
        partition=3,
        offset=number,
    )


def order(
    source: str, kind: str, offset: int, key: bytes | None, body: bytes, *headers: tuple[str, bytes]
) -> MessageEvent:
    return MessageEvent(
        id=f"orders-0-{offset}",
        source=source,
        type=kind,
        time=at(17),
        topic="orders",
        key=key,
        body=body,
        headers=headers,
        partition=0,
        offset=offset,
    )


def queued(number: int, body: bytes, **more: Any) -> MessageEvent:
    told: dict[str, Any] = {"source": QUEUE, "topic": "jobs", **more}
    return MessageEvent(
        id=f"0000000{number}-aaaa-4bbb-8ccc-dddddddddddd",
        type="aws:sqs",
        time=at(12),
        body=body,
        deliveries=1,
        receipt=f"AQEBhandle{number}==",
        **told,
    )


def fifo(number: int, body: bytes) -> MessageEvent:
    return queued(
        number, body, source=f"{QUEUE}.fifo", topic="jobs.fifo", group="g1", offset=18873496660000000000 + number
    )


def asked(kind: str, request: dict[str, Any]) -> CloudEvent:
    return CloudEvent(
        source="eu-west-3_AbCdEfGhi",
        type=kind,
        subject="ada",
        data=request,
        datacontenttype="application/json",
        extensions={"clientid": "clientexample1", "region": "eu-west-3"},
    )


def connection(kind: str, route: str, **more: Any) -> ConnectionEvent:
    told: dict[str, Any] = {"id": "Wsq1ExtReq=", **more}
    return ConnectionEvent(
        source="w5s7k9e1tt",
        type=kind.upper(),
        subject=route,
        time=at(11, 222_000),
        connection="Zx9yW8vUtSrCEPg=",
        kind=kind,
        endpoint=SOCKET,
        **told,
    )


def task(data: object) -> CloudEvent:
    return CloudEvent(type="aws.states.task", data=data, datacontenttype="application/json")


MSK = (f"arn:aws:kafka:eu-west-3:{ACCOUNT}:cluster/main/0a1b2c3d-1", "aws:kafka")
OWN = ("k1.example.net:9092,k2.example.net:9092", "aws:SelfManagedKafka")
HEADERS = (("trace", b"abc"), ("signed", "é".encode()))

EXPECTED: dict[str, tuple[str, list[Event]]] = {
    "s3": (
        "aws-s3",
        [
            ObjectEvent(
                id="REQ1:0066B09C9D00000001:in/r%C3%A9sum%C3%A9+v2.pdf",
                source="arn:aws:s3:::media-in",
                type="ObjectCreated:Put",
                subject="in/résumé v2.pdf",
                time=at(13, 1000),
                bucket="media-in",
                key="in/résumé v2.pdf",
                size=2048,
                etag="0123456789abcdef0123456789abcdef",
                region="eu-west-3",
                version="v1Example",
            )
        ],
    ),
    "s3-eventbridge": (
        "aws-s3",
        [
            ObjectEvent(
                id="17793124-05d4-4198-8fde-7ededc63b103",
                source="arn:aws:s3:::media-in",
                type="ObjectCreated:Put",
                subject="in/résumé v2+%41.pdf",
                time=at(13),
                bucket="media-in",
                key="in/résumé v2+%41.pdf",
                size=2048,
                etag="0123456789abcdef0123456789abcdef",
                region="eu-west-3",
                version="v1Example",
            )
        ],
    ),
    "s3-batch-v2": (
        "aws-s3-batch",
        [
            ObjectEvent(
                id="t-1",
                source="job-1",
                type="BatchOperations:Task",
                subject="a/b.txt",
                bucket="media-in",
                key="a/b.txt",
            )
        ],
    ),
    "sqs": (
        "aws-sqs",
        [queued(1, b'{"order":1}', headers=(("trace", "abc"), ("blob", b"\0\1"))), queued(2, b"not json")],
    ),
    "sqs-fifo": ("aws-sqs", [fifo(1, b"a"), fifo(2, b"b")]),
    "sns": (
        "aws-sns",
        [
            NotificationEvent(
                id="99998888-7777-5666-8555-444433332222",
                source=f"arn:aws:sns:eu-west-3:{ACCOUNT}:alerts",
                type="Notification",
                time=at(12, 345_000),
                topic="alerts",
                body=b'{"level":"warn"}',
                attributes={"kind": "cpu", "blob": b"\0\1"},
            )
        ],
    ),
    "eventbridge": (
        "aws-eventbridge",
        [
            CloudEvent(
                id="12345678-90ab-cdef-1234-567890abcdef",
                source="shop.orders",
                type="Order Placed",
                time=at(14),
                data={"orderId": "A-17", "total": 42.5},
                datacontenttype="application/json",
                extensions={"account": ACCOUNT, "region": "eu-west-3"},
            )
        ],
    ),
    "eventbridge-scheduled-rule": (
        "aws-scheduler",
        [
            TimerEvent(
                id="12345678-90ab-cdef-1234-567890abcdef",
                source="aws.events",
                type="Scheduled Event",
                subject=f"arn:aws:events:eu-west-3:{ACCOUNT}:rule/every-five",
                time=at(14),
                name="every-five",
            )
        ],
    ),
    "eventbridge-scheduler-custom-input": (
        "aws-scheduler",
        [
            TimerEvent(
                id="d0c1b2a3f4e5d6c7",
                source="aws.scheduler",
                type="Scheduled Event",
                subject=f"arn:aws:scheduler:eu-west-3:{ACCOUNT}:schedule/default/rollup",
                time=at(0, minute=10),
                name="rollup",
                payload={"job": "rollup"},
            )
        ],
    ),
    "kinesis": ("aws-kinesis", [click(FIRST, b'{"c":1}'), click(SECOND, b"\xff\0")]),
    "kinesis-tumbling-window": ("aws-kinesis", [click(FIRST, b'{"c":1}')]),
    "dynamodb-streams": (
        "aws-dynamodb",
        [
            RowEvent(
                id="e0e1e2e3e4e5e6e7",
                source=TABLE,
                type="MODIFY",
                time=at(16),
                table="users",
                kind="update",
                keys={"pk": "u#1"},
                before={"pk": "u#1", "n": Decimal(1)},
                after={
                    "pk": "u#1",
                    "n": Decimal(2),
                    "ok": True,
                    "bin": b"\1\2",
                    "tags": {"a", "b"},
                    "none": None,
                    "list": [Decimal(1)],
                    "map": {"k": "v"},
                },
            )
        ],
    ),
    "msk": (
        "aws-kafka",
        [order(*MSK, 15, b"k1", b'{"id":1}', *HEADERS), order(*MSK, 16, None, b"")],
    ),
    "kafka-self-managed": ("aws-kafka", [order(*OWN, 15, b"k1", b'{"id":1}', *HEADERS)]),
    "mq-rabbitmq": (
        "aws-rabbitmq",
        [
            MessageEvent(
                source=f"arn:aws:mq:eu-west-3:{ACCOUNT}:broker:rabbit:b-0a1b2c3d",
                type="aws:rmq",
                time=at(18),
                topic="jobs",
                body=b'{"order":1}',
                headers=(("trace", b"ab"), ("attempt", 2)),
                deliveries=1,
                group="/",
            )
        ],
    ),
    "mq-activemq": (
        "aws-activemq",
        [
            MessageEvent(
                id="ID:b-0a1b2c3d-1.mq.eu-west-3.amazonaws.com-40001-1",
                source=f"arn:aws:mq:eu-west-3:{ACCOUNT}:broker:active:b-0a1b2c3d",
                type="aws:amq",
                time=at(18),
                topic="jobs",
                body=b"hello",
                headers=(("k", "v"),),
                deliveries=1,
            )
        ],
    ),
    "cloudwatch-logs": (
        "aws-logs",
        [
            LogEvent(
                source=ACCOUNT,
                type="DATA_MESSAGE",
                subject="errors",
                group="/aws/lambda/other",
                stream="2026/08/05/[$LATEST]0a1b",
                records=(LogRecord("ERROR boom", at(19), "37000000000000000000000000000000000000000000000000000001"),),
            )
        ],
    ),
    "ses": (
        "aws-ses",
        [
            MessageEvent(
                id="m1e2s3s4",
                source="ada@example.org",
                type="aws:ses",
                subject="Hi",
                time=at(20),
                topic="in@example.net",
                headers=(("From", "Ada <ada@example.org>"), ("Subject", "Hi")),
            )
        ],
    ),
    "cognito-pre-sign-up": (
        "aws-cognito",
        [asked("PreSignUp_SignUp", {"userAttributes": {"email": "ada@example.org"}, "validationData": None})],
    ),
    "cognito-post-confirmation": (
        "aws-cognito",
        [
            asked(
                "PostConfirmation_ConfirmSignUp",
                {"userAttributes": {"sub": "1-2-3", "email": "ada@example.org", "email_verified": "true"}},
            )
        ],
    ),
    "cognito-pre-token-generation-v2": (
        "aws-cognito",
        [
            asked(
                "TokenGeneration_Authentication",
                {
                    "userAttributes": {"sub": "1-2-3", "email_verified": "true", "cognito:user_status": "CONFIRMED"},
                    "groupConfiguration": {
                        "groupsToOverride": ["ops"],
                        "iamRolesToOverride": [],
                        "preferredRole": None,
                    },
                    "scopes": ["aws.cognito.signin.user.admin"],
                },
            )
        ],
    ),
    "step-functions-wait-for-task-token": (
        "aws-stepfunctions",
        [
            CloudEvent(
                type="aws.states.task",
                data={"orderId": "A-17", "taskToken": "AQCkAAAAKgAAAAMAAAAAexampletoken=="},
                datacontenttype="application/json",
                extensions={"tasktoken": "AQCkAAAAKgAAAAMAAAAAexampletoken=="},
            )
        ],
    ),
    "firehose-transform": (
        "aws-firehose",
        [
            MessageEvent(
                id="r1",
                source=f"arn:aws:firehose:eu-west-3:{ACCOUNT}:deliverystream/out",
                type="aws:firehose",
                time=at(21),
                topic="out",
                key=b"pk",
                body=b"line",
            )
        ],
    ),
    "websocket-connect": ("aws-websocket", [connection("connect", "$connect")]),
    "websocket-disconnect": ("aws-websocket", [connection("disconnect", "$disconnect")]),
    "websocket-message-custom-route": (
        "aws-websocket",
        [connection("message", "say", id="Msg78aQ=", body=b'{"action":"say","text":"hi"}')],
    ),
    "websocket-message-default": (
        "aws-websocket",
        [connection("message", "$default", id="Msg77aQ=", body=b'{"action":"say","text":"hi"}')],
    ),
    "destination-failure": (
        "aws-destination",
        [
            DestinationEvent(
                id="e4b46cbf-b738-4880-a18c-df61200e0000",
                source=f"arn:aws:lambda:eu-west-3:{ACCOUNT}:function:driving-log:$LATEST",
                type="RetriesExhausted",
                time=at(22, 568_000),
                condition="failure",
                function="driving-log",
                request={"file": "driving.log"},
                response={"errorType": "ValueError", "errorMessage": "no such vehicle"},
                error="Unhandled",
                attempts=3,
            )
        ],
    ),
    "destination-expired-eventbridge": (
        "aws-destination",
        [
            DestinationEvent(
                id="0c1d2e3f-aaaa-4bbb-8ccc-dddddddddddd",
                source=f"arn:aws:lambda:eu-west-3:{ACCOUNT}:function:driving-log:$LATEST",
                type="EventAgeExceeded",
                time=at(23),
                condition="failure",
                function="driving-log",
                request={"file": "driving.log"},
                error="EventAgeExceeded",
                attempts=0,
            )
        ],
    ),
    "destination-success-sns": (
        "aws-destination",
        [
            DestinationEvent(
                id="11112222-aaaa-4bbb-8ccc-dddddddddddd",
                source=f"arn:aws:lambda:eu-west-3:{ACCOUNT}:function:driving-log:7",
                type="Success",
                time=at(24, 1000),
                condition="success",
                function="driving-log",
                request={"file": "driving.log"},
                response={"lines": 120},
                attempts=1,
            )
        ],
    ),
    "destination-stream-sqs": (
        "aws-destination-sqs",
        [
            DestinationEvent(
                id="c9b8fa9f-5a7f-4222-af9c-0c604cde93a5",
                source=f"arn:aws:lambda:eu-west-3:{ACCOUNT}:function:clicks",
                type="RetryAttemptsExhausted",
                time=at(25),
                condition="failure",
                function="clicks",
                request={
                    "shardId": "shardId-000000000003",
                    "startSequenceNumber": str(FIRST),
                    "endSequenceNumber": str(SECOND),
                    "approximateArrivalOfFirstRecord": "2026-08-05T07:08:15.125Z",
                    "approximateArrivalOfLastRecord": "2026-08-05T07:08:15.125Z",
                    "batchSize": 2,
                    "streamArn": STREAM,
                },
                error="Unhandled",
                attempts=1,
            )
        ],
    ),
}

#: What nothing in it tells the source of: what a rule selects, what a state machine or a client calls a function with.
PRESUMED: dict[str, tuple[str, list[Event]]] = {
    "iot-rule": (
        "aws-iot",
        [MessageEvent(type="aws:iot", topic="plant/7/temp", body=b'{"deviceId":"sensor-7","temp":21.5}')],
    ),
    "step-functions-task": ("aws-stepfunctions", [task({"orderId": "A-17", "items": [1, 2]})]),
    "direct-invoke": ("aws-stepfunctions", [task({"op": "ping"})]),
}
#: Not what a function gets, but what is packed in it.
PACKED = ("cloudwatch-logs-decoded",)
HTTP = ("alb-", "api-gateway-", "function-url", "lambda-edge-", "vpc-lattice-", "ENCODING")


def test_every_example_that_is_no_request_has_its_expectation() -> None:
    others = {name for name in example.names() if not name.startswith(HTTP)}
    assert others == {*EXPECTED, *PRESUMED, *PACKED}


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_is_claimed_by_its_trigger_alone_and_becomes_exactly_its_events(name: str) -> None:
    source, expected = EXPECTED[name]
    event = example(name)
    assert claims_of(event) == {source}
    assert TRIGGERS[source].parse(event) == expected


# What is composed for S3 is its own notification, which has no room for the id of EventBridge.
@pytest.mark.parametrize("name", sorted(EXPECTED.keys() - {"s3-eventbridge"}))
def test_the_events_of_an_example_make_a_payload_with_the_same_events(name: str) -> None:
    source, expected = EXPECTED[name]
    trigger = TRIGGERS[source]
    assert trigger.parse(trigger.compose(expected)) == expected


@pytest.mark.parametrize("name", [*PRESUMED, *PACKED])
def test_what_tells_no_source_is_claimed_by_none(name: str) -> None:
    assert claims_of(example(name)) == set()


@pytest.mark.parametrize("name", PRESUMED)
def test_what_tells_no_source_is_presumed_to_be_of_one(name: str) -> None:
    source, expected = PRESUMED[name]
    trigger = next(trigger for trigger in AWS.presumed if trigger.matches(example(name)))
    assert trigger.name == source
    assert trigger.parse(example(name)) == expected


@given(payload=json_values())
def test_any_value_may_be_presumed(payload: object) -> None:
    for trigger in AWS.presumed:
        if trigger.matches(payload):
            try:
                events = trigger.parse(payload)
            except MalformedEvent:
                continue
            assert [type(event) for event in events] == [trigger.kind]


def test_the_platforms_page_names_every_trigger() -> None:
    page = (Path(__file__).parents[3] / "docs" / "platforms" / "aws.md").read_text("utf-8")
    rows = re.findall(r"^\| `(aws-[a-z0-9-]+)` \|.*\| `([A-Za-z]+)` \|", page, re.MULTILINE)
    assert dict(rows) == {name: trigger.kind.__name__ for name, trigger in TRIGGERS.items()}

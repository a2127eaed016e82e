"""Events that somebody else has made: AWS's own tool, and moto's storage, topics and queues.

Those of AWS's tool, ``sam local generate-event``, are in tests/events/aws/sam, each with the command that made it.
Their values are AWS's, and some are odd: what is odd has to be read too.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from fcbridge.events import (
    LogEvent,
    LogRecord,
    MessageEvent,
    NotificationEvent,
    ObjectEvent,
    RowEvent,
    TimerEvent,
)
from fcbridge.registry import platform
from fcbridge.testing.trigger_laws import claims_of
from tests.examples import Examples
from tests.services.s3 import KEY, REGION, SECRET

if TYPE_CHECKING:
    from tests.services.s3 import S3Server

TRIGGERS = {trigger.name: trigger for trigger in platform("aws").triggers}
sam = Examples("aws/sam")

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
NOON = datetime(2015, 4, 9, tzinfo=timezone.utc)
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/ExampleTableWithStream/stream/2015-06-27T00:48:05.899"
FIREHOSE_ID = "49546986683135544286507457936321625675700192471156785154"
ARRIVED = datetime(2017, 5, 18, 2, 2, 29, 453_000, tzinfo=timezone.utc)


def parsed(name: str, payload: Any) -> Any:
    assert claims_of(payload) == {name}
    return TRIGGERS[name].parse(payload)


# -- sam local generate-event -----------------------------------------------------------------------------------------


def row(name: str, kind: str, number: str, before: str | None, after: str | None) -> RowEvent:
    """The ids are the MD5 of 1, 2 and 3."""

    def columns(message: str | None) -> dict[str, Any] | None:
        return None if message is None else {"Message": message, "Id": Decimal(101)}

    return RowEvent(
        id=number,
        source=TABLE,
        type=name,
        time=NOON,
        table="ExampleTableWithStream",
        kind=kind,
        keys={"Id": Decimal(101)},
        before=columns(before),
        after=columns(after),
    )


EXPECTED: dict[str, tuple[str, list[Any]]] = {
    "s3-put": (
        "aws-s3",
        [
            ObjectEvent(
                id="EXAMPLE123456789:0A1B2C3D4E5F678901:in/h%C3%A9llo%20w%C3%B6rld%2B1.txt",
                source="arn:aws:s3:::inbox",
                type="ObjectCreated:Put",
                subject="in/héllo wörld+1.txt",
                time=EPOCH,
                bucket="inbox",
                key="in/héllo wörld+1.txt",
                size=1024,
                etag="0123456789abcdef0123456789abcdef",
                region="eu-west-3",
            )
        ],
    ),
    "s3-delete": (
        "aws-s3",
        [
            ObjectEvent(
                id="EXAMPLE123456789:0A1B2C3D4E5F678901:raw/100%25.log",
                source="arn:aws:s3:::inbox",
                type="ObjectRemoved:Delete",
                subject="raw/100%.log",
                time=EPOCH,
                bucket="inbox",
                key="raw/100%.log",
                region="us-east-1",
            )
        ],
    ),
    "s3-batch": (
        "aws-s3-batch",
        [
            ObjectEvent(
                id="dGFza2lkZ29lc2hlcmUK",
                source="f3cc4f60-61f6-4a2b-8a21-d07600c373ce",
                type="BatchOperations:Task",
                subject="a b.txt",
                bucket="examplebucket",
                key="a b.txt",
                version="1",
            )
        ],
    ),
    "sqs": (
        "aws-sqs",
        [
            MessageEvent(
                id="19dd0b57-b21e-4ac1-bd88-01bbb068cb78",
                source="arn:aws:sqs:us-east-1:123456789012:MyQueue",
                type="aws:sqs",
                time=datetime(2018, 4, 9, tzinfo=timezone.utc),
                topic="MyQueue",
                body=b"order 17",
                deliveries=1,
                receipt="MessageReceiptHandle",
            )
        ],
    ),
    "sns": (
        "aws-sns",
        [
            NotificationEvent(
                id="95df01b4-ee98-5cb9-9903-4c221d41eb5e",
                source="arn:aws:sns:us-east-1:123456789012:ExampleTopic",
                type="Notification",
                subject="speed",
                time=EPOCH,
                topic="ExampleTopic",
                body=b"181 km per hour",
                # A binary attribute has base64 in it, and this is none.
                attributes={"Test": "TestString", "TestBinary": "TestBinary"},
            )
        ],
    ),
    "kinesis": (
        "aws-kinesis",
        [
            MessageEvent(
                id="shardId-000000000000:49545115243490985018280067714973144582180062593244200961",
                source="arn:aws:kinesis:EXAMPLE",  # no stream's
                type="aws:kinesis:record",
                time=NOON,
                topic="arn:aws:kinesis:EXAMPLE",
                key=b"partitionKey-03",
                body="naïve".encode(),
                partition=0,
                offset=49545115243490985018280067714973144582180062593244200961,
            )
        ],
    ),
    "dynamodb": (
        "aws-dynamodb",
        [
            row("INSERT", "insert", "c4ca4238a0b923820dcc509a6f75849b", None, "New item!"),
            row("MODIFY", "update", "c81e728d9d4c2f636f067f89cc14862c", "New item!", "This item has changed"),
            row("REMOVE", "delete", "eccbc87e4b5ce2fe28308fd9f2a7baf3", "This item has changed", None),
        ],
    ),
    "logs": (
        "aws-logs",
        [
            LogEvent(
                source="123456789123",
                type="DATA_MESSAGE",
                subject="testFilter",
                group="testLogGroup",
                stream="testLogStream",
                records=tuple(
                    LogRecord(
                        f"[ERROR] {place} test message",
                        datetime(2015, 8, 24, 19, 3, 7, index * 1000, tzinfo=timezone.utc),
                        f"eventId{index + 1}",
                    )
                    for index, place in enumerate(("First", "Second"))
                ),
            )
        ],
    ),
    "schedule": (
        "aws-scheduler",
        [
            TimerEvent(
                id="cdc73f9d-aea9-11e3-9d5a-835b769c0d9c",
                source="aws.events",
                type="Scheduled Event",
                subject="arn:aws:events:us-east-1:123456789012:rule/ExampleRule",
                time=EPOCH,
                name="ExampleRule",
            )
        ],
    ),
}

FIREHOSE: dict[str, Any] = {
    "firehose": (1, {"source": "arn:aws:kinesis:EXAMPLE", "key": None, "id": FIREHOSE_ID, "time": ARRIVED}),
    # The stream's ARN is in a field whose name has a slip of the pen.
    "firehose-from-stream": (
        1,
        {"source": "arn:aws:kinesis:EXAMPLE", "key": b"partitionKey-03", "id": FIREHOSE_ID, "time": ARRIVED},
    ),
    "firehose-logs": (4, {"topic": "copy-cwl-lambda-invoke-input-151025436553-Firehose-8KILJ01Q5OBN"}),
    "analytics": (
        1,
        {
            "source": "arn:aws:kinesisanalytics:us-east-1:123456789012:application/example-application",
            "topic": "example-application",
            "time": None,
            "body": b"This is a test from Kinesis Analytics",
        },
    ),
}

#: Of services that call functions in ways of their own.
STRANGERS = {"cognito-sync", "stepfunctions-error"}


def test_every_event_of_sam_has_its_expectation() -> None:
    assert sam.names() == {*EXPECTED, *FIREHOSE, *STRANGERS, "ses"}


@pytest.mark.parametrize("name", EXPECTED)
def test_an_event_of_sam_becomes_exactly_what_it_is(name: str) -> None:
    source, expected = EXPECTED[name]
    assert parsed(source, sam(name)) == expected


@pytest.mark.parametrize("name", FIREHOSE)
def test_records_to_be_transformed_are_read(name: str) -> None:
    count, told = FIREHOSE[name]
    events = parsed("aws-firehose", sam(name))
    assert len(events) == count
    assert {field: getattr(events[0], field) for field in told} == told


def test_a_mail_is_read() -> None:
    (mail,) = parsed("aws-ses", sam("ses"))
    assert (mail.id, mail.source, mail.topic) == (
        "o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1", "janedoe@example.com", "johndoe@example.com",
    )  # fmt: skip
    assert (mail.subject, mail.time, mail.body) == ("Test Subject", EPOCH, b"")
    assert [name for name, _ in mail.headers] == [
        "Return-Path", "Received", "DKIM-Signature", "MIME-Version", "From", "Date", "Message-ID", "Subject", "To",
        "Content-Type",
    ]  # fmt: skip


@pytest.mark.parametrize("name", sorted(STRANGERS))
def test_an_event_of_another_service_is_claimed_by_none(name: str) -> None:
    assert claims_of(sam(name)) == set()


# -- moto -------------------------------------------------------------------------------------------------------------

KEYS = ("in/héllo wörld+1.txt", "100%.log", "报告/三月.csv", "a=b&c=d?e#f", "%2B")


class Cloud:
    """Clients of one moto, and a queue of one's own."""

    def __init__(self, url: str) -> None:
        boto3: Any = import_module("boto3")
        config: Any = import_module("botocore.config")
        options = {
            "endpoint_url": url,
            "region_name": REGION,
            "aws_access_key_id": KEY,
            "aws_secret_access_key": SECRET,
            "config": config.Config(s3={"addressing_style": "path"}, proxies={}),
        }
        self.s3: Any = boto3.client("s3", **options)
        self.sns: Any = boto3.client("sns", **options)
        self.sqs: Any = boto3.client("sqs", **options)
        self.name = f"made-{uuid4().hex[:12]}"
        self.queue: str = self.sqs.create_queue(QueueName=self.name)["QueueUrl"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])
        self.arn: str = attributes["Attributes"]["QueueArn"]

    def messages(self, count: int) -> list[dict[str, Any]]:
        """So many messages of the queue, as SQS hands them to a client."""
        received: list[dict[str, Any]] = []
        while len(received) < count:
            answer = self.sqs.receive_message(
                QueueUrl=self.queue,
                MaxNumberOfMessages=10,
                WaitTimeSeconds=5,
                AttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            messages: list[dict[str, Any]] = answer.get("Messages", [])
            assert messages, f"{count} messages were due, {len(received)} came"
            received += messages
        return received

    def watched_bucket(self) -> None:
        self.s3.create_bucket(Bucket=self.name)
        watched = {"QueueArn": self.arn, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}
        self.s3.put_bucket_notification_configuration(
            Bucket=self.name, NotificationConfiguration={"QueueConfigurations": [watched]}
        )


@pytest.fixture
def cloud(s3_server: S3Server) -> Cloud:
    return Cloud(s3_server.url)


def test_the_notifications_of_motos_storage_are_objects_by_their_own_names(cloud: Cloud) -> None:
    cloud.watched_bucket()
    for key in KEYS:
        cloud.s3.put_object(Bucket=cloud.name, Key=key, Body=b"12345")
    notifications = [json.loads(message["Body"]) for message in cloud.messages(len(KEYS) + 1)]
    # S3 tries whether the queue is there when the notification is set up; a function never gets that.
    (test,) = [each for each in notifications if each.get("Event") == "s3:TestEvent"]
    assert claims_of(test) == set()
    events = {event.key: event for each in notifications if each is not test for event in parsed("aws-s3", each)}
    assert events.keys() == set(KEYS)
    for event in events.values():
        assert (event.type, event.bucket, event.size, event.region) == ("ObjectCreated:Put", cloud.name, 5, REGION)
        assert event.etag == "827ccb0eea8a706c4c34a16891f84e7b"
        assert abs(event.time - datetime.now(timezone.utc)) < timedelta(hours=1)


def test_the_removal_of_an_object_is_told(cloud: Cloud) -> None:
    cloud.s3.create_bucket(Bucket=cloud.name)
    cloud.s3.put_object(Bucket=cloud.name, Key="a b", Body=b"12345")
    cloud.watched_bucket()
    cloud.s3.delete_object(Bucket=cloud.name, Key="a b")
    notifications = [json.loads(message["Body"]) for message in cloud.messages(2)]
    (event,) = [event for each in notifications if "Records" in each for event in parsed("aws-s3", each)]
    assert (event.type, event.key) == ("ObjectRemoved:Delete", "a b")


def test_a_notification_of_motos_topic_is_one_when_lambda_hands_it_on(cloud: Cloud) -> None:
    topic = cloud.sns.create_topic(Name=cloud.name)["TopicArn"]
    cloud.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=cloud.arn)
    attributes = {
        "level": {"DataType": "String", "StringValue": "high"},
        "limit": {"DataType": "Number", "StringValue": "130"},
        "blob": {"DataType": "Binary", "BinaryValue": b"\0\xff"},
    }
    cloud.sns.publish(TopicArn=topic, Message="181 km/h", Subject="speed", MessageAttributes=attributes)
    (message,) = cloud.messages(1)
    sns = json.loads(message["Body"])
    # Lambda spells two fields in another way, and adds the envelope; moto itself calls no function without Docker.
    for field in ("SigningCert", "Unsubscribe"):
        sns[f"{field}Url"] = sns.pop(f"{field}URL")
    record = {"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": f"{topic}:1", "Sns": sns}
    (event,) = parsed("aws-sns", {"Records": [record]})
    assert (event.id, event.source, event.topic) == (sns["MessageId"], topic, cloud.name)
    assert (event.subject, event.text(), event.type) == ("speed", "181 km/h", "Notification")
    assert event.attributes == {"level": "high", "limit": 130, "blob": b"\0\xff"}
    assert abs(event.time - datetime.now(timezone.utc)) < timedelta(hours=1)


def test_a_notification_of_storage_through_a_topic_is_read_twice(cloud: Cloud) -> None:
    topic = cloud.sns.create_topic(Name=cloud.name)["TopicArn"]
    cloud.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=cloud.arn)
    cloud.s3.create_bucket(Bucket=cloud.name)
    watched = {"TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}
    cloud.s3.put_bucket_notification_configuration(
        Bucket=cloud.name, NotificationConfiguration={"TopicConfigurations": [watched]}
    )
    cloud.s3.put_object(Bucket=cloud.name, Key="a+b c", Body=b"12345")
    bodies = [json.loads(message["Body"]) for message in cloud.messages(2)]
    inner = [json.loads(body["Message"]) for body in bodies]
    (event,) = [event for each in inner if "Records" in each for event in parsed("aws-s3", each)]
    assert (event.key, event.size) == ("a+b c", 5)


def test_a_message_of_motos_queue_is_one_when_lambda_hands_it_on(cloud: Cloud) -> None:
    attributes = {
        "trace": {"DataType": "String", "StringValue": "abc"},
        "count": {"DataType": "Number", "StringValue": "17"},
        "blob": {"DataType": "Binary", "BinaryValue": b"\0\xff"},
    }
    cloud.sqs.send_message(QueueUrl=cloud.queue, MessageBody='{"order": "é"}', MessageAttributes=attributes)
    (message,) = cloud.messages(1)
    (event,) = parsed("aws-sqs", {"Records": [handed_on(message, cloud.arn)]})
    assert (event.id, event.receipt) == (message["MessageId"], message["ReceiptHandle"])
    assert (event.topic, event.json(), event.deliveries) == (cloud.name, {"order": "é"}, 1)
    assert sorted(event.headers) == [("blob", b"\0\xff"), ("count", 17), ("trace", "abc")]
    assert abs(event.time - datetime.now(timezone.utc)) < timedelta(hours=1)


def handed_on(message: dict[str, Any], arn: str) -> dict[str, Any]:
    """The record that Lambda makes of what it has received: the same fields in its own spelling, bytes in base64."""
    from base64 import b64encode

    def attribute(value: dict[str, Any]) -> dict[str, Any]:
        told = {
            name[0].lower() + name[1:]: b64encode(part).decode() if isinstance(part, bytes) else part
            for name, part in value.items()
        }
        return {"stringListValues": [], "binaryListValues": [], **told}

    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {name: attribute(value) for name, value in message["MessageAttributes"].items()},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }

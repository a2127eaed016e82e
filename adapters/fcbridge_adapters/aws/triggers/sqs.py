"""Messages of Amazon SQS, of standard and of FIFO queues.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, for partial results
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

from fcbridge.bodies import base64_text
from fcbridge.codec import is_object
from fcbridge.events import MessageEvent
from fcbridge.fields import text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch
from fcbridge.trigger import Trigger

from ..context import ACCOUNT
from .invocation import carried
from .source import REGION, Fields, failures, last_of, milliseconds, number, octets, source_of, utf8

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp
    from fcbridge.outcome import Outcome

    class Attributes(TypedDict, total=False):
        ApproximateReceiveCount: str
        SentTimestamp: str  # in milliseconds
        SenderId: str
        ApproximateFirstReceiveTimestamp: str
        SequenceNumber: str  # these three of FIFO queues
        MessageGroupId: str
        MessageDeduplicationId: str

    class _Attribute(TypedDict):
        stringListValues: list[str]
        binaryListValues: list[str]
        dataType: str  # "String", "Number" or "Binary", with a label behind a dot

    class Attribute(_Attribute, total=False):
        stringValue: str
        binaryValue: str  # in base64

    class Record(TypedDict):
        messageId: str
        receiptHandle: str
        body: str
        attributes: Attributes
        messageAttributes: dict[str, Attribute]
        md5OfBody: str
        eventSource: str
        eventSourceARN: str
        awsRegion: str

    class Batch(TypedDict):
        Records: list[Record]


class Sqs(Trigger):
    """``topic`` is the queue's name, ``source`` its ARN. In ``headers`` are the message's own attributes: text, numbers
    or bytes. Of FIFO queues ``group`` and ``offset`` are the message group and the sequence number.
    """

    name = "aws-sqs"
    title = "Amazon SQS"
    kind: type[Event] = MessageEvent
    partial = True
    batched = True

    def matches(self, payload: Any) -> bool:
        return source_of(payload) == "aws:sqs" and not carried(payload["Records"], "body")

    def parse(self, payload: Any) -> list[Event]:
        return [_event(record) for record in Fields(self.title, payload).items("Records")]

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> dict[str, object]:
        """In a FIFO queue the messages behind a failed one of their group fail with it, so that their order stays."""
        failed: list[object] = []
        waiting: set[str] = set()
        for record, outcome in zip(payload["Records"], outcomes, strict=True):
            group = group_of(record)
            if outcome.failed or (group is not None and group in waiting):
                failed.append(record["messageId"])
                if group is not None:
                    waiting.add(group)
        return failures(failed)

    def ordered_by(self, event: Event) -> object:
        return group_of(event.raw)

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Batch:
        return {"Records": [_record(event, stamp) for event in events if isinstance(event, MessageEvent)]}

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="059f36b4-87a3-44ab-83d2-661975830a7d",
                source=f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders",
                type="aws:sqs",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                topic="orders",
                body=b'{"order": 17}',
                headers=(("trace", "abc"),),
                deliveries=1,
                receipt="AQEBexamplehandle==",
            )
        ]


def group_of(record: Any) -> str | None:
    """The message group of a record; None in a standard queue, where a group holds no order."""
    if not is_object(record):
        return None
    arn, attributes = record.get("eventSourceARN"), record.get("attributes")
    if not isinstance(arn, str) or not arn.endswith(".fifo") or not is_object(attributes):
        return None
    group = attributes.get("MessageGroupId")
    return group if isinstance(group, str) else None


def _event(record: Fields) -> MessageEvent:
    arn = record.text("eventSourceARN")
    told, attributes = record.inner_if_any("attributes"), record.inner_if_any("messageAttributes")
    return MessageEvent(
        id=record.read("messageId", text),
        source=arn,
        type="aws:sqs",
        time=told.find("SentTimestamp", milliseconds),
        topic=last_of(arn),
        body=record.read("body", utf8),
        headers=tuple([(name, _value(attributes.inner(name))) for name in attributes.value]),
        offset=told.find("SequenceNumber", number),
        deliveries=told.find("ApproximateReceiveCount", number),
        group=told.find("MessageGroupId", text),
        receipt=record.find("receiptHandle", text),
        raw=record.value,
    )


def _value(attribute: Fields) -> str | bytes | int:
    kind = attribute.read("dataType", text).partition(".")[0]
    if kind == "Binary":
        return attribute.read("binaryValue", octets)
    value = attribute.read("stringValue", text)
    if kind == "Number":
        try:
            return int(value)
        except ValueError:
            pass  # a fraction of up to 38 digits, which no float holds
    return value


def _record(event: MessageEvent, stamp: Stamp) -> Record:
    from hashlib import md5

    sent = str(since_epoch(event.time, 1000) if event.time else stamp.milliseconds)
    attributes: Attributes = {
        "SentTimestamp": sent,
        "SenderId": "AIDAEXAMPLESENDER",
        "ApproximateFirstReceiveTimestamp": sent,
    }
    if event.deliveries is not None:
        attributes["ApproximateReceiveCount"] = str(event.deliveries)
    if event.offset is not None:
        attributes["SequenceNumber"] = str(event.offset)
    if event.group is not None:
        attributes["MessageGroupId"] = event.group
    return {
        "messageId": event.id,
        "receiptHandle": event.receipt or "",
        "body": event.body.decode("utf-8"),
        "attributes": attributes,
        "messageAttributes": {name: _attribute(value) for name, value in event.headers},
        "md5OfBody": md5(event.body, usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": event.source or f"arn:aws:sqs:{REGION}:{ACCOUNT}:{event.topic}",
        "awsRegion": REGION,
    }


def _attribute(value: Any) -> Attribute:
    if isinstance(value, bytes):
        return {
            "binaryValue": base64_text(value), "stringListValues": [], "binaryListValues": [], "dataType": "Binary",
        }  # fmt: skip
    kind = "Number" if isinstance(value, int) else "String"
    return {"stringValue": str(value), "stringListValues": [], "binaryListValues": [], "dataType": kind}


SQS = Sqs()

"""Notifications of Amazon SNS.

https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
"""

from __future__ import annotations

from fcbridge.bodies import base64_text
from fcbridge.events import NotificationEvent
from fcbridge.fields import text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

from ..context import ACCOUNT
from .destination import in_topic
from .source import REGION, Fields, last_of, octets, source_of, utf8

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Attribute(TypedDict):
        Type: str  # "String", "Number", "Binary" or "String.Array"
        Value: str

    class Sns(TypedDict):
        Type: str
        MessageId: str
        TopicArn: str
        Subject: str | None
        Message: str
        Timestamp: str
        SignatureVersion: str
        Signature: str
        SigningCertUrl: str  # "Url" here, "URL" where SNS itself delivers over HTTP or to a queue
        UnsubscribeUrl: str
        MessageAttributes: dict[str, Attribute]

    class Record(TypedDict):
        EventSource: str
        EventVersion: str
        EventSubscriptionArn: str
        Sns: Sns

    class Notification(TypedDict):
        Records: list[Record]


class SnsNotification(Trigger):
    """``source`` is the ARN of the topic, ``topic`` its name. Attributes are text, whole numbers or bytes."""

    name = "aws-sns"
    title = "Amazon SNS"
    kind = NotificationEvent
    batched = True  # there is one record, so far

    def matches(self, payload: Any) -> bool:
        return source_of(payload) == "aws:sns" and not in_topic(payload)

    def parse(self, payload: Any) -> list[Event]:
        return [_event(record) for record in Fields(self.title, payload).items("Records")]

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Notification:
        return {"Records": [_record(event, stamp) for event in events if isinstance(event, NotificationEvent)]}

    def sample(self) -> list[Event]:
        return [
            NotificationEvent(
                id="95df01b4-ee98-4cb9-9903-4c221d41eb5e",
                source=f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms",
                type="Notification",
                subject="speed",
                time=instant("2026-03-02T08:15:31.482Z"),
                topic="alarms",
                body=b'{"carID": "7", "speed": 181}',
                attributes={"level": "high"},
            )
        ]


def _event(record: Fields) -> NotificationEvent:
    sns = record.inner("Sns")
    arn, attributes = sns.text("TopicArn"), sns.inner_if_any("MessageAttributes")
    return NotificationEvent(
        id=sns.read("MessageId", text),
        source=arn,
        type=sns.text("Type"),
        subject=sns.find("Subject", text),
        time=sns.find("Timestamp", instant),
        topic=last_of(arn),
        body=sns.read("Message", utf8),
        attributes={name: _value(attributes.inner(name)) for name in attributes.value},
        raw=record.value,
    )


def _value(attribute: Fields) -> str | bytes | int:
    kind, value = attribute.read("Type", text), attribute.read("Value", text)
    try:
        if kind == "Binary":
            return octets(value)
        if kind == "Number":
            return int(value)
    except ValueError:
        pass  # a fraction; and AWS's own sample events have a binary attribute that is no base64
    return value


def _record(event: NotificationEvent, stamp: Stamp) -> Record:
    arn = event.source or f"arn:aws:sns:{REGION}:{ACCOUNT}:{event.topic}"
    return {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": f"{arn}:11112222-3333-4444-5555-666677778888",
        "Sns": {
            "Type": event.type or "Notification",
            "MessageId": event.id,
            "TopicArn": arn,
            "Subject": event.subject,
            "Message": event.body.decode("utf-8"),
            "Timestamp": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000), 3),
            "SignatureVersion": "1",
            "Signature": "EXAMPLE",
            "SigningCertUrl": f"https://sns.{REGION}.amazonaws.com/SimpleNotificationService-example.pem",
            "UnsubscribeUrl": f"https://sns.{REGION}.amazonaws.com/?Action=Unsubscribe",
            "MessageAttributes": {name: _attribute(value) for name, value in event.attributes.items()},
        },
    }


def _attribute(value: Any) -> Attribute:
    if isinstance(value, bytes):
        return {"Type": "Binary", "Value": base64_text(value)}
    return {"Type": "Number" if isinstance(value, int) else "String", "Value": str(value)}


SNS = SnsNotification()

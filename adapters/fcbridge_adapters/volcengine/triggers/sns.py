"""The SNS trigger: a topic has sent a message to all who listen.

The fields are those of the official template for Go (https://github.com/vefaas-dev/code-examples,
vefaas-golang-tos-trigger).
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.envelope import malformed
from fcbridge.events import NotificationEvent
from fcbridge.fields import mapping, text, text_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

from .envelope import attributes, enclosed, word_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    from .envelope import Envelope

    class Notification(TypedDict):
        Type: str  # "Notification"
        MessageId: str
        TopicTrn: str
        Subject: str
        Message: str
        Timestamp: str
        SignatureVersion: str
        Signature: str
        SigningCertURL: str
        UnsubscribeToken: str
        UnsubscribeURL: str

    class SnsRecord(TypedDict):
        EventSource: str
        EventVersion: str
        EventSubscriptionArn: str  # spelled so, and a TRN
        Sns: Notification

    class SnsData(TypedDict):
        Records: list[SnsRecord]


class SnsTrigger(Trigger):
    """``id`` is the message's, ``topic`` its TRN, ``source`` the CloudEvent's."""

    name = "vefaas-sns"
    title = "Volcengine veFaaS (SNS trigger)"
    kind = NotificationEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        if word_of(payload) != "sns":
            return False
        content = payload.get("data")
        return is_object(content) and is_list(content.get("Records"))

    def parse(self, payload: Envelope) -> list[Event]:
        field = "id, source or time"
        events: list[Event] = []
        try:
            common = attributes(payload)
            for index, record in enumerate(mapping(payload.get("data"))["Records"]):
                field = f"data.Records[{index}].Sns.Timestamp"
                notification = mapping(mapping(record)["Sns"])
                time = instant(notification["Timestamp"])
                field = f"data.Records[{index}].Sns"
                event = NotificationEvent(
                    id=text(notification["MessageId"]),
                    source=common["source"],
                    type=common["type"],
                    subject=text_if_any(notification.get("Subject")),
                    time=time,
                    topic=text(notification["TopicTrn"]),
                    body=text(notification["Message"]).encode("utf-8"),
                    raw=record,
                )
                events.append(event)
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return events

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> Envelope:
        around = enclosed(events[0].replace(id=stamp.request_id), "sns", stamp, "application/json")
        content: SnsData = {"Records": [_composed(event, stamp) for event in events]}
        around["data"] = content
        return around

    def sample(self) -> list[Event]:
        return [
            NotificationEvent(
                id="d2f1b9aa-1f2e-4b61-ae07-60213c26810d",
                source="/faas/event/sns/4o3fw1qf",
                type="faas.sns.event",
                subject="vehicle",
                time=instant("2026-03-02T08:15:31Z"),
                topic="trn:sns:cn-beijing:2100000000:vehicles",
                body=b'{"carID":"car-7","speed":87}',
            )
        ]


def _composed(event: NotificationEvent, stamp: Stamp) -> SnsRecord:
    return {
        "EventSource": "volc:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": f"{event.topic}:4o3fw1qf",
        "Sns": {
            "Type": "Notification",
            "MessageId": event.id or stamp.request_id,
            "TopicTrn": event.topic,
            "Subject": event.subject or "",
            # A message is a text.
            "Message": event.body.decode("utf-8"),
            "Timestamp": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000)),
            "SignatureVersion": "1",
            "Signature": "EXAMPLE",
            "SigningCertURL": "https://example.com/cert.pem",
            "UnsubscribeToken": "EXAMPLE",
            "UnsubscribeURL": "https://example.com/unsubscribe",
        },
    }


SNS = SnsTrigger()

"""A topic of Simple Message Queue, which was MNS.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/mns-topic-triggers
The trigger's format decides what comes. JSON has the message with its topic and id, and the message's attributes
beside them; STREAM, the default, is the message alone, which is any text, or an object of body and attributes where it
has some.

A text alone tells nothing, and this trigger does not claim it: that of :mod:`.unclaimed` does, where the platform is
known to be this one.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.events import NotificationEvent
from fcbridge.fields import mapping, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch

from .source import ACCOUNT, Source, body, body_text, field, json_value, milliseconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class TopicMessage(TypedDict):
        """And each attribute of the message by its name."""

        TopicOwner: str
        Message: str
        Subscriber: str
        PublishTime: int
        SubscriptionName: str
        MessageMD5: str
        TopicName: str
        MessageId: str

    class Attributes(TypedDict, total=False):
        Extend: str  # JSON

    class StreamedMessage(TypedDict):
        body: str
        attrs: Attributes


_FIELDS = frozenset({
    "TopicOwner", "Message", "Subscriber", "PublishTime", "SubscriptionName", "MessageMD5", "TopicName", "MessageId",
})  # fmt: skip
_TOLD = frozenset({"Message", "MessageId", "TopicName", "SubscriptionName"})
_STREAMED = frozenset({"body", "attrs"})


class MnsTopic(Source):
    name = "aliyun-mns-topic"
    title = "Alibaba MNS topic"
    kind = NotificationEvent

    def matches(self, payload: Any) -> bool:
        if not is_object(payload):
            return False
        return payload.keys() >= _TOLD or (payload.keys() == _STREAMED and is_object(payload["attrs"]))

    def records(self, payload: Any) -> list[Any]:
        return [payload]

    def event(self, record: Any) -> NotificationEvent:
        if record.keys() == _STREAMED:
            attributes = _attributes(field(record, "attrs", mapping))
            return NotificationEvent(raw=record, body=field(record, "body", body), attributes=attributes)
        return NotificationEvent(
            id=field(record, "MessageId", text),
            time=field(record, "PublishTime", milliseconds),
            raw=record,
            topic=field(record, "TopicName", text),
            body=field(record, "Message", body),
            attributes={name: value for name, value in record.items() if name not in _FIELDS},
        )

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> dict[str, Any]:
        (event,) = events
        assert isinstance(event, NotificationEvent)
        message = body_text(event.body)
        composed: TopicMessage = {
            "TopicOwner": ACCOUNT,
            "Message": message,
            "Subscriber": ACCOUNT,
            "PublishTime": stamp.milliseconds if event.time is None else since_epoch(event.time, 1000),
            "SubscriptionName": "orders-fc-sub",
            "MessageMD5": _md5(message),
            "TopicName": event.topic,
            "MessageId": event.id or "5F1E3C7A9B2D4E6F8A0C1B3D5E7F9A2B",
        }
        return {**event.attributes, **composed}

    def sample(self) -> list[Event]:
        return [
            NotificationEvent(
                id="5F1E3C7A9B2D4E6F8A0C1B3D5E7F9A2B",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                topic="orders",
                body=b"hello topic",
                attributes={"tenant": "t-42"},
            )
        ]


def _attributes(attrs: dict[str, Any]) -> dict[str, Any]:
    """Those that the sender has set are JSON in ``Extend``; the other format has them one by one."""
    extend = attrs.get("Extend")
    try:
        extended = json_value(extend) if isinstance(extend, str) else None
    except ValueError:
        extended = None
    if not is_object(extended):
        return attrs
    return {**{name: value for name, value in attrs.items() if name != "Extend"}, **extended}


def _md5(message: str) -> str:
    from hashlib import md5

    return md5(message.encode(), usedforsecurity=False).hexdigest().upper()


MNS_TOPIC = MnsTopic()

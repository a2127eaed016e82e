"""Messages of Amazon MQ: of RabbitMQ and of ActiveMQ.

https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
"""

from __future__ import annotations

import re
from datetime import datetime, timezone

from fcbridge.bodies import base64_text
from fcbridge.codec import is_list, is_object
from fcbridge.events import MessageEvent
from fcbridge.fields import sequence, text, whole
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, since_epoch
from fcbridge.trigger import Trigger

from ..context import ACCOUNT
from .source import REGION, Fields, milliseconds, octets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Properties(TypedDict):
        """The other properties of AMQP 0-9-1 stand beside these, null where a message has none."""

        headers: dict[str, object]  # text as {"bytes": [...]}
        messageId: str | None
        timestamp: str | None  # "Aug 5, 2026, 7:08:18 AM"
        bodySize: int

    class RabbitMessage(TypedDict):
        basicProperties: Properties
        redelivered: bool
        data: str  # in base64

    class RabbitBatch(TypedDict):
        eventSource: str
        eventSourceArn: str
        rmqMessagesByQueue: dict[str, list[RabbitMessage]]  # by queue and virtual host, as "jobs::/"

    class ActiveMessage(TypedDict):
        messageID: str
        messageType: str  # "jms/text-message" or "jms/bytes-message"
        redelivered: bool
        destination: dict[str, str]
        data: str  # in base64, text too
        timestamp: int  # in milliseconds
        properties: dict[str, object]

    class ActiveBatch(TypedDict):
        eventSource: str
        eventSourceArn: str
        messages: list[ActiveMessage]


# -- RabbitMQ ---------------------------------------------------------------------------------------------------------


class RabbitMq(Trigger):
    """``topic`` is the queue, ``group`` its virtual host, ``source`` the ARN of the broker. Texts in headers are bytes,
    as RabbitMQ has them.

    ``deliveries`` is counted by quorum queues only (``x-delivery-count``); elsewhere it is 1, or None for a message
    that has been delivered before. Which exchange and routing key it came by is not told.
    """

    name = "aws-rabbitmq"
    title = "Amazon MQ (RabbitMQ)"
    kind = MessageEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and payload.get("eventSource") == _RABBIT

    def parse(self, payload: Any) -> list[Event]:
        batch = Fields(self.title, payload)
        arn, queues = batch.text("eventSourceArn"), batch.inner("rmqMessagesByQueue")
        return [_rabbit_event(message, queue, arn) for queue in queues.value for message in queues.items(queue)]

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> RabbitBatch:
        queues: dict[str, list[RabbitMessage]] = {}
        for event in events:
            assert isinstance(event, MessageEvent)
            queues.setdefault(f"{event.topic}::{event.group or '/'}", []).append(_rabbit_message(event))
        arn = events[0].source if events else ""
        return {
            "eventSource": _RABBIT,
            "eventSourceArn": arn or f"arn:aws:mq:{REGION}:{ACCOUNT}:broker:example:b-0a1b2c3d",
            "rmqMessagesByQueue": queues,
        }

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="m-17",
                source=f"arn:aws:mq:{REGION}:{ACCOUNT}:broker:example:b-0a1b2c3d",
                type=_RABBIT,
                time=instant("2026-03-02T08:15:31Z"),
                topic="posts",
                body=b'{"text": "hello"}',
                headers=(("trace", b"abc"), ("attempt", 2)),
                deliveries=1,
                group="/",
            )
        ]


_RABBIT = "aws:rmq"


def _rabbit_event(message: Fields, queue: str, arn: str) -> MessageEvent:
    properties = message.inner_if_any("basicProperties")
    headers = properties.find("headers", _table) or {}
    delivered = headers.get("x-delivery-count")
    deliveries = None if message.value.get("redelivered") else 1
    if isinstance(delivered, int) and not isinstance(delivered, bool):
        deliveries = delivered + 1
    name, _, host = queue.partition("::")
    return MessageEvent(
        id=properties.text("messageId"),
        source=arn,
        type=_RABBIT,
        time=properties.find("timestamp", _moment),
        topic=name,
        body=message.read("data", octets),
        headers=tuple(headers.items()),
        deliveries=deliveries,
        group=host,
        raw=message.value,
    )


def _table(headers: object) -> dict[str, Any]:
    if not is_object(headers):
        raise TypeError(type(headers).__name__)
    return {name: _header(value) for name, value in headers.items()}


def _header(value: object) -> Any:
    """A value of AMQP: ``x-death`` is a list of tables with texts in them."""
    if is_list(value):
        return [_header(each) for each in value]
    if not is_object(value):
        return value
    if value.keys() == {"bytes"} and is_list(value["bytes"]):
        return bytes([each & 0xFF for each in map(whole, sequence(value["bytes"]))])
    return _table(value)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# As Java writes a time in American English; since Java 20 a narrow space stands before AM.
_MOMENT = re.compile(r"([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2}):(\d\d):(\d\d)[ \u202f]([AP]M)", re.ASCII)


def _moment(value: object) -> datetime | None:
    """Inferred: the zone is not written, and Lambda's clocks are in UTC. What is in no such form is not told."""
    found = _MOMENT.fullmatch(text(value))
    if found is None or found[1] not in _MONTHS:
        return None
    hour = int(found[4]) % 12 + (12 if found[7] == "PM" else 0)
    day = int(found[3]), _MONTHS.index(found[1]) + 1, int(found[2])
    return datetime(*day, hour, int(found[5]), int(found[6]), tzinfo=timezone.utc)


def _written(time: datetime) -> str:
    day = f"{_MONTHS[time.month - 1]} {time.day}, {time.year:04d}"
    return f"{day}, {time.hour % 12 or 12}:{time.minute:02d}:{time.second:02d} {'PM' if time.hour >= 12 else 'AM'}"


def _rabbit_message(event: MessageEvent) -> RabbitMessage:
    headers = {name: _composed(value) for name, value in event.headers}
    if event.deliveries is not None and event.deliveries > 1:
        headers["x-delivery-count"] = event.deliveries - 1
    return {
        "basicProperties": {
            "headers": headers,
            "messageId": event.id or None,
            "timestamp": None if event.time is None else _written(event.time),
            "bodySize": len(event.body),
        },
        "redelivered": event.deliveries != 1,
        "data": base64_text(event.body),
    }


def _composed(value: object) -> object:
    if isinstance(value, (bytes, str)):
        octets = value if isinstance(value, bytes) else value.encode("utf-8")
        return {"bytes": [each - 256 if each > 127 else each for each in octets]}
    if is_list(value):
        return [_composed(each) for each in value]
    return {name: _composed(each) for name, each in value.items()} if is_object(value) else value


# -- ActiveMQ ---------------------------------------------------------------------------------------------------------


class ActiveMq(Trigger):
    """``topic`` is the queue, ``source`` the ARN of the broker; in ``headers`` are the message's properties.
    ``deliveries`` is 1, or None for a message that has been delivered before.
    """

    name = "aws-activemq"
    title = "Amazon MQ (ActiveMQ)"
    kind = MessageEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and payload.get("eventSource") == _ACTIVE

    def parse(self, payload: Any) -> list[Event]:
        batch = Fields(self.title, payload)
        arn = batch.text("eventSourceArn")
        return [_active_event(message, arn) for message in batch.items("messages")]

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> ActiveBatch:
        arn = events[0].source if events else ""
        return {
            "eventSource": _ACTIVE,
            "eventSourceArn": arn or f"arn:aws:mq:{REGION}:{ACCOUNT}:broker:example:b-0a1b2c3d",
            "messages": [_active_message(event, stamp) for event in events if isinstance(event, MessageEvent)],
        }

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="ID:b-0a1b2c3d-1.mq.example-40001-1",
                source=f"arn:aws:mq:{REGION}:{ACCOUNT}:broker:example:b-0a1b2c3d",
                type=_ACTIVE,
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                topic="posts",
                body=b'{"text": "hello"}',
                headers=(("attempt", 2),),
                deliveries=1,
            )
        ]


_ACTIVE = "aws:amq"


def _active_event(message: Fields, arn: str) -> MessageEvent:
    destination = message.inner_if_any("destination")
    properties = message.inner_if_any("properties")
    return MessageEvent(
        id=message.read("messageID", text),
        source=arn,
        type=_ACTIVE,
        time=message.find("timestamp", milliseconds),
        # The documents have it in small letters too.
        topic=destination.text("physicalName") or destination.text("physicalname"),
        body=message.read("data", octets),
        headers=tuple(properties.value.items()),
        deliveries=None if message.value.get("redelivered") else 1,
        raw=message.value,
    )


def _active_message(event: MessageEvent, stamp: Stamp) -> ActiveMessage:
    return {
        "messageID": event.id,
        "messageType": "jms/bytes-message",
        "redelivered": event.deliveries != 1,
        "destination": {"physicalName": event.topic},
        "data": base64_text(event.body),
        "timestamp": since_epoch(event.time, 1000) if event.time else stamp.milliseconds,
        "properties": dict(event.headers),
    }


RABBITMQ = RabbitMq()
ACTIVEMQ = ActiveMq()

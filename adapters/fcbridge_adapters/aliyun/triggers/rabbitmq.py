"""ApsaraMQ for RabbitMQ.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/apsaramq-for-rabbitmq-triggers
The routing key is the event's ``subject``, the queue its ``topic``; the headers are the message's properties, and
behind them, where there are some, the application's own headers.
"""

from __future__ import annotations

from fcbridge.events import MessageEvent
from fcbridge.fields import mapping, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch

from .elements import RABBITMQ, Streamed
from .source import ACCOUNT, REGION, body, body_text, field, field_if_any

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.events import Event

    class Envelope(TypedDict, total=False):
        deliveryTag: int
        exchange: str
        redeliver: bool
        routingKey: str

    class RabbitMqData(TypedDict):
        envelope: Envelope
        body: Any  # text, or the value of what was JSON
        props: dict[str, Any]


# AMQP 0-9-1, section 1.8.3 of the reference, in the spelling of the Java client, which the two documented ones have.
_PROPERTIES = frozenset({
    "appId", "clusterId", "contentEncoding", "contentType", "correlationId", "deliveryMode", "expiration", "messageId",
    "priority", "replyTo", "timestamp", "type", "userId",
})  # fmt: skip


class RabbitMq(Streamed):
    """``deliveries`` is 1, or 2 for a message that was delivered before: how often is not told."""

    name = "aliyun-rabbitmq"
    title = "ApsaraMQ for RabbitMQ"
    kind = MessageEvent
    shape = type = RABBITMQ
    origin = "acs:amqp"

    def event_of(self, data: dict[str, Any], attributes: dict[str, Any]) -> MessageEvent:
        envelope = field(data, "envelope", mapping)
        props = field_if_any(data, "props", mapping) or {}
        if "id" not in attributes:  # raw data
            attributes["id"] = field_if_any(props, "messageId", text) or ""
        # .../vhosts/<virtual host>/queues/<queue>; raw data does not tell the queue.
        queue = (attributes.get("subject") or "").partition("/queues/")[2]
        attributes["subject"] = field(envelope, "routingKey", text)
        return MessageEvent(
            **attributes,
            topic=queue,
            body=field(data, "body", body),
            headers=_headers(props),
            deliveries=field_if_any(envelope, "redeliver", _deliveries),
        )

    def data_of(self, event: MessageEvent) -> RabbitMqData:
        envelope: Envelope = {"deliveryTag": 98, "exchange": "orders-ex", "routingKey": event.subject or event.topic}
        if event.deliveries is not None:
            envelope["redeliver"] = event.deliveries > 1
        props: dict[str, Any] = {name: value for name, value in event.headers if name in _PROPERTIES}
        own = {name: value for name, value in event.headers if name not in _PROPERTIES}
        if own:
            props["headers"] = own
        return {"envelope": envelope, "body": body_text(event.body), "props": props}

    def subject_of(self, event: MessageEvent) -> str:
        return f"acs:amqp:{REGION}:{ACCOUNT}:/instances/amqp-cn-x1y2z3/vhosts/shop/queues/{event.topic}"

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="bb694332-4c11-389e-9d8c-b137b30b0001",
                source=self.origin,
                type=self.type,
                subject="orders.paid",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                topic="orders",
                body=b'{"order":1}',
                headers=(("contentEncoding", "UTF-8"), ("messageId", "5e6f-1")),
                deliveries=1,
            )
        ]


def _headers(props: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    properties = tuple((name, value) for name, value in props.items() if name != "headers")
    # Inferred: only two properties are documented.
    return (*properties, *(field_if_any(props, "headers", mapping) or {}).items())


def _deliveries(value: object) -> int:
    if not isinstance(value, bool):
        raise TypeError(type(value).__name__)
    return 2 if value else 1


RABBITMQ_STREAM = RabbitMq()

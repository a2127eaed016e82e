"""ApsaraMQ for Kafka, which comes in streams only.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/apsaramq-for-kafka-triggers
The trigger's value format is not in the payload: Text and Json give the message's bytes, but with Binary a value is
base64, and nothing tells it from a text; then the function decodes ``body`` itself.
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.events import MessageEvent
from fcbridge.fields import mapping, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch

from .elements import KAFKA, Streamed
from .source import body, body_text, count, field, field_if_any, milliseconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.events import Event

    class RecordHeaders(TypedDict):
        headers: list[Any]
        isReadOnly: bool

    class KafkaData(TypedDict, total=False):
        topic: str
        partition: int
        offset: int
        timestamp: int
        headers: RecordHeaders
        key: str
        value: Any  # as the value format has it


class Kafka(Streamed):
    name = "aliyun-kafka"
    title = "ApsaraMQ for Kafka"
    kind = MessageEvent
    shape = type = KAFKA
    origin = "acs:alikafka"

    def event_of(self, data: dict[str, Any], attributes: dict[str, Any]) -> MessageEvent:
        topic, partition, offset = (
            field(data, "topic", text),
            field(data, "partition", count),
            field(data, "offset", count),
        )
        time = field_if_any(data, "timestamp", milliseconds)
        if time is not None:
            attributes["time"] = time
        # Raw data has no id, but a message of a partition has one place.
        attributes.setdefault("id", f"{topic}-{partition}-{offset}")
        return MessageEvent(
            **attributes,
            topic=topic,
            partition=partition,
            offset=offset,
            key=field_if_any(data, "key", body),
            body=body(None) if data.get("value") is None else field(data, "value", body),
            headers=_headers(field_if_any(data, "headers", mapping) or {}),
        )

    def data_of(self, event: MessageEvent) -> KafkaData:
        data: KafkaData = {
            "topic": event.topic,
            "partition": event.partition or 0,
            "offset": event.offset or 0,
            "headers": {"headers": [_written(name, value) for name, value in event.headers], "isReadOnly": False},
            "value": body_text(event.body),
        }
        if event.time is not None:
            data["timestamp"] = since_epoch(event.time, 1000)
        if event.key is not None:
            data["key"] = body_text(event.key)
        return data

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id=f"8e215af8-ca18-4249-8645-f96c1026000{index}",
                source=self.origin,
                type=self.type,
                subject="acs:alikafka:alikafka_post-cn-x1y2z3:topic:orders",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds + index, 1000),
                topic="orders",
                partition=3,
                offset=100 + index,
                key=f"order-{index}".encode(),
                body=b'{"order":%d}' % index,
            )
            for index in (1, 2)
        ]


def _headers(headers: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Inferred: no document shows an element. What is around them are the fields of Kafka's Java class RecordHeaders,
    so an element has those of RecordHeader: ``key`` and ``value``, an array of Java's signed bytes, and perhaps both as
    ByteBuffer too. What has another shape is left in ``raw``."""
    listed = headers.get("headers")
    return tuple(
        (element["key"], _value(element.get("value")))
        for element in (listed if is_list(listed) else ())
        if is_object(element) and isinstance(element.get("key"), str)
    )


def _value(value: Any) -> Any:
    if is_list(value) and all(isinstance(byte, int) and -128 <= byte < 256 for byte in value):
        return bytes(byte & 0xFF for byte in value)
    return value


def _written(name: str, value: object) -> dict[str, object]:
    if isinstance(value, bytes):
        return {"key": name, "value": [byte - 256 if byte > 127 else byte for byte in value]}
    return {"key": name, "value": value}


KAFKA_STREAM = Kafka()

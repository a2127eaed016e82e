"""The Kafka trigger: messages of a topic of Baidu's message service (BMS).

https://github.com/baidubce/cfc-vscode-extension/blob/master/src/events/kafka.json, in which one record has ``Key`` and
the other ``key``: both are read.
"""

from __future__ import annotations

from fcbridge.bodies import base64_text, decoded_base64
from fcbridge.codec import is_list, is_object
from fcbridge.envelope import malformed
from fcbridge.events import MessageEvent
from fcbridge.fields import mapping, text, whole
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import EPOCH, instant, instant_since_epoch
from fcbridge.trigger import Trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Message(TypedDict):
        Key: str
        Value: str  # base64
        Topic: str
        Partition: int
        Offset: int
        Timestamp: float  # in seconds

    class KafkaRecord(TypedDict):
        EventId: str
        Kafka: Message
        EventName: str  # always "bce:kafka:record"
        EventSourceBrn: str  # the topic
        EventSource: str  # always "bce:kafka"

    class KafkaEvent(TypedDict):
        Records: list[KafkaRecord]


_SOURCE = "bce:kafka"
_TYPE = "bce:kafka:record"


class KafkaTrigger(Trigger):
    """A batch of messages; a failure brings all of them again."""

    name = "baidu-kafka"
    title = "Baidu CFC (Kafka trigger)"
    kind = MessageEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        records = payload.get("Records") if is_object(payload) else None
        first = records[0] if is_list(records) and records else None
        return is_object(first) and first.get("EventSource") == _SOURCE and "Kafka" in first

    def parse(self, payload: KafkaEvent) -> list[Event]:
        events: list[Event] = []
        for index, record in enumerate(payload["Records"]):
            field = f"Records[{index}].Kafka"
            try:
                message = mapping(mapping(record)["Kafka"])
                field = f"Records[{index}].Kafka.Value"
                body = decoded_base64(text(message["Value"]))
                field = f"Records[{index}].Kafka.Timestamp"
                time = instant_since_epoch(message["Timestamp"])
                field = f"Records[{index}]"
                event = MessageEvent(
                    id=text(record["EventId"]),
                    source=text(record["EventSourceBrn"]),
                    type=text(record["EventName"]),
                    time=time,
                    topic=text(message["Topic"]),
                    key=_key(text(message.get("Key") or message.get("key") or "")),
                    body=body,
                    partition=whole(message["Partition"]),
                    offset=whole(message["Offset"]),
                    raw=record,
                )
            except (KeyError, TypeError, ValueError) as error:
                raise malformed(self.title, field, error) from error
            events.append(event)
        return events

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> KafkaEvent:
        return {"Records": [_composed(event, index, stamp) for index, event in enumerate(events)]}

    def sample(self) -> list[Event]:
        topic = "c7ac82ae__vehicles"
        return [
            MessageEvent(
                id=f"{topic}-0-10",
                source=topic,
                type=_TYPE,
                time=instant("2026-03-02T08:15:31.482Z"),
                topic=topic,
                key=b"car-7",
                body=b'{"carID":"car-7","speed":87}',
                partition=0,
                offset=10,
            )
        ]


def _key(value: str) -> bytes | None:
    if not value:
        return None
    # Inferred: base64 like the value, where it can be; that of every published event is empty.
    try:
        octets = decoded_base64(value)
    except ValueError:
        return value.encode("utf-8")
    return octets if base64_text(octets) == value else value.encode("utf-8")


def _composed(event: MessageEvent, index: int, stamp: Stamp) -> KafkaRecord:
    partition = event.partition or 0
    offset = index if event.offset is None else event.offset
    return {
        "EventId": event.id or f"{event.topic}-{partition}-{offset}",
        "Kafka": {
            "Key": base64_text(event.key or b""),
            "Value": base64_text(event.body),
            "Topic": event.topic,
            "Partition": partition,
            "Offset": offset,
            "Timestamp": _seconds(event.time or instant_since_epoch(stamp.milliseconds, 1000)),
        },
        "EventName": _TYPE,
        "EventSourceBrn": event.source or event.topic,
        "EventSource": _SOURCE,
    }


def _seconds(time: datetime) -> float:
    return (time - EPOCH).total_seconds()


KAFKA = KafkaTrigger()

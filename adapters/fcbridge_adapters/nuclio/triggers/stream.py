"""Streams and queues: Kafka, Kinesis, Event Hubs, RabbitMQ, NATS, MQTT, Pub/Sub, V3IO.

https://docs.nuclio.io/en/stable/reference/triggers/kafka.html, and the pages beside it
"""

from __future__ import annotations

from fcbridge.events import Event, MessageEvent
from fcbridge.instants import instant

from .event import EventTrigger, bytes_of, kind_of, moment, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Stream(EventTrigger):
    """``source`` is the trigger's kind, as ``kafka-cluster``, and ``group`` its name. Where the source has topics, they
    are told, with partition and offset, and the id is made of these; else ``topic`` is the trigger's name, and the id
    the processor's, which is another one each time."""

    name = "nuclio-stream"
    title = "Nuclio (streams and queues)"
    kind = MessageEvent
    batched = True

    def takes(self, kind: str) -> bool:
        return kind not in ("http", "cron")

    def of_event(self, event: Any) -> MessageEvent:
        name, kind = plain(getattr(event.trigger, "name", "")), kind_of(event)
        topic = getattr(event, "topic", None)
        partition = offset = None
        number = plain(event.id or "")
        if topic:
            partition, offset = int(event.shard_id), int(event.offset)
            number = f"{plain(topic)}-{partition}-{offset}"
        return MessageEvent(
            id=number,
            source=kind,
            type=kind,
            time=moment(event.timestamp),
            topic=plain(topic) if topic else name,
            body=bytes_of(event),
            headers=tuple((plain(header), value) for header, value in event.headers.items()),
            partition=partition,
            offset=offset,
            group=name,
            raw=event,
        )

    def message(self, event: Event) -> dict[str, Any]:
        assert isinstance(event, MessageEvent)
        message: dict[str, Any] = {
            "body": event.body,
            "headers": dict(event.headers),
            "trigger": {"kind": event.source or "kafka-cluster", "name": event.group or event.topic},
        }
        if event.partition is not None:
            message |= {"topic": event.topic, "shard_id": event.partition, "offset": event.offset or 0}
        return message

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="orders-0-42",
                source="kafka-cluster",
                type="kafka-cluster",
                time=instant("2026-03-02T08:15:31Z"),
                topic="orders",
                body=b'{"order": 17}',
                headers=(("kind", "order"),),
                partition=0,
                offset=42,
                group="incoming",
            )
        ]


STREAM = Stream()

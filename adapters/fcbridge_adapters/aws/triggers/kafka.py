"""Records of Kafka: of Amazon MSK, and of a cluster of one's own.

https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html, for partial results
https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
"""

from __future__ import annotations

from fcbridge.bodies import base64_text
from fcbridge.codec import is_object
from fcbridge.events import MessageEvent
from fcbridge.fields import sequence, text, whole
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, since_epoch
from fcbridge.trigger import Trigger

from ..context import ACCOUNT
from .source import REGION, Fields, failures, milliseconds, octets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp
    from fcbridge.outcome import Outcome

    class Record(TypedDict):
        topic: str
        partition: int
        offset: int
        timestamp: int  # in milliseconds
        timestampType: str
        key: str | None  # in base64, as the value
        value: str | None
        headers: list[dict[str, list[int]]]  # the bytes of each, one by one, and with a sign

    class _Batch(TypedDict):
        eventSource: str  # "aws:kafka" or "aws:SelfManagedKafka"
        bootstrapServers: str
        records: dict[str, list[Record]]  # by topic and partition, as "orders-0"

    class Batch(_Batch, total=False):
        eventSourceArn: str  # of MSK


class Kafka(Trigger):
    """``source`` is the ARN of the cluster, or its bootstrap servers where it has none. The values of headers are
    bytes. A record that has no value (a tombstone) has an empty body.

    Kafka gives its records no id: topic, partition and offset are one. After a failed record the later ones of its
    partition are left for the next time, as Kafka's order is that of a partition.
    """

    name = "aws-kafka"
    title = "Amazon MSK and self-managed Kafka"
    kind = MessageEvent
    partial = True
    batched = True

    def matches(self, payload: Any) -> bool:
        if not is_object(payload) or not is_object(payload.get("records")):
            return False
        source = payload.get("eventSource")
        return isinstance(source, str) and source in (_MSK, _SELF_MANAGED)

    def parse(self, payload: Any) -> list[Event]:
        batch = Fields(self.title, payload)
        kind = batch.read("eventSource", text)
        source = batch.text("eventSourceArn") or batch.text("bootstrapServers")
        records = batch.inner("records")
        return [_event(record, kind, source) for partition in records.value for record in records.items(partition)]

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> dict[str, object]:
        places = [
            {"partition": partition, "offset": record["offset"]}
            for partition, records in payload["records"].items()
            for record in records
        ]
        failed: list[object] = [place for place, outcome in zip(places, outcomes, strict=True) if outcome.failed]
        return failures(failed)

    def ordered_by(self, event: Event) -> object:
        assert isinstance(event, MessageEvent)
        return event.topic, event.partition

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Batch:
        records: dict[str, list[Record]] = {}
        for event in events:
            assert isinstance(event, MessageEvent)
            records.setdefault(f"{event.topic}-{event.partition or 0}", []).append(_record(event, stamp))
        source = events[0].source if events else ""
        if source and not source.startswith("arn:"):
            return {"eventSource": _SELF_MANAGED, "bootstrapServers": source, "records": records}
        return {
            "eventSource": _MSK,
            "eventSourceArn": source or f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/example/0a1b2c3d-1",
            "bootstrapServers": f"b-1.example.kafka.{REGION}.amazonaws.com:9098",
            "records": records,
        }

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="driving-0-15",
                source=f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/example/0a1b2c3d-1",
                type=_MSK,
                time=instant("2026-03-02T08:15:31.482Z"),
                topic="driving",
                key=b"car-7",
                body=b'{"carID": "7", "speed": 81}',
                headers=(("trace", b"abc"),),
                partition=0,
                offset=15,
            )
        ]


_MSK = "aws:kafka"
_SELF_MANAGED = "aws:SelfManagedKafka"


def _event(record: Fields, kind: str, source: str) -> MessageEvent:
    topic = record.read("topic", text)
    partition, offset = record.read("partition", whole), record.read("offset", whole)
    return MessageEvent(
        id=f"{topic}-{partition}-{offset}",
        source=source,
        type=kind,
        time=record.find("timestamp", milliseconds),
        topic=topic,
        key=record.find("key", octets),
        body=record.find("value", octets) or b"",
        headers=record.find("headers", _headers) or (),
        partition=partition,
        offset=offset,
        raw=record.value,
    )


def _headers(headers: object) -> tuple[tuple[str, bytes | None], ...]:
    """Pairs, since names may repeat. Java's bytes go from -128 to 127, and these are as Java has them."""
    return tuple(
        [
            (name, None if value is None else bytes([each & 0xFF for each in map(whole, sequence(value))]))
            for header in sequence(headers)
            for name, value in header.items()
        ]
    )


def _record(event: MessageEvent, stamp: Stamp) -> Record:
    return {
        "topic": event.topic,
        "partition": event.partition or 0,
        "offset": event.offset or 0,
        "timestamp": since_epoch(event.time, 1000) if event.time else stamp.milliseconds,
        "timestampType": "CREATE_TIME",
        "key": None if event.key is None else base64_text(event.key),
        "value": base64_text(event.body),
        "headers": [{name: [each - 256 if each > 127 else each for each in value]} for name, value in event.headers],
    }


KAFKA = Kafka()

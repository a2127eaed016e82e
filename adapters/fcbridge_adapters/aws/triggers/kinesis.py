"""Records of Kinesis Data Streams, also in tumbling windows.

https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
"""

from __future__ import annotations

from fcbridge.bodies import base64_text
from fcbridge.events import MessageEvent
from fcbridge.fields import text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch
from fcbridge.trigger import Trigger

from ..context import ACCOUNT
from .source import REGION, Fields, last_of, octets, seconds, since_1970, source_of, utf8
from .streams import raw_of, rendered, window_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp
    from fcbridge.outcome import Outcome

    class Kinesis(TypedDict):
        kinesisSchemaVersion: str
        partitionKey: str
        sequenceNumber: str  # decimal, of more than fifty digits
        data: str  # in base64
        approximateArrivalTimestamp: float  # in seconds

    class Record(TypedDict):
        kinesis: Kinesis
        eventSource: str
        eventVersion: str
        eventID: str  # the shard, a colon, the sequence number
        eventName: str
        invokeIdentityArn: str
        awsRegion: str
        eventSourceARN: str

    class Batch(TypedDict):
        Records: list[Record]


class KinesisStream(Trigger):
    """``topic`` is the stream's name, ``source`` its ARN, ``partition`` the shard's number, ``offset`` the sequence
    number.

    A batch has records of one shard. In a tumbling window each ``raw`` has the window's fields too (``window``,
    ``state``, ``isFinalInvokeForWindow``, ...), and what a function returns is the new state; a window that ends
    without records is one event of the type ``aws:kinesis:window``.
    """

    name = "aws-kinesis"
    title = "Amazon Kinesis Data Streams"
    kind = MessageEvent
    partial = True
    batched = True

    def matches(self, payload: Any) -> bool:
        return source_of(payload) == "aws:kinesis" or _is_empty_window(payload)

    def parse(self, payload: Any) -> list[Event]:
        batch = Fields(self.title, payload)
        if _is_empty_window(payload):
            return [_end(batch)]
        return [_event(record, raw_of(record.value, payload)) for record in batch.items("Records")]

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> dict[str, object]:
        numbers = [record["kinesis"]["sequenceNumber"] for record in payload.get("Records") or ()]
        return rendered(numbers, outcomes, payload)

    def ordered_by(self, event: Event) -> object:
        return event.source

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Batch:
        return {"Records": [_record(event, stamp) for event in events if isinstance(event, MessageEvent)]}

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="shardId-000000000003:49660000000000000000000000000000000000000000000000000001",
                source=f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/driving",
                type="aws:kinesis:record",
                time=instant("2026-03-02T08:15:31.482Z"),
                topic="driving",
                key=b"car-7",
                body=b'{"carID": "7", "speed": 81}',
                partition=3,
                offset=49660000000000000000000000000000000000000000000000000001,
            )
        ]


def _is_empty_window(payload: Any) -> bool:
    window = window_of(payload)
    return window is not None and not payload.get("Records") and ":kinesis:" in window


def _event(record: Fields, raw: object) -> MessageEvent:
    kinesis = record.inner("kinesis")
    arn = record.text("eventSourceARN")
    return MessageEvent(
        id=record.text("eventID"),
        source=arn,
        type=record.text("eventName"),
        time=kinesis.find("approximateArrivalTimestamp", seconds),
        topic=last_of(arn, "/"),
        key=kinesis.find("partitionKey", utf8),
        body=kinesis.read("data", octets),
        partition=_shard(record.text("eventID")),
        offset=kinesis.read("sequenceNumber", lambda digits: int(text(digits))),
        raw=raw,
    )


def _end(batch: Fields) -> MessageEvent:
    arn, window = batch.text("eventSourceARN"), batch.inner("window")
    return MessageEvent(
        source=arn,
        type="aws:kinesis:window",
        time=window.find("end", instant),
        topic=last_of(arn, "/"),
        partition=_shard(batch.text("shardId")),
        raw=batch.value,
    )


def _shard(text: str) -> int | None:
    """The number in ``shardId-000000000003:4966...``."""
    digits = text.partition(":")[0].removeprefix("shardId-")
    return int(digits) if digits.isascii() and digits.isdigit() else None


def _record(event: MessageEvent, stamp: Stamp) -> Record:
    sequence = str(0 if event.offset is None else event.offset)
    time = event.time or instant_since_epoch(stamp.milliseconds, 1000)
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": (event.key or b"").decode("utf-8"),
            "sequenceNumber": sequence,
            "data": base64_text(event.body),
            "approximateArrivalTimestamp": since_1970(time),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": event.id or f"shardId-{event.partition or 0:012d}:{sequence}",
        "eventName": event.type or "aws:kinesis:record",
        "invokeIdentityArn": f"arn:aws:iam::{ACCOUNT}:role/example",
        "awsRegion": REGION,
        "eventSourceARN": event.source or f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{event.topic}",
    }


KINESIS = KinesisStream()

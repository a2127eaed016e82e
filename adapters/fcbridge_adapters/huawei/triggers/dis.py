"""The DIS trigger: records of a stream of the data ingestion service.

https://support.huaweicloud.com/intl/en-us/devg-functiongraph/functiongraph_02_0102.html
"""

from __future__ import annotations

from fcbridge.bodies import base64_text, decoded_base64
from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import MessageEvent
from fcbridge.fields import mapping, sequence, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.trigger import Trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class DisRecord(TypedDict):
        partition_key: str
        data: str  # base64
        sequence_number: str

    class Message(TypedDict):
        next_partition_cursor: str
        records: list[DisRecord]
        millis_behind_latest: str

    class DisPayload(TypedDict):
        ShardID: str  # "shardId-0000000000"
        Message: Message
        Tag: str  # where the trigger has begun: "latest"
        StreamName: str


_SHARD = "shardId-"


class DisTrigger(Trigger):
    """``topic`` is the stream, ``partition`` the number of the shard, ``offset`` that in the sequence; ``id`` is made
    of the three."""

    name = "huawei-dis"
    title = "FunctionGraph (DIS trigger)"
    kind = MessageEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and "ShardID" in payload and "StreamName" in payload and "Message" in payload

    def parse(self, payload: DisPayload) -> list[Event]:
        field = "StreamName"
        try:
            stream = text(payload["StreamName"])
            field = "ShardID"
            shard = _number(text(payload["ShardID"]).removeprefix(_SHARD))
            field = "Message.records"
            records: list[Any] = sequence(mapping(payload["Message"])["records"])
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        events: list[Event] = []
        for index, record in enumerate(records):
            field = "data"
            try:
                body = decoded_base64(text(mapping(record)["data"]))
                field = "sequence_number"
                offset = _number(text(record["sequence_number"]))
                field = "partition_key"
                key: Any = record.get("partition_key")
                events.append(
                    MessageEvent(
                        id=f"{stream}-{shard}-{offset}",
                        topic=stream,
                        partition=shard,
                        offset=offset,
                        key=None if key is None else text(key).encode("utf-8"),
                        body=body,
                        raw=record,
                    )
                )
            except (KeyError, TypeError, ValueError) as error:
                raise malformed(self.title, f"Message.records[{index}].{field}", error) from error
        return events

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> DisPayload:
        first: MessageEvent = events[0]
        return {
            "ShardID": f"{_SHARD}{first.partition or 0:010d}",
            "Message": {
                "next_partition_cursor": "eyJnZXQ",
                "records": [_record(event, index) for index, event in enumerate(events)],
                "millis_behind_latest": "",
            },
            "Tag": "latest",
            "StreamName": first.topic,
        }

    def sample(self) -> list[Event]:
        return [MessageEvent(id="clicks-0-7", topic="clicks", partition=0, offset=7, key=b"p1", body=b"click")]


def _number(digits: str) -> int:
    if not digits.isascii() or not digits.isdigit():
        raise ValueError("no number")
    return int(digits)


def _record(event: MessageEvent, index: int) -> DisRecord:
    record: Any = {
        "data": base64_text(event.body),
        "sequence_number": str(index if event.offset is None else event.offset),
    }
    if event.key is not None:
        record["partition_key"] = event.key.decode("utf-8", "replace")
    return record  # type: ignore[no-any-return]


DIS = DisTrigger()

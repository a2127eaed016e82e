"""The CLS trigger: lines of a topic of the log service, packed.

https://cloud.tencent.com/document/product/583/31927. The invocation is asynchronous: what the function returns is read
by nobody, and where it raises it is called again, twice by default.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import LogEvent, LogRecord
from fcbridge.fields import mapping, sequence, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch
from fcbridge.packed import packed_json, unpacked_json
from fcbridge.trigger import Trigger

from .records import is_payload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Packed(TypedDict):
        data: str  # the logs as JSON, by gzip, in base64

    class ClsPayload(TypedDict):
        clslogs: Packed

    class Line(TypedDict):
        timestamp: str  # in microseconds
        content: str

    class Logs(TypedDict):
        topic_id: str
        topic_name: str
        records: list[Line]


_MICROSECONDS = 1_000_000


class ClsTrigger(Trigger):
    """``stream`` is the topic's name and ``source`` its id; the set of logs that it belongs to is not told."""

    name = "tencent-cls"
    title = "Tencent SCF (CLS trigger)"
    kind = LogEvent

    def matches(self, payload: Any) -> bool:
        return is_payload(payload) and is_object(payload.get("clslogs"))

    def parse(self, payload: ClsPayload) -> list[Event]:
        field = "clslogs.data"
        try:
            logs = mapping(unpacked_json(text(payload["clslogs"]["data"])))
            field = "clslogs.data: topic_id or topic_name"
            source, stream = text(logs["topic_id"]), text(logs["topic_name"])
            field = "clslogs.data: records"
            records = tuple(_line(mapping(line)) for line in sequence(logs["records"]))
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return [LogEvent(source=source, stream=stream, records=records, raw=payload)]

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> ClsPayload:
        event: LogEvent = events[0]
        logs: Logs = {
            "topic_id": event.source,
            "topic_name": event.stream,
            "records": [_composed(record, stamp) for record in event.records or ()],
        }
        return {"clslogs": {"data": packed_json(logs)}}

    def sample(self) -> list[Event]:
        time = instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000)
        records = (LogRecord('{"level":"warn","carID":"car-7","speed":187}', time), LogRecord("line two", time))
        return [LogEvent(source="9c1e0d7a-1111-2222-3333-444455556666", stream="app-log", records=records)]


def _line(line: dict[str, Any]) -> LogRecord:
    told = line["timestamp"]
    count = int(told) if isinstance(told, str) else told
    return LogRecord(text(line["content"]), instant_since_epoch(count, _MICROSECONDS))


def _composed(record: LogRecord, stamp: Stamp) -> Line:
    time = record.time or instant_since_epoch(stamp.milliseconds, 1000)
    return {"timestamp": str(since_epoch(time, _MICROSECONDS)), "content": record.message}


CLS = ClsTrigger()

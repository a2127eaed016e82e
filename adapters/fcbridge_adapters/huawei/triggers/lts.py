"""The LTS trigger: lines of a stream of the log service.

https://support.huaweicloud.com/intl/en-us/devg-functiongraph/functiongraph_02_0102.html. Base64 of JSON, in which
the lines are JSON in a text.
"""

from __future__ import annotations

from fcbridge.bodies import base64_text, decoded_base64
from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import LogEvent, LogRecord
from fcbridge.fields import mapping, sequence, text, text_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch
from fcbridge.trigger import Trigger

from .records import PROJECT, json_within, moment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Packed(TypedDict):
        data: str

    class LtsPayload(TypedDict):
        lts: Packed

    class Logs(TypedDict):
        logs: str  # JSON of a list of lines
        owner: str
        log_group_id: str
        log_topic_id: str

    class Line(TypedDict):
        message: str
        time: int  # in milliseconds
        host_name: str
        ip: str
        path: str
        log_uid: str
        line_no: int


_OWN = frozenset({"message", "time", "log_uid"})
_NUMBER = "line_no"


class LtsTrigger(Trigger):
    """``group`` and ``stream`` are ids, ``source`` is the project that owns them. The host, its address, the file and
    the number of the line are the record's fields."""

    name = "huawei-lts"
    title = "FunctionGraph (LTS trigger)"
    kind = LogEvent

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and is_object(payload.get("lts"))

    def parse(self, payload: LtsPayload) -> list[Event]:
        field = "lts.data"
        try:
            logs = mapping(json_within(decoded_base64(text(payload["lts"]["data"])).decode("utf-8")))
            field = "lts.data: log_group_id, log_topic_id or owner"
            group, stream = text(logs["log_group_id"]), text(logs["log_topic_id"])
            source = text_if_any(logs.get("owner")) or ""
            field = "lts.data: logs"
            lines = sequence(json_within(logs["logs"]) if isinstance(logs["logs"], str) else logs["logs"])
            records = tuple(_record(mapping(line)) for line in lines)
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return [LogEvent(source=source, group=group, stream=stream, records=records, raw=payload)]

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> LtsPayload:
        import json

        event: LogEvent = events[0]
        logs: Logs = {
            "logs": json.dumps([_line(record, stamp) for record in event.records or ()], ensure_ascii=False),
            "owner": event.source or PROJECT,
            "log_group_id": event.group,
            "log_topic_id": event.stream,
        }
        return {"lts": {"data": base64_text(json.dumps(logs, ensure_ascii=False).encode("utf-8"))}}

    def sample(self) -> list[Event]:
        fields = {"host_name": "ecs-1", "ip": "192.0.2.10", "path": "var/log/app.log", _NUMBER: "1"}
        time = instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000)
        return [
            LogEvent(
                source=PROJECT,
                group="lg-1",
                stream="lt-1",
                records=(LogRecord("2026-03-02 WARN disk", time, "u-1", fields),),
            )
        ]


def _record(line: dict[str, Any]) -> LogRecord:
    fields = {name: str(value) for name, value in line.items() if name not in _OWN and value is not None}
    told = line.get("time")
    return LogRecord(
        text(line["message"]), None if told is None else moment(told), text_if_any(line.get("log_uid")) or "", fields
    )


def _line(record: LogRecord, stamp: Stamp) -> dict[str, object]:
    time = record.time or instant_since_epoch(stamp.milliseconds, 1000)
    line: dict[str, object] = {"message": record.message, "time": since_epoch(time, 1000), **record.fields}
    number = record.fields.get(_NUMBER)
    if number is not None and number.isascii() and number.isdigit() and str(int(number)) == number:
        line[_NUMBER] = int(number)
    if record.id:
        line["log_uid"] = record.id
    return line


LTS = LtsTrigger()

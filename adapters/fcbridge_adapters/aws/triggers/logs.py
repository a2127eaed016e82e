"""Subscriptions of CloudWatch Logs.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import LogEvent, LogRecord
from fcbridge.fields import text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, since_epoch
from fcbridge.packed import packed_json, unpacked_json
from fcbridge.trigger import Trigger

from ..context import ACCOUNT
from .source import Fields, milliseconds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class _Line(TypedDict):
        id: str
        timestamp: int  # in milliseconds
        message: str

    class Line(_Line, total=False):
        extractedFields: dict[str, str]  # where the filter's pattern names some

    class Content(TypedDict):
        messageType: str
        owner: str  # the account that the log belongs to
        logGroup: str
        logStream: str
        subscriptionFilters: list[str]
        logEvents: list[Line]

    class Packed(TypedDict):
        data: str  # the Content as JSON, by gzip, in base64

    class Delivery(TypedDict):
        awslogs: Packed


class CloudWatchLogs(Trigger):
    """The lines, unpacked. ``source`` is the account that the log belongs to, ``subject`` the subscription filter.
    ``raw`` is what was packed.

    The probe by which CloudWatch tries whether it reaches the function (``CONTROL_MESSAGE``) is no event.
    """

    name = "aws-logs"
    title = "Amazon CloudWatch Logs"
    kind = LogEvent

    def matches(self, payload: Any) -> bool:
        if not is_object(payload):
            return False
        packed = payload.get("awslogs")
        return is_object(packed) and isinstance(packed.get("data"), str)

    def parse(self, payload: Any) -> list[Event]:
        content = Fields(self.title, self._unpacked(payload["awslogs"]["data"]), "awslogs.data")
        kind = content.read("messageType", text)
        if kind == "CONTROL_MESSAGE":
            return []
        filters = content.value.get("subscriptionFilters")
        return [
            LogEvent(
                source=content.text("owner"),
                type=kind,
                subject=content.read("subscriptionFilters", lambda names: text(names[0])) if filters else None,
                group=content.read("logGroup", text),
                stream=content.read("logStream", text),
                records=tuple([_record(line) for line in content.items("logEvents")]),
                raw=content.value,
            )
        ]

    def _unpacked(self, data: str) -> object:
        try:
            return unpacked_json(data)
        except ValueError as error:
            raise malformed(self.title, "awslogs.data", error) from None

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Delivery:
        event = events[0]
        assert isinstance(event, LogEvent)
        content: Content = {
            "messageType": event.type or "DATA_MESSAGE",
            "owner": event.source or ACCOUNT,
            "logGroup": event.group,
            "logStream": event.stream,
            "subscriptionFilters": [] if event.subject is None else [event.subject],
            "logEvents": [_line(record, stamp) for record in event.records or ()],
        }
        return {"awslogs": {"data": packed_json(content)}}

    def sample(self) -> list[Event]:
        return [
            LogEvent(
                source=ACCOUNT,
                type="DATA_MESSAGE",
                subject="errors",
                group="/aws/lambda/driving-log",
                stream="2026/03/02/[$LATEST]0a1b2c3d",
                records=(
                    LogRecord(
                        "ERROR no such vehicle",
                        instant("2026-03-02T08:15:31.482Z"),
                        "37000000000000000000000000000000000000000000000000000001",
                    ),
                ),
            )
        ]


def _record(line: Fields) -> LogRecord:
    fields = line.inner_if_any("extractedFields")
    return LogRecord(
        line.read("message", text),
        line.find("timestamp", milliseconds),
        line.text("id"),
        {name: fields.text(name) for name in fields.value},
    )


def _line(record: LogRecord, stamp: Stamp) -> Line:
    line: Line = {
        "id": record.id,
        "timestamp": stamp.milliseconds if record.time is None else since_epoch(record.time, 1000),
        "message": record.message,
    }
    if record.fields:
        line["extractedFields"] = record.fields
    return line


LOGS = CloudWatchLogs()

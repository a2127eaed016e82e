"""Simple Log Service: a piece of a logstore has come in, which the function has to pull.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/simple-log-service-triggers
The trigger's own configuration is ``raw["parameter"]``.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.events import LogEvent
from fcbridge.fields import mapping, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch

from .source import REGION, Source, count, field, field_if_any

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Piece(TypedDict):
        endpoint: str
        projectName: str
        logstoreName: str
        shardId: int
        beginCursor: str
        endCursor: str

    class LogPayload(TypedDict):
        parameter: dict[str, Any]
        source: Piece
        jobName: str
        taskId: str
        cursorTime: int


class LogService(Source):
    name = "aliyun-sls"
    title = "Alibaba Simple Log Service"
    kind = LogEvent

    def matches(self, payload: Any) -> bool:
        if not is_object(payload) or not is_object(payload.get("source")):
            return False
        return "logstoreName" in payload["source"] and "beginCursor" in payload["source"]

    def records(self, payload: Any) -> list[Any]:
        return [payload]

    def event(self, record: Any) -> LogEvent:
        piece = field(record, "source", mapping)
        return LogEvent(
            # The same when the call is made again, as the documents say.
            id=field_if_any(record, "taskId", text) or "",
            time=field_if_any(record, "cursorTime", _seconds),
            raw=record,
            group=field(piece, "projectName", text),
            stream=field(piece, "logstoreName", text),
            shard=field(piece, "shardId", count),
            begin=field(piece, "beginCursor", text),
            end=field(piece, "endCursor", text),
            endpoint=field(piece, "endpoint", text),
        )

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> LogPayload:
        (event,) = events
        assert isinstance(event, LogEvent)
        return {
            "parameter": {},
            "source": {
                "endpoint": event.endpoint or _ENDPOINT,
                "projectName": event.group,
                "logstoreName": event.stream,
                "shardId": event.shard or 0,
                "beginCursor": event.begin or "",
                "endCursor": event.end or "",
            },
            "jobName": "4f2c9a10b7de83e1a5c6d7f8091a2b3c4d5e6f70",
            "taskId": event.id or stamp.request_id,
            "cursorTime": stamp.milliseconds // 1000 if event.time is None else since_epoch(event.time),
        }

    def sample(self) -> list[Event]:
        return [
            LogEvent(
                id="5d0c2b1a-9e8f-4a7b-8c6d-3e2f1a0b9c8d",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds // 1000),
                group="shop-logs",
                stream="nginx-access",
                shard=1,
                begin="MTc3MjQzOTMwMDAwMDAwMDAwMQ==",
                end="MTc3MjQzOTMzMDAwMDAwMDAwOQ==",
                endpoint=_ENDPOINT,
            )
        ]


_ENDPOINT = f"http://{REGION}-intranet.log.aliyuncs.com"


def _seconds(value: object) -> datetime:
    return instant_since_epoch(count(value))


LOG_SERVICE = LogService()

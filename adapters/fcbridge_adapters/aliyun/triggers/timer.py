"""The timer.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/time-triggers
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.events import TimerEvent
from fcbridge.fields import text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339

from .source import Source, field, field_if_any, json_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class TimerPayload(TypedDict):
        triggerTime: str
        triggerName: str
        payload: str


class Timer(Source):
    """``payload`` is the text that was written into the trigger, also where that is JSON."""

    name = "aliyun-timer"
    title = "Alibaba Function Compute's timer"
    kind = TimerEvent

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and "triggerTime" in payload and "triggerName" in payload

    def records(self, payload: Any) -> list[Any]:
        return [payload]

    def event(self, record: Any) -> TimerEvent:
        return TimerEvent(
            time=field(record, "triggerTime", instant),
            raw=record,
            name=field(record, "triggerName", text),
            payload=field_if_any(record, "payload", text) or "",
        )

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> TimerPayload:
        (event,) = events
        assert isinstance(event, TimerEvent)
        written = event.payload
        if written is None:
            written = ""
        return {
            "triggerTime": rfc3339(event.time or instant_since_epoch(stamp.milliseconds // 1000)),
            "triggerName": event.name,
            "payload": written if isinstance(written, str) else json_bytes(written).decode(),
        }

    def sample(self) -> list[Event]:
        time = instant_since_epoch(SAMPLE_STAMP.milliseconds // 1000)
        return [TimerEvent(time=time, name="nightly-cleanup", payload='{"keepDays":30}')]


TIMER = Timer()

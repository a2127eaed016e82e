"""Timers. An event has no payload; whether it comes late (``IsPastDue``) is in ``raw``.

https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.events import Event, TimerEvent
from fcbridge.fields import mapping
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339

from .binding import BindingTrigger, method_name, moment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from fcbridge.gateway import Stamp

    from .binding import Posted


class Timer(BindingTrigger):
    """``name`` is the function's. ``time`` is that of the call, which the worker's object does not tell."""

    name = "azure-timer"
    title = "Azure Functions timer"
    kind = TimerEvent
    attributes = ("past_due", "schedule", "schedule_status")

    def posts(self, values: Iterable[Any], metadata: Mapping[str, Any]) -> bool:
        return any(is_object(value) and "IsPastDue" in value and "Schedule" in value for value in values)

    def of_post(self, values: Sequence[Any], metadata: Mapping[str, Any], payload: Posted) -> TimerEvent:
        called = mapping(metadata.get("sys") or {}).get("UtcNow")
        return _event(method_name(metadata), moment(called), payload)

    def of_object(self, event: Any, name: str) -> TimerEvent:
        return _event(name, None, event)

    def posted(self, event: Event) -> tuple[Any, dict[str, Any]]:
        assert isinstance(event, TimerEvent)
        due = rfc3339(event.time or instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000)).replace("Z", "+00:00")
        status = {"Last": due, "Next": due, "LastUpdated": due}
        return {"Schedule": {"AdjustForDST": True}, "ScheduleStatus": status, "IsPastDue": False}, {
            "MethodName": event.name
        }

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Posted:
        post = super().compose(events, stamp)
        if events[0].time is not None:
            post["Metadata"]["sys"]["UtcNow"] = f"{rfc3339(events[0].time, 6)[:-1]}0Z"
        return post

    def sample(self) -> list[Event]:
        return [_event("nightly", instant("2026-03-02T08:15:00.010Z"), None)]


def _event(name: str, time: Any, raw: object) -> TimerEvent:
    return TimerEvent(source="timerTrigger", type="timerTrigger", time=time, name=name, raw=raw)


TIMER = Timer()

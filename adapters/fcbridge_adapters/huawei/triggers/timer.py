"""The timer trigger: a schedule has come due.

https://support.huaweicloud.com/intl/en-us/devg-functiongraph/functiongraph_02_0102.html
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import TimerEvent
from fcbridge.fields import text, text_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class TimerPayload(TypedDict):
        version: str  # "v1.0", "v2.0"
        time: str  # with the offset of the region
        trigger_type: str  # always "TIMER"
        trigger_name: str
        user_event: str  # what was written into the trigger, perhaps nothing


_TYPE = "TIMER"


class TimerTrigger(Trigger):
    """``payload`` is the text that was written into the trigger, None where it is empty. ``id`` is made of name and
    time, which are the same when the invocation is tried again."""

    name = "huawei-timer"
    title = "FunctionGraph (timer trigger)"
    kind = TimerEvent

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and payload.get("trigger_type") == _TYPE and "trigger_name" in payload

    def parse(self, payload: TimerPayload) -> list[Event]:
        field = "time"
        try:
            time = instant(payload["time"])
            field = "trigger_name or user_event"
            name = text(payload["trigger_name"])
            written: Any = payload.get("user_event")
            return [
                TimerEvent(
                    id=f"{name}/{rfc3339(time)}",
                    type=payload["trigger_type"],
                    time=time,
                    name=name,
                    payload=text_if_any(written),
                    raw=payload,
                )
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> TimerPayload:
        event: TimerEvent = events[0]
        return {
            "version": "v1.0",
            "time": rfc3339(event.time or instant_since_epoch(stamp.milliseconds // 1000)),
            "trigger_type": _TYPE,
            "trigger_name": event.name,
            "user_event": event.payload or "",
        }

    def sample(self) -> list[Event]:
        time = instant_since_epoch(SAMPLE_STAMP.milliseconds // 1000)
        id = f"nightly/{rfc3339(time)}"
        return [TimerEvent(id=id, type=_TYPE, time=time, name="nightly", payload='{"job":"report"}')]


TIMER = TimerTrigger()

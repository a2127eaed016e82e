"""The timer trigger of SCF, and that of CloudBase, whose functions are functions of SCF: a schedule has come due.

https://cloud.tencent.com/document/product/583/31927,
https://developers.weixin.qq.com/miniprogram/dev/wxcloudservice/wxcloud/guide/functions/triggers.html. One trigger here
for both, because nothing in the event tells them apart.
"""

from __future__ import annotations

from fcbridge.envelope import malformed
from fcbridge.events import TimerEvent
from fcbridge.fields import text, text_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

from .records import is_payload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class TimerPayload(TypedDict):
        Type: str  # always "Timer"
        TriggerName: str
        Time: str
        Message: str  # what was written into the trigger, perhaps nothing


_TYPE = "Timer"


class TimerTrigger(Trigger):
    """``payload`` is the text that was written into the trigger, None where it is empty. ``id`` is made of name and
    time, which are the same when the invocation is tried again."""

    name = "tencent-timer"
    title = "Tencent SCF and CloudBase (timer trigger)"
    kind = TimerEvent

    def matches(self, payload: Any) -> bool:
        return is_payload(payload) and payload.get("Type") == _TYPE and "TriggerName" in payload

    def parse(self, payload: TimerPayload) -> list[Event]:
        field = "Time"
        try:
            time = instant(payload["Time"])
            field = "TriggerName or Message"
            name = text(payload["TriggerName"])
            message: Any = payload.get("Message")
            return [
                TimerEvent(
                    id=f"{name}/{payload['Time']}",
                    type=payload["Type"],
                    time=time,
                    name=name,
                    payload=text_if_any(message),
                    raw=payload,
                )
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> TimerPayload:
        event: TimerEvent = events[0]
        return {
            "Type": _TYPE,
            "TriggerName": event.name,
            "Time": rfc3339(event.time or instant_since_epoch(stamp.milliseconds // 1000)),
            "Message": event.payload or "",
        }

    def sample(self) -> list[Event]:
        time = instant_since_epoch(SAMPLE_STAMP.milliseconds // 1000)
        return [
            TimerEvent(id=f"nightly/{rfc3339(time)}", type=_TYPE, time=time, name="nightly", payload='{"job":"report"}')
        ]


TIMER = TimerTrigger()

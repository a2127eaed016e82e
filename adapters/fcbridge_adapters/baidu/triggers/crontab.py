"""The crontab trigger: a schedule has come due.

https://github.com/baidubce/cfc-vscode-extension/blob/master/src/events/crontab.json. It is an event of AWS's, with
underscores in its names. Inferred from there too: an input that is written into the trigger takes the event's place,
so that the function gets it as it is and nothing tells that a timer sent it.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import TimerEvent
from fcbridge.fields import text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class CrontabEvent(TypedDict):
        account: str
        uuid: str
        function_brn: str
        source: str  # always "cfc:crontab"
        version: str
        detail_type: str  # always "Scheduled Event"
        time: str
        id: str


_SOURCE = "cfc:crontab"
_TYPE = "Scheduled Event"
_FUNCTION = "brn:bce:cfc:bj:1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d:function:nightly:$LATEST"


class CrontabTrigger(Trigger):
    """``subject`` is the function that is called. ``name`` is the trigger's uuid: the event does not have its name."""

    name = "baidu-crontab"
    title = "Baidu CFC (crontab trigger)"
    kind = TimerEvent

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and payload.get("source") == _SOURCE and payload.get("detail_type") == _TYPE

    def parse(self, payload: CrontabEvent) -> list[Event]:
        field = "time"
        try:
            time = instant(payload["time"])
            field = "id, uuid or function_brn"
            return [
                TimerEvent(
                    id=text(payload["id"]),
                    source=payload["source"],
                    type=payload["detail_type"],
                    subject=text(payload["function_brn"]),
                    time=time,
                    # Inferred: it is neither the event's id nor the account's.
                    name=text(payload["uuid"]),
                    raw=payload,
                )
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> CrontabEvent:
        event: TimerEvent = events[0]
        return {
            "account": "c7ac82ae1a2b4c3d",
            "uuid": event.name,
            "function_brn": _FUNCTION if event.subject is None else event.subject,
            "source": _SOURCE,
            "version": "0",
            "detail_type": _TYPE,
            "time": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000)),
            "id": event.id or stamp.request_id,
        }

    def sample(self) -> list[Event]:
        return [
            TimerEvent(
                id="4ab17338-90c1-4905-b3a5-60213c26810d",
                source=_SOURCE,
                type=_TYPE,
                subject=_FUNCTION,
                time=instant("2026-03-02T08:15:00Z"),
                name="d9f671cc-2d11-41f3-be33-60213c26810d",
            )
        ]


CRONTAB = CrontabTrigger()

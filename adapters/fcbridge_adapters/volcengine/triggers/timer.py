"""The timer trigger: a schedule has come due.

https://www.volcengine.com/docs/6662/127868
"""

from __future__ import annotations

from fcbridge.envelope import malformed
from fcbridge.events import TimerEvent
from fcbridge.fields import text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant
from fcbridge.trigger import Trigger

from .envelope import attributes, enclosed, word_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    from .envelope import Envelope

_SOURCE = "/faas/event/timer/"


class TimerTrigger(Trigger):
    """``payload`` is the text that is written into the timer; ``name`` the timer's id: the event lacks its name."""

    name = "vefaas-timer"
    title = "Volcengine veFaaS (timer trigger)"
    kind = TimerEvent

    def matches(self, payload: Any) -> bool:
        return word_of(payload) == "timer"

    def parse(self, payload: Envelope) -> list[Event]:
        field = "id, source or time"
        try:
            common = attributes(payload)
            field = "data"
            written = payload.get("data")
            return [
                TimerEvent(
                    name=common["source"].rpartition("/")[2],
                    payload=None if written is None else text(written),
                    raw=payload,
                    **common,
                )
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> Envelope:
        event: TimerEvent = events[0]
        source = event.source or _SOURCE + (event.name or "4o3fw1qf")
        around = enclosed(event.replace(source=source), "timer", stamp, "application/octet-stream")
        if event.payload is not None:
            around["data"] = event.payload if isinstance(event.payload, str) else _json(event.payload)
        return around

    def sample(self) -> list[Event]:
        return [
            TimerEvent(
                id="9cab1030-1f2e-4b61-ae07-60213c26810e",
                source=_SOURCE + "4o3fw1qf",
                type="faas.timer.event",
                time=instant("2026-03-02T08:15:00.482Z"),
                name="4o3fw1qf",
                payload='{"job":"report"}',
            )
        ]


def _json(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


TIMER = TimerTrigger()

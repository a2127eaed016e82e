"""The cron trigger: an interval or a schedule, with the body and the headers that its configuration has.

https://docs.nuclio.io/en/stable/reference/triggers/cron.html
"""

from __future__ import annotations

from fcbridge.events import Event, TimerEvent
from fcbridge.instants import instant

from ..bodies import JSON
from .event import EventTrigger, bytes_of, moment, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Cron(EventTrigger):
    """The payload is the configured body: a JSON value where its type says so, else text."""

    name = "nuclio-cron"
    title = "Nuclio (cron)"
    kind = TimerEvent

    def takes(self, kind: str) -> bool:
        return kind == "cron"

    def of_event(self, event: Any) -> TimerEvent:
        return TimerEvent(
            id=plain(event.id or ""),
            source="cron",
            type="cron",
            time=moment(event.timestamp),
            name=plain(getattr(event.trigger, "name", "")),
            payload=_payload(event),
            raw=event,
        )

    def message(self, event: Event) -> dict[str, Any]:
        import json

        assert isinstance(event, TimerEvent)
        message: dict[str, Any] = {"trigger": {"kind": "cron", "name": event.name}}
        if event.payload is None:
            return {**message, "body": b""}
        if isinstance(event.payload, str):
            return {**message, "body": event.payload.encode("utf-8")}
        return {**message, "content_type": JSON, "body": json.dumps(event.payload).encode("ascii")}

    def sample(self) -> list[Event]:
        return [
            TimerEvent(
                id="5f1c2e34-0001-4222-8333-444455556666",
                source="cron",
                type="cron",
                time=instant("2026-03-02T08:15:00Z"),
                name="nightly",
                payload={"report": "daily"},
            )
        ]


def _payload(event: Any) -> Any:
    if plain(event.content_type or "") == JSON and not isinstance(event.body, bytes):
        return event.body
    return bytes_of(event).decode("utf-8") or None


CRON = Cron()

"""Schedules: of EventBridge Scheduler, and of rules of EventBridge.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html

A rule sends an event of its bus. So does a schedule of Scheduler that has no input. The input of one that has some is
all that arrives, as it was written; a schedule is recognised where the input has this in it, which Scheduler fills in::

    {"scheduleArn": "<aws.scheduler.schedule-arn>", "scheduledTime": "<aws.scheduler.scheduled-time>",
     "executionId": "<aws.scheduler.execution-id>", "attempt": "<aws.scheduler.attempt-number>"}

The first is enough. What else is in the input is the event's payload, and if that is ``payload`` alone, the value of
it.

Inferred: the event of a schedule without input, with the source ``aws.scheduler`` and ``"{}"`` as a text; it was seen
in recorded events, and is not in the documents.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.events import TimerEvent
from fcbridge.fields import text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

from ..context import ACCOUNT
from .eventbridge import SCHEDULED, bus_event, is_bus_event, is_schedule, resource_of
from .source import REGION, Fields, last_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

_KEYWORDS = ("scheduleArn", "scheduledTime", "executionId", "attempt")


class EventBridgeSchedule(Trigger):
    """``name`` is that of the rule or schedule, ``subject`` its ARN, ``source`` ``aws.events`` or ``aws.scheduler``."""

    name = "aws-scheduler"
    title = "Amazon EventBridge Scheduler"
    kind = TimerEvent

    def matches(self, payload: Any) -> bool:
        return _has_keywords(payload) or (is_bus_event(payload) and is_schedule(payload))

    def parse(self, payload: Any) -> list[Event]:
        event = Fields(self.title, payload)
        if _has_keywords(payload):
            arn = event.read("scheduleArn", text)
            return [
                TimerEvent(
                    id=event.text("executionId"),
                    source="aws.scheduler",
                    type=SCHEDULED,
                    subject=arn,
                    time=event.find("scheduledTime", instant),
                    name=last_of(arn, "/"),
                    payload=_written(payload),
                    raw=payload,
                )
            ]
        resource = resource_of(event)
        detail = payload["detail"]
        return [
            TimerEvent(
                id=event.text("id"),
                source=event.read("source", text),
                type=SCHEDULED,
                subject=resource,
                time=event.find("time", instant),
                name="" if resource is None else last_of(resource, "/"),
                payload=None if detail in ({}, "{}") else detail,
                raw=payload,
            )
        ]

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
        event = events[0]
        assert isinstance(event, TimerEvent)
        if event.source == "aws.events":
            arn = event.subject or f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{event.name}"
            detail: object = {} if event.payload is None else event.payload
        else:
            arn = event.subject or f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{event.name}"
            detail = "{}"
            if event.payload is not None:
                return _input(event, arn, stamp)
        sent = event.replace(subject=arn, source=event.source or "aws.scheduler")
        return bus_event(sent, SCHEDULED, detail, stamp)

    def sample(self) -> list[Event]:
        return [
            TimerEvent(
                id="d0c1b2a3f4e5d6c7",
                source="aws.scheduler",
                type=SCHEDULED,
                subject=f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/nightly",
                time=instant("2026-03-02T08:15:00Z"),
                name="nightly",
                payload={"job": "rollup"},
            )
        ]


def _has_keywords(payload: Any) -> bool:
    if not is_object(payload):
        return False
    arn = payload.get("scheduleArn")
    return isinstance(arn, str) and arn.startswith("arn:") and ":scheduler:" in arn and ":schedule/" in arn


def _written(payload: dict[str, Any]) -> object:
    """What the author of a schedule wrote beside the keywords; None where that is nothing."""
    rest = {name: value for name, value in payload.items() if name not in _KEYWORDS}
    return rest["payload"] if rest.keys() == {"payload"} else rest or None


def _input(event: TimerEvent, arn: str, stamp: Stamp) -> dict[str, object]:
    written = event.payload
    if not is_object(written) or not written or not written.keys().isdisjoint(("payload", *_KEYWORDS)):
        written = {"payload": written}
    return {
        **written,
        "scheduleArn": arn,
        "scheduledTime": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000), 0),
        "executionId": event.id,
        "attempt": "1",
    }


SCHEDULER = EventBridgeSchedule()

"""Events of a bus of Amazon EventBridge, but for schedules and what happens to objects of S3.

https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.events import CloudEvent
from fcbridge.fields import sequence, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

from ..context import ACCOUNT
from .destination import in_bus
from .source import REGION, Fields, is_bucket_event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    BusEvent = TypedDict(
        "BusEvent",
        {
            "version": str,
            "id": str,
            "detail-type": str,
            "source": str,
            "account": str,
            "time": str,
            "region": str,
            "resources": list[str],
            "detail": object,  # an object; of a schedule it may be text
        },
    )

SCHEDULED = "Scheduled Event"


class EventBridge(Trigger):
    """``type`` is the ``detail-type``, ``data`` the ``detail``, ``subject`` the first of the ``resources``.

    ``extensions`` are ``account`` and ``region``, and ``replayname`` where an archive is replayed.
    """

    name = "aws-eventbridge"
    title = "Amazon EventBridge"
    kind = CloudEvent

    def matches(self, payload: Any) -> bool:
        return (
            is_bus_event(payload) and not is_schedule(payload) and not is_bucket_event(payload) and not in_bus(payload)
        )

    def parse(self, payload: Any) -> list[Event]:
        event = Fields(self.title, payload)
        extensions = {name: event.find(field, text) for name, field in _EXTENSIONS.items()}
        return [
            CloudEvent(
                id=event.text("id"),
                source=event.read("source", text),
                type=event.read("detail-type", text),
                subject=resource_of(event),
                time=event.find("time", instant),
                data=event.read("detail", lambda detail: detail),
                datacontenttype="application/json",
                extensions={name: value for name, value in extensions.items() if value is not None},
                raw=payload,
            )
        ]

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> BusEvent:
        event = events[0]
        assert isinstance(event, CloudEvent)
        composed = bus_event(event, event.type, event.data, stamp)
        for name, field in _EXTENSIONS.items():
            if name in event.extensions:
                composed[field] = event.extensions[name]  # type: ignore[literal-required]  # a key of the table above
        return composed

    def sample(self) -> list[Event]:
        return [
            CloudEvent(
                id="12345678-90ab-cdef-1234-567890abcdef",
                source="shop.orders",
                type="Order Placed",
                time=instant("2026-03-02T08:15:31Z"),
                data={"orderId": "A-17", "total": 42.5},
                datacontenttype="application/json",
                extensions={"account": ACCOUNT, "region": REGION},
            )
        ]


_EXTENSIONS = {"account": "account", "region": "region", "replayname": "replay-name"}


def is_bus_event(payload: Any) -> bool:
    return (
        is_object(payload)
        and isinstance(payload.get("detail-type"), str)
        and isinstance(payload.get("source"), str)
        and "detail" in payload
    )


def is_schedule(payload: dict[str, Any]) -> bool:
    return payload["detail-type"] == SCHEDULED and payload["source"] in ("aws.events", "aws.scheduler")


def resource_of(event: Fields) -> str | None:
    resources = event.find("resources", sequence)
    return event.read("resources", lambda several: text(several[0])) if resources else None


def bus_event(event: Event, kind: str, detail: object, stamp: Stamp) -> BusEvent:
    return {
        "version": "0",
        "id": event.id,
        "detail-type": kind,
        "source": event.source,
        "account": ACCOUNT,
        "time": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000), 0),
        "region": REGION,
        "resources": [] if event.subject is None else [event.subject],
        "detail": detail,
    }


EVENTBRIDGE = EventBridge()

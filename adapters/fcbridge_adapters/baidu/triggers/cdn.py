"""The CDN trigger: something was cached or blocked, a domain was changed, a log is ready.

https://cloud.baidu.com/doc/CFC/s/njwvz48yg for the names of its events,
https://github.com/baidubce/cfc-vscode-extension/tree/master/src/events for some of them.
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.envelope import malformed
from fcbridge.events import CloudEvent
from fcbridge.fields import mapping, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, since_epoch
from fcbridge.trigger import Trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class CdnRecord(TypedDict):
        # CachedObjectsBlocked, CachedObjectsPushed, CachedObjectsRefreshed, CdnDomainCreated, CdnDomainDeleted,
        # CdnDomainStarted, CdnDomainStopped, LogFileCreated
        eventName: str
        eventVersion: str
        eventSource: str  # always "cdn"
        eventTime: int  # in seconds
        userId: str
        eventDetail: dict[str, Any]  # "domain", "url", "taskId", "status": as the event has it

    class CdnEvent(TypedDict):
        events: list[CdnRecord]


_SOURCE = "cdn"


class CdnTrigger(Trigger):
    """``type`` is the event's name and ``data`` its details; an id there is none. ``userid`` is an extension."""

    name = "baidu-cdn"
    title = "Baidu CFC (CDN trigger)"
    kind = CloudEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        records = payload.get("events") if is_object(payload) else None
        first = records[0] if is_list(records) and records else None
        # Alibaba's CDN calls its events the same, and has its details in "eventParameter".
        return is_object(first) and first.get("eventSource") == _SOURCE and "eventDetail" in first

    def parse(self, payload: CdnEvent) -> list[Event]:
        events: list[Event] = []
        for index, record in enumerate(payload["events"]):
            field = f"events[{index}].eventName"
            try:
                name = text(mapping(record)["eventName"])
                field = f"events[{index}].eventTime"
                time = instant_since_epoch(record["eventTime"])
                field = f"events[{index}]"
                event = CloudEvent(
                    source=text(record["eventSource"]),
                    type=name,
                    time=time,
                    data=mapping(record["eventDetail"]),
                    extensions={"userid": text(record["userId"])},
                    raw=record,
                )
            except (KeyError, TypeError, ValueError) as error:
                raise malformed(self.title, field, error) from error
            events.append(event)
        return events

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> CdnEvent:
        return {"events": [_composed(event, stamp) for event in events]}

    def sample(self) -> list[Event]:
        return [
            CloudEvent(
                source=_SOURCE,
                type="CachedObjectsRefreshed",
                time=instant("2026-03-02T08:15:31Z"),
                data={"taskId": "task-1", "status": "completed"},
                extensions={"userid": "9b2aa053"},
            )
        ]


def _composed(event: CloudEvent, stamp: Stamp) -> CdnRecord:
    return {
        "eventName": event.type,
        "eventVersion": "1.0.0",
        "eventSource": _SOURCE,
        "eventTime": since_epoch(event.time or instant_since_epoch(stamp.milliseconds, 1000)),
        "userId": event.extensions.get("userid", "9b2aa053"),
        "eventDetail": mapping({} if event.data is None else event.data),
    }


CDN = CdnTrigger()

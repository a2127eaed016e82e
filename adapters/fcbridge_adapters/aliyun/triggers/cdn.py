"""The CDN: a log file is there, something was refreshed or pushed, a domain was changed.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/cdn-triggers
``data`` are the event's parameters.
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.events import CloudEvent
from fcbridge.fields import mapping, sequence, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339

from .source import ACCOUNT, REGION, Source, field, field_if_any, record_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class CdnRecord(TypedDict):
        eventName: str
        eventSource: str
        region: str
        eventVersion: str
        eventTime: str
        traceId: str
        userIdentity: dict[str, str]
        resource: dict[str, str]
        eventParameter: dict[str, Any]

    class CdnEvents(TypedDict):
        events: list[CdnRecord]


_SOURCE = "cdn"


class Cdn(Source):
    name = "aliyun-cdn"
    title = "Alibaba CDN"
    kind = CloudEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        if not is_object(payload) or not is_list(payload.get("events")) or not payload["events"]:
            return False
        first = payload["events"][0]
        return is_object(first) and first.get("eventSource") == _SOURCE and "eventParameter" in first

    def records(self, payload: Any) -> list[Any]:
        return field(payload, "events", sequence)

    def event(self, record: Any) -> CloudEvent:
        known = record_of(record, "events")
        region = field_if_any(known, "region", text)
        return CloudEvent(
            id=field_if_any(known, "traceId", text) or "",
            source=field(known, "eventSource", text),
            type=field(known, "eventName", text),
            subject=field_if_any(field_if_any(known, "resource", mapping) or {}, "domain", text),
            time=field(known, "eventTime", instant),
            raw=record,
            data=field(known, "eventParameter", mapping),
            datacontenttype="application/json",
            extensions={} if region is None else {"region": region},
        )

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> CdnEvents:
        return {"events": [_record(event, stamp) for event in events if isinstance(event, CloudEvent)]}

    def sample(self) -> list[Event]:
        domain = "static.example.cn"
        return [
            CloudEvent(
                id="c4a7e1f0-6b5d-4c3a-9e8f-7d6c5b4a3921",
                source=_SOURCE,
                type="LogFileCreated",
                subject=domain,
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds // 1000),
                data={
                    "domain": domain,
                    "startTime": 1772434800,
                    "endTime": 1772438400,
                    "fileSize": 20480,
                    "filePath": f"http://cdnlog.example.cn/20260302/{domain}_2026_03_02_150000_160000.gz",
                },
                datacontenttype="application/json",
                extensions={"region": REGION},
            )
        ]


def _record(event: CloudEvent, stamp: Stamp) -> CdnRecord:
    return {
        "eventName": event.type,
        "eventSource": event.source or _SOURCE,
        "region": str(event.extensions.get("region", REGION)),
        "eventVersion": "1.0.0",
        "eventTime": rfc3339(event.time or instant_since_epoch(stamp.milliseconds // 1000)),
        "traceId": event.id or stamp.request_id,
        "userIdentity": {"aliUid": ACCOUNT},
        "resource": {} if event.subject is None else {"domain": event.subject},
        "eventParameter": event.data if is_object(event.data) else {},
    }


CDN = Cdn()

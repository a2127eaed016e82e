"""Object Storage Service: the native trigger, and the one through EventBridge, whose data is the same record.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/overview-of-oss-event-triggers
Inferred: that keys are as the store knows them. No document speaks of an encoding, and its examples show none.
Inferred: that the data of EventBridge's event is the native record, as the product's page says; none was seen.
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.events import ObjectEvent
from fcbridge.fields import mapping, sequence, text, whole
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339

from .elements import OSS, elements, moment, source_of
from .source import ACCOUNT, REGION, Source, field, field_if_any, record_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Bucket(TypedDict):
        arn: str
        name: str
        ownerIdentity: str
        virtualBucket: str

    class Object(TypedDict, total=False):
        deltaSize: int
        eTag: str
        key: str
        size: int

    class Oss(TypedDict):
        bucket: Bucket
        object: Object
        ossSchemaVersion: str
        ruleId: str

    class OssRecord(TypedDict):
        eventName: str
        eventSource: str
        eventTime: str
        eventVersion: str
        oss: Oss
        region: str
        requestParameters: dict[str, str]
        responseElements: dict[str, str]
        userIdentity: dict[str, str]

    class OssEvent(TypedDict):
        events: list[OssRecord]


_SOURCE = "acs:oss"


class ObjectStorage(Source):
    """``source`` is the bucket's ARN, ``subject`` the key."""

    name = "aliyun-oss"
    title = "Alibaba OSS"
    kind = ObjectEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        if is_object(payload) and is_list(payload.get("events")) and payload["events"]:
            first = payload["events"][0]
            return is_object(first) and first.get("eventSource") == _SOURCE
        return source_of(payload) == OSS

    def records(self, payload: Any) -> list[Any]:
        if is_object(payload) and "events" in payload:
            return field(payload, "events", sequence)
        return elements(payload)

    def event(self, record: Any) -> ObjectEvent:
        outer = record_of(record, "events")
        if "specversion" not in outer:
            return _event(outer, outer)
        event = _event(field(outer, "data", mapping), outer)
        event.id = field(outer, "id", text)
        event.time = field_if_any(outer, "time", moment) or event.time
        return event

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> OssEvent:
        return {"events": [_record(event, stamp) for event in events if isinstance(event, ObjectEvent)]}

    def sample(self) -> list[Event]:
        key = "raw/2026/03/cat-01.jpg"
        return [
            ObjectEvent(
                id=f"67C1A2B3F4E5D6C7B8A90123/{key}",
                source=_arn(REGION, "photo-inbox"),
                type="ObjectCreated:PutObject",
                subject=key,
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                bucket="photo-inbox",
                key=key,
                size=48213,
                etag="9C1F3A77D2B04E55A1C0BB8E9F6D4321",
                region=REGION,
            )
        ]


def _event(record: dict[str, Any], raw: dict[str, Any]) -> ObjectEvent:
    store = field(record, "oss", mapping)
    bucket, item = field(store, "bucket", mapping), field(store, "object", mapping)
    key = field(item, "key", text)
    answer = field_if_any(record, "responseElements", mapping) or {}
    request = field_if_any(answer, "requestId", text)
    return ObjectEvent(
        # The request alone does not tell them apart: one DeleteObjects removes many.
        id=f"{request}/{key}" if request else "",
        source=field_if_any(bucket, "arn", text) or field(record, "eventSource", text),
        type=field(record, "eventName", text).removeprefix("oss:"),
        subject=key,
        time=field(record, "eventTime", instant),
        raw=raw,
        bucket=field(bucket, "name", text),
        key=key,
        size=field_if_any(item, "size", whole),
        etag=field_if_any(item, "eTag", _etag),
        region=field_if_any(record, "region", text),
    )


def _arn(region: str, bucket: str) -> str:
    return f"{_SOURCE}:{region}:{ACCOUNT}:{bucket}"


def _etag(value: object) -> str:
    return text(value).strip('"')


def _record(event: ObjectEvent, stamp: Stamp) -> OssRecord:
    time = event.time or instant_since_epoch(stamp.milliseconds, 1000)
    region = event.region or REGION
    item: Object = {"key": event.key}
    if event.size is not None:
        item["size"] = item["deltaSize"] = event.size
    if event.etag is not None:
        item["eTag"] = event.etag
    return {
        "eventName": event.type or "ObjectCreated:PutObject",
        "eventSource": _SOURCE,
        "eventTime": rfc3339(time, 3 if time.microsecond % 1000 == 0 else 6),
        "eventVersion": "1.0",
        "oss": {
            "bucket": {
                "arn": event.source or _arn(region, event.bucket),
                "name": event.bucket,
                "ownerIdentity": ACCOUNT,
                "virtualBucket": "",
            },
            "object": item,
            "ossSchemaVersion": "1.0",
            "ruleId": "b7e2d9f04c5a4a8f9e1d2c3b4a596877",
        },
        "region": region,
        "requestParameters": {"sourceIPAddress": "203.0.113.24"},
        "responseElements": {"requestId": event.id.removesuffix(f"/{event.key}") or stamp.request_id},
        "userIdentity": {"principalId": ACCOUNT},
    }


OBJECT_STORAGE = ObjectStorage()

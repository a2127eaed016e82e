"""The COS trigger: an object of a bucket was written, deleted or restored.

https://cloud.tencent.com/document/product/583/31927. The invocation is asynchronous: what the function returns is read
by nobody, and where it raises it is called again, twice by default.
"""

from __future__ import annotations

from fcbridge.envelope import malformed
from fcbridge.events import ObjectEvent
from fcbridge.fields import mapping, text, text_if_any, whole, whole_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch
from fcbridge.trigger import Trigger

from .records import has_records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class CosObject(TypedDict, total=False):
        url: str
        meta: dict[str, str]  # the headers of the upload, and x-cos-request-id
        vid: str  # the version, empty without versions
        key: str  # "/<appid>/<bucket>/<key>"
        size: int

    class _CosBucket(TypedDict):
        region: str  # "sh", "gz"
        name: str  # without the appid
        appid: str

    class CosBucket(_CosBucket, total=False):
        cosRegion: str  # "ap-shanghai": in events, and in no document

    class Cos(TypedDict):
        cosSchemaVersion: str
        cosObject: CosObject
        cosBucket: CosBucket
        cosNotificationId: str  # always "unkown"

    class _CosEvent(TypedDict):
        eventName: str  # "cos:ObjectCreated:Put"
        eventVersion: str
        eventTime: int  # in seconds
        eventSource: str  # always "qcs::cos"
        requestParameters: dict[str, Any]
        eventQueue: str
        reservedInfo: str

    class CosEvent(_CosEvent, total=False):
        reqid: int  # 0 where it is none

    class CosRecord(TypedDict):
        cos: Cos
        event: CosEvent

    class CosPayload(TypedDict):
        Records: list[CosRecord]


_SOURCE = "qcs::cos"
_REQUEST_ID = "x-cos-request-id"
# https://cloud.tencent.com/document/product/436/6224: the short names that the event has, and those that clients want.
_REGIONS = {
    "bj": "ap-beijing", "cd": "ap-chengdu", "cq": "ap-chongqing", "gz": "ap-guangzhou", "hk": "ap-hongkong",
    "nj": "ap-nanjing", "sgp": "ap-singapore", "sh": "ap-shanghai",
}  # fmt: skip
_SHORT_REGIONS = {region: short for short, region in _REGIONS.items()}
_APPID = "1259876543"


class CosTrigger(Trigger):
    """``bucket`` is its full name, with the appid, as clients of COS want it; ``key`` is what comes behind the two in
    the event's own; ``region`` is the long name. COS says ``ObjectRemove`` where ``type`` is ``ObjectRemoved:...``.

    ``id`` is that of the request that has changed the object, and the key: one request can delete many. Nothing tells
    the ETag.
    """

    name = "tencent-cos"
    title = "Tencent SCF (COS trigger)"
    kind = ObjectEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        return has_records(payload, "cos")

    def parse(self, payload: CosPayload) -> list[Event]:
        events: list[Event] = []
        for index, record in enumerate(payload["Records"]):
            field = "event"
            try:
                event = mapping(record["event"])
                field = "event.eventName"
                happened = _neutral(text(event["eventName"]))
                field = "event.eventTime"
                time = instant_since_epoch(whole(event["eventTime"]))
                field = "cos.cosBucket"
                bucket = mapping(record["cos"]["cosBucket"])
                name, appid = text(bucket["name"]), str(bucket["appid"])
                region = text_if_any(bucket.get("cosRegion") or bucket.get("region"))
                field = "cos.cosObject"
                changed = mapping(record["cos"]["cosObject"])
                # Not escaped, as Tencent's own samples take it: what is left without the prefix is what they ask for.
                key = text(changed["key"]).removeprefix(f"/{appid}/{name}/")
                request = _request_id(changed.get("meta"), event.get("reqid"))
                events.append(
                    ObjectEvent(
                        id=f"{request}/{key}" if request else "",
                        source=text(event.get("eventSource", "")),
                        type=happened,
                        subject=key,
                        time=time,
                        bucket=f"{name}-{appid}",
                        key=key,
                        size=whole_if_any(changed.get("size")),
                        region=None if region is None else _REGIONS.get(region, region),
                        version=text_if_any(changed.get("vid")),
                        raw=record,
                    )
                )
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                raise malformed(self.title, f"Records[{index}].{field}", error) from error
        return events

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> CosPayload:
        return {"Records": [_record(event, stamp) for event in events]}

    def sample(self) -> list[Event]:
        return [
            ObjectEvent(
                id="NjZmZjAwMDFfYWJj/in/cat.jpg",
                source=_SOURCE,
                type="ObjectCreated:Put",
                subject="in/cat.jpg",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds // 1000),
                bucket=f"photos-{_APPID}",
                key="in/cat.jpg",
                size=20480,
                region="ap-shanghai",
            )
        ]


def _neutral(name: str) -> str:
    happened = name.removeprefix("cos:")
    return happened.replace("ObjectRemove:", "ObjectRemoved:", 1) if happened.startswith("ObjectRemove:") else happened


def _request_id(meta: object, number: object) -> str:
    told = mapping(meta).get(_REQUEST_ID) if meta is not None else None
    if told is not None:
        return text(told)
    return str(whole(number)) if number else ""


def _record(event: ObjectEvent, stamp: Stamp) -> CosRecord:
    name, _, appid = event.bucket.rpartition("-")
    if not name or not appid.isdigit():
        name, appid = event.bucket, _APPID  # there is no bucket without one
    place = f"cos.{event.region}" if event.region else "cos"
    region = event.region or ""
    request = event.id.removesuffix(f"/{event.key}")
    changed: CosObject = {
        "url": f"http://{name}-{appid}.{place}.myqcloud.com/{event.key}",
        "meta": {_REQUEST_ID: request} if request else {},
        "vid": event.version or "",
        "key": f"/{appid}/{name}/{event.key}",
    }
    if event.size is not None:
        changed["size"] = event.size
    happened: CosEvent = {
        "eventName": "cos:" + (event.type or "ObjectCreated:Put").replace("ObjectRemoved:", "ObjectRemove:", 1),
        "eventVersion": "1.0",
        "eventTime": stamp.milliseconds // 1000 if event.time is None else since_epoch(event.time),
        "eventSource": event.source or _SOURCE,
        "requestParameters": {"requestSourceIP": "203.0.113.25", "requestHeaders": {}},
        "eventQueue": f"qcs:0:scf:{region}:appid/{appid}:default.thumbs.$LATEST",
        "reservedInfo": "",
    }
    return {
        "cos": {
            "cosSchemaVersion": "1.0",
            "cosObject": changed,
            "cosBucket": {"region": _SHORT_REGIONS.get(region, region), "name": name, "appid": appid},
            "cosNotificationId": "unkown",
        },
        "event": happened,
    }


COS = CosTrigger()

"""The TOS trigger: something happened in the object storage.

https://www.volcengine.com/docs/6662/127868, https://www.volcengine.com/docs/6349/128981 for the events of a bucket.
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.envelope import malformed
from fcbridge.events import ObjectEvent
from fcbridge.fields import mapping, text, text_if_any, whole_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

from .envelope import attributes, enclosed, word_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    from .envelope import Envelope

    class Bucket(TypedDict):
        trn: str
        name: str
        ownerIdentify: str  # spelled so

    class Object(TypedDict):
        eTag: str  # in quotes
        key: str  # as the store knows it
        size: int
        versionId: str  # empty without versions

    class Tos(TypedDict):
        bucket: Bucket
        object: Object
        tosSchemaVersion: str
        ruleId: str
        region: str
        requestParameters: dict[str, str]
        responseElements: dict[str, str]
        userIdentity: dict[str, str]

    class TosRecord(TypedDict):
        eventName: str  # "tos:ObjectCreated:Put"
        eventSource: str  # "tos"
        eventTime: str
        eventVersion: str
        tos: Tos

    class TosData(TypedDict):
        events: list[TosRecord]


_PREFIX = "tos:"


class TosTrigger(Trigger):
    """``id`` is the CloudEvent's, and in a batch that of the second event ends in ``/1``, of the third in ``/2``."""

    name = "vefaas-tos"
    title = "Volcengine veFaaS (TOS trigger)"
    kind = ObjectEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        if word_of(payload) != "tos":
            return False
        content = payload.get("data")
        return is_object(content) and is_list(content.get("events"))

    def parse(self, payload: Envelope) -> list[Event]:
        field = "id, source or time"
        events: list[Event] = []
        try:
            common = attributes(payload)
            for index, record in enumerate(mapping(payload.get("data"))["events"]):
                field = f"data.events[{index}].eventTime"
                time = instant(mapping(record)["eventTime"])
                field = f"data.events[{index}].tos"
                tos = mapping(record["tos"])
                stored = mapping(tos["object"])
                event = ObjectEvent(
                    id=f"{common['id']}/{index}" if index else common["id"],
                    source=common["source"],
                    type=text(record["eventName"]).removeprefix(_PREFIX),
                    time=time,
                    bucket=text(mapping(tos["bucket"])["name"]),
                    key=text(stored["key"]),
                    size=whole_if_any(stored.get("size")),
                    etag=(text_if_any(stored.get("eTag")) or "").strip('"') or None,
                    region=text_if_any(tos.get("region")),
                    version=text_if_any(stored.get("versionId")),
                    raw=record,
                )
                events.append(event)
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return events

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> Envelope:
        records = [_composed(event, stamp) for event in events]
        first: ObjectEvent = events[0]
        around = enclosed(first.replace(type=""), "tos", stamp, "application/json")
        content: TosData = {"events": records}
        around["data"] = content
        return around

    def sample(self) -> list[Event]:
        return [
            ObjectEvent(
                id="9cab1030-1f2e-4b61-ae07-60213c26810d",
                source="/faas/event/tos/4o3fw1qf",
                type="ObjectCreated:Put",
                time=instant("2026-03-02T08:15:31Z"),
                bucket="inbox",
                key="raw/driving.log",
                size=20480,
                etag="0cc175b9c0f1b6a831c399e269772661",
                region="cn-beijing",
            )
        ]


def _composed(event: ObjectEvent, stamp: Stamp) -> TosRecord:
    stored: Any = {
        "eTag": f'"{event.etag}"' if event.etag else "",
        "key": event.key,
        "size": event.size,
        "versionId": event.version or "",
    }
    if event.size is None:
        del stored["size"]  # nothing is known of an object that is gone
    time = rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000))
    return {
        "eventName": _PREFIX + (event.type or "ObjectCreated:Put"),
        "eventSource": "tos",
        "eventTime": time,
        "eventVersion": "1.0",
        "tos": {
            "bucket": {"trn": f"trn:tos:::{event.bucket}", "name": event.bucket, "ownerIdentify": "2100000000"},
            "object": stored,
            "tosSchemaVersion": "1.0",
            "ruleId": "rule-1",
            "region": event.region or "",
            "requestParameters": {"sourceIPAddress": "203.0.113.24"},
            "responseElements": {"requestId": stamp.request_id},
            "userIdentity": {"principalId": "2100000000"},
        },
    }


TOS = TosTrigger()

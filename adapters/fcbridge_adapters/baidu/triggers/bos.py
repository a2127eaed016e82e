"""The BOS trigger: something was written to the object storage.

https://cloud.baidu.com/doc/CFC/s/njwvz48yg for its event types,
https://github.com/baidubce/cfc-vscode-extension/tree/master/src/events for an event of each. The event carries
credentials for the bucket, which stay in ``raw``.
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.envelope import malformed
from fcbridge.events import ObjectEvent
from fcbridge.fields import mapping, text, text_if_any, whole_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Credentials(TypedDict):
        accessKeyId: str
        secretAccessKey: str
        sessionToken: str
        expiration: str

    class Content(TypedDict):
        userId: str
        domain: str  # "bj.bcebos.com"
        bucket: str
        object: str
        etag: str
        contentType: str
        filesize: int
        lastModified: str
        credentials: Credentials
        xVars: dict[str, str]  # of the request that wrote the object

    class BosRecord(TypedDict):
        version: str
        eventId: str
        eventOrigin: str  # always "bos:realtime"
        eventTime: str
        eventType: str
        content: Content

    class BosEvent(TypedDict):
        events: list[BosRecord]


_ORIGIN = "bos:realtime"
_DOMAIN = ".bcebos.com"
#: Those that the trigger has. All of them write.
_WRITTEN = frozenset({"PutObject", "PostObject", "AppendObject", "CopyObject", "CompleteMultipartUpload"})
_CREATED = "ObjectCreated:"


class BosTrigger(Trigger):
    """``type`` is ``ObjectCreated:`` and BOS's own word, as ``ObjectCreated:PutObject``."""

    name = "baidu-bos"
    title = "Baidu CFC (BOS trigger)"
    kind = ObjectEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        records = payload.get("events") if is_object(payload) else None
        first = records[0] if is_list(records) and records else None
        return is_object(first) and first.get("eventOrigin") == _ORIGIN

    def parse(self, payload: BosEvent) -> list[Event]:
        events: list[Event] = []
        for index, record in enumerate(payload["events"]):
            field = f"events[{index}].eventType"
            try:
                word = text(mapping(record)["eventType"])
                field = f"events[{index}].eventTime"
                time = instant(record["eventTime"])
                field = f"events[{index}].content"
                content = mapping(record["content"])
                event = ObjectEvent(
                    id=text(record["eventId"]),
                    source=text(record["eventOrigin"]),
                    # Inferred: a word that is no documented one says of itself what it is.
                    type=_CREATED + word if word in _WRITTEN else word,
                    time=time,
                    bucket=text(content["bucket"]),
                    key=text(content["object"]),
                    size=whole_if_any(content.get("filesize")),
                    etag=text_if_any(content.get("etag")),
                    region=_region(text(content.get("domain", ""))),
                    raw=record,
                )
            except (KeyError, TypeError, ValueError) as error:
                raise malformed(self.title, field, error) from error
            events.append(event)
        return events

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> BosEvent:
        return {"events": [_composed(event, stamp) for event in events]}

    def sample(self) -> list[Event]:
        return [
            ObjectEvent(
                id="2a513199-41b9-4ac7-b12a-60213c26810d",
                source=_ORIGIN,
                type=_CREATED + "PutObject",
                time=instant("2026-03-02T08:15:31Z"),
                bucket="inbox",
                key="raw/driving.log",
                size=20480,
                etag="0cc175b9c0f1b6a831c399e269772661",
                region="bj",
            )
        ]


def _region(domain: str) -> str | None:
    # Inferred: the endpoints of BOS are called so, https://cloud.baidu.com/doc/BOS/s/Ck1rk80hn.
    region = domain.removesuffix(_DOMAIN)
    return region if region and region != domain else None


def _composed(event: ObjectEvent, stamp: Stamp) -> BosRecord:
    time = rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000))
    word = event.type.removeprefix(_CREATED)
    if word + "Object" in _WRITTEN:
        word += "Object"  # asked for in the words of S3
    content: Any = {
        "userId": "c7ac82ae",
        "domain": f"{event.region}{_DOMAIN}" if event.region else "",
        "bucket": event.bucket,
        "object": event.key,
        "etag": event.etag or "",
        "contentType": "application/octet-stream",
        "filesize": event.size,
        "lastModified": time,
        "credentials": {
            "accessKeyId": "EXAMPLE",
            "secretAccessKey": "EXAMPLE",
            "sessionToken": "EXAMPLE",
            "expiration": time,
        },
        "xVars": {},
    }
    if event.size is None:
        del content["filesize"]
    return {
        "version": "1.0",
        "eventId": event.id or stamp.request_id,
        "eventOrigin": _ORIGIN,
        "eventTime": time,
        "eventType": word or "PutObject",
        "content": content,
    }


BOS = BosTrigger()

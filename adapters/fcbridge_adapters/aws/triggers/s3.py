"""Notifications of Amazon S3.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html

The same document is the body of a message where a bucket notifies a queue or a topic. Through EventBridge comes another
one (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html), in other words.

Inferred: that a key is not escaped in the latter. The documents show no key in which it could be seen; the tools that
read both unescape the first only.
"""

from __future__ import annotations

from fcbridge.codec import decoded_path
from fcbridge.events import ObjectEvent
from fcbridge.fields import text, whole
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

from .source import REGION, Fields, is_bucket_event, source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class _Object(TypedDict):
        key: str  # percent-encoded, "+" for a space
        sequencer: str  # hexadecimal; tells the order of what happened to one key

    class Object(_Object, total=False):
        size: int  # none of these where the object is gone
        eTag: str
        versionId: str  # where the bucket keeps versions

    class Bucket(TypedDict):
        name: str
        ownerIdentity: dict[str, str]
        arn: str

    class Notice(TypedDict):
        s3SchemaVersion: str
        configurationId: str
        bucket: Bucket
        object: Object

    class Record(TypedDict):
        eventVersion: str
        eventSource: str
        awsRegion: str
        eventTime: str
        eventName: str  # without "s3:"
        userIdentity: dict[str, str]
        requestParameters: dict[str, str]
        responseElements: dict[str, str]
        s3: Notice

    class Notification(TypedDict):
        Records: list[Record]


class S3Notification(Trigger):
    """``source`` is the ARN of the bucket, ``subject`` the key.

    S3 gives its own notifications no id. It is put together of the request's id, the sequencer and the key as it was
    sent: a request may remove many objects at once.
    """

    name = "aws-s3"
    title = "Amazon S3"
    kind = ObjectEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        return source_of(payload) == "aws:s3" or is_bucket_event(payload)

    def parse(self, payload: Any) -> list[Event]:
        if is_bucket_event(payload):
            return [_bus_event(Fields(self.title, payload))]
        return [_event(record) for record in Fields(self.title, payload).items("Records")]

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Notification:
        return {"Records": [_record(event, stamp) for event in events if isinstance(event, ObjectEvent)]}

    def sample(self) -> list[Event]:
        return [
            ObjectEvent(
                id="C3D13FE58DE4C810:0066B09C9D00000001:raw/driving+log+%232.jsonl",
                source="arn:aws:s3:::inbox",
                type="ObjectCreated:Put",
                subject="raw/driving log #2.jsonl",
                time=instant("2026-03-02T08:15:31.482Z"),
                bucket="inbox",
                key="raw/driving log #2.jsonl",
                size=2048,
                etag="0123456789abcdef0123456789abcdef",
                region=REGION,
            )
        ]


def _event(record: Fields) -> ObjectEvent:
    notice = record.inner("s3")
    bucket, stored = notice.inner("bucket"), notice.inner("object")
    sent = stored.read("key", text)
    key = decoded_key(sent)
    name = bucket.read("name", text)
    etag = stored.find("eTag", text)
    return ObjectEvent(
        id=f"{record.inner_if_any('responseElements').text('x-amz-request-id')}:{stored.text('sequencer')}:{sent}",
        source=bucket.text("arn") or f"arn:aws:s3:::{name}",
        type=record.read("eventName", text).removeprefix("s3:"),
        subject=key,
        time=record.find("eventTime", instant),
        bucket=name,
        key=key,
        size=stored.find("size", whole),
        etag=None if etag is None else etag.strip('"'),
        region=record.find("awsRegion", text),
        version=stored.find("versionId", text),
        raw=record.value,
    )


# What EventBridge calls them, and S3 itself.
_CREATED = {"PutObject": "Put", "POST Object": "Post", "CopyObject": "Copy"}
_TYPES = {
    "Object Restore Initiated": "ObjectRestore:Post",
    "Object Restore Completed": "ObjectRestore:Completed",
    "Object Restore Expired": "ObjectRestore:Delete",
    "Object Tags Added": "ObjectTagging:Put",
    "Object Tags Deleted": "ObjectTagging:Delete",
    "Object ACL Updated": "ObjectAcl:Put",
    "Object Storage Class Changed": "LifecycleTransition",
    "Object Access Tier Changed": "IntelligentTiering",
}


def _bus_event(event: Fields) -> ObjectEvent:
    detail = event.inner("detail")
    bucket, stored = detail.inner("bucket").read("name", text), detail.inner("object")
    key, etag = stored.read("key", text), stored.find("etag", text)
    return ObjectEvent(
        id=event.text("id"),
        source=f"arn:aws:s3:::{bucket}",
        type=_type(event.read("detail-type", text), detail),
        subject=key,
        time=event.find("time", instant),
        bucket=bucket,
        key=key,
        size=stored.find("size", whole),
        etag=None if etag is None else etag.strip('"'),
        region=event.find("region", text),
        version=stored.find("version-id", text),
        raw=event.value,
    )


def _type(kind: str, detail: Fields) -> str:
    reason = detail.text("reason")
    if kind == "Object Created":
        return f"ObjectCreated:{_CREATED.get(reason, reason)}"
    if kind == "Object Deleted":
        done = "DeleteMarkerCreated" if detail.text("deletion-type") == "Delete Marker Created" else "Delete"
        return f"{'LifecycleExpiration' if reason == 'Lifecycle Expiration' else 'ObjectRemoved'}:{done}"
    return _TYPES.get(kind, kind)


def decoded_key(key: str) -> str:
    """A key as S3 spells it in events: a form's escapes, with ``+`` for a space. LocalStack writes ``%20``, which is
    the same here."""
    return decoded_path(key.replace("+", " "))


def encoded_key(key: str) -> str:
    from urllib.parse import quote_plus

    return quote_plus(key, safe="/")


def _record(event: ObjectEvent, stamp: Stamp) -> Record:
    request_id, _, rest = event.id.partition(":")
    stored: Object = {"key": encoded_key(event.key), "sequencer": rest.partition(":")[0]}
    if event.size is not None:
        stored["size"] = event.size
    if event.etag is not None:
        stored["eTag"] = event.etag
    if event.version is not None:
        stored["versionId"] = event.version
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": event.region or REGION,
        "eventTime": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000), 3),
        "eventName": event.type,
        "userIdentity": {"principalId": "AWS:AIDAEXAMPLE"},
        "requestParameters": {"sourceIPAddress": "203.0.113.24"},
        "responseElements": {"x-amz-request-id": request_id, "x-amz-id-2": "EXAMPLE2=="},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "example",
            "bucket": {
                "name": event.bucket,
                "ownerIdentity": {"principalId": "A1EXAMPLE"},
                "arn": event.source or f"arn:aws:s3:::{event.bucket}",
            },
            "object": stored,
        },
    }


S3 = S3Notification()

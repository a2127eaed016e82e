"""Cloud Storage: an object was written, deleted, archived, or its metadata were changed.

https://docs.cloud.google.com/eventarc/standard/docs/run/route-trigger-cloud-storage
https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/storage/v1/data.proto
Numbers in the data are texts, and absent where they are 0.
"""

from __future__ import annotations

from fcbridge.events import CloudEvent, Event, ObjectEvent
from fcbridge.fields import mapping, text, text_if_any
from fcbridge.instants import instant

from .source import TypedTrigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypedDict

    class Resource(TypedDict, total=False):
        kind: str
        bucket: str
        name: str
        generation: str
        metageneration: str
        size: str
        etag: str
        contentType: str


_PREFIX = "google.cloud.storage.object.v1."
# What becomes of the word after the prefix. An object is archived when another one takes its place, too, where the
# bucket keeps versions: that is no removal.
_TYPES = {
    "finalized": "ObjectCreated:Finalized",
    "deleted": "ObjectRemoved:Deleted",
    "archived": "ObjectArchived:Archived",
    "metadataUpdated": "ObjectMetadata:Updated",
}


class Storage(TypedTrigger):
    kind = ObjectEvent

    def typed(self, event: CloudEvent) -> ObjectEvent:
        resource = mapping(event.data)
        word = event.type.removeprefix(_PREFIX)
        return ObjectEvent(
            id=event.id,
            source=event.source,
            type=_TYPES.get(word, word),
            subject=event.subject,
            time=event.time,
            bucket=text(resource["bucket"]),
            key=text(resource["name"]),
            size=_number(resource.get("size")),
            etag=text_if_any(resource.get("etag")),
            version=text_if_any(resource.get("generation")),
            raw=event,
        )

    def untyped(self, event: Event) -> CloudEvent:
        assert isinstance(event, ObjectEvent)
        resource: Resource = {
            "kind": "storage#object",
            "bucket": event.bucket,
            "name": event.key,
            "metageneration": "1",
        }
        if event.size is not None:
            resource["size"] = str(event.size)
        if event.etag:
            resource["etag"] = event.etag
        if event.version:
            resource["generation"] = event.version
        return CloudEvent(
            id=event.id,
            source=f"//storage.googleapis.com/projects/_/buckets/{event.bucket}",
            type=_PREFIX + _word(event.type),
            subject=f"objects/{event.key}",
            time=event.time,
            data=resource,
            datacontenttype="application/json",
            extensions={"bucket": event.bucket},
        )

    def sample(self) -> list[Event]:
        return [
            ObjectEvent(
                id="9000000000000017",
                source="//storage.googleapis.com/projects/_/buckets/inbox",
                type="ObjectCreated:Finalized",
                subject="objects/raw/driving.log",
                time=instant("2026-03-02T08:15:31.482Z"),
                bucket="inbox",
                key="raw/driving.log",
                size=1024,
                etag="CKih16GjycICEAE=",
                version="1772439331482000",
            )
        ]


def _number(value: object) -> int | None:
    """A 64-bit number, which JSON has as a text."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise TypeError(type(value).__name__)
    return int(value)


def _word(kind: str) -> str:
    """The word of an event's type; for the words of other stores the nearest one."""
    start = kind.partition(":")[0] + ":"
    return next((word for word, neutral in _TYPES.items() if neutral.startswith(start)), "metadataUpdated")


STORAGE = Storage("google-storage", "Google Cloud Storage")

"""Event Grid: what happened to resources of Azure, and one's own events, in its own schema or as CloudEvents.

https://learn.microsoft.com/azure/event-grid/event-schema
https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage
The host takes the batches of Event Grid apart and calls a function for each event. Blobs that were created or deleted
are events of objects, everything else is a CloudEvent: ``topic`` is its source, and ``dataVersion`` the extension
``dataversion``.
"""

from __future__ import annotations

from fcbridge.cloudevents import from_document, to_document
from fcbridge.codec import is_object
from fcbridge.errors import MalformedEvent
from fcbridge.events import CloudEvent, Event, ObjectEvent
from fcbridge.fields import mapping, text, text_if_any, whole_if_any
from fcbridge.instants import instant, rfc3339

from .binding import BindingTrigger, moment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, TypedDict

    from .binding import Posted

    class GridEvent(TypedDict, total=False):
        id: str
        topic: str
        subject: str
        eventType: str
        eventTime: str
        dataVersion: str
        metadataVersion: str
        data: Any


_BLOBS = {"Microsoft.Storage.BlobCreated": "ObjectCreated", "Microsoft.Storage.BlobDeleted": "ObjectRemoved"}
_SUBJECT = "/blobServices/default/containers/"


def _is_event(value: Any) -> bool:
    return is_object(value) and ("specversion" in value or ("eventType" in value and "eventTime" in value))


def _is_of_blob(value: Any) -> bool:
    kind, subject = value.get("type" if "specversion" in value else "eventType"), value.get("subject")
    return (
        isinstance(kind, str) and kind in _BLOBS and isinstance(subject, str)
        and subject.startswith(_SUBJECT) and "/blobs/" in subject
    )  # fmt: skip


def _cloud_event(value: dict[str, Any]) -> CloudEvent:
    if "specversion" in value:
        try:
            return from_document(value)
        except MalformedEvent as error:
            raise ValueError(error.message) from error
    version = text_if_any(value.get("dataVersion"))
    return CloudEvent(
        id=text(value["id"]),
        source=text(value.get("topic") or ""),
        type=text(value["eventType"]),
        subject=text_if_any(value.get("subject")),
        time=moment(value.get("eventTime")),
        data=value.get("data"),
        extensions={"dataversion": version} if version else None,
        raw=value,
    )


def _read_by_worker(event: Any) -> dict[str, Any]:
    """The document of an object, which is a ``func.EventGridEvent`` or a ``func.CloudEvent``."""
    if hasattr(event, "specversion"):
        found: dict[str, Any] = {
            "specversion": event.specversion, "id": event.id, "source": event.source, "type": event.type,
            "subject": event.subject, "datacontenttype": event.datacontenttype, "dataschema": event.dataschema,
            **event.extension_attrs,
        }  # fmt: skip
        if event.time is not None:
            found["time"] = _written(event.time)
        if event.get_json() is not None and "data_base64" not in found:
            found["data"] = event.get_json()
        return found
    return {
        "id": event.id,
        "topic": event.topic,
        "subject": event.subject,
        "eventType": event.event_type,
        "eventTime": None if event.event_time is None else _written(event.event_time),
        "dataVersion": event.data_version,
        "data": event.get_json(),
    }


def _written(time: Any) -> str:
    aware = moment(time)
    assert aware is not None
    return rfc3339(aware)


class EventGrid(BindingTrigger):
    name = "azure-eventgrid"
    title = "Azure Event Grid"
    kind: type[Event] = CloudEvent

    def posts(self, values: Iterable[Any], metadata: Mapping[str, Any]) -> bool:
        return any(_is_event(value) and self.takes(value) for value in values)

    def takes(self, value: dict[str, Any]) -> bool:
        """Whether an event is one of this trigger's."""
        return not _is_of_blob(value)

    def is_object_of(self, event: object) -> bool:
        kind = type(event)
        grid = hasattr(kind, "event_type") and hasattr(kind, "data_version")
        if not grid and not (hasattr(kind, "specversion") and hasattr(kind, "extension_attrs")):
            return False
        try:
            return self.takes(_read_by_worker(event))
        except Exception:  # an object that only looks like one
            return False

    def of_post(self, values: Sequence[Any], metadata: Mapping[str, Any], payload: Posted) -> Event:
        return self.typed(_cloud_event(next(value for value in values if _is_event(value))))

    def of_object(self, event: Any, name: str) -> Event:
        found = self.typed(_cloud_event(_read_by_worker(event)))
        found.raw = event
        return found

    def typed(self, event: CloudEvent) -> Event:
        return event

    def untyped(self, event: Event) -> CloudEvent:
        assert isinstance(event, CloudEvent)
        return event

    def posted(self, event: Event) -> tuple[Any, dict[str, Any]]:
        told = self.untyped(event)
        if told.datacontenttype or told.dataschema or told.extensions.keys() - {"dataversion"}:
            return to_document(told), {"MethodName": "events"}
        document: GridEvent = {
            "id": told.id,
            "topic": told.source,
            "subject": told.subject or "",
            "eventType": told.type,
            "dataVersion": told.extensions.get("dataversion", ""),
            "metadataVersion": "1",
            "data": told.data,
        }
        if told.time is not None:
            document["eventTime"] = f"{rfc3339(told.time, 6)[:-1]}0Z"
        return document, {"MethodName": "events"}

    def sample(self) -> list[Event]:
        return [
            CloudEvent(
                id="e-1",
                source="/subscriptions/s/resourceGroups/g/providers/Microsoft.EventGrid/topics/orders",
                type="Example.Orders.Placed",
                subject="orders/17",
                time=instant("2026-03-02T08:15:31.482Z"),
                data={"order": 17},
                extensions={"dataversion": "1.0"},
            )
        ]


class Storage(EventGrid):
    name = "azure-storage"
    title = "Azure Event Grid, blobs"
    kind: type[Event] = ObjectEvent

    def takes(self, value: dict[str, Any]) -> bool:
        return _is_of_blob(value)

    def typed(self, event: CloudEvent) -> ObjectEvent:
        data = mapping(event.data)
        bucket, _, key = (event.subject or "").removeprefix(_SUBJECT).partition("/blobs/")
        etag = text_if_any(data.get("eTag"))
        return ObjectEvent(
            id=event.id,
            source=event.source,
            type=f"{_BLOBS[event.type]}:{text_if_any(data.get('api')) or event.type.rpartition('.')[2]}",
            subject=event.subject,
            time=event.time,
            bucket=bucket,
            key=key,
            size=whole_if_any(data.get("contentLength")),
            etag=etag.strip('"') if etag else None,
            raw=event.raw,
        )

    def untyped(self, event: Event) -> CloudEvent:
        from urllib.parse import quote

        assert isinstance(event, ObjectEvent)
        group, _, api = event.type.partition(":")
        account = event.source.rpartition("/")[2] or "demo"
        data: dict[str, Any] = {"api": api or "PutBlob"}
        if event.size is not None:
            data["contentLength"] = event.size
        if event.etag:
            data["eTag"] = event.etag
        data["blobType"] = "BlockBlob"
        data["url"] = f"https://{account}.blob.core.windows.net/{event.bucket}/{quote(event.key, safe='/-._~')}"
        kinds = {neutral: kind for kind, neutral in _BLOBS.items()}
        return CloudEvent(
            id=event.id,
            source=event.source,
            type=kinds.get(group, "Microsoft.Storage.BlobCreated"),
            subject=f"{_SUBJECT}{event.bucket}/blobs/{event.key}",
            time=event.time,
            data=data,
        )

    def sample(self) -> list[Event]:
        return [
            ObjectEvent(
                id="e-2",
                source="/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/demo",
                type="ObjectCreated:PutBlob",
                subject="/blobServices/default/containers/inbox/blobs/raw/driving.log",
                time=instant("2026-03-02T08:15:31.482Z"),
                bucket="inbox",
                key="raw/driving.log",
                size=1024,
                etag="0x8DE7802A1B2C3D4",
            )
        ]


EVENT_GRID = EventGrid()
STORAGE = Storage()

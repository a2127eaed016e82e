"""Events of the first generation, "background events", as CloudEvents.

https://docs.cloud.google.com/functions/1stgendocs/calling/storage
https://github.com/GoogleCloudPlatform/functions-framework-conformance
They are ``{"context": {...}, "data": ...}``, or with the fields of the context beside the data. The framework splits
them for a function of two arguments, and makes CloudEvents of them for one of CloudEvents.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.events import CloudEvent
from fcbridge.fields import mapping, text
from fcbridge.instants import instant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_STORAGE = "google.cloud.storage.object.v1."
_PUBSUB = "google.cloud.pubsub.topic.v1.messagePublished"
_FIRESTORE = "google.cloud.firestore.document.v1."
_TYPES = {
    "google.pubsub.topic.publish": _PUBSUB,
    "providers/cloud.pubsub/eventTypes/topic.publish": _PUBSUB,
    "google.storage.object.finalize": _STORAGE + "finalized",
    "google.storage.object.delete": _STORAGE + "deleted",
    "google.storage.object.archive": _STORAGE + "archived",
    "google.storage.object.metadataUpdate": _STORAGE + "metadataUpdated",
    "providers/cloud.firestore/eventTypes/document.create": _FIRESTORE + "created",
    "providers/cloud.firestore/eventTypes/document.update": _FIRESTORE + "updated",
    "providers/cloud.firestore/eventTypes/document.delete": _FIRESTORE + "deleted",
    "providers/cloud.firestore/eventTypes/document.write": _FIRESTORE + "written",
}


def is_legacy(document: dict[str, Any]) -> bool:
    """Whether a JSON object looks like an event of the first generation."""
    context = document.get("context", document)
    return "data" in document and is_object(context) and "eventType" in context and "eventId" in context


def upgraded(document: dict[str, Any]) -> CloudEvent:
    """The CloudEvent of an event of the first generation. Raises KeyError, TypeError or ValueError."""
    context: dict[str, Any] = mapping(document.get("context", document))
    old = text(context["eventType"])
    resource = context.get("resource") or ""
    # Of the last one a name alone, without the service.
    name = text(resource["name"] if is_object(resource) else resource)
    service = text(resource.get("service") or "") if is_object(resource) else ""
    event = CloudEvent(
        id=text(context["eventId"]),
        type=_TYPES.get(old, old),
        source=f"//{service}/{name}" if service else name or old,
        time=instant(context["timestamp"]) if context.get("timestamp") else None,
        data=document["data"],
        datacontenttype="application/json",
        raw=document,
    )
    if event.type == _PUBSUB:
        event.source = f"//pubsub.googleapis.com/{name}"
        message = {**mapping(document["data"]), "messageId": event.id}
        if context.get("timestamp"):
            message.setdefault("publishTime", context["timestamp"])
        event.data = {"message": message}
    elif event.type.startswith(_STORAGE):
        # The generation of the object may stand behind a "#".
        bucket, _, key = name.partition("#")[0].partition("/objects/")
        event.source, event.subject = f"//storage.googleapis.com/{bucket}", f"objects/{key}"
    elif event.type.startswith(_FIRESTORE):
        database, _, path = name.partition("/documents/")
        event.source, event.subject = f"//firestore.googleapis.com/{database}", f"documents/{path}"
    return event

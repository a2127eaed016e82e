"""Firestore: a document was created, updated or deleted.

https://docs.cloud.google.com/eventarc/standard/docs/run/route-trigger-cloud-firestore
https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto
The data is protobuf unless the Eventarc trigger says ``--event-data-content-type=application/json``.
"""

from __future__ import annotations

from fcbridge.events import CloudEvent, Event, RowEvent
from fcbridge.fields import mapping, text
from fcbridge.instants import instant

from .source import TypedTrigger
from .values import column, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PREFIX = "google.cloud.firestore.document.v1."
_KINDS = {"created": "insert", "updated": "update", "deleted": "delete"}


class Firestore(TypedTrigger):
    """The table is the path of the collection, the key the path of the document, which Firestore calls ``__name__``."""

    kind = RowEvent

    def typed(self, event: CloudEvent) -> RowEvent:
        if isinstance(event.data, bytes):
            from .protobuf import document_event

            change = document_event(event.data)
        else:
            change = mapping(event.data)
        before, after = _columns(change.get("oldValue")), _columns(change.get("value"))
        # "written" is any of them; a suffix says that the event tells who did it.
        word = event.type.removeprefix(_PREFIX).partition(".")[0]
        kind = _KINDS.get(word) or ("delete" if after is None else "insert" if before is None else "update")
        path = _path(event, change)
        return RowEvent(
            id=event.id,
            source=event.source,
            type=event.type,
            subject=event.subject,
            time=event.time,
            table=path.rpartition("/")[0],
            kind=kind,
            keys={"__name__": path},
            before=before,
            after=after,
            raw=event,
        )

    def untyped(self, event: Event) -> CloudEvent:
        assert isinstance(event, RowEvent)
        path = str((event.keys or {}).get("__name__", f"{event.table}/1"))
        database = event.source.partition("firestore.googleapis.com/")[2] or "projects/demo/databases/(default)"
        data: dict[str, Any] = {}
        for name, columns in (("oldValue", event.before), ("value", event.after)):
            if columns is not None:
                data[name] = {"name": f"{database}/documents/{path}", "fields": written(columns)["mapValue"]["fields"]}
        if event.before is not None and event.after is not None:
            names = [*event.before, *(name for name in event.after if name not in event.before)]
            changed = [name for name in names if event.before.get(name, ...) != event.after.get(name, ...)]
            data["updateMask"] = {"fieldPaths": changed}
        word = next((word for word, kind in _KINDS.items() if kind == event.kind), "written")
        return CloudEvent(
            id=event.id,
            source=f"//firestore.googleapis.com/{database}",
            type=event.type if event.type.startswith(_PREFIX) else _PREFIX + word,
            subject=f"documents/{path}",
            time=event.time,
            data=data,
            datacontenttype="application/json",
            extensions={"document": path, "database": database.rpartition("/")[2]},
        )

    def sample(self) -> list[Event]:
        return [
            RowEvent(
                id="9000000000000020",
                source="//firestore.googleapis.com/projects/demo/databases/(default)",
                type="google.cloud.firestore.document.v1.updated",
                subject="documents/cars/7",
                time=instant("2026-03-02T08:15:31.482Z"),
                table="cars",
                kind="update",
                keys={"__name__": "cars/7"},
                before={"speed": 80, "driver": "Li"},
                after={"speed": 92, "driver": "Li"},
            )
        ]


def _path(event: CloudEvent, change: dict[str, Any]) -> str:
    """The document's path in its database: of the subject, else of the document itself."""
    if event.subject and event.subject.startswith("documents/"):
        return event.subject.removeprefix("documents/")
    document = mapping(change.get("value") or change["oldValue"])
    return text(document["name"]).partition("/documents/")[2]


def _columns(document: object) -> dict[str, Any] | None:
    """The fields of a document; None where there is none, or an empty object in its place."""
    if not document:
        return None
    columns: dict[str, Any] = column({"mapValue": {"fields": mapping(document).get("fields") or {}}})
    return columns


FIRESTORE = Firestore("google-firestore", "Google Firestore")

"""The database trigger of CloudBase: a document of a collection was written, changed or deleted.

https://docs.cloudbase.net/trigger/data. The event is one of CloudEvents 1.0, of at most 256 KB; a larger one is not
sent.
"""

from __future__ import annotations

from fcbridge.envelope import malformed
from fcbridge.events import RowEvent
from fcbridge.fields import mapping, text, text_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

from .records import is_payload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Change(TypedDict):
        docId: str
        doc: dict[str, Any] | None  # after the change, or before it where that is a deletion
        dataType: str  # insert, update, delete
        updatedFields: dict[str, Any] | None  # by their paths, as "driver.name"
        RemovedFields: list[str] | None

    class DatabasePayload(TypedDict):
        specversion: str
        id: str
        source: str  # "tcb/database.<region>.<environment>.<collection>"
        type: str  # "com.tcb.database.insert"
        subject: str  # "<trigger>.<document>"
        datacontenttype: str
        time: str
        data: Change


_SOURCE = "tcb/database."
_TYPE = "com.tcb.database."
_KINDS = frozenset({"insert", "update", "delete"})


class DatabaseTrigger(Trigger):
    """``table`` is the collection, ``keys`` the ``_id`` of the document. Of a change there is only what came of it;
    which fields have changed is in ``raw``."""

    name = "tcb-database"
    title = "CloudBase (database trigger)"
    kind = RowEvent

    def matches(self, payload: Any) -> bool:
        if not is_payload(payload):
            return False
        source: object = payload.get("source")
        return isinstance(source, str) and source.startswith(_SOURCE) and "specversion" in payload

    def parse(self, payload: DatabasePayload) -> list[Event]:
        field = "time"
        try:
            told: Any = payload.get("time")
            time = None if told is None else instant(told)
            field = "data"
            change = mapping(payload["data"])
            field = "data.dataType"
            word = text(change["dataType"])
            field = "data.doc"
            document = None if change.get("doc") is None else mapping(change["doc"])
            field = "source"
            table = payload["source"].split(".", 3)[3]
            field = "id, type, subject or data.docId"
            return [
                RowEvent(
                    id=text(payload["id"]),
                    source=payload["source"],
                    type=text(payload["type"]),
                    subject=text_if_any(payload.get("subject")),
                    time=time,
                    table=table,
                    kind=word if word in _KINDS else "other",
                    keys={"_id": text(change["docId"])},
                    before=document if word == "delete" else None,
                    after=document if word != "delete" else None,
                    raw=payload,
                )
            ]
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> DatabasePayload:
        event: RowEvent = events[0]
        document: str = (event.keys or {}).get("_id", "e17e694a614bdaa700002b653e63e880")
        kind = event.kind if event.kind in _KINDS else "insert"
        told = event.before if kind == "delete" and event.before is not None else event.after
        return {
            "specversion": "1.0",
            "id": event.id or f"{stamp.request_id}.{document}",
            "source": event.source or f"{_SOURCE}ap-shanghai.shop-1a2b3c.{event.table}",
            "type": event.type if event.type.endswith(kind) else _TYPE + kind,
            "subject": event.subject or f"on-change.{document}",
            "datacontenttype": "application/json",
            "time": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000)),
            "data": {
                "docId": document,
                "doc": told,
                "dataType": kind,
                "updatedFields": None,
                "RemovedFields": None,
            },
        }

    def sample(self) -> list[Event]:
        document = "e17e694a614bdaa700002b653e63e880"
        return [
            RowEvent(
                id=f"8bf9b12d-2869-445f-8f9d-5d22908db3ba.{document}",
                source=f"{_SOURCE}ap-shanghai.shop-1a2b3c.vehicles",
                type=_TYPE + "insert",
                subject=f"on-change.{document}",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                table="vehicles",
                kind="insert",
                keys={"_id": document},
                after={"_id": document, "carID": "car-7", "speed": 87},
            )
        ]


DATABASE = DatabaseTrigger()

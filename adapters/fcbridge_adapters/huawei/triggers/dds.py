"""The DDS trigger: a document of a collection was written, changed or deleted.

https://support.huaweicloud.com/intl/en-us/usermanual-functiongraph/functiongraph_01_0210.html. The service is
compatible with MongoDB, and a record is a piece of a change stream, with documents as JSON in a text
(https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/).
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import RowEvent
from fcbridge.fields import mapping, text, text_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.trigger import Trigger

from .records import REGION, first_of, json_within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Change(TypedDict):
        size_bytes: str
        token: str  # '{"_data": "82AB"}', where the stream can be taken up again
        full_document: str
        ns: str  # '{"db": "shop", "coll": "items"}'

    class DdsRecord(TypedDict):
        event_source: str  # always "dds"
        event_name: str  # insert, update, replace, delete
        region: str
        event_version: str
        dds: Change
        event_source_id: str

    class DdsPayload(TypedDict):
        records: list[DdsRecord]


_SOURCE = "dds"
_KINDS = {"insert": "insert", "update": "update", "replace": "update", "delete": "delete"}


class DdsTrigger(Trigger):
    """``table`` is the database and the collection, as ``shop.items``; ``id`` what the stream's token has, ``source``
    the id of the instance. Documents are as they are told, with ``{"$oid": ...}`` for an id. Of one that was deleted
    nothing is told; before a change, nothing either."""

    name = "huawei-dds"
    title = "FunctionGraph (DDS trigger)"
    kind = RowEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        first = first_of(payload, "records")
        return first is not None and first.get("event_source") == _SOURCE and is_object(first.get("dds"))

    def parse(self, payload: DdsPayload) -> list[Event]:
        events: list[Event] = []
        for index, record in enumerate(payload["records"]):
            field = "dds.ns"
            try:
                change = mapping(mapping(record)["dds"])
                place = mapping(json_within(change["ns"]))
                table = f"{text(place['db'])}.{text(place['coll'])}"
                field = "dds.token"
                token = mapping(json_within(change["token"]))
                field = "dds.full_document"
                told = text_if_any(change.get("full_document"))
                document = None if told is None else _document(json_within(told))
                field = "event_name, event_source_id or dds.token"
                word = text(record["event_name"])
                events.append(
                    RowEvent(
                        id=text(token["_data"]),
                        source=text(record.get("event_source_id", "")),
                        type=word,
                        table=table,
                        kind=_KINDS.get(word, "other"),
                        keys=None if document is None or "_id" not in document else {"_id": document["_id"]},
                        after=document,
                        raw=record,
                    )
                )
            except (KeyError, TypeError, ValueError) as error:
                raise malformed(self.title, f"records[{index}].{field}", error) from error
        return events

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> DdsPayload:
        return {"records": [_record(event, stamp) for event in events]}

    def sample(self) -> list[Event]:
        id = {"$oid": "65f000000000000000000001"}
        return [
            RowEvent(
                id="82AB",
                source="e6065860-0000-4000-8000-000000000000",
                type="insert",
                table="shop.items",
                kind="insert",
                keys={"_id": id},
                after={"_id": id, "name": "tea"},
            )
        ]


def _document(value: object) -> dict[str, Any] | None:
    return None if value is None else mapping(value)


def _record(event: RowEvent, stamp: Stamp) -> DdsRecord:
    import json

    database, _, collection = event.table.partition(".")
    document = "" if event.after is None else json.dumps(event.after, ensure_ascii=False)
    return {
        "event_source": _SOURCE,
        "event_name": event.type if _KINDS.get(event.type, "other") == event.kind else event.kind,
        "region": REGION,
        "event_version": "1.0",
        "dds": {
            "size_bytes": str(len(document)),
            "token": json.dumps({"_data": event.id or stamp.request_id}),
            "full_document": document,
            "ns": json.dumps({"db": database, "coll": collection}),
        },
        "event_source_id": event.source,
    }


DDS = DdsTrigger()

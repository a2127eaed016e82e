"""Tablestore: rows of a table have changed. The event is CBOR; the console's test event is the same as JSON.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/tablestore-triggers
Neither the table is told nor an id of a change.
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.events import RowEvent
from fcbridge.fields import mapping, sequence, text, whole
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch

from .source import Source, Unread, field, field_if_any, record_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Info(TypedDict):
        Timestamp: int  # in microseconds

    class KeyColumn(TypedDict):
        ColumnName: str
        Value: int | str | bytes

    class Column(TypedDict, total=False):
        Type: str  # Put, DeleteOneVersion, DeleteAllVersions
        ColumnName: str
        Value: int | float | bool | str | bytes | None
        Timestamp: int  # in milliseconds

    class RowRecord(TypedDict):
        Type: str
        Info: Info
        PrimaryKey: list[KeyColumn]
        Columns: list[Column]

    class Rows(TypedDict):
        Version: str
        Records: list[RowRecord]


#: Inferred: that PutRow is an insert. It replaces a row that is there, which the record does not tell.
_KINDS = {"PutRow": "insert", "UpdateRow": "update", "DeleteRow": "delete"}
_TYPES = {kind: name for name, kind in _KINDS.items()}


class Tablestore(Source):
    """``after`` are the columns that were written; one of which a version or all versions are gone is None there."""

    name = "aliyun-tablestore"
    title = "Alibaba Tablestore"
    kind = RowEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        if isinstance(payload, (bytes, bytearray)):
            # A map, and the names of its two fields: it is not decoded twice for that.
            return payload[:1] > b"\xa1" and payload[:1] <= b"\xbf" and b"Version" in payload and b"Records" in payload
        return is_object(payload) and "Version" in payload and "Records" in payload and "PrimaryKey" in _first(payload)

    def records(self, payload: Any) -> list[Any]:
        if isinstance(payload, (bytes, bytearray)):
            from .cbor import decode

            try:
                payload = decode(bytes(payload))
            except ValueError as error:
                raise Unread("Records", error) from error
        return field(record_of(payload, "Records"), "Records", sequence)

    def event(self, record: Any) -> RowEvent:
        known = record_of(record, "Records")
        kind = field(known, "Type", text)
        return RowEvent(
            type=kind,
            time=field(field(known, "Info", mapping), "Timestamp", _microseconds),
            raw=record,
            kind=_KINDS.get(kind, "other"),
            keys={
                field(column, "ColumnName", text): column.get("Value")
                for column in (record_of(column, "PrimaryKey") for column in field(known, "PrimaryKey", sequence))
            },
            after=None if kind == "DeleteRow" else _columns(field_if_any(known, "Columns", sequence) or []),
        )

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> bytes:
        from .cbor import encode

        records = [_record(event, stamp) for event in events if isinstance(event, RowEvent)]
        rows: Rows = {"Version": "Sync-v1", "Records": records}
        return encode(rows)

    def sample(self) -> list[Event]:
        time = instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000)
        keys = {"order_id": "o-1001", "seq": 1}
        return [
            RowEvent(type="PutRow", time=time, kind="insert", keys=keys, after={"amount": 12.5, "paid": True}),
            RowEvent(type="DeleteRow", time=time, kind="delete", keys={"order_id": "o-1002", "seq": 2}),
        ]


def _first(payload: Mapping[str, object]) -> dict[str, Any]:
    records = payload["Records"]
    return records[0] if is_list(records) and records and is_object(records[0]) else {}


def _microseconds(value: object) -> datetime:
    return instant_since_epoch(whole(value), 1_000_000)


def _columns(columns: list[object]) -> dict[str, Any]:
    """What is in each column now. A column can come in several versions: the newest is taken."""
    newest: dict[str, tuple[int, Any]] = {}
    for column in columns:
        known = record_of(column, "Columns")
        name, time = field(known, "ColumnName", text), field_if_any(known, "Timestamp", whole) or 0
        if name not in newest or time >= newest[name][0]:
            newest[name] = time, known.get("Value") if field(known, "Type", text) == "Put" else None
    return {name: value for name, (_, value) in newest.items()}


def _record(event: RowEvent, stamp: Stamp) -> RowRecord:
    time = event.time or instant_since_epoch(stamp.milliseconds, 1000)
    return {
        "Type": event.type or _TYPES.get(event.kind, "PutRow"),
        "Info": {"Timestamp": since_epoch(time, 1_000_000)},
        "PrimaryKey": [{"ColumnName": name, "Value": value} for name, value in (event.keys or {}).items()],
        "Columns": [_column(name, value, since_epoch(time, 1000)) for name, value in (event.after or {}).items()],
    }


def _column(name: str, value: Any, time: int) -> Column:
    if value is None:
        return {"Type": "DeleteAllVersions", "ColumnName": name, "Timestamp": time}
    return {"Type": "Put", "ColumnName": name, "Value": value, "Timestamp": time}


TABLESTORE = Tablestore()

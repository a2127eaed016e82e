"""Data Transmission Service: a row of a database has changed.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/dts-triggers
An image of a row is an array of values, in the order of the schema's fields. A number is a number; anything longer is
what Java's serialisation makes of a ByteBuffer, with its bytes as numbers in ``hb``.
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.events import RowEvent
from fcbridge.fields import mapping, sequence, text, whole
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch

from .elements import DTS, Streamed
from .source import ACCOUNT, REGION, count, field, field_if_any, record_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any, TypedDict

    from fcbridge.events import Event

    class Field(TypedDict):
        fieldName: str
        rawDataTypeNum: int
        isPrimaryKey: bool
        isUniqueKey: bool
        fieldPosition: int

    class Image(TypedDict):
        recordSchema: dict[str, Any]
        values: list[dict[str, Any]]
        size: int

    class DtsData(TypedDict):
        id: int
        topicPartition: dict[str, Any]
        offset: int
        sourceTimestamp: int
        operationType: str
        schema: dict[str, Any]
        beforeImage: Image | None
        afterImage: Image | None


_KINDS = {"INSERT": "insert", "UPDATE": "update", "DELETE": "delete"}
_OPERATIONS = {kind: operation for operation, kind in _KINDS.items()}
#: MySQL's names of character sets that Python knows by another one.
_CHARSETS = {"utf8mb4": "utf-8", "utf8mb3": "utf-8", "latin1": "cp1252", "binary": ""}


class Dts(Streamed):
    """``table`` is the table without its database, which is in ``raw``. What is neither an insert nor an update nor a
    delete (a DDL statement, a heartbeat) is of kind ``other``."""

    name = "aliyun-dts"
    title = "Alibaba DTS"
    kind = RowEvent
    shape = type = DTS
    origin = "acs:dts"

    def event_of(self, data: dict[str, Any], attributes: dict[str, Any]) -> RowEvent:
        if "id" not in attributes:  # raw data
            attributes["id"] = str(data.get("id", ""))
        attributes["time"] = attributes.get("time") or field_if_any(data, "sourceTimestamp", _seconds)
        schema = field_if_any(data, "schema", mapping) or {}
        fields = [record_of(known, "recordFields") for known in field_if_any(schema, "recordFields", sequence) or []]
        names = [field(known, "fieldName", text) for known in fields]
        before, after = (_row(field_if_any(data, image, mapping), names) for image in ("beforeImage", "afterImage"))
        row = before if after is None else after
        primary = [name for name, known in zip(names, fields) if known.get("isPrimaryKey") is True]  # noqa: B905
        return RowEvent(
            **attributes,
            table=field_if_any(schema, "tableName", text) or "",
            kind=_KINDS.get(field(data, "operationType", text), "other"),
            keys=None if row is None else {name: row[name] for name in primary},
            before=before,
            after=after,
        )

    def data_of(self, event: RowEvent) -> DtsData:
        keys = event.keys or {}
        names = [*{**keys, **(event.before or {}), **(event.after or {})}]
        return {
            "id": 9001,
            "topicPartition": {"hash": 0, "partition": 0, "topic": "cn_hangzhou_rm_abc_dts"},
            "offset": 4711,
            "sourceTimestamp": 0 if event.time is None else since_epoch(event.time),
            "operationType": _OPERATIONS.get(event.kind, "DDL"),
            "schema": {
                "recordFields": [_field(place, name, name in keys) for place, name in enumerate(names)],
                "databaseName": "shop",
                "tableName": event.table,
                "databaseInfo": {"databaseType": "MySQL", "version": "8.0.32"},
                "totalRows": 0,
            },
            "beforeImage": _image(event.before, names, event.table),
            "afterImage": _image(event.after, names, event.table),
        }

    def sample(self) -> list[Event]:
        return [
            RowEvent(
                id="dts-9001",
                source=self.origin,
                type=self.type,
                subject=f"acs:dts:{REGION}:{ACCOUNT}:dtsabc123:9001",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                table="items",
                kind="update",
                keys={"id": 7},
                before={"id": 7, "title": "pen"},
                after={"id": 7, "title": "ink"},
            )
        ]


def _seconds(value: object) -> datetime:
    return instant_since_epoch(count(value))


def _row(image: dict[str, Any] | None, names: list[str]) -> dict[str, Any] | None:
    if image is None:
        return None
    values = field(image, "values", sequence)
    # The schema may tell more fields than an image has; a value without a name would be lost.
    row: dict[str, Any] = dict.fromkeys(names)
    row.update(zip(names, [_value(value) for value in values]))  # noqa: B905
    return row


def _value(value: object) -> Any:
    if not is_object(value):
        return value
    held = value.get("data")
    if not is_object(held) or not is_list(held.get("hb")):
        return held
    content = _bytes(held)
    charset = value.get("charset")
    if not isinstance(charset, str):
        return content
    try:
        return content.decode(_CHARSETS.get(charset.lower(), charset))
    except (LookupError, ValueError):  # no such character set, or bytes that are none of it
        return content


def _bytes(held: dict[str, Any]) -> bytes:
    """Inferred: that Java's bytes are signed, and that ``position`` says nothing, which moves when a buffer is read."""
    content = bytes(field({"hb": byte}, "hb", whole) & 0xFF for byte in held["hb"])
    start = field_if_any(held, "offset", whole) or 0
    limit = field_if_any(held, "limit", whole)
    return content[start:] if limit is None else content[start : start + limit]


def _field(place: int, name: str, primary: bool) -> Field:
    return {
        "fieldName": name,
        "rawDataTypeNum": 253,
        "isPrimaryKey": primary,
        "isUniqueKey": False,
        "fieldPosition": place,
    }


def _image(row: Mapping[str, Any] | None, names: list[str], table: str) -> Image | None:
    if row is None:
        return None
    schema = {"databaseName": "shop", "tableName": table}
    return {"recordSchema": schema, "values": [_written(row.get(name)) for name in names], "size": 32}


def _written(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return {"data": _buffer(value.encode()), "charset": "utf8mb4"}
    return {"data": _buffer(value) if isinstance(value, bytes) else value}


def _buffer(content: bytes) -> dict[str, Any]:
    return {
        "hb": [byte - 256 if byte > 127 else byte for byte in content],
        "offset": 0,
        "isReadOnly": False,
        "bigEndian": True,
        "nativeByteOrder": False,
        "mark": -1,
        "position": 0,
        "limit": len(content),
        "capacity": len(content),
        "address": 0,
    }


DTS_STREAM = Dts()

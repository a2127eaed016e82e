"""The trigger of GeminiDB's DynamoDB interface: a row of a table was written, changed or deleted.

https://support.huaweicloud.com/usermanual-functiongraph/functiongraph_01_1822.md. FunctionGraph polls the stream of the
table, and invokes synchronously.
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.envelope import malformed
from fcbridge.events import RowEvent
from fcbridge.fields import mapping, text, text_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger
from fcbridge.typed_values import columns, typed

from .records import REGION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class StreamRecord(TypedDict):
        region: str
        event_id: str
        event_name: str  # INSERT, MODIFY, REMOVE
        sequence_number: str
        size_bytes: int
        stream_view_type: str  # "NEW_AND_OLD_IMAGES"
        approximate_arrival_timestamp: str
        keys: dict[str, Any]
        old_image: dict[str, Any]  # empty where there was no row
        new_image: dict[str, Any]  # empty where there is none any more

    class StreamPayload(TypedDict):
        event_time: int  # when the batch was made, in seconds
        trigger_type: str  # always "DYNAMODB"
        instance_ip: str
        table_name: str
        records: list[StreamRecord]


_TYPE = "DYNAMODB"
_KINDS = {"INSERT": "insert", "MODIFY": "update", "REMOVE": "delete"}
_NAMES = {kind: name for name, kind in _KINDS.items()}


class GeminiDbTrigger(Trigger):
    """``source`` is the address of the instance. Numbers are ``Decimal``, sets are ``set``, binary is bytes."""

    name = "huawei-geminidb"
    title = "FunctionGraph (GeminiDB DynamoDB trigger)"
    kind = RowEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        if not is_object(payload) or payload.get("trigger_type") != _TYPE:
            return False
        return "table_name" in payload and is_list(payload.get("records"))

    def parse(self, payload: StreamPayload) -> list[Event]:
        field = "table_name or instance_ip"
        try:
            table, source = text(payload["table_name"]), text(payload.get("instance_ip", ""))
        except TypeError as error:
            raise malformed(self.title, field, error) from error
        events: list[Event] = []
        for index, record in enumerate(payload["records"]):
            field = "event_id or event_name"
            try:
                told: dict[str, Any] = mapping(record)
                id, name = text(told["event_id"]), text(told["event_name"])
                field = "approximate_arrival_timestamp"
                arrived = text_if_any(told.get("approximate_arrival_timestamp"))
                time = None if arrived is None else instant(arrived)
                field = "keys, old_image or new_image"
                keys, before, after = (columns(told.get(part) or {}) or None for part in _PARTS)
            except (ArithmeticError, KeyError, RecursionError, TypeError, ValueError) as error:
                raise malformed(self.title, f"records[{index}].{field}", error) from error
            events.append(
                RowEvent(
                    id=id,
                    source=source,
                    type=name,
                    time=time,
                    table=table,
                    kind=_KINDS.get(name, "other"),
                    keys=keys,
                    before=before,
                    after=after,
                    raw=record,
                )
            )
        return events

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> StreamPayload:
        first: RowEvent = events[0]
        return {
            "event_time": stamp.milliseconds // 1000,
            "trigger_type": _TYPE,
            "instance_ip": first.source or "192.0.2.10",
            "table_name": first.table,
            "records": [_record(event, stamp) for event in events],
        }

    def sample(self) -> list[Event]:
        from decimal import Decimal

        return [
            RowEvent(
                id="000001747880625259000",
                source="192.0.2.10",
                type="MODIFY",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                table="vehicles",
                kind="update",
                keys={"carID": "car-7"},
                before={"carID": "car-7", "speed": Decimal(78)},
                after={"carID": "car-7", "speed": Decimal(87)},
            )
        ]


_PARTS = ("keys", "old_image", "new_image")


def _record(event: RowEvent, stamp: Stamp) -> StreamRecord:
    id = event.id or stamp.request_id
    return {
        "region": REGION,
        "event_id": id,
        "event_name": event.type if _KINDS.get(event.type, "other") == event.kind else _NAMES[event.kind],
        "sequence_number": id,
        "size_bytes": 170,
        "stream_view_type": "NEW_AND_OLD_IMAGES",
        "approximate_arrival_timestamp": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000)),
        "keys": typed(event.keys or {}),
        "old_image": typed(event.before or {}),
        "new_image": typed(event.after or {}),
    }


GEMINI_DB = GeminiDbTrigger()

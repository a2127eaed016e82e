"""Changes of rows in DynamoDB, from the table's stream.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html; the types of values are
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html
"""

from __future__ import annotations

from fcbridge.events import RowEvent
from fcbridge.fields import text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch
from fcbridge.trigger import Trigger
from fcbridge.typed_values import columns, typed

from ..context import ACCOUNT
from .source import REGION, Fields, seconds, since_1970, source_of
from .streams import raw_of, rendered, window_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp
    from fcbridge.outcome import Outcome
    from fcbridge.typed_values import Typed

    class _Change(TypedDict):
        ApproximateCreationDateTime: float  # in seconds
        SequenceNumber: str
        SizeBytes: int
        StreamViewType: str

    class Change(_Change, total=False):
        Keys: dict[str, Typed]
        NewImage: dict[str, Typed]  # these two as the StreamViewType says
        OldImage: dict[str, Typed]

    class Record(TypedDict):
        eventID: str
        eventName: str  # "INSERT", "MODIFY" or "REMOVE"
        eventVersion: str
        eventSource: str
        awsRegion: str
        dynamodb: Change
        eventSourceARN: str

    class Batch(TypedDict):
        Records: list[Record]


class DynamoDbStream(Trigger):
    """``table`` is the table's name, ``source`` the stream's ARN.

    Values are those that boto3 makes of them, but for bytes, which are ``bytes``: numbers are ``Decimal``, sets are
    ``set``. A row that has expired was deleted by a ``userIdentity`` in the ``raw``. Tumbling windows are as those of
    Kinesis; one that ends without records is an event of the kind ``other``.
    """

    name = "aws-dynamodb"
    title = "Amazon DynamoDB Streams"
    kind = RowEvent
    partial = True
    batched = True

    def matches(self, payload: Any) -> bool:
        return source_of(payload) == "aws:dynamodb" or _is_empty_window(payload)

    def parse(self, payload: Any) -> list[Event]:
        batch = Fields(self.title, payload)
        if _is_empty_window(payload):
            arn = batch.text("eventSourceARN")
            end = batch.inner("window").find("end", instant)
            return [
                RowEvent(source=arn, type="aws:dynamodb:window", time=end, table=_table(arn), kind="other", raw=payload)
            ]
        return [_event(record, raw_of(record.value, payload)) for record in batch.items("Records")]

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> dict[str, object]:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in payload.get("Records") or ()]
        return rendered(numbers, outcomes, payload)

    def ordered_by(self, event: Event) -> object:
        return event.source

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Batch:
        rows = [event for event in events if isinstance(event, RowEvent)]
        return {"Records": [_record(event, index, stamp) for index, event in enumerate(rows)]}

    def sample(self) -> list[Event]:
        from decimal import Decimal

        return [
            RowEvent(
                id="e0e1e2e3e4e5e6e7",
                source=f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/cars/stream/2026-03-01T00:00:00.000",
                type="MODIFY",
                time=instant("2026-03-02T08:15:31Z"),
                table="cars",
                kind="update",
                keys={"carID": "7"},
                before={"carID": "7", "speed": Decimal(78)},
                after={"carID": "7", "speed": Decimal(81)},
            )
        ]


_KINDS = {"INSERT": "insert", "MODIFY": "update", "REMOVE": "delete"}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def _is_empty_window(payload: Any) -> bool:
    window = window_of(payload)
    return window is not None and not payload.get("Records") and ":dynamodb:" in window


def _event(record: Fields, raw: object) -> RowEvent:
    change = record.inner("dynamodb")
    change.read("SequenceNumber", text)  # a partial result names it
    arn, name = record.text("eventSourceARN"), record.read("eventName", text)
    return RowEvent(
        id=record.text("eventID"),
        source=arn,
        type=name,
        time=change.find("ApproximateCreationDateTime", seconds),
        table=_table(arn),
        kind=_KINDS.get(name, "other"),
        keys=change.find("Keys", columns),
        before=change.find("OldImage", columns),
        after=change.find("NewImage", columns),
        raw=raw,
    )


def _table(arn: str) -> str:
    """``users`` in ``arn:aws:dynamodb:...:table/users/stream/2026-08-05T07:00:00.000``."""
    return arn.partition(":table/")[2].partition("/")[0]


def _record(event: RowEvent, index: int, stamp: Stamp) -> Record:
    time = event.time or instant_since_epoch(stamp.milliseconds, 1000)
    change: Change = {
        "ApproximateCreationDateTime": since_1970(time),
        "SequenceNumber": f"{700000000000000000001 + index}",
        "SizeBytes": 88,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    if event.keys is not None:
        change["Keys"] = typed(event.keys)
    if event.after is not None:
        change["NewImage"] = typed(event.after)
    if event.before is not None:
        change["OldImage"] = typed(event.before)
    return {
        "eventID": event.id,
        "eventName": event.type or _NAMES.get(event.kind, "MODIFY"),
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": change,
        "eventSourceARN": event.source
        or f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{event.table}/stream/2026-03-01T00:00:00.000",
    }


DYNAMODB = DynamoDbStream()

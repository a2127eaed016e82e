"""Records that Amazon Data Firehose has transformed on their way, and so has Kinesis Data Analytics.

https://docs.aws.amazon.com/firehose/latest/dg/data-transformation.html
"""

from __future__ import annotations

from fcbridge.bodies import base64_text
from fcbridge.codec import is_list, is_object
from fcbridge.events import MessageEvent
from fcbridge.fields import text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch
from fcbridge.trigger import Trigger

from ..context import ACCOUNT
from .source import REGION, Fields, last_of, milliseconds, octets, utf8

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp
    from fcbridge.outcome import Outcome

    class _Record(TypedDict):
        recordId: str
        approximateArrivalTimestamp: int  # in milliseconds
        data: str  # in base64

    class Record(_Record, total=False):
        kinesisRecordMetadata: dict[str, object]  # where the records come from a stream

    class Batch(TypedDict):
        invocationId: str
        deliveryStreamArn: str
        region: str
        records: list[Record]


class FirehoseTransform(Trigger):
    """``topic`` is the stream's name, ``source`` its ARN.

    What a function returns is the record's new content: bytes, text, or any other value as JSON; None leaves it as it
    was. A mapping with a ``result`` in it is taken as it stands, and says ``Ok``, ``Dropped`` or ``ProcessingFailed``;
    its ``data`` may be bytes or text. A rejected record has failed, and Firehose stores it apart.
    """

    name = "aws-firehose"
    title = "Amazon Data Firehose"
    kind = MessageEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        if not is_object(payload):
            return False
        records = payload.get("records")
        if not is_list(records) or not records or not is_object(records[0]):
            return False
        return isinstance(records[0].get("recordId"), str) and isinstance(records[0].get("data"), str)

    def parse(self, payload: Any) -> list[Event]:
        batch = Fields(self.title, payload)
        # The second is Kinesis Data Analytics', the third in some of AWS's own examples.
        arn = batch.text("deliveryStreamArn") or batch.text("applicationArn") or batch.text("deliverySteamArn")
        return [_event(record, arn) for record in batch.items("records")]

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> dict[str, object]:
        return {
            "records": [
                _transformed(record, outcome) for record, outcome in zip(payload["records"], outcomes, strict=True)
            ]
        }

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Batch:
        return {
            "invocationId": stamp.request_id,
            "deliveryStreamArn": (events[0].source if events else "") or _arn("example"),
            "region": REGION,
            "records": [_record(event, stamp) for event in events if isinstance(event, MessageEvent)],
        }

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="49546986683135544286507457936321625675700192471156785154",
                source=_arn("driving"),
                type="aws:firehose",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                topic="driving",
                body=b'{"carID": "7", "speed": 81}\n',
            )
        ]


def _arn(name: str) -> str:
    return f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{name}"


def _event(record: Fields, arn: str) -> MessageEvent:
    return MessageEvent(
        id=record.read("recordId", text),
        source=arn,
        type="aws:firehose",
        time=record.find("approximateArrivalTimestamp", milliseconds),
        topic=last_of(arn, "/"),
        key=record.inner_if_any("kinesisRecordMetadata").find("partitionKey", utf8),
        body=record.read("data", octets),
        raw=record.value,
    )


def _transformed(record: dict[str, Any], outcome: Outcome) -> dict[str, object]:
    same: dict[str, object] = {"recordId": record["recordId"], "result": "Ok", "data": record["data"]}
    if outcome.verb == "reject":
        return {**same, "result": "ProcessingFailed"}
    value = outcome.value
    if value is None:
        return same
    if is_object(value) and "result" in value:
        data = value.get("data", record["data"])
        return {**same, **value, "data": base64_text(data) if isinstance(data, bytes) else _encoded(data, record)}
    return {**same, "data": base64_text(_content(value))}


def _encoded(data: object, record: dict[str, Any]) -> object:
    return data if data is record["data"] else base64_text(_content(data))


def _content(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8")
    import json

    return json.dumps(value, ensure_ascii=False).encode("utf-8") + b"\n"


def _record(event: MessageEvent, stamp: Stamp) -> Record:
    record: Record = {
        "recordId": event.id,
        "approximateArrivalTimestamp": since_epoch(event.time, 1000) if event.time else stamp.milliseconds,
        "data": base64_text(event.body),
    }
    if event.key is not None:
        record["kinesisRecordMetadata"] = {"partitionKey": event.key.decode("utf-8")}
    return record


FIREHOSE = FirehoseTransform()

"""DataHub, whose topics send their records to a function through a connector.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/datahub-one-way-trigger
A record is a message of a topic and no row of a table: a tuple comes as a JSON array without its columns' names.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.events import MessageEvent
from fcbridge.fields import sequence, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch

from .source import REGION, Source, body, body_text, field, field_if_any, milliseconds, record_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class DataHubRecord(TypedDict):
        eventId: str
        systemTime: int
        data: str

    class DataHubPayload(TypedDict):
        eventSource: str
        eventName: str
        eventSourceARN: str
        region: str
        records: list[DataHubRecord]


_SOURCE, _NAME, _ARN = "acs:datahub", "acs:datahub:putRecord", "/projects/shop/topics/"


class DataHub(Source):
    """``source`` is the topic with its project, without which the ids are not unique."""

    name = "aliyun-datahub"
    title = "Alibaba DataHub"
    kind = MessageEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and payload.get("eventSource") == _SOURCE and "records" in payload

    def records(self, payload: Any) -> list[Any]:
        shared: dict[str, Any] = {
            "type": field(payload, "eventName", text),
            "source": field(payload, "eventSourceARN", text),
        }
        return [(shared, record_of(record, "records")) for record in field(payload, "records", sequence)]

    def event(self, record: tuple[dict[str, Any], dict[str, Any]]) -> MessageEvent:
        shared, told = record
        event_id = field(told, "eventId", text)
        shard, _, number = event_id.partition(":")
        return MessageEvent(
            **shared,
            id=event_id,
            time=field_if_any(told, "systemTime", milliseconds),
            raw=told,
            topic=shared["source"].rpartition("/topics/")[2],
            body=field(told, "data", body),
            partition=_number(shard),
            offset=_number(number),
        )

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> DataHubPayload:
        messages = [event for event in events if isinstance(event, MessageEvent)]
        first = messages[0]
        return {
            "eventSource": _SOURCE,
            "eventName": first.type or _NAME,
            "eventSourceARN": first.source or f"{_ARN}{first.topic}",
            "region": REGION,
            "records": [
                {
                    "eventId": event.id or f"{event.partition or 0}:{event.offset or 0}",
                    "systemTime": stamp.milliseconds if event.time is None else since_epoch(event.time, 1000),
                    "data": body_text(event.body),
                }
                for event in messages
            ],
        }

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id=f"0:{12344 + index}",
                source=f"{_ARN}clicks",
                type=_NAME,
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds + index, 1000),
                topic="clicks",
                body=f'["u-{index}","7","2026-03-02 16:15:31"]'.encode(),
                partition=0,
                offset=12344 + index,
            )
            for index in (1, 2)
        ]


def _number(value: str) -> int | None:
    """Inferred: the id of the one example is a shard and a place in it."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else None


DATAHUB = DataHub()

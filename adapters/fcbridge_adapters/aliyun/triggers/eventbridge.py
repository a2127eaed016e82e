"""EventBridge: what happens in other products and on buses of one's own, as CloudEvents.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/eventbridge-triggers
The sources that have a trigger of their own are theirs. A rule can change the event into any other text before the
function gets it, which no trigger knows then.
"""

from __future__ import annotations

from fcbridge.events import CloudEvent
from fcbridge.fields import text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, rfc3339

from .elements import OTHER, elements, moment, source_of
from .source import ACCOUNT, REGION, Source, field, field_if_any, record_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp


_ATTRIBUTES = frozenset({
    "id", "source", "specversion", "type", "subject", "time", "datacontenttype", "dataschema", "data", "data_base64",
})  # fmt: skip


class EventBridge(Source):
    """``extensions`` are the ``aliyun...`` attributes, as the bus's name and the account."""

    name = "aliyun-eventbridge"
    title = "Alibaba EventBridge"
    kind = CloudEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        return source_of(payload) == OTHER

    def records(self, payload: Any) -> list[Any]:
        return elements(payload)

    def event(self, record: Any) -> CloudEvent:
        known = record_of(record, "specversion")
        return CloudEvent(
            id=field(known, "id", text),
            source=field(known, "source", text),
            type=field(known, "type", text),
            subject=field_if_any(known, "subject", text),
            time=field_if_any(known, "time", moment),
            raw=record,
            data=known.get("data") if known.get("data_base64") is None else field(known, "data_base64", _decoded),
            datacontenttype=field_if_any(known, "datacontenttype", text),
            dataschema=field_if_any(known, "dataschema", text),
            extensions={name: value for name, value in known.items() if name not in _ATTRIBUTES},
        )

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Any:
        composed = [_composed(event, stamp) for event in events if isinstance(event, CloudEvent)]
        return composed[0] if len(composed) == 1 else composed

    def sample(self) -> list[Event]:
        return [
            CloudEvent(
                id="ord-0001",
                source="shop.orders",
                type="order:Created:Web",
                subject=f"acs:shop:{REGION}:{ACCOUNT}:orders/0001",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                data={"orderId": "0001", "total": 37.0},
                datacontenttype="application/json; charset=utf-8",
                extensions={
                    "aliyunaccountid": ACCOUNT,
                    "aliyuneventbusname": "orders-bus",
                    "aliyunregionid": REGION,
                },
            )
        ]


def _decoded(value: object) -> bytes:
    from base64 import b64decode

    return b64decode(text(value), validate=True)


def _composed(event: CloudEvent, stamp: Stamp) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": event.id or stamp.request_id,
        "source": event.source or "shop.orders",
        "specversion": "1.0",
        "type": event.type or "order:Created:Web",
        "time": rfc3339(event.time or instant_since_epoch(stamp.milliseconds, 1000)),
        "aliyunaccountid": ACCOUNT,
        **event.extensions,
    }
    for name in ("subject", "datacontenttype", "dataschema"):
        if getattr(event, name) is not None:
            told[name] = getattr(event, name)
    if isinstance(event.data, bytes):
        from base64 import b64encode

        told["data_base64"] = b64encode(event.data).decode("ascii")
    elif event.data is not None:
        told["data"] = event.data
    return told


EVENT_BRIDGE = EventBridge()

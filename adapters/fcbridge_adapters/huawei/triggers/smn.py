"""The SMN trigger: a message was published to a topic of the notification service.

https://support.huaweicloud.com/intl/en-us/devg-functiongraph/functiongraph_02_0102.html
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.events import NotificationEvent
from fcbridge.fields import mapping, text, text_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

from .records import PROJECT, REGION, first_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Notice(TypedDict):
        topic_urn: str  # "urn:smn:<region>:<project>:<topic>"
        timestamp: str
        message_attributes: dict[str, Any] | None
        message: str
        type: str  # always "notification"
        message_id: str
        subject: str

    class SmnRecord(TypedDict):
        event_version: str
        smn: Notice
        event_subscription_urn: str
        event_source: str  # always "smn"

    class SmnPayload(TypedDict):
        record: list[SmnRecord]  # a list, whatever it is called
        functionname: str
        requestId: str
        timestamp: str  # as JavaScript prints it


class SmnTrigger(Trigger):
    """``source`` is the URN of the topic."""

    name = "huawei-smn"
    title = "FunctionGraph (SMN trigger)"
    kind = NotificationEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        first = first_of(payload, "record")
        return first is not None and is_object(first.get("smn"))

    def parse(self, payload: SmnPayload) -> list[Event]:
        events: list[Event] = []
        for index, record in enumerate(payload["record"]):
            field = ""
            try:
                notice = mapping(record["smn"])
                field = ".timestamp"
                time = instant(notice["timestamp"])
                field = ".message"
                body = text(notice["message"]).encode("utf-8")
                field = ".message_attributes"
                told: Any = notice.get("message_attributes")
                attributes = {} if told is None else mapping(told)
                field = ".topic_urn, message_id, type or subject"
                urn = text(notice["topic_urn"])
                events.append(
                    NotificationEvent(
                        id=text(notice["message_id"]),
                        source=urn,
                        type=text(notice.get("type", "")),
                        subject=text_if_any(notice.get("subject")),
                        time=time,
                        topic=urn.rpartition(":")[2],
                        body=body,
                        attributes=attributes,
                        raw=record,
                    )
                )
            except (KeyError, TypeError, ValueError) as error:
                raise malformed(self.title, f"record[{index}].smn{field}", error) from error
        return events

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> SmnPayload:
        return {
            "record": [_record(event, stamp) for event in events],
            "functionname": "shop",
            "requestId": stamp.request_id,
            "timestamp": "Mon Mar 02 2026 16:15:31 GMT+0800 (CST)",
        }

    def sample(self) -> list[Event]:
        return [
            NotificationEvent(
                id="b1946ac92492d2347c6235b4d2611184",
                source=_urn("orders"),
                type="notification",
                subject="order",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds // 1000),
                topic="orders",
                body=b"paid:42",
            )
        ]


def _urn(topic: str) -> str:
    return f"urn:smn:{REGION}:{PROJECT}:{topic}"


def _record(event: NotificationEvent, stamp: Stamp) -> SmnRecord:
    return {
        "event_version": "1.0",
        "smn": {
            "topic_urn": event.source or _urn(event.topic),
            "timestamp": rfc3339(event.time or instant_since_epoch(stamp.milliseconds // 1000)),
            "message_attributes": event.attributes or None,
            "message": event.body.decode("utf-8", "replace"),
            "type": event.type or "notification",
            "message_id": event.id or stamp.request_id,
            "subject": event.subject or "",
        },
        "event_subscription_urn": f"urn:fss:{REGION}:{PROJECT}:function:default:shop:latest",
        "event_source": "smn",
    }


SMN = SmnTrigger()

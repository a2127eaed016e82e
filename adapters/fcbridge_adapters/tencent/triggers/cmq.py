"""The CMQ trigger: a message that was published to a topic of CMQ, which is a part of TDMQ today.

https://cloud.tencent.com/document/product/583/31927. The invocation is asynchronous: what the function returns is read
by nobody, and where it raises it is called again, twice by default.
"""

from __future__ import annotations

from fcbridge.codec import is_list
from fcbridge.envelope import malformed
from fcbridge.events import MessageEvent
from fcbridge.fields import mapping, text, text_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant, instant_since_epoch, rfc3339
from fcbridge.trigger import Trigger

from .deadletters import are_dead_letters
from .records import has_records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Message(TypedDict):
        type: str  # always "topic"
        topicOwner: str | int
        topicName: str
        subscriptionName: str
        publishTime: str
        msgId: str
        requestId: str
        msgBody: str
        msgTag: str | list[str]  # "paid,vip"

    class CmqRecord(TypedDict):
        CMQ: Message

    class CmqPayload(TypedDict):
        Records: list[CmqRecord]


_TAG = "msgTag"


class CmqTrigger(Trigger):
    """``group`` is the subscription; each tag of a message is a header ``msgTag``.

    A message that is the record of a failed invocation, of which the topic is the dead letter queue, is an event of
    ``tencent-destination``.
    """

    name = "tencent-cmq"
    title = "Tencent SCF (CMQ trigger)"
    kind = MessageEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        return has_records(payload, "CMQ") and not are_dead_letters(payload["Records"])

    def parse(self, payload: CmqPayload) -> list[Event]:
        events: list[Event] = []
        for index, record in enumerate(payload["Records"]):
            field = ""
            try:
                message = mapping(record["CMQ"])
                field = ".publishTime"
                published: Any = message.get("publishTime")
                time = None if published is None else instant(published)
                field = ".msgTag"
                tags = _tags(message.get(_TAG))
                field = ".msgBody"
                body = text(message["msgBody"]).encode("utf-8")
                field = ".msgId, topicName or subscriptionName"
                events.append(
                    MessageEvent(
                        id=text(message["msgId"]),
                        time=time,
                        topic=text(message["topicName"]),
                        group=text_if_any(message.get("subscriptionName")),
                        headers=tuple((_TAG, tag) for tag in tags),
                        body=body,
                        raw=record,
                    )
                )
            except (KeyError, TypeError, ValueError) as error:
                raise malformed(self.title, f"Records[{index}].CMQ{field}", error) from error
        return events

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> CmqPayload:
        return {"Records": [_record(event, stamp) for event in events]}

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="812345",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                topic="orders",
                group="shop-sub",
                headers=((_TAG, "paid"), (_TAG, "vip")),
                body=b"paid:42",
            )
        ]


def _tags(value: object) -> list[str]:
    """Those of a text with commas, or of a list: there are both."""
    if value is None:
        return []
    found = value if is_list(value) else text(value).split(",")
    return [text(tag) for tag in found if tag != ""]


def _record(event: MessageEvent, stamp: Stamp) -> CmqRecord:
    return cmq_record(
        event.body.decode("utf-8", "replace"),
        stamp,
        id=event.id or stamp.request_id,
        topic=event.topic,
        time=event.time,
        subscription=event.group or "",
        tags=",".join([str(value) for name, value in event.headers if name == _TAG]),
    )


def cmq_record(
    body: str,
    stamp: Stamp,
    *,
    id: str = "812345",
    topic: str = "dead-letters",
    time: datetime | None = None,
    subscription: str = "shop-sub",
    tags: str = "",
) -> CmqRecord:
    """A message as the trigger has it."""
    return {
        "CMQ": {
            "type": "topic",
            "topicOwner": "1259876543",
            "topicName": topic,
            "subscriptionName": subscription,
            "publishTime": rfc3339(instant_since_epoch(stamp.milliseconds, 1000) if time is None else time, 3),
            "msgId": id,
            "requestId": "900001",
            "msgBody": body,
            "msgTag": tags,
        }
    }


CMQ = CmqTrigger()

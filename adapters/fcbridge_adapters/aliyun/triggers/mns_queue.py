"""A queue of Simple Message Queue, which was MNS.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/mns-queue-triggers
The trigger decodes base64 of a message unless its IsBase64Decode is off; then the function does.
"""

from __future__ import annotations

from fcbridge.events import MessageEvent
from fcbridge.fields import text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch

from .elements import MNS_QUEUE, Streamed
from .source import ACCOUNT, REGION, body, body_text, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.events import Event

    class QueueData(TypedDict):
        requestId: str
        messageId: str
        messageBody: str


class MnsQueue(Streamed):
    name = "aliyun-mns-queue"
    title = "Alibaba MNS queue"
    kind = MessageEvent
    shape = type = MNS_QUEUE
    origin = "MNS-Function-orders-queue"

    def event_of(self, data: dict[str, Any], attributes: dict[str, Any]) -> MessageEvent:
        if "id" not in attributes:  # raw data, which does not tell the queue nor the trigger
            attributes["id"] = field(data, "messageId", text)
            attributes["source"] = ""
        # acs:mns:<region>:<account>:queues/<queue>
        queue = (attributes.get("subject") or "").partition(":queues/")[2]
        return MessageEvent(**attributes, topic=queue, body=field(data, "messageBody", body))

    def data_of(self, event: MessageEvent) -> QueueData:
        return {
            "requestId": "67C1A2B3F4E5D6C7B8A90123",
            "messageId": "8A7B6C5D4E3F2A1B",
            "messageBody": body_text(event.body),
        }

    def subject_of(self, event: MessageEvent) -> str:
        return event.subject or _subject(event.topic)

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="c2671017-6f65-41cf-a814-a396fc8d0001",
                source=self.origin,
                type=self.type,
                subject=_subject("orders-q"),
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                topic="orders-q",
                body=b'{"order":1}',
            )
        ]


def _subject(queue: str) -> str:
    return f"acs:mns:{REGION}:{ACCOUNT}:queues/{queue}"


MNS_QUEUE_STREAM = MnsQueue()

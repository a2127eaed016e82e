"""The CKafka trigger: messages of a topic.

https://cloud.tencent.com/document/product/583/17530. The invocation is synchronous and there are no partial results: a
batch whose function raises comes again as a whole, up to 10000 times by default, and holds up its partition meanwhile.
"""

from __future__ import annotations

from fcbridge.envelope import malformed
from fcbridge.events import MessageEvent
from fcbridge.fields import mapping, text, whole
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.trigger import Trigger

from .records import has_records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Message(TypedDict):
        topic: str
        partition: int
        offset: int
        msgKey: str  # "None" where there is none
        msgBody: str

    class CkafkaRecord(TypedDict):
        Ckafka: Message

    class CkafkaPayload(TypedDict):
        Records: list[CkafkaRecord]


_NO_KEY = "None"


class CkafkaTrigger(Trigger):
    """``id`` is made of topic, partition and offset; nothing tells a time or the headers. A key that reads "None"
    cannot be told from no key, and what becomes of a body that is not UTF-8 is documented nowhere."""

    name = "tencent-ckafka"
    title = "Tencent SCF (CKafka trigger)"
    kind = MessageEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        return has_records(payload, "Ckafka")

    def parse(self, payload: CkafkaPayload) -> list[Event]:
        events: list[Event] = []
        for index, record in enumerate(payload["Records"]):
            field = ""
            try:
                message: dict[str, Any] = mapping(record["Ckafka"])
                if "Partition" in message:  # as one of the documents has it
                    message = {name[:1].lower() + name[1:]: value for name, value in message.items()}
                field = ".msgKey"
                key = message.get("msgKey")
                field = ".msgBody"
                body = text(message["msgBody"]).encode("utf-8")
                field = ".topic, partition or offset"
                topic, partition = text(message["topic"]), whole(message["partition"])
                offset = whole(message["offset"])
                events.append(
                    MessageEvent(
                        id=f"{topic}-{partition}-{offset}",
                        topic=topic,
                        partition=partition,
                        offset=offset,
                        key=None if key is None or key == _NO_KEY else text(key).encode("utf-8"),
                        body=body,
                        raw=record,
                    )
                )
            except (KeyError, TypeError, ValueError) as error:
                raise malformed(self.title, f"Records[{index}].Ckafka{field}", error) from error
        return events

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> CkafkaPayload:
        return {
            "Records": [
                {
                    "Ckafka": {
                        "topic": event.topic,
                        "partition": event.partition or 0,
                        "offset": index if event.offset is None else event.offset,
                        "msgKey": _NO_KEY if event.key is None else event.key.decode("utf-8", "replace"),
                        "msgBody": event.body.decode("utf-8", "replace"),
                    }
                }
                for index, event in enumerate(events)
            ]
        }

    def sample(self) -> list[Event]:
        return [
            MessageEvent(id="orders-1-36", topic="orders", partition=1, offset=36, body=b'{"id":1}'),
            MessageEvent(id="orders-1-37", topic="orders", partition=1, offset=37, key=b"k2", body=b"plain text"),
        ]


CKAFKA = CkafkaTrigger()

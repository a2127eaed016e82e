"""The triggers of Kafka, both Huawei's and any other, and of RocketMQ: messages of topics.

https://support.huaweicloud.com/intl/en-us/devg-functiongraph/functiongraph_02_0102.html,
https://support.huaweicloud.com/intl/en-us/usermanual-functiongraph/functiongraph_01_1838.html. The text of a message is
all that is told of it.
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.envelope import malformed
from fcbridge.events import MessageEvent
from fcbridge.fields import mapping, sequence, text, text_if_any
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch
from fcbridge.trigger import Trigger

from .records import REGION, moment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    class Messages(TypedDict):
        messages: list[str]
        topic_id: str

    class QueuePayload(TypedDict):
        event_version: str
        event_time: int  # when the batch was made, in seconds
        trigger_type: str
        region: str
        instance_id: str
        records: list[Messages]


class _QueueTrigger(Trigger):
    kind = MessageEvent
    batched = True
    trigger_type: str

    def matches(self, payload: Any) -> bool:
        if not is_object(payload) or payload.get("trigger_type") != self.trigger_type:
            return False
        return is_list(payload.get("records"))

    def parse(self, payload: QueuePayload) -> list[Event]:
        field = "event_time"
        try:
            told: Any = payload.get("event_time")
            time = None if told is None else moment(told)
            field = "instance_id"
            source = text_if_any(payload.get("instance_id")) or ""
        except (TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        events: list[Event] = []
        for index, record in enumerate(payload["records"]):
            field = "topic_id"
            try:
                topic = text(mapping(record)["topic_id"])
                field = "messages"
                for message in sequence(record["messages"]):
                    body = text(message).encode("utf-8")
                    events.append(MessageEvent(source=source, time=time, topic=topic, body=body, raw=message))
            except (KeyError, TypeError, ValueError) as error:
                raise malformed(self.title, f"records[{index}].{field}", error) from error
        return events

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> QueuePayload:
        first: MessageEvent = events[0]
        records: list[Messages] = []
        for event in events:
            if not records or records[-1]["topic_id"] != event.topic:
                records.append({"messages": [], "topic_id": event.topic})
            records[-1]["messages"].append(event.body.decode("utf-8", "replace"))
        return {
            "event_version": "v1.0",
            "event_time": stamp.milliseconds // 1000 if first.time is None else since_epoch(first.time),
            "trigger_type": self.trigger_type,
            "region": REGION,
            "instance_id": first.source,
            "records": records,
        }

    def sample(self) -> list[Event]:
        source = "08fd3e1b-0000-4000-8000-000000000000"
        time = instant_since_epoch(SAMPLE_STAMP.milliseconds // 1000)
        return [
            MessageEvent(source=source, time=time, topic="orders", body=b'{"id":1}'),
            MessageEvent(source=source, time=time, topic="orders", body=b"plain text"),
        ]


class KafkaTrigger(_QueueTrigger):
    """``source`` is the instance and ``time`` the batch's. Nothing tells a key, a partition or an offset, nor an id:
    whoever must not do a thing twice has to know the message by its contents. What becomes of bytes that are not UTF-8
    is documented nowhere."""

    name = "huawei-kafka"
    title = "FunctionGraph (Kafka trigger)"
    trigger_type = "KAFKA"


class RocketMqTrigger(_QueueTrigger):
    """As the Kafka trigger."""

    name = "huawei-rocketmq"
    title = "FunctionGraph (RocketMQ trigger)"
    trigger_type = "ROCKETMQ"


KAFKA = KafkaTrigger()
ROCKETMQ = RocketMqTrigger()

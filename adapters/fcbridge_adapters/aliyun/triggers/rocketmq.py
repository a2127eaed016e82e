"""ApsaraMQ for RocketMQ, and a RocketMQ of one's own.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/apsaramq-for-rocketmq-triggers
A message's tag is the event's ``subject``, its keys are ``key``, and the headers are the properties that the sender has
set; those of the broker are in ``raw``.
"""

from __future__ import annotations

from fcbridge.events import MessageEvent
from fcbridge.fields import mapping, text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch

from .elements import ROCKETMQ, Streamed
from .source import ACCOUNT, REGION, body, body_text, count, field, field_if_any

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.events import Event

    class RocketMqData(TypedDict):
        topic: str
        systemProperties: dict[str, str]  # one example has a number for CONSUME_START_TIME
        userProperties: dict[str, str]
        body: str


class RocketMq(Streamed):
    name = "aliyun-rocketmq"
    title = "ApsaraMQ for RocketMQ"
    kind = MessageEvent
    shape = type = ROCKETMQ
    origin = "acs:mq"

    def event_of(self, data: dict[str, Any], attributes: dict[str, Any]) -> MessageEvent:
        system = field_if_any(data, "systemProperties", mapping) or {}
        if "id" not in attributes:  # raw data, or a RocketMQ of one's own
            attributes["id"] = field_if_any(data, "msgId", text) or field_if_any(system, "UNIQ_KEY", text) or ""
        attributes["subject"] = field_if_any(system, "TAGS", text)
        again = field_if_any(system, "RECONSUME_TIMES", count)
        return MessageEvent(
            **attributes,
            topic=field(data, "topic", text),
            key=field_if_any(system, "KEYS", body),
            body=field(data, "body", body),
            headers=tuple((field_if_any(data, "userProperties", mapping) or {}).items()),
            deliveries=None if again is None else again + 1,
        )

    def data_of(self, event: MessageEvent) -> RocketMqData:
        system = {"UNIQ_KEY": "AC1FF54B00013B7B4B1", "MIN_OFFSET": "0", "MAX_OFFSET": "8", "INSTANCE_ID": _INSTANCE}
        if event.subject is not None:
            system["TAGS"] = event.subject
        if event.key is not None:
            system["KEYS"] = body_text(event.key)
        if event.deliveries is not None:
            system["RECONSUME_TIMES"] = str(event.deliveries - 1)
        return {
            "topic": event.topic,
            "systemProperties": system,
            "userProperties": dict(event.headers),
            "body": body_text(event.body),
        }

    def subject_of(self, event: MessageEvent) -> str:
        return f"acs:mq:{REGION}:{ACCOUNT}:{_INSTANCE}%{event.topic}"

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="94ebc15f-f0db-4bbe-acce-56fb72fb0001",
                source=self.origin,
                type=self.type,
                subject="paid",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                topic="orders-topic",
                key=b"order-1",
                body=b'{"order":1}',
                headers=(("tenant", "t-42"),),
            )
        ]


_INSTANCE = f"MQ_INST_{ACCOUNT}_BXabcd"

ROCKETMQ_STREAM = RocketMq()

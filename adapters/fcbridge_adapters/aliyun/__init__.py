"""Alibaba Cloud Function Compute, FC 3.0 and 2.0.

https://www.alibabacloud.com/help/en/functioncompute/
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.gateway import Platform, lazy

from .context import read_context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Gateway, Invocation
    from fcbridge.trigger import Trigger


class Aliyun(Platform):
    name = "aliyun"
    title = "Alibaba Cloud Function Compute"
    signs = (
        frozenset({"FC_FUNC_CODE_PATH", "FC_REGION"}),
        frozenset({"FC_FUNC_CODE_PATH", "FC_INSTANCE_ID"}),
    )

    @lazy
    def gateways(self) -> tuple[Gateway, ...]:
        from .apigateway import API_GATEWAY
        from .fc2 import HTTP_FUNCTION
        from .http import HTTP_TRIGGER

        return HTTP_TRIGGER, API_GATEWAY, HTTP_FUNCTION

    @lazy
    def triggers(self) -> tuple[Trigger, ...]:
        from .triggers.cdn import CDN
        from .triggers.datahub import DATAHUB
        from .triggers.destination import DESTINATION
        from .triggers.dts import DTS_STREAM
        from .triggers.eventbridge import EVENT_BRIDGE
        from .triggers.kafka import KAFKA_STREAM
        from .triggers.mns_queue import MNS_QUEUE_STREAM
        from .triggers.mns_topic import MNS_TOPIC
        from .triggers.mqtt import MQTT_STREAM
        from .triggers.oss import OBJECT_STORAGE
        from .triggers.rabbitmq import RABBITMQ_STREAM
        from .triggers.rocketmq import ROCKETMQ_STREAM
        from .triggers.sls import LOG_SERVICE
        from .triggers.tablestore import TABLESTORE
        from .triggers.timer import TIMER

        return (
            OBJECT_STORAGE,
            LOG_SERVICE,
            TIMER,
            KAFKA_STREAM,
            ROCKETMQ_STREAM,
            RABBITMQ_STREAM,
            MNS_TOPIC,
            MNS_QUEUE_STREAM,
            MQTT_STREAM,
            TABLESTORE,
            DTS_STREAM,
            CDN,
            DATAHUB,
            EVENT_BRIDGE,
            DESTINATION,
        )

    @lazy
    def presumed(self) -> tuple[Trigger, ...]:
        from .triggers.unclaimed import IOT, MNS_STREAM

        return MNS_STREAM, IOT

    def likely(self, event: Any) -> Gateway | None:
        if is_object(event) and event.get("version") == "v1":
            from .http import HTTP_TRIGGER

            return HTTP_TRIGGER
        return None

    def trigger(self, event: Any) -> Trigger | None:
        from .triggers.look import likely

        trigger = likely(event)
        return trigger if trigger is not None and trigger.matches(event) else super().trigger(event)

    def invocation(self, context: object) -> Invocation:
        return read_context(context)


PLATFORM = Aliyun()

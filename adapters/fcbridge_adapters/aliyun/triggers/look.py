"""Whose payload it is by the look of it, so that an event loads its own source and none of the others."""

from __future__ import annotations

from fcbridge.codec import is_list, is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.trigger import Trigger


def likely(payload: Any) -> Trigger | None:
    """The source to be asked first; None: all are asked. Never raises, whatever the payload is."""
    if isinstance(payload, (bytes, bytearray)):
        from .tablestore import TABLESTORE

        return TABLESTORE
    if not is_object(payload):
        return _streamed(payload)
    if "events" in payload:
        events = payload["events"]
        if is_list(events) and events and is_object(events[0]) and "oss" in events[0]:
            from .oss import OBJECT_STORAGE

            return OBJECT_STORAGE
        from .cdn import CDN

        return CDN
    if "triggerTime" in payload:
        from .timer import TIMER

        return TIMER
    if "cursorTime" in payload:
        from .sls import LOG_SERVICE

        return LOG_SERVICE
    if "Message" in payload:
        from .mns_topic import MNS_TOPIC

        return MNS_TOPIC
    if "responseContext" in payload:
        from .destination import DESTINATION

        return DESTINATION
    return _streamed(payload)


def _streamed(payload: Any) -> Trigger | None:
    from . import elements

    source = elements.source_of(payload)
    if source == elements.KAFKA:
        from .kafka import KAFKA_STREAM

        return KAFKA_STREAM
    if source == elements.ROCKETMQ:
        from .rocketmq import ROCKETMQ_STREAM

        return ROCKETMQ_STREAM
    if source == elements.RABBITMQ:
        from .rabbitmq import RABBITMQ_STREAM

        return RABBITMQ_STREAM
    if source == elements.MNS_QUEUE:
        from .mns_queue import MNS_QUEUE_STREAM

        return MNS_QUEUE_STREAM
    if source == elements.OSS:
        from .oss import OBJECT_STORAGE

        return OBJECT_STORAGE
    if source == elements.OTHER:
        from .eventbridge import EVENT_BRIDGE

        return EVENT_BRIDGE
    return None

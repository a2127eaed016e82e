"""Service Bus: messages of a queue or of a topic's subscription, with peek-lock.

https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger
The host completes a message of which the function has returned and abandons one of which it has failed; after the
queue's maximum of deliveries it is dead-lettered. Inferred: a custom handler gets the metadata that the converter of
the package azure-functions reads, under the same names.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.events import Event, MessageEvent
from fcbridge.fields import mapping
from fcbridge.instants import instant, rfc3339

from .binding import BindingTrigger, body_of, in_string, method_name, moment, number, told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from .binding import Posted


class ServiceBus(BindingTrigger):
    """``subject`` is the message's subject (formerly label), ``key`` its session's or partition's, ``offset`` its
    sequence number, ``receipt`` the lock token; ``headers`` are the application properties."""

    name = "azure-servicebus"
    title = "Azure Service Bus"
    kind = MessageEvent
    batched = True
    attributes = ("get_body", "delivery_count", "lock_token", "sequence_number")

    def posts(self, values: Iterable[Any], metadata: Mapping[str, Any]) -> bool:
        return "MessageId" in metadata and "DeliveryCount" in metadata and "DequeueCount" not in metadata

    def of_post(self, values: Sequence[Any], metadata: Mapping[str, Any], payload: Posted) -> MessageEvent:
        properties = metadata.get("ApplicationProperties") or metadata.get("UserProperties")
        return _event(
            method_name(metadata),
            told(metadata, "MessageId"),
            told(metadata, "Subject") or told(metadata, "Label"),
            moment(metadata.get("EnqueuedTimeUtc")),
            told(metadata, "SessionId") or told(metadata, "PartitionKey"),
            body_of(values[0]) if values else b"",
            mapping(properties) if is_object(properties) else {},
            number(metadata, "SequenceNumber"),
            number(metadata, "DeliveryCount"),
            told(metadata, "LockToken"),
            payload,
        )

    def of_object(self, event: Any, name: str) -> MessageEvent:
        return _event(
            name,
            event.message_id,
            event.subject or event.label,
            moment(event.enqueued_time_utc),
            event.session_id or event.partition_key,
            event.get_body(),
            event.application_properties or event.user_properties or {},
            event.sequence_number,
            event.delivery_count,
            event.lock_token,
            event,
        )

    def posted(self, event: Event) -> tuple[Any, dict[str, Any]]:
        assert isinstance(event, MessageEvent)
        metadata: dict[str, Any] = {
            "MethodName": event.topic,
            "MessageId": in_string(event.id),
            "DeliveryCount": str(event.deliveries or 1),
            "ApplicationProperties": dict(event.headers),
        }
        for name, value in (
            ("Subject", event.subject),
            ("SessionId", None if event.key is None else event.key.decode("utf-8", "replace")),
            ("LockToken", event.receipt),
        ):
            if value:
                metadata[name] = in_string(value)
        if event.offset is not None:
            metadata["SequenceNumber"] = str(event.offset)
        if event.time is not None:
            metadata["EnqueuedTimeUtc"] = rfc3339(event.time)
        return in_string(event.body.decode("utf-8", "replace")), metadata

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="5f1c2e34-0001",
                source="serviceBusTrigger",
                type="serviceBusTrigger",
                subject="order.placed",
                time=instant("2026-03-02T08:15:31.482Z"),
                topic="orders",
                key=b"car-7",
                body=b'{"order": 17}',
                headers=(("kind", "order"),),
                offset=42,
                deliveries=1,
                receipt="0a1b2c3d-4e5f-4061-8273-8495a6b7c8d9",
            )
        ]


def _event(
    topic: str,
    number: Any,
    subject: Any,
    time: Any,
    key: Any,
    body: bytes,
    properties: Any,
    sequence: Any,
    deliveries: Any,
    receipt: Any,
    raw: object,
) -> MessageEvent:
    return MessageEvent(
        id=number or "",
        source="serviceBusTrigger",
        type="serviceBusTrigger",
        subject=subject or None,
        time=time,
        topic=topic,
        key=key.encode("utf-8") if key else None,
        body=body,
        headers=tuple(properties.items()),
        offset=sequence,
        deliveries=deliveries,
        receipt=receipt or None,
        raw=raw,
    )


SERVICE_BUS = ServiceBus()

"""Event Hubs, and the built-in endpoint of IoT Hub: events of a partition, one by one or in batches.

https://learn.microsoft.com/azure/azure-functions/functions-bindings-event-hubs-trigger
The host goes on in the partition whatever becomes of a function, unless host.json or the function has a retry policy.
Inferred: a custom handler gets the metadata that the converter of the package azure-functions reads, under the same
names.
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


class EventHub(BindingTrigger):
    """``offset`` is the sequence number; the offset in the stream, which newer hubs have as any text, is in ``raw``."""

    name = "azure-eventhub"
    title = "Azure Event Hubs"
    kind = MessageEvent
    batched = True
    attributes = ("get_body", "iothub_metadata", "sequence_number")

    def posts(self, values: Iterable[Any], metadata: Mapping[str, Any]) -> bool:
        return "SystemProperties" in metadata and "SequenceNumber" in metadata and "MessageId" not in metadata

    def of_post(self, values: Sequence[Any], metadata: Mapping[str, Any], payload: Posted) -> MessageEvent:
        context = metadata.get("PartitionContext")
        partition = context.get("PartitionId") if is_object(context) else None
        properties = metadata.get("Properties")
        return _event(
            method_name(metadata),
            moment(metadata.get("EnqueuedTimeUtc")),
            told(metadata, "PartitionKey"),
            body_of(values[0]) if values else b"",
            mapping(properties) if is_object(properties) else {},
            int(partition) if isinstance(partition, str) and partition.isdigit() else None,
            number(metadata, "SequenceNumber"),
            payload,
        )

    def of_object(self, event: Any, name: str) -> MessageEvent:
        return _event(
            name,
            moment(event.enqueued_time),
            event.partition_key,
            event.get_body(),
            event.iothub_metadata or {},
            None,
            event.sequence_number,
            event,
        )

    def posted(self, event: Event) -> tuple[Any, dict[str, Any]]:
        assert isinstance(event, MessageEvent)
        metadata: dict[str, Any] = {
            "MethodName": event.topic,
            "SequenceNumber": str(event.offset or 0),
            "SystemProperties": {},
            "Properties": dict(event.headers),
        }
        if event.partition is not None:
            metadata["PartitionContext"] = {"PartitionId": str(event.partition)}
        if event.key:
            metadata["PartitionKey"] = in_string(event.key.decode("utf-8", "replace"))
        if event.time is not None:
            metadata["EnqueuedTimeUtc"] = rfc3339(event.time)
        return in_string(event.body.decode("utf-8", "replace")), metadata

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                source="eventHubTrigger",
                type="eventHubTrigger",
                time=instant("2026-03-02T08:15:31.482Z"),
                topic="telemetry",
                key=b"car-7",
                body=b'{"speed": 92}',
                headers=(("kind", "telemetry"),),
                partition=0,
                offset=42,
            )
        ]


def _event(
    topic: str, time: Any, key: Any, body: bytes, properties: Any, partition: int | None, sequence: Any, raw: object
) -> MessageEvent:
    return MessageEvent(
        source="eventHubTrigger",
        type="eventHubTrigger",
        time=time,
        topic=topic,
        key=key.encode("utf-8") if key else None,
        body=body,
        headers=tuple(properties.items()),
        partition=partition,
        offset=sequence,
        raw=raw,
    )


EVENT_HUB = EventHub()

"""Storage queues: one message at a time, at least once, and after ``maxDequeueCount`` to the poison queue.

https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger
The host deletes a message of which the function has returned, and makes one visible again of which it has failed, after
the ``visibilityTimeout`` of host.json: a wait of the function's choice is not heard.
"""

from __future__ import annotations

from fcbridge.events import Event, MessageEvent
from fcbridge.instants import instant, rfc3339

from .binding import BindingTrigger, body_of, in_string, method_name, moment, number, told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from .binding import Posted


class Queue(BindingTrigger):
    """``topic`` is the queue's name where the entry has made the function; a custom handler gets the function's."""

    name = "azure-queue"
    title = "Azure Queue Storage"
    kind = MessageEvent
    attributes = ("get_body", "dequeue_count", "pop_receipt")

    def posts(self, values: Iterable[Any], metadata: Mapping[str, Any]) -> bool:
        return "DequeueCount" in metadata

    def of_post(self, values: Sequence[Any], metadata: Mapping[str, Any], payload: Posted) -> MessageEvent:
        return MessageEvent(
            id=told(metadata, "Id") or "",
            source="queueTrigger",
            type="queueTrigger",
            time=moment(metadata.get("InsertionTime")),
            topic=method_name(metadata),
            body=body_of(values[0]) if values else b"",
            deliveries=number(metadata, "DequeueCount"),
            receipt=told(metadata, "PopReceipt"),
            raw=payload,
        )

    def of_object(self, event: Any, name: str) -> MessageEvent:
        return MessageEvent(
            id=event.id or "",
            source="queueTrigger",
            type="queueTrigger",
            time=moment(event.insertion_time),
            topic=name,
            body=event.get_body(),
            deliveries=event.dequeue_count,
            receipt=event.pop_receipt,
            raw=event,
        )

    def posted(self, event: Event) -> tuple[Any, dict[str, Any]]:
        assert isinstance(event, MessageEvent)
        metadata: dict[str, Any] = {
            "MethodName": event.topic,
            "DequeueCount": str(event.deliveries or 1),
            "Id": in_string(event.id),
        }
        if event.time is not None:
            metadata["InsertionTime"] = rfc3339(event.time).replace("Z", "+00:00")
        if event.receipt is not None:
            metadata["PopReceipt"] = in_string(event.receipt)
        return in_string(event.body.decode("utf-8", "replace")), metadata

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="3c2b1a09-1111-4222-8333-444455556666",
                source="queueTrigger",
                type="queueTrigger",
                time=instant("2026-03-02T08:15:31Z"),
                topic="orders",
                body=b'{"order": 17}',
                deliveries=1,
                receipt="AgAAAAMAAAAAAAAAexample",
            )
        ]


QUEUE = Queue()

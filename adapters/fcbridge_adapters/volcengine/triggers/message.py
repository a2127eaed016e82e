"""A message of a queue, as its trigger hands it over.

Published are the types of these events, and for web applications three headers beside the message, ``ce-topic``,
``ce-consumergroup`` and ``ce-retries_for_bad_status_requests``
(https://github.com/vefaas-dev/code-examples, vefaas-nativejava8-default). Inferred: in the event they are the
extensions of the same names, and the data is the message; where the trigger gathers several they are a JSON array,
whose layout nobody tells, so that it is the body of one event.
"""

from __future__ import annotations

from fcbridge.envelope import malformed
from fcbridge.events import MessageEvent
from fcbridge.fields import text, text_if_any, whole
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant
from fcbridge.trigger import Trigger

from .envelope import attributes, enclose_octets, enclosed, octets, word_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

    from .envelope import Envelope

    class MessageEnvelope(Envelope, total=False):
        topic: str
        consumergroup: str
        retries_for_bad_status_requests: str | int


_RETRIES = "retries_for_bad_status_requests"


class MessageTrigger(Trigger):
    """What the triggers of message queues have in common. ``words`` are those of their types."""

    kind = MessageEvent
    words: tuple[str, ...]

    def matches(self, payload: Any) -> bool:
        return word_of(payload) in self.words

    def parse(self, payload: MessageEnvelope) -> list[Event]:
        field = "id, source or time"
        try:
            common = attributes(payload)
            field = "data"
            body = octets(payload)
            field = _RETRIES
            retries = payload.get("retries_for_bad_status_requests")
            # A text in the header; as an extension it may be a number (CloudEvents 1.0, section 3.1.1).
            deliveries = None if retries is None else whole(int(retries) if isinstance(retries, str) else retries) + 1
            field = "topic or consumergroup"
            return [
                MessageEvent(
                    topic=text(payload.get("topic", "")),
                    body=body,
                    deliveries=deliveries,
                    group=text_if_any(payload.get("consumergroup")),
                    raw=payload,
                    **common,
                )
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error

    def compose(self, events: Sequence[Any], stamp: Stamp = SAMPLE_STAMP) -> Envelope:
        event: MessageEvent = events[0]
        around: Any = enclosed(event, self.words[0], stamp, "application/octet-stream")
        if event.topic:
            around["topic"] = event.topic
        if event.group is not None:
            around["consumergroup"] = event.group
        if event.deliveries is not None:
            around[_RETRIES] = str(event.deliveries - 1)
        return enclose_octets(around, event.body)

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="9cab1030-1f2e-4b61-ae07-60213c26810f",
                source=f"/faas/event/{self.words[0]}/4o3fw1qf",
                type=f"faas.{self.words[0]}.event",
                time=instant("2026-03-02T08:15:31.482Z"),
                topic="vehicles",
                body=b'{"carID":"car-7","speed":87}',
                deliveries=1,
                group="vehicles-group",
            )
        ]

"""What the events of all triggers have in common: ``nuclio_sdk.Event``.

https://github.com/nuclio/nuclio-sdk-py/blob/master/nuclio_sdk/event.py
Where the function is configured to get raw messages, all text is bytes. Inferred: the processor goes on, whatever
becomes of a function, unless the trigger says otherwise (``explicitAckMode``).
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime, timezone

from fcbridge.bodies import base64_text
from fcbridge.codec import is_list
from fcbridge.envelope import malformed
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.trigger import Trigger

from ..bodies import event_body
from ..runtime import WRAPPER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

_ATTRIBUTES = ("body", "content_type", "fields", "headers", "shard_id", "timestamp", "trigger")


class EventTrigger(Trigger):
    """Of a trigger whose kind it takes; in a batch all events are of one trigger."""

    runtime = WRAPPER

    @abstractmethod
    def takes(self, kind: str) -> bool:
        """Whether triggers of this kind are its own."""

    @abstractmethod
    def of_event(self, event: Any) -> Event:
        """The neutral event. Raises AttributeError, TypeError or ValueError."""

    @abstractmethod
    def message(self, event: Event) -> dict[str, Any]:
        """What of the processor's message is not as usual, with the body as bytes."""

    def matches(self, payload: Any) -> bool:
        if is_list(payload):
            return self.batched and bool(payload) and all([self._is_own(event) for event in payload])
        return self._is_own(payload)

    def _is_own(self, event: Any) -> bool:
        if isinstance(event, (dict, list)) or not all([hasattr(event, name) for name in _ATTRIBUTES]):
            return False
        kind = kind_of(event)
        return bool(kind) and self.takes(kind)

    def parse(self, payload: Any) -> list[Event]:
        try:
            return [self.of_event(event) for event in (payload if is_list(payload) else [payload])]
        except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError) as error:
            raise malformed(self.title, "body", error) from error

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
        messages = [self._composed(event, stamp) for event in events]
        return messages[0] if len(messages) == 1 else messages

    def _composed(self, event: Event, stamp: Stamp) -> dict[str, Any]:
        own = self.message(event)
        body: bytes = own.pop("body")
        return {
            "id": event.id or stamp.request_id,
            "method": "",
            "path": "",
            "url": "",
            "headers": {},
            "fields": {},
            "content_type": "",
            "timestamp": stamp.milliseconds // 1000 if event.time is None else int(event.time.timestamp()),
            "size": len(body),
            "shard_id": -1,
            "num_shards": -1,
            "type": "",
            "type_version": "",
            "version": "",
            "body_base64": base64_text(body),
            **own,
        }


def kind_of(event: Any) -> str:
    """The kind of the trigger, or nothing where it is none."""
    kind = getattr(event.trigger, "kind", None)
    return plain(kind) if isinstance(kind, (str, bytes)) else ""


def plain(value: Any) -> str:
    """A text, which is bytes in raw messages. Raises TypeError or ValueError."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def moment(value: Any) -> datetime | None:
    """The event's time, which the SDK has without a zone."""
    return value.replace(tzinfo=timezone.utc) if isinstance(value, datetime) else None


def bytes_of(event: Any) -> bytes:
    """The body's bytes. Of exactly the type application/json it has been parsed, and is written anew."""
    return event_body(event.body, plain(event.content_type or ""), getattr(event, "size", None))

"""What no shape tells, and what it can only be where the platform is known to be this one.

A topic of MNS in its default format sends the message alone, as text; a rule of the IoT platform sends what its SQL has
selected, and a rule of EventBridge whatever its template makes, as does who calls the function by hand: any JSON.
https://www.alibabacloud.com/help/en/iot/user-guide/forward-data-to-function-compute-1
"""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.events import CloudEvent, NotificationEvent
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.trigger import Trigger

from .source import json_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp


class Text(Trigger):
    """A message of an MNS topic. The topic and the message's id are not told."""

    name = "aliyun-mns-stream"
    title = "Alibaba MNS topic (text)"
    kind = NotificationEvent

    def matches(self, payload: Any) -> bool:
        if isinstance(payload, (int, float)):
            return True  # a message that is a number, or true or false
        return isinstance(payload, (str, bytes, bytearray)) and bool(payload.strip())

    def parse(self, payload: Any) -> list[Event]:
        if isinstance(payload, (bytes, bytearray)):
            body = bytes(payload)
        else:
            body = payload.encode("utf-8", "surrogatepass") if isinstance(payload, str) else json_bytes(payload)
        return [NotificationEvent(raw=payload, body=body)]

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> bytes:
        (event,) = events
        assert isinstance(event, NotificationEvent)
        return event.body

    def sample(self) -> list[Event]:
        return [NotificationEvent(body=b"hello topic")]


class AnyJson(Trigger):
    """What an IoT rule has selected, or anybody's own event: ``data``."""

    name = "aliyun-iot"
    title = "Alibaba IoT Platform, or anybody's own event"
    kind = CloudEvent

    def matches(self, payload: Any) -> bool:
        return (is_object(payload) or is_list(payload)) and bool(payload)

    def parse(self, payload: Any) -> list[Event]:
        return [CloudEvent(raw=payload, data=payload, datacontenttype="application/json")]

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> Any:
        (event,) = events
        assert isinstance(event, CloudEvent)
        return event.data

    def sample(self) -> list[Event]:
        selected = {"deviceName": "sensor-7", "temperature": 21.5, "ts": SAMPLE_STAMP.milliseconds}
        return [CloudEvent(data=selected, datacontenttype="application/json")]


MNS_STREAM = Text()
IOT = AnyJson()

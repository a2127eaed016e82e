"""Messages that a rule of AWS IoT Core sends on.

https://docs.aws.amazon.com/iot/latest/developerguide/lambda-rule-action.html, for the functions in a rule's statement
https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html

What arrives is the result of the rule's SQL and nothing else. A message is recognised where the statement says where it
comes from::

    SELECT *, topic() AS topic, traceid() AS traceid, clientid() AS clientid, timestamp() AS timestamp FROM 'plant/#'
    SELECT encode(*, 'base64') AS base64, topic() AS topic, traceid() AS traceid FROM 'camera/#'

The first is for messages of JSON, the second for any bytes. ``topic`` and ``traceid`` have to be there; an object with
a ``topic`` alone is presumed to be a message, where nothing else claims it and a function takes it.
"""

from __future__ import annotations

import json

from fcbridge.bodies import base64_text
from fcbridge.codec import is_object
from fcbridge.events import MessageEvent
from fcbridge.fields import text
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.instants import instant_since_epoch, since_epoch
from fcbridge.trigger import Trigger

from .source import Fields, milliseconds, octets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from fcbridge.events import Event
    from fcbridge.gateway import Stamp

_TOLD = ("topic", "traceid", "clientid", "timestamp")


class IotRule(Trigger):
    """``id`` is the trace id, ``source`` the client's id, ``body`` the message without what the statement has added."""

    name = "aws-iot"
    title = "AWS IoT Core"
    kind = MessageEvent

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and all(isinstance(payload.get(name), str) for name in ("topic", "traceid"))

    def parse(self, payload: Any) -> list[Event]:
        message = Fields(self.title, payload)
        rest = {name: value for name, value in message.value.items() if name not in _TOLD}
        if rest.keys() == {"base64"}:
            body = message.read("base64", octets)
        else:
            body = message.read("topic", lambda topic: _written(rest))
        return [
            MessageEvent(
                id=message.text("traceid"),
                source=message.text("clientid"),
                type="aws:iot",
                time=message.find("timestamp", milliseconds),
                topic=message.read("topic", text),
                body=body,
                raw=payload,
            )
        ]

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> dict[str, object]:
        event = events[0]
        assert isinstance(event, MessageEvent)
        composed = _selected(event.body)
        composed["topic"] = event.topic
        composed["traceid"] = event.id
        if event.source:
            composed["clientid"] = event.source
        if event.time is not None:
            composed["timestamp"] = since_epoch(event.time, 1000)
        return composed

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="0f8fad5b-d9cb-469f-a165-70867728950e",
                source="car-7",
                type="aws:iot",
                time=instant_since_epoch(SAMPLE_STAMP.milliseconds, 1000),
                topic="cars/7/speed",
                body=b'{"carID":"7","speed":81}',
            )
        ]


def _written(message: dict[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _selected(body: bytes) -> dict[str, object]:
    """The members of a message; as base64 where it is no object, or not one that comes out again as it was."""
    try:
        message = json.loads(body)
        if is_object(message) and message.keys().isdisjoint((*_TOLD, "base64")) and _written(message) == body:
            return message
    except (ValueError, RecursionError):
        pass
    return {"base64": base64_text(body)}


class PresumedIotRule(IotRule):
    """A message of a statement that says no more than the topic."""

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and isinstance(payload.get("topic"), str)


IOT = IotRule()
PRESUMED_IOT = PresumedIotRule()

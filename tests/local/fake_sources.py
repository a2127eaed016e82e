"""Two clouds with sources of every kind that the commands tell apart, and of no real platform."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import Any

from fcbridge.codec import is_object
from fcbridge.errors import MalformedEvent
from fcbridge.events import CloudEvent, Event, MessageEvent, ObjectEvent, TimerEvent
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Invocation, Platform, Stamp
from fcbridge.registry import gateway
from fcbridge.trigger import Trigger

TIME = datetime(2026, 3, 2, 8, 15, 31, tzinfo=timezone.utc)


class FakeTrigger(Trigger):
    """Carries the attributes in ``carried`` of its sample's kind."""

    def __init__(self, name: str, sample: Event, *carried: str, batched: bool = False, form: type = dict) -> None:
        self.name = name
        self.title = name.title()
        self.kind = type(sample)
        self.batched = batched
        self._sample = sample
        self._carried = carried
        self._form = form

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and payload.get("from") == self.name

    def parse(self, payload: Any) -> list[Event]:
        if not self.matches(payload):
            raise MalformedEvent(self.title)
        events: list[Event] = []
        for each in payload["events"]:
            attributes: dict[str, Any] = {name: _read(name, value) for name, value in each.items()}
            events.append(self.kind(**attributes))
        return events

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
        told = [{name: _written(getattr(event, name)) for name in self._carried} for event in events]
        payload = {"from": self.name, "stamp": stamp.milliseconds, "events": told}
        return payload if self._form is dict else b"\xff" + json.dumps(payload).encode()

    def sample(self) -> list[Event]:
        return [self._sample]


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value


def _read(name: str, value: Any) -> object:
    readings: dict[str, Callable[[Any], object]] = {"time": datetime.fromisoformat, "body": _octets, "headers": _pairs}
    reading = readings.get(name)
    found: object = value if reading is None or value is None else reading(value)
    return found


def _octets(text: str) -> bytes:
    return text.encode("latin-1")


def _pairs(listed: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in listed)


class FakePlatform(Platform):
    """With the HTTP door of a real one."""

    signs = ()

    def __init__(self, name: str, door: str, *triggers: Trigger, presumed: tuple[Trigger, ...] = ()) -> None:
        self.name = name
        self.title = name.title()
        self.gateways: tuple[Gateway, ...] = (gateway(door),)
        self.triggers = triggers
        self.presumed = presumed

    def invocation(self, context: object) -> Invocation:
        return Invocation()


OBJECT = ObjectEvent(
    id="7f3a-12345678/raw/a.log", source="store:photos", type="ObjectCreated:Put", subject="raw/a.log", time=TIME,
    bucket="photos", key="raw/a.log", size=1, etag="0123456789ABCDEF0123456789ABCDEF",
)  # fmt: skip
MESSAGE = MessageEvent(
    id="orders-0-41", source="queue:orders", time=TIME, topic="orders", partition=0, offset=41, body=b"sample",
    headers=(("trace", "abc"),),
)  # fmt: skip
TIMER = TimerEvent(time=TIME, name="daily", payload='{"keep":30}')

_OF_EVENTS = ("id", "source", "type", "subject", "time")


def platforms() -> dict[str, Platform]:
    """``here`` has ``store``, ``queue``, ``timer``; ``there`` has ``queue``, ``timer`` twice, ``blob`` and ``text``."""
    found = [
        FakePlatform(
            "here",
            "fc3-http",
            FakeTrigger("here-store", OBJECT, *_OF_EVENTS, "bucket", "key", "size", "etag", batched=True),
            FakeTrigger(
                "here-queue", MESSAGE, *_OF_EVENTS, "topic", "partition", "offset", "body", "headers", batched=True
            ),
            FakeTrigger("here-timer", TIMER, "time", "name", "payload"),
        ),
        FakePlatform(
            "there",
            "aws-http-v2",
            FakeTrigger("there-queue", MESSAGE, "id", "topic", "body"),
            FakeTrigger("old-timer", TIMER, "name"),
            FakeTrigger("there-timer", TIMER, "name"),
            FakeTrigger("there-blob", CloudEvent(id="1", data={"a": 1}), "id", form=bytes),
            presumed=(FakeTrigger("there-text", CloudEvent(data="x"), "data"),),
        ),
    ]
    return {owner.name: owner for owner in found}

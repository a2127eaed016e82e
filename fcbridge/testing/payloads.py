"""What reaches a function of a trigger's events, through JSON and the platform's runtime; and who claims it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..document import load_event
from ..gateway import Settings
from ..outcome import ack
from ..registry import platforms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..events import Event
    from ..gateway import Platform
    from ..trigger import Trigger

_REQUEST_ID = "1-67c1a2b3-15b2f0aa-0c9d8e7f6a5b"


def payloads_of(trigger: Trigger, events: Sequence[Event]) -> list[Any]:
    """What ``matches`` and ``parse`` may get for ``events``: text reaches a function as text or as bytes."""
    composed = trigger.compose(events)
    if trigger.runtime is not None:
        return [_through(trigger, composed)]
    if isinstance(composed, str):
        return [load_event(composed), load_event(composed.encode("utf-8"))]
    if isinstance(composed, bytes):
        return [load_event(composed)]
    return [load_event(json.dumps(composed))]


def _through(trigger: Trigger, composed: object) -> Any:
    """What the platform's runtime makes of it on the way."""
    runtime = trigger.runtime
    assert runtime is not None
    seen: list[object] = []

    def handler(event: Any, context: Any) -> object:
        payload = load_event(event)
        seen.append(payload)
        return trigger.render([ack() for _ in trigger.parse(payload)], payload)

    runtime.call(handler, json.loads(json.dumps(composed)), runtime.context(Settings(), _REQUEST_ID))
    return seen[0]


def claims_of(payload: Any, *more: Platform) -> set[str]:
    """The names of all triggers and gateways that claim a payload, of the installed platforms and of others."""
    owners = {**platforms(), **{owner.name: owner for owner in more}}
    doors = {gateway.name for owner in owners.values() for gateway in owner.gateways if gateway.matches(payload)}
    return doors | {trigger.name for owner in owners.values() for trigger in owner.triggers if trigger.matches(payload)}

"""Events that are made here: a source's sample, changed as it is asked for, and what goes to the function then."""

from __future__ import annotations

import json
import re
import time
from random import Random
from typing import TYPE_CHECKING, Any

from ..errors import InvalidOption
from ..gateway import SAMPLE_STAMP
from ..instants import instant_since_epoch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..events import Event
    from ..gateway import Stamp
    from ..trigger import Trigger

#: Where ``fcbridge dev`` takes payloads, and tells what it plays. No app has such a path.
DOOR = "/_fcbridge/events"
#: The header that says which trigger sends. A page in the browser cannot send it without asking first.
SENDER = "fcbridge-trigger"
#: The variable by which the function of ``fcbridge dev`` finds local objects: a folder with a folder for each bucket.
OBJECTS = "FCBRIDGE_OBJECTS"

# What a source makes out of the other attributes, such as an ARN with the bucket's name in it.
_DERIVED = ("id", "source", "subject")
# Shorter values are found where they do not belong.
_TELLING = 3


def changed(event: Event, changes: Mapping[str, Any]) -> Event:
    """A copy with some attributes changed; where an old value stands in the id, the source or the subject, the new one
    takes its place there."""
    whole = dict(changes)
    for name in _DERIVED:
        text = getattr(event, name)
        if name in changes or not text:
            continue
        for field, value in changes.items():
            old = getattr(event, field)
            if field not in _DERIVED and isinstance(old, str) and isinstance(value, str) and len(old) >= _TELLING:
                text = text.replace(old, value)
        whole[name] = text
    return event.replace(**whole)


def several(event: Event, count: int, changes: Mapping[str, Any], *, random: Random | None = None) -> list[Event]:
    """``count`` events like this one, which differ in what tells events apart: the id, and the offset.

    The first is the event itself. With ``random`` even that one differs from all that were made before. What is in
    ``changes`` was asked for and stays, but for an offset, which is counted up.
    """
    made: list[Event] = []
    for number in range(count):
        chance = random if random is not None else Random(number) if number else None
        own: dict[str, Any] = {}
        offset: int | None = getattr(event, "offset", None)
        if offset is not None:
            fresh = random is not None and "offset" not in changes
            own["offset"] = (time.time_ns() // 1_000_000 if fresh else offset) + number
        if random is not None and "time" not in changes and event.time is not None:
            own["time"] = instant_since_epoch(time.time_ns() // 1_000_000, 1000)
        if chance is not None and "id" not in changes and event.id:
            own["id"] = _another_id(event, chance, own.get("offset")) or f"{event.id}-{number}"
        made.append(event.replace(**own))
    return made


def _another_id(event: Event, random: Random, offset: int | None) -> str | None:
    """An id of the same form: with the new offset, where it ends with the old one; else with other digits, but for what
    the id has from other attributes. None where there are no such digits."""
    if offset is not None and (found := re.fullmatch(rf"(.*\D){getattr(event, 'offset', '')}", event.id, re.DOTALL)):
        return f"{found[1]}{offset}"
    values = [getattr(event, name) for name in event.fields if name != "id"]
    texts = sorted({value for value in values if isinstance(value, str) and value}, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, texts))})", event.id) if texts else [event.id]
    free = [re.sub("[1-9]", lambda digit: random.choice("123456789"), part) for part in parts[::2]]
    if free == parts[::2]:
        return None
    parts[::2] = free
    return "".join(parts)


def composed(trigger: Trigger, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
    """The payload of these events. Raises InvalidOption where the source cannot carry them."""
    if len(events) > 1 and not trigger.batched:
        raise InvalidOption(f"{trigger.name} sends one event at a time.", hint="leave --count away")
    try:
        return trigger.compose(events, stamp)
    except Exception as error:  # whatever a codec does with a value that its source cannot have
        raise InvalidOption(
            f"{trigger.name} cannot carry such an event: {type(error).__name__}: {error}.",
            hint=f"`fcbridge event generate {trigger.name}` without options shows one that it can",
        ) from error


def not_carried(trigger: Trigger, payload: object, events: Sequence[Event], names: Sequence[str]) -> list[str]:
    """Of the attributes that were asked for, those that the payload does not have, because the source has no place for
    them."""
    try:
        arrived = trigger.parse(payload if isinstance(payload, bytes) else json.loads(json.dumps(payload)))
    except Exception:  # then the function will say more
        return []
    pairs = list(zip(events, arrived, strict=False))
    return [name for name in names if any(getattr(sent, name) != getattr(got, name, None) for sent, got in pairs)]


def wire(payload: object) -> bytes:
    """The bytes that the platform hands over: JSON, or what is not JSON as it is."""
    if isinstance(payload, bytes):
        return payload
    if isinstance(payload, str):
        return payload.encode("utf-8")
    try:
        return json.dumps(payload, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can only escape
        return json.dumps(payload).encode("ascii")

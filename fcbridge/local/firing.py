"""Events that are made here: a source's sample, changed as it is asked for, and what goes to the function then."""

from __future__ import annotations

import json
import re
import time
from random import Random
from typing import TYPE_CHECKING, Any

from ..document import load_event
from ..errors import InvalidOption
from ..gateway import SAMPLE_STAMP, Settings
from ..instants import instant_since_epoch
from ..outcome import ack

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
# What stands for what in another id. Letters of hexadecimal numbers stay such; without need, words stay words.
_DIGITS = ("123456789",)
_LETTERS = ("abcdef", "ABCDEF", "ghijklmnopqrstuvwxyz", "GHIJKLMNOPQRSTUVWXYZ")
# So many digits are enough to make an id that nobody has seen.
_MANY = 8
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
    if "offset" in changes and "id" in whole:
        whole["id"] = _with_offset(whole["id"], getattr(event, "offset", None), changes["offset"]) or whole["id"]
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
            own["offset"] = offset + number + (time.time_ns() // 1_000_000 if fresh else 0)
        if random is not None and "time" not in changes and event.time is not None:
            own["time"] = instant_since_epoch(time.time_ns() // 1_000_000, 1000)
        if chance is not None and "id" not in changes and event.id:
            own["id"] = _another_id(event, chance, own.get("offset")) or f"{event.id}-{chance.getrandbits(32):08x}"
        made.append(event.replace(**own))
    return made


def _another_id(event: Event, random: Random, offset: int | None) -> str | None:
    """An id of the same form: with the new offset, where it ends with the old one; else with other digits, but for what
    the id has from other attributes. None where there are no such digits."""
    counted = _with_offset(event.id, getattr(event, "offset", None), offset)
    if counted is not None:
        return counted
    values: list[object] = [getattr(event, name) for name in event.fields if name != "id"]
    texts = sorted({value for value in values if isinstance(value, str) and value}, key=len, reverse=True)
    parts = re.split(f"({'|'.join(map(re.escape, texts))})", event.id) if texts else [event.id]
    free = parts[::2]
    alphabets = _DIGITS if len(re.findall("[1-9]", "".join(free))) >= _MANY else _DIGITS + _LETTERS
    parts[::2] = ["".join(_another(character, alphabets, random) for character in part) for part in free]
    return "".join(parts) if parts[::2] != free else None


def _with_offset(id: str, old: int | None, new: int | None) -> str | None:
    """An id that ends with an offset, with another one; None where it does not end with it."""
    found = re.fullmatch(rf"(.*\D){old}", id, re.DOTALL) if old is not None else None
    return f"{found[1]}{new}" if found and new is not None else None


def _another(character: str, alphabets: Sequence[str], random: Random) -> str:
    return next((random.choice(alphabet) for alphabet in alphabets if character in alphabet), character)


class OneAtATime(InvalidOption):
    """The source has no batches."""


def composed(trigger: Trigger, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
    """The payload of these events. Raises OneAtATime, and InvalidOption where the source cannot carry them."""
    alone = OneAtATime(f"{trigger.name} sends one event at a time.", hint="leave --count and --batch away")
    if len(events) > 1 and not trigger.batched:
        raise alone
    try:
        return trigger.compose(events, stamp)
    except Exception as error:  # whatever a codec does with a value that its source cannot have
        if len(events) > 1:  # some have batches in one of the forms that they parse, and not in that which they compose
            for event in events:
                composed(trigger, [event], stamp)
            raise alone from error
        raise InvalidOption(
            f"{trigger.name} cannot carry such an event: {type(error).__name__}: {error}.",
            hint=f"`fcbridge event generate {trigger.name}` without options shows one that it can",
        ) from error


def not_carried(trigger: Trigger, payload: object, events: Sequence[Event], names: Sequence[str]) -> list[str]:
    """Of the attributes that were asked for, those that the payload does not have, because the source has no place for
    them."""
    try:
        arrived = _arrived(trigger, payload)
    except Exception:  # the function will say more, or a package of the platform's is missing
        return []
    pairs = list(zip(events, arrived, strict=False))
    return [name for name in names if any(getattr(sent, name) != getattr(got, name, None) for sent, got in pairs)]


def _arrived(trigger: Trigger, payload: object) -> list[Event]:
    """The events that the function will see."""
    value = payload if isinstance(payload, (bytes, str)) else json.loads(json.dumps(payload))
    runtime = trigger.runtime
    if runtime is None:
        return trigger.parse(load_event(value))
    arrived: list[Event] = []

    def handler(event: Any, context: Any) -> object:
        arrived.extend(trigger.parse(event))
        return trigger.render([ack() for _ in arrived], event)

    runtime.call(handler, value, runtime.context(Settings(), SAMPLE_STAMP.request_id))
    return arrived


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

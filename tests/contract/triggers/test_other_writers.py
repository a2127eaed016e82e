"""The platforms are written in Go, Java and Node, whose JSON is not spelled as Python's; the events in it are the same.

Go's encoding/json sorts the keys of its maps, escapes what HTML would take for its own, and ends with a line break
(https://pkg.go.dev/encoding/json#Marshal). JSON.stringify of Node keeps the order, writes UTF-8 and no blanks. Java's
writers escape slashes, or all that is not ASCII.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from fcbridge.document import load_event
from fcbridge.events import MessageEvent
from fcbridge.registry import platforms

if TYPE_CHECKING:
    from collections.abc import Callable

    from fcbridge.events import Event
    from fcbridge.trigger import Trigger

#: What the writers spell differently.
TEXT = '<b>"R&D"</b> \u2028 车 😀 a/b \\ é'


def go(value: object) -> str:
    written = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        written = written.replace(character, f"\\u{ord(character):04x}")
    return written + "\n"


def node(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def java(value: object) -> str:
    return json.dumps(value, indent=2).replace("/", "\\/")


WRITERS: dict[str, Callable[[object], str]] = {"Go": go, "Node": node, "Java": java}
TRIGGERS = [
    trigger
    for platform in platforms().values()
    for trigger in platform.triggers
    if trigger.runtime is None and isinstance(trigger.compose(trigger.sample()), (dict, list))
]


def events_of(trigger: Trigger) -> list[Event]:
    """The sample, with a body that is hard to write, where the source carries one."""
    events = trigger.sample()
    if "body" not in trigger.kind.fields:
        return events
    harder: list[Any] = [event.replace(body=TEXT.encode("utf-8")) for event in events]
    payload: Any = json.loads(json.dumps(trigger.compose(harder)))
    return harder if trigger.matches(payload) and trigger.parse(payload) == harder else events


def unordered(event: Event) -> Event:
    """Headers that are a mapping have no order."""
    if not isinstance(event, MessageEvent):
        return event
    return event.replace(headers=tuple(sorted(event.headers, key=lambda pair: pair[0])))


def test_there_is_a_writer_for_most_sources() -> None:
    assert len(TRIGGERS) > 60
    assert sum(events_of(trigger) != trigger.sample() for trigger in TRIGGERS) > 15


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("trigger", TRIGGERS, ids=lambda trigger: trigger.name)
def test_events_are_the_same_whoever_has_written_their_json(trigger: Trigger, write: Callable[[object], str]) -> None:
    events = events_of(trigger)
    written = write(json.loads(json.dumps(trigger.compose(events))))
    for payload in (written, written.encode("utf-8")):
        document: Any = load_event(payload)
        assert trigger.matches(document)
        assert [unordered(event) for event in trigger.parse(document)] == [unordered(event) for event in events]

"""What the tests of several platforms' triggers have in common."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st

from fcbridge import bridge
from fcbridge.errors import DeliveryFailed, MalformedEvent
from fcbridge.events import MessageEvent, TimerEvent
from fcbridge.instants import rfc3339
from fcbridge.testing.event_strategies import maybe, seconds, texts, words
from tests.apps import scope_app

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Set

    from fcbridge.events import Event
    from fcbridge.gateway import Platform
    from tests.examples import Examples

# -- examples ---------------------------------------------------------------------------------------------------------


def parsed(platform: Platform, payload: Any) -> list[Event]:
    """The events in a payload, as the trigger has them that claims it."""
    trigger = platform.trigger(payload)
    assert trigger is not None
    return trigger.parse(payload)


def examples_of(
    platform: Platform, example: Examples, expected: Mapping[str, list[Event]], no_events: Set[str]
) -> type:
    """The tests of a folder of examples, as a class to be named ``Test...``: each is exactly its events, or none."""

    class PlatformExamples:
        @pytest.mark.parametrize("name", sorted(expected))
        def test_an_example_event_becomes_exactly_these_events(self, name: str) -> None:
            assert parsed(platform, example(name)) == expected[name]

        def test_every_example_has_its_events_or_is_none(self) -> None:
            assert example.names() == expected.keys() | no_events

        @pytest.mark.parametrize("name", sorted(no_events))
        def test_what_is_no_event_of_a_trigger_is_claimed_by_none(self, name: str) -> None:
            assert platform.trigger(example(name)) is None

    return PlatformExamples


# -- what is broken ---------------------------------------------------------------------------------------------------


def without(*path: Any) -> Callable[[Any], None]:
    """A change of a payload that takes one field out of it."""

    def change(payload: Any) -> None:
        for step in path[:-1]:
            payload = payload[step]
        del payload[path[-1]]

    return change


def with_value(value: object, *path: Any) -> Callable[[Any], None]:
    """A change of a payload that gives one field another value."""

    def change(payload: Any) -> None:
        for step in path[:-1]:
            payload = payload[step]
        payload[path[-1]] = value

    return change


def complaint(platform: Platform, payload: Any) -> str:
    """What is said of a payload that a trigger claims and cannot read."""
    with pytest.raises(MalformedEvent) as caught:
        parsed(platform, payload)
    return caught.value.message


# -- batches ----------------------------------------------------------------------------------------------------------


def when_the_third_of_ten_fails(platform: Platform, name: str) -> list[bytes]:
    """The bodies of the messages that a function has run. The platform has to be told that one has failed."""
    handler = bridge(scope_app, platform=platform.name)
    seen: list[bytes] = []

    @handler.on(MessageEvent, topic="orders")
    def read(event: MessageEvent) -> None:
        seen.append(event.body)
        if event.body == b"3":
            raise ValueError("illegible")

    trigger = next(trigger for trigger in platform.triggers if trigger.name == name)
    with pytest.raises(DeliveryFailed, match=rf"^1 of 10 events of {name} failed\."):
        handler(trigger.compose([_message(number) for number in range(1, 11)]), {})
    return seen


def _message(number: int) -> MessageEvent:
    return MessageEvent(topic="orders", partition=0, offset=number, body=str(number).encode())


ALL_TEN = [str(number).encode() for number in range(1, 11)]


# -- strategies -------------------------------------------------------------------------------------------------------


@st.composite
def timers(draw: st.DrawFn, kind: str) -> TimerEvent:
    """Those of which the id is made of name and time, and the payload is text."""
    name, time = draw(words()), draw(seconds())
    return TimerEvent(
        id=f"{name}/{rfc3339(time)}", type=kind, time=time, name=name, payload=draw(maybe(texts(min_size=1)))
    )


def rows_of_typed_values(*, min_size: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """Columns of all that DynamoDB's interface can hold."""
    numbers = st.decimals(allow_nan=False, allow_infinity=False) | st.integers(-(10**37), 10**37).map(Decimal)
    blobs = st.binary(max_size=20)
    sets = (
        st.sets(texts(), min_size=1, max_size=3)
        | st.sets(numbers, min_size=1, max_size=3)
        | st.sets(blobs, min_size=1, max_size=3)
    )
    values: st.SearchStrategy[Any] = st.recursive(
        st.none() | st.booleans() | texts() | numbers | blobs | sets,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(), inner, max_size=3),
        max_leaves=6,
    )
    return st.dictionaries(texts(), values, min_size=min_size, max_size=3)

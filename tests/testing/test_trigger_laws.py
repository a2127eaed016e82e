"""The laws of a trigger find what breaks them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.errors import MalformedEvent
from fcbridge.events import Event, TimerEvent
from fcbridge.gateway import SAMPLE_STAMP, Invocation, Platform
from fcbridge.testing import event_strategies, trigger_laws
from fcbridge.testing.trigger_laws import TriggerLaws, trigger_laws_of
from fcbridge.trigger import Trigger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fcbridge.gateway import Stamp
    from fcbridge.outcome import Outcome

TIMERS = st.lists(
    st.builds(TimerEvent, name=event_strategies.names(), payload=event_strategies.payloads()), min_size=1, max_size=3
)


class Bells(Trigger):
    name = "clockwork-bells"
    title = "Clockwork's bells"
    kind = TimerEvent
    partial = True
    batched = True

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and "bells" in payload

    def parse(self, payload: Any) -> list[Event]:
        try:
            return [TimerEvent(name=_name(bell), payload=bell["payload"], raw=bell) for bell in payload["bells"]]
        except (KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, "bells", error) from error

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> object:
        return [index for index, outcome in enumerate(outcomes) if outcome.failed]

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
        return {"bells": [{"name": event.name, "payload": event.payload} for event in events]}  # type: ignore[attr-defined]

    def sample(self) -> list[Event]:
        return [TimerEvent(name="nightly")]


def _name(bell: Any) -> str:
    if not isinstance(bell["name"], str):
        raise TypeError("name")
    name: str = bell["name"]
    return name


class Clockwork(Platform):
    name = "clockwork"
    title = "Clockwork"
    gateways = ()
    signs = ()

    def __init__(self, trigger: Trigger) -> None:
        self.triggers = (trigger,)

    def invocation(self, context: object) -> Invocation:
        return Invocation()


TestLaws = trigger_laws_of(Clockwork(Bells()), {"clockwork-bells": TIMERS})


#: It is enough to know that there is an example, and not which is the smallest.
FIRST = settings(deadline=None, max_examples=50, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])


def keeps(trigger: Trigger, law: str) -> bool:
    """Whether ``trigger`` keeps one law."""
    run = getattr(TriggerLaws(), law)
    values = {"trigger": trigger, "events": TIMERS, "platform": Clockwork(trigger)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trigger_laws, "SETTINGS", FIRST)
        try:
            run(**{name: values[name] for name in run.__code__.co_varnames[1 : run.__code__.co_argcount]})
        except (Exception, pytest.fail.Exception):
            return False
    return True


class Forgetful(Bells):
    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
        return super().compose([event.replace(payload=None) for event in events])


class Mute(Bells):
    def render(self, outcomes: Sequence[Outcome], payload: Any) -> object:
        return None


class Careless(Bells):
    def matches(self, payload: Any) -> bool:
        return is_object(payload)

    def parse(self, payload: Any) -> list[Event]:
        return [TimerEvent(name=bell["name"], payload=bell["payload"], raw=bell) for bell in payload["bells"]]


class Meddling(Bells):
    def parse(self, payload: Any) -> list[Event]:
        events = super().parse(payload)
        payload["seen"] = True
        return events


class Greedy(Bells):
    def matches(self, payload: Any) -> bool:
        return bool(payload["bells"])


class Shouting(Bells):
    name = "Bells"


class Timeless(Bells):
    def parse(self, payload: Any) -> list[Event]:
        return [event.replace(time=datetime(2026, 3, 2)) for event in super().parse(payload)]


class Wrong(Bells):
    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
        return {"bells": events}


class Lost(Bells):
    def matches(self, payload: Any) -> bool:
        return super().matches(payload) and False


@pytest.mark.parametrize(
    ("trigger", "law"),
    [
        (Forgetful(), "test_parse_undoes_compose"),
        (Mute(), "test_what_is_rendered_can_be_sent"),
        (Careless(), "test_a_broken_payload_is_events_or_malformed"),
        (Meddling(), "test_parse_does_not_change_the_payload"),
        (Greedy(), "test_any_value_may_come"),
        (Shouting(), "test_its_name_is_its_own"),
        (Timeless(), "test_parse_gives_events_of_its_kind"),
        (Wrong(), "test_compose_gives_a_json_value_or_bytes_or_text"),
        (Lost(), "test_matches_claims_what_compose_makes"),
        (Lost(), "test_the_platform_finds_the_trigger"),
        (Lost(), "test_the_sample_round_trips"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_broken_trigger_breaks_its_law(trigger: Trigger, law: str) -> None:
    assert keeps(Bells(), law)
    assert not keeps(trigger, law)


def test_a_payload_of_another_platform_breaks_its_law() -> None:
    class Copied(Bells):
        def matches(self, payload: Any) -> bool:
            return is_object(payload) and "rawPath" in payload

        def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
            from fcbridge.registry import gateway

            door = gateway("aws-http-v2")
            return door.compose(door.sample())

    assert not keeps(Copied(), "test_nothing_else_claims_the_payload")


@pytest.mark.parametrize("strategies", [{}, {"clockwork-bells": TIMERS, "clockwork-chimes": TIMERS}])
def test_a_strategy_that_is_missing_or_of_no_trigger_is_refused(strategies: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="clockwork: no strategy for the triggers"):
        trigger_laws_of(Clockwork(Bells()), strategies)


def test_a_broken_trigger_names_the_trigger_in_its_error() -> None:
    with pytest.raises(MalformedEvent, match="Clockwork's bells"):
        Bells().parse({"bells": 1})


# -- the parts of events ----------------------------------------------------------------------------------------------


@given(st.one_of(event_strategies.seconds(), event_strategies.milliseconds(), event_strategies.microseconds()))
def test_times_are_aware_and_in_utc(time: datetime) -> None:
    assert time.tzinfo is timezone.utc
    assert 2001 <= time.year <= 2099


@given(event_strategies.milliseconds())
def test_milliseconds_have_no_microseconds(time: datetime) -> None:
    assert time.microsecond % 1000 == 0


@given(event_strategies.keys(), event_strategies.ids(), event_strategies.names(), event_strategies.words())
def test_keys_and_names_are_not_empty(key: str, id: str, name: str, word: str) -> None:
    assert key and id and name and word

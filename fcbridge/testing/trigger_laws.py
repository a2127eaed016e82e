"""The laws of a trigger as a test suite. A platform's own test file names what each source can carry:

    # tests/test_triggers.py
    from fcbridge.testing.event_strategies import keys, names, several
    from fcbridge.testing.trigger_laws import trigger_laws_of

    objects = st.builds(ObjectEvent, bucket=names(), key=keys())
    TestLaws = trigger_laws_of(PLATFORM, {"mycloud-store": several(objects)})

pytest then runs every law for every trigger, and a broken one shows the smallest event that breaks it. A symmetrical
mistake passes ``parse(compose(events)) == events``: keep example payloads with the exact events beside this.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..errors import MalformedEvent
from ..outcome import ack, reject, retry
from ..registry import platforms
from .extras import missing
from .laws import SETTINGS, frozen

try:
    import pytest
    from hypothesis import given
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    raise missing(__name__, error, "pytest hypothesis") from error

from .payloads import claims_of, payloads_of
from .strategies import json_values, mutations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hypothesis.strategies import SearchStrategy

    from ..events import Event
    from ..gateway import Platform
    from ..outcome import Outcome
    from ..trigger import Trigger

    Events = SearchStrategy[list[Any]]


__all__ = ["TriggerLaws", "claims_of", "payloads_of", "trigger_laws_of"]


class TriggerLaws:
    """One method a law; ``trigger``, ``events`` and ``platform`` come from :func:`trigger_laws_of`."""

    # -- the three verbs -----------------------------------------------------------------------------------------------

    def test_parse_undoes_compose(self, trigger: Trigger, events: Events) -> None:
        """``parse(compose(events)) == events``, through the runtime and JSON."""

        @SETTINGS
        @given(sent=events)
        def law(sent: list[Event]) -> None:
            for payload in payloads_of(trigger, sent):
                _same(sent, trigger.parse(payload), trigger)

        law()

    def test_the_sample_round_trips(self, trigger: Trigger) -> None:
        sample = trigger.sample()
        assert sample, "sample() has no event"
        assert trigger.batched or len(sample) == 1, "sample() has several events of a source that sends them one by one"
        for payload in payloads_of(trigger, sample):
            assert trigger.matches(payload), "matches() does not claim what compose() makes of sample()"
            _same(sample, trigger.parse(payload), trigger)

    def test_parse_gives_events_of_its_kind(self, trigger: Trigger, events: Events) -> None:
        @SETTINGS
        @given(sent=events)
        def law(sent: list[Event]) -> None:
            for payload in payloads_of(trigger, sent):
                for event in trigger.parse(payload):
                    _well_formed(event, trigger)

        law()

    def test_compose_gives_a_json_value_or_bytes_or_text(self, trigger: Trigger, events: Events) -> None:
        @SETTINGS
        @given(sent=events)
        def law(sent: list[Event]) -> None:
            payload = trigger.compose(sent)
            if not isinstance(payload, bytes):
                again = json.loads(json.dumps(payload, allow_nan=False))
                assert again == payload, f"compose() gives no JSON value: {payload!r}"

        law()

    def test_what_is_rendered_can_be_sent(self, trigger: Trigger, events: Events) -> None:
        """For any outcomes where the platform takes partial results or an answer over HTTP, which tell a failure; else
        for those that are no failure."""

        @SETTINGS
        @given(choice=st.data(), sent=events)
        def law(choice: st.DataObject, sent: list[Event]) -> None:
            payload = payloads_of(trigger, sent)[0]
            parsed = trigger.parse(payload)
            verbs: list[Callable[[], Outcome]] = [
                ack,
                reject,
                *([retry] if trigger.partial or trigger.over_http else []),
            ]
            outcomes: list[Outcome] = [choice.draw(st.sampled_from(verbs))() for _ in parsed]
            rendered = trigger.render(outcomes, payload)
            if trigger.runtime is None:
                json.dumps(rendered, allow_nan=False)
            if any(outcome.failed for outcome in outcomes):
                assert rendered != trigger.render([ack() for _ in parsed], payload), "render() does not tell a failure"

        law()

    # -- payloads ------------------------------------------------------------------------------------------------------

    def test_matches_claims_what_compose_makes(self, trigger: Trigger, events: Events) -> None:
        @SETTINGS
        @given(sent=events)
        def law(sent: list[Event]) -> None:
            for payload in payloads_of(trigger, sent):
                assert trigger.matches(payload) is True, "matches() does not claim what compose() makes"

        law()

    def test_nothing_else_claims_the_payload(self, trigger: Trigger, platform: Platform, events: Events) -> None:
        """No trigger or gateway of its platform or of another: on a laptop no environment tells the platform."""

        @SETTINGS
        @given(sent=events)
        def law(sent: list[Event]) -> None:
            for payload in payloads_of(trigger, sent):
                claims = claims_of(payload, platform)
                if trigger.over_http:
                    claims -= {gateway.name for gateway in platform.gateways}
                claims.discard(trigger.name)
                assert not claims, f"a payload of {trigger.name} is claimed by {sorted(claims)} too"

        law()

    def test_the_platform_finds_the_trigger(self, trigger: Trigger, platform: Platform, events: Events) -> None:
        @SETTINGS
        @given(sent=events)
        def law(sent: list[Event]) -> None:
            for payload in payloads_of(trigger, sent):
                assert platform.trigger(payload) is trigger, "Platform.trigger() does not find it"

        law()

    def test_any_value_may_come(self, trigger: Trigger) -> None:
        """``matches`` takes it, and ``parse`` what ``matches`` has taken."""

        @SETTINGS
        @given(payload=json_values() | st.binary() | st.text() | st.just(object()))
        def law(payload: object) -> None:
            _parsed_or_malformed(trigger, payload)

        law()

    def test_a_broken_payload_is_events_or_malformed(self, trigger: Trigger, events: Events) -> None:
        """Where ``matches`` still claims it: nothing but MalformedEvent leaves ``parse``."""

        @SETTINGS
        @given(choice=st.data(), sent=events)
        def law(choice: st.DataObject, sent: list[Event]) -> None:
            payload = choice.draw(st.sampled_from(payloads_of(trigger, sent)))
            _parsed_or_malformed(trigger, choice.draw(_broken(payload), label="payload"))

        law()

    def test_parse_does_not_change_the_payload(self, trigger: Trigger, events: Events) -> None:
        @SETTINGS
        @given(sent=events)
        def law(sent: list[Event]) -> None:
            for payload in payloads_of(trigger, sent):
                before = frozen(payload)
                trigger.parse(payload)
                assert frozen(payload) == before, "parse() changed the payload"

        law()

    # -- names ---------------------------------------------------------------------------------------------------------

    def test_its_name_is_its_own(self, trigger: Trigger, platform: Platform) -> None:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", trigger.name), "a name is like platform-source"
        assert trigger.title, "there is no title"
        owners = {**platforms(), platform.name: platform}
        names = [other.name for owner in owners.values() for other in owner.triggers]
        assert names.count(trigger.name) == 1, f"there are several triggers {trigger.name}"


def trigger_laws_of(platform: Platform, strategies: Mapping[str, Events]) -> type[TriggerLaws]:
    """The laws for every trigger of ``platform``, as a class to be named ``Test...`` in a test file.

    ``strategies`` has, by the trigger's name, lists of the events that this source can carry. Raises ValueError where
    it lacks a trigger or has one that there is not.
    """
    cases = {trigger.name: trigger for trigger in platform.triggers}
    if cases.keys() != strategies.keys():
        lacks, knows_not = sorted(cases.keys() - strategies.keys()), sorted(strategies.keys() - cases.keys())
        raise ValueError(f"{platform.name}: no strategy for the triggers {lacks}, no trigger for {knows_not}")

    class PlatformLaws(TriggerLaws):
        @pytest.fixture(params=list(cases.values()), ids=list(cases))
        def trigger(self, request: pytest.FixtureRequest) -> Trigger:
            return request.param  # type: ignore[no-any-return]

        @pytest.fixture
        def events(self, trigger: Trigger) -> Events:
            return strategies[trigger.name]

        @pytest.fixture
        def platform(self) -> Platform:
            return platform

    return PlatformLaws


# -- broken payloads ---------------------------------------------------------------------------------------------------


def _broken(payload: Any) -> SearchStrategy[Any]:
    if isinstance(payload, bytes):
        return st.integers(0, len(payload)).map(lambda end: payload[:end]) | st.binary()
    if isinstance(payload, str):
        return st.integers(0, len(payload)).map(lambda end: payload[:end]) | st.text()
    return mutations(payload)


def _parsed_or_malformed(trigger: Trigger, payload: Any) -> None:
    claimed = trigger.matches(payload)
    assert claimed in (True, False), "matches() gives no bool"
    if not claimed:
        return
    try:
        parsed = trigger.parse(payload)
    except MalformedEvent as error:
        assert trigger.title in error.message, "the message does not name the trigger"
    else:
        for event in parsed:
            _well_formed(event, trigger)


# -- comparing --------------------------------------------------------------------------------------------------------


def _same(expected: Sequence[Event], actual: Sequence[Event], trigger: Trigger) -> None:
    if list(expected) == list(actual):
        return
    lines = [f"{trigger.name}: {len(expected)} events were sent and {len(actual)} came"]
    for index, (wanted, got) in enumerate(zip(expected, actual)):  # noqa: B905  # the count is told above
        if type(wanted) is not type(got):
            lines.append(f"  {index}: {type(wanted).__name__} was due, {type(got).__name__} came")
            continue
        for field in wanted.fields:
            # Not their repr, which hides what these tests invented anyway.
            due, came = getattr(wanted, field), getattr(got, field)
            if due != came:
                lines.append(f"  {index}: {field}: {due!r} was due, {came!r} came")
    pytest.fail("\n".join(lines), pytrace=False)


def _well_formed(event: Event, trigger: Trigger) -> None:
    assert isinstance(event, trigger.kind), f"the event is no {trigger.kind.__name__}"
    for name in ("id", "source", "type"):
        assert isinstance(getattr(event, name), str), f"{name} is no text"
    assert event.subject is None or isinstance(event.subject, str), "subject is neither text nor None"
    assert event.time is None or event.time.utcoffset() == timedelta(0), "time is not in UTC"
    assert event.raw is not None, "raw is not there"
    assert event == event.replace(), "a copy is not equal"

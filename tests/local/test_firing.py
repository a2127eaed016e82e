from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random, SystemRandom
from typing import Any

import pytest

from fcbridge.errors import InvalidOption
from fcbridge.events import Event, MessageEvent, ObjectEvent
from fcbridge.gateway import SAMPLE_STAMP, Stamp
from fcbridge.local.firing import OneAtATime, changed, composed, not_carried, several, wire
from fcbridge.local.sources import sources
from tests.local.fake_sources import MESSAGE, OBJECT, TIMER, FakeTrigger, platforms

STORE, QUEUE, HERE_TIMER = platforms()["here"].triggers


# -- changes ----------------------------------------------------------------------------------------------------------


def test_what_is_made_of_an_attribute_follows_it() -> None:
    event = changed(OBJECT, {"bucket": "inbox", "key": "b.csv"})

    assert isinstance(event, ObjectEvent)
    assert (event.bucket, event.key) == ("inbox", "b.csv")
    assert (event.id, event.source, event.subject) == ("7f3a-12345678/b.csv", "store:inbox", "b.csv")


def test_what_was_asked_for_stays() -> None:
    event = changed(OBJECT, {"bucket": "inbox", "source": "store:photos", "id": "mine"})
    assert (event.id, event.source) == ("mine", "store:photos")


def test_a_short_value_is_not_looked_for() -> None:
    event = changed(OBJECT.replace(bucket="o", source="store:o"), {"bucket": "inbox"})
    assert event.source == "store:o"


# -- several ----------------------------------------------------------------------------------------------------------


def test_of_several_the_first_is_the_event_itself_and_the_others_differ() -> None:
    made = several(OBJECT, 3, {})

    assert made[0] == OBJECT
    ids = [event.id for event in made]
    assert len(set(ids)) == 3
    for name in ids:  # what the id has from the key stays, and so does its form
        assert name.endswith("/raw/a.log") and len(name) == len(OBJECT.id)


def test_the_same_several_are_made_every_time() -> None:
    assert several(OBJECT, 5, {}) == several(OBJECT, 5, {})


def test_offsets_are_counted_up_and_ids_that_end_with_them_follow() -> None:
    made = several(MESSAGE, 3, {})
    assert [(event.id, event.offset) for event in made if isinstance(event, MessageEvent)] == [
        ("orders-0-41", 41), ("orders-0-42", 42), ("orders-0-43", 43),
    ]  # fmt: skip


def test_an_id_that_was_asked_for_is_that_of_all() -> None:
    assert {event.id for event in several(OBJECT.replace(id="mine"), 3, {"id": "mine"})} == {"mine"}


@pytest.mark.parametrize("id", ["NjZmZjAwMDFfYWJj", "scheduled", "0", "raw/a.log", "a" * 32])
def test_an_id_without_digits_is_made_anew_too(id: str) -> None:
    made = several(OBJECT.replace(id=id), 20, {})
    assert len({event.id for event in made}) == 20


def test_a_hexadecimal_id_stays_hexadecimal() -> None:
    for event in several(OBJECT.replace(id="abcdefabcdef"), 10, {}):
        int(event.id, 16)


def test_a_fired_event_is_now_and_new() -> None:
    first, second = (several(OBJECT, 1, {}, random=SystemRandom())[0] for _ in range(2))

    assert OBJECT.time is not None and first.time is not None and first.time > OBJECT.time
    assert len({OBJECT.id, first.id, second.id}) == 3


def test_a_fired_message_has_an_offset_beyond_all_before() -> None:
    [event] = several(MESSAGE, 1, {}, random=SystemRandom())
    assert isinstance(event, MessageEvent)
    assert event.offset is not None and event.offset > 1_700_000_000_000
    assert event.id == f"orders-0-{event.offset}"


def test_what_was_asked_for_is_not_made_new() -> None:
    changes: dict[str, Any] = {"id": OBJECT.id, "time": OBJECT.time}
    assert several(OBJECT, 1, changes, random=Random(1)) == [OBJECT]
    [event] = several(MESSAGE, 1, {"offset": 41}, random=Random(1))
    assert isinstance(event, MessageEvent) and event.offset == 41


@pytest.mark.parametrize("name", sorted(sources()))
def test_every_source_can_carry_a_new_event_of_its_own(name: str) -> None:
    trigger = sources()[name].trigger
    made = several(trigger.sample()[0], 3, {}, random=SystemRandom())
    try:
        payload = composed(trigger, made)
    except OneAtATime:
        made = made[:1]
        payload = composed(trigger, made)

    assert isinstance(wire(payload), bytes)
    assert not_carried(trigger, payload, made, ["type", "subject"]) == []


# -- payloads ---------------------------------------------------------------------------------------------------------


def test_a_source_without_batches_takes_one_event() -> None:
    with pytest.raises(OneAtATime, match="here-timer sends one event at a time"):
        composed(HERE_TIMER, [TIMER, TIMER])


def test_so_does_one_that_has_batches_in_another_form_only() -> None:
    class Alone(FakeTrigger):
        def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
            [event] = events
            return super().compose([event], stamp)

    with pytest.raises(OneAtATime):
        composed(Alone("here-alone", OBJECT, "id", batched=True), [OBJECT, OBJECT])


def test_an_event_that_a_source_cannot_carry_is_refused_with_the_reason() -> None:
    class Strict(FakeTrigger):
        def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
            raise KeyError("region")

    with pytest.raises(InvalidOption, match="strict-store cannot carry such an event: KeyError: 'region'"):
        composed(Strict("strict-store", OBJECT), [OBJECT])


def test_what_a_source_has_no_place_for_is_told() -> None:
    event = changed(OBJECT, {"bucket": "inbox", "region": "eu"})
    payload = composed(STORE, [event])
    assert not_carried(STORE, payload, [event], ["bucket", "region"]) == ["region"]


def test_so_it_is_where_a_source_posts_its_events() -> None:
    trigger = sources()["google-pubsub"].trigger
    event = trigger.sample()[0].replace(body=b"hello", receipt="r-1")
    assert not_carried(trigger, composed(trigger, [event]), [event], ["body", "receipt"]) == ["receipt"]


@pytest.mark.parametrize(
    ("payload", "octets"),
    [
        ({"a": "报"}, '{"a": "报"}'.encode()),
        ([1, None], b"[1, null]"),
        ({"a": "\ud800"}, b'{"a": "\\ud800"}'),
        (b"\xff\x00", b"\xff\x00"),
        ("plain 报", "plain 报".encode()),
    ],
)
def test_json_goes_as_json_and_all_else_as_it_is(payload: object, octets: bytes) -> None:
    assert wire(payload) == octets
    if not isinstance(payload, (bytes, str)):
        assert json.loads(wire(payload)) == payload


def test_a_new_event_leaves_the_sample_alone() -> None:
    before: Event = OBJECT.replace()
    several(changed(OBJECT, {"bucket": "inbox"}), 3, {}, random=SystemRandom())
    assert before == OBJECT


def test_an_id_that_ends_with_the_offset_follows_it() -> None:
    assert changed(MESSAGE, {"offset": 7, "topic": "cars"}).id == "cars-0-7"
    assert changed(MESSAGE.replace(id="x41"), {"partition": 7}).id == "x41"
    assert changed(MESSAGE.replace(id="141"), {"offset": 7}).id == "141"

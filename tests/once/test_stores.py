"""What both stores do, each as its users use it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread

import pytest

from fcbridge.errors import InvalidOption
from fcbridge.once import Claim, Store
from tests.once.conftest import Clock, MakeStore


def test_an_event_is_new_until_it_is_done(make_store: MakeStore) -> None:
    store = make_store()
    claim = store.begin("a")

    assert (claim.key, claim.state, claim.wait) == ("a", "new", 0)
    assert store.done(claim)
    assert store.begin("a").state == "done"
    assert store.begin("b").state == "new"


def test_one_that_runs_elsewhere_is_busy_and_says_for_how_long(make_store: MakeStore, clock: Clock) -> None:
    store = make_store(lease=30)
    store.begin("a")
    clock.now += 12

    busy = store.begin("a")

    assert (busy.state, busy.token, busy.wait) == ("busy", 0, 18)


def test_one_that_has_failed_runs_again_at_once(make_store: MakeStore) -> None:
    store = make_store()

    assert store.forget(store.begin("a"))
    assert store.begin("a").state == "new"


def test_marking_twice_does_no_harm(make_store: MakeStore) -> None:
    store = make_store()
    claim = store.begin("a")

    assert (store.done(claim), store.done(claim)) == (True, True)
    assert store.begin("a").state == "done"


def test_what_is_done_cannot_be_forgotten(make_store: MakeStore) -> None:
    store = make_store()
    claim = store.begin("a")
    store.done(claim)

    assert not store.forget(claim)
    assert store.begin("a").state == "done"


def test_what_is_forgotten_cannot_be_marked(make_store: MakeStore) -> None:
    store = make_store()
    claim = store.begin("a")
    store.forget(claim)

    assert not store.done(claim)
    assert store.begin("a").state == "new"


@pytest.mark.parametrize("state", ["busy", "done"])
def test_who_was_told_to_stay_away_changes_nothing(make_store: MakeStore, state: str) -> None:
    store = make_store()
    holder = store.begin("a")
    if state == "done":
        store.done(holder)
    other = store.begin("a")

    assert other.state == state
    assert not store.done(other) and not store.forget(other)
    assert store.begin("a").state == state


# -- the lease --------------------------------------------------------------------------------------------------------


def test_a_lease_that_is_over_lets_the_event_run_again(make_store: MakeStore, clock: Clock) -> None:
    store = make_store(lease=30)
    store.begin("a")

    clock.now += 29.999
    assert store.begin("a").state == "busy"
    clock.now += 0.001
    assert store.begin("a").state == "new"


def test_who_is_late_marks_the_event_if_nobody_else_has_come(make_store: MakeStore, clock: Clock) -> None:
    store = make_store(lease=30)
    claim = store.begin("a")
    clock.now += 31

    assert store.done(claim)
    assert store.begin("a").state == "done"


@pytest.mark.parametrize("verb", ["done", "forget"])
def test_who_is_late_cannot_touch_the_claim_of_another(make_store: MakeStore, clock: Clock, verb: str) -> None:
    store = make_store(lease=30)
    late = store.begin("a")
    clock.now += 31
    other = store.begin("a")

    assert not getattr(store, verb)(late)
    assert store.begin("a").state == "busy"
    assert store.done(other)
    assert not getattr(store, verb)(late)
    assert store.begin("a").state == "done"


def test_who_is_late_cannot_touch_a_claim_made_at_the_same_instant(make_store: MakeStore) -> None:
    store = make_store()
    first = store.begin("a")
    store.forget(first)
    second = store.begin("a")

    assert not store.done(first) and not store.forget(first)
    assert store.done(second)


def test_every_claim_of_a_key_has_a_greater_token(make_store: MakeStore, clock: Clock) -> None:
    store = make_store(lease=30, retention=100)
    tokens = [store.begin("a").token]
    clock.now += 31
    claim = store.begin("a")  # the lease of the first is over
    store.forget(claim)
    again = store.begin("a")
    store.done(again)
    clock.now += 101  # and what was done is no longer known
    tokens += [claim.token, again.token, store.begin("a").token]

    assert 0 < tokens[0] < tokens[1] < tokens[2] < tokens[3]


def test_without_a_lease_it_is_what_the_invocation_has_left(make_store: MakeStore) -> None:
    store = make_store()
    store.begin("a", remaining=7)
    store.begin("b")

    assert [store.begin(key).wait for key in "ab"] == [7, 300]


def test_a_lease_of_the_stores_own_comes_before_that(make_store: MakeStore) -> None:
    store = make_store(lease=30)
    store.begin("a", remaining=7)

    assert store.begin("a").wait == 30


# -- what is kept -----------------------------------------------------------------------------------------------------


def test_what_is_done_is_known_for_the_retention(make_store: MakeStore, clock: Clock) -> None:
    store = make_store(lease=30, retention=100)
    clock.now += 20
    store.done(store.begin("a"))

    clock.now += 99
    assert store.begin("a").state == "done"
    clock.now += 1
    assert store.begin("a").state == "new"


def test_namespaces_know_nothing_of_each_other(make_store: MakeStore, request: pytest.FixtureRequest) -> None:
    orders, bills = make_store(namespace="orders"), make_store(namespace="bills")
    claim = orders.begin("a")

    assert bills.begin("a").state == "new"
    assert not bills.done(Claim("a", "new", claim.token + 100))
    assert orders.done(claim)
    assert bills.begin("a").state == "busy"


@pytest.mark.parametrize("key", ["报/a b.log", "\x00", "half a pair \ud800", "x" * 10_000, "a'; --", "{a}*"])
def test_a_key_is_any_text(make_store: MakeStore, key: str) -> None:
    store = make_store()
    store.done(store.begin(key))

    assert store.begin(key).state == "done"
    assert store.begin(key + "x").state == "new"


def test_an_event_without_an_id_is_refused(make_store: MakeStore) -> None:
    with pytest.raises(InvalidOption, match="cannot be told from another"):
        make_store().begin("")


@pytest.mark.parametrize(
    "options",
    [{"lease": 0}, {"lease": -1}, {"lease": True}, {"lease": "30"}, {"lease": float("nan")}, {"retention": 0},
     {"retention": float("inf")}, {"retention": None}, {"namespace": ""}, {"namespace": None}],
)  # fmt: skip
def test_terms_that_cannot_be_meant_are_refused(make_store: MakeStore, options: dict[str, object]) -> None:
    with pytest.raises(InvalidOption, match=f"{next(iter(options))} of a store"):
        make_store(**options)


def test_a_store_can_be_closed_and_used_again(make_store: MakeStore, request: pytest.FixtureRequest) -> None:
    store = make_store()
    claim = store.begin("a")
    store.close()
    store.close()

    in_memory = "memory" in request.node.callspec.id
    assert store.begin("a").state == ("new" if in_memory else "busy")
    assert store.done(claim)  # the token of the first claim is 1 in a new memory, too
    assert store.begin("a").state == "done"


def test_both_fulfil_the_protocol(make_store: MakeStore) -> None:
    store: Store = make_store()
    assert store.begin("a").state == "new"


# -- threads ----------------------------------------------------------------------------------------------------------


def together(count: int, work: Callable[[], None]) -> None:
    """Have ``count`` threads do it at the same time."""
    barrier = Barrier(count)

    def begin() -> None:
        barrier.wait()
        work()

    threads = [Thread(target=begin) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_threads_that_get_an_event_at_once_one_runs_it(make_store: MakeStore) -> None:
    store = make_store()
    for key in map(str, range(20)):
        states: list[str] = []

        def begin(key: str = key, states: list[str] = states) -> None:
            states.append(store.begin(key).state)

        together(8, begin)
        assert Counter(states) == {"new": 1, "busy": 7}


def test_threads_that_deliver_everything_twice_have_each_effect_once(make_store: MakeStore) -> None:
    store = make_store()
    effects: list[str] = []

    def deliver() -> None:
        for key in map(str, range(50)):
            claim = store.begin(key)
            if claim.state == "new":
                effects.append(key)
                assert store.done(claim)

    together(6, deliver)
    assert sorted(effects) == sorted(map(str, range(50)))
    assert {store.begin(key).state for key in effects} == {"done"}

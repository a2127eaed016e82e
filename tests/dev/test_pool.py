"""The pool alone, over instances that are no processes."""

from __future__ import annotations

import asyncio
from io import StringIO
from typing import cast

import pytest

from fcbridge.dev.console import Console
from fcbridge.dev.pool import Pool
from fcbridge.dev.process import DidNotStart, Instance, Outcome
from fcbridge.gateway import Refusal

pytestmark = pytest.mark.anyio


class Fake:
    """Answers ``<number>:<event>``; the events "hold" and "crash" do what they say."""

    routes: tuple[()] = ()
    seconds = load_seconds = 0.0

    def __init__(self, number: int) -> None:
        self.number = number
        self.alive = True
        self.stopped = False
        self.busy = asyncio.Event()
        self.release = asyncio.Event()

    async def invoke(self, request_id: str, event: bytes, *, fired: bool = False) -> Outcome:
        assert self.alive and not self.busy.is_set(), "one request at a time"
        self.busy.set()
        if event == b"hold":
            await self.release.wait()
        self.busy.clear()
        if event == b"crash":
            self.alive = False
            return Outcome(refusal=Refusal(Refusal.EXITED, "gone"))
        return Outcome(b"%d:%s" % (self.number, event))

    async def stop(self, grace: float) -> None:
        await asyncio.sleep(0)
        self.stopped, self.alive = True, False

    async def kill(self) -> None:
        self.alive = False
        self.release.set()


class Factory:
    """Starts fakes. ``broken`` ones do not start, and with ``held`` none does before ``go``."""

    def __init__(self, *, held: bool = False) -> None:
        self.made: list[Fake] = []
        self.orders = 0
        self.broken = False
        self.go = asyncio.Event()
        if not held:
            self.go.set()

    async def __call__(self, number: int) -> Instance:
        self.orders += 1
        await self.go.wait()
        if self.broken:
            raise DidNotStart(Refusal(Refusal.INIT_FAILED, "broken"), "Traceback")
        self.made.append(Fake(number))
        return cast("Instance", self.made[-1])


def pool_of(factory: Factory, size: int = 1) -> Pool:
    return Pool(factory, size, Console(StringIO(), color=False))


async def settled() -> None:
    """Everything that can go on has gone on."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_one_instance_answers_one_request_after_another() -> None:
    factory = Factory()
    pool = pool_of(factory)
    outcomes = await asyncio.gather(*(pool.invoke("", b"%d" % number) for number in range(50)))
    assert [outcome.payload for outcome in outcomes] == [b"1:%d" % number for number in range(50)]
    assert len(factory.made) == 1


async def test_instances_are_started_as_requests_need_them_up_to_the_size() -> None:
    factory = Factory()
    pool = pool_of(factory, 3)
    held = [asyncio.ensure_future(pool.invoke("", b"hold")) for _ in range(5)]
    await settled()
    assert len(factory.made) == 3
    for _ in range(2):
        for instance in factory.made:
            instance.release.set()
        await settled()
    assert len(await asyncio.gather(*held)) == 5
    assert len(factory.made) == 3


async def test_a_save_lets_the_old_instance_finish_and_the_rest_wait_for_the_new_one() -> None:
    factory = Factory()
    pool = pool_of(factory)
    running = asyncio.ensure_future(pool.invoke("", b"hold"))
    await settled()
    factory.go.clear()
    pool.reload()
    waiting = asyncio.ensure_future(pool.invoke("", b"x"))
    await settled()
    old = factory.made[0]
    assert not waiting.done() and not running.done() and not old.stopped
    old.release.set()
    assert (await running).payload == b"1:hold"
    await settled()
    assert old.stopped
    factory.go.set()
    assert (await waiting).payload == b"2:x"


async def test_a_save_retires_an_idle_instance_at_once() -> None:
    factory = Factory()
    pool = pool_of(factory)
    await pool.invoke("", b"x")
    pool.reload()
    await settled()
    assert factory.made[0].stopped
    assert (await pool.invoke("", b"x")).payload == b"2:x"


async def test_of_several_saves_in_a_row_only_the_last_one_counts() -> None:
    factory = Factory(held=True)
    pool = pool_of(factory)
    waiting = asyncio.ensure_future(pool.invoke("", b"x"))
    for _ in range(5):
        await settled()
        pool.reload()
    factory.go.set()
    assert (await waiting).payload == b"6:x"
    assert len(factory.made) == 1


async def test_requests_that_wait_for_code_that_does_not_start_are_told_so_and_later_ones_try_again() -> None:
    factory = Factory(held=True)
    factory.broken = True
    pool = pool_of(factory)
    waiting = [asyncio.ensure_future(pool.invoke("", b"x")) for _ in range(3)]
    await settled()
    factory.go.set()
    for outcome in await asyncio.gather(*waiting):
        assert outcome.refusal is not None and outcome.refusal.kind == Refusal.INIT_FAILED
        assert outcome.traceback == "Traceback"
    assert factory.orders == 1
    factory.broken = False
    assert (await pool.invoke("", b"x")).payload == b"2:x"


async def test_a_crashed_instance_is_replaced_for_those_who_wait() -> None:
    factory = Factory()
    pool = pool_of(factory)
    crash, after = await asyncio.gather(pool.invoke("", b"crash"), pool.invoke("", b"x"))
    assert crash.refusal is not None and crash.refusal.kind == Refusal.EXITED
    assert after.payload == b"2:x"


async def test_an_instance_that_went_away_while_idle_is_not_asked() -> None:
    factory = Factory()
    pool = pool_of(factory)
    await pool.invoke("", b"x")
    factory.made[0].alive = False
    assert (await pool.invoke("", b"x")).payload == b"2:x"


async def test_closing_stops_every_instance_old_and_new() -> None:
    factory = Factory()
    pool = pool_of(factory, 2)
    running = asyncio.ensure_future(pool.invoke("", b"hold"))
    await settled()
    pool.reload()
    await settled()
    factory.made[0].release.set()
    await running
    await pool.close()
    assert [instance.stopped for instance in factory.made] == [True, True]


async def test_closing_ends_what_does_not_end_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fcbridge.dev.pool._DRAIN", 0)
    factory = Factory()
    pool = pool_of(factory)
    hanging = asyncio.ensure_future(pool.invoke("", b"hold"))
    waiting = asyncio.ensure_future(pool.invoke("", b"x"))
    await settled()
    await pool.close()
    assert not factory.made[0].alive
    assert (await waiting).refusal is not None
    await hanging
    assert (await pool.invoke("", b"x")).refusal is not None


async def test_an_answer_on_which_nobody_waits_any_more_does_not_reach_the_next_request() -> None:
    factory = Factory()
    pool = pool_of(factory)
    given_up = asyncio.ensure_future(pool.invoke("", b"hold"))
    await settled()
    given_up.cancel()
    following = asyncio.ensure_future(pool.invoke("", b"x"))
    await settled()
    assert not following.done()
    factory.made[0].release.set()
    assert (await following).payload == b"1:x"


async def test_closing_while_an_instance_starts_does_not_wait_for_it() -> None:
    factory = Factory(held=True)
    pool = pool_of(factory)
    pool.warm()
    await settled()
    await pool.close()
    assert factory.made == []

"""Waiting: timeouts, locks, queues."""

from __future__ import annotations

import asyncio
import sys

from .catalogue import outcome, probe


async def _never() -> None:
    await asyncio.Event().wait()


async def _value(value: str, turns: int = 1) -> str:
    for _ in range(turns):
        await asyncio.sleep(0)
    return value


@probe
async def sleep_returns_its_result() -> object:
    return [await asyncio.sleep(0, "a"), await asyncio.sleep(0.0005, "b"), await asyncio.sleep(-1, "c")]


@probe
async def wait_for_in_time_and_too_late() -> object:
    async def at_once() -> str:
        return "at once"

    return [
        await asyncio.wait_for(at_once(), 10),
        await asyncio.wait_for(_value("in time"), 10),
        await asyncio.wait_for(_value("without a limit"), None),
        await outcome(asyncio.wait_for(_never(), 0.001)),
        await outcome(asyncio.wait_for(_never(), 0)),
    ]


@probe
async def wait_for_as_the_first_thing_that_is_awaited() -> object:
    return await outcome(asyncio.wait_for(_never(), 0.001))


@probe
async def wait_returns_what_is_done() -> object:
    tasks = [asyncio.create_task(_value(name, turns)) for name, turns in (("a", 1), ("b", 50))]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    first = [[task.result() for task in done], len(pending)]
    done, pending = await asyncio.wait(tasks)
    endless = asyncio.create_task(_never())
    _, late = await asyncio.wait({endless}, timeout=0.001)
    endless.cancel()
    return [first, len(done), len(pending), len(late)]


@probe
async def as_completed_comes_in_order() -> object:
    waiting = [_value("second", 9), _value("first", 1)]
    return [await one for one in asyncio.as_completed(waiting)]


@probe
async def shield_keeps_what_it_shields() -> object:
    inner = asyncio.create_task(_value("inner", 5))
    outer = asyncio.create_task(asyncio.wait_for(asyncio.shield(inner), 0))
    return [await outcome(outer), inner.cancelled(), await inner]


@probe
async def an_event_wakes_who_waits() -> object:
    event = asyncio.Event()
    waiting = [asyncio.create_task(event.wait()) for _ in range(3)]
    asyncio.get_running_loop().call_soon(event.set)
    return [await asyncio.gather(*waiting), event.is_set()]


@probe
async def a_lock_goes_from_one_to_the_next() -> object:
    lock = asyncio.Lock()
    order: list[str] = []

    async def hold(name: str) -> None:
        async with lock:
            order.append(f"{name} in")
            await asyncio.sleep(0)
            order.append(f"{name} out")

    async with lock:
        tasks = [asyncio.create_task(hold(name)) for name in "abc"]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    return [order, lock.locked()]


@probe
async def a_lock_that_is_free_does_not_suspend() -> object:
    async with asyncio.Lock() as entered:
        return entered


@probe
async def a_queue_hands_over_and_is_joined() -> object:
    queue: asyncio.Queue[int] = asyncio.Queue(1)
    got: list[int] = []

    async def consume() -> None:
        while True:
            got.append(await queue.get())
            queue.task_done()

    consumer = asyncio.create_task(consume())
    for number in range(4):
        await queue.put(number)
    await queue.join()
    consumer.cancel()
    return [got, queue.empty(), await outcome(consumer)]


@probe
async def a_condition_notifies() -> object:
    condition = asyncio.Condition()
    seen: list[str] = []

    async def wait(name: str) -> None:
        async with condition:
            await condition.wait()
            seen.append(name)

    tasks = [asyncio.create_task(wait(name)) for name in "ab"]
    await asyncio.sleep(0)
    async with condition:
        condition.notify()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    once = list(seen)
    async with condition:
        condition.notify_all()
    await asyncio.gather(*tasks)
    return [once, seen]


@probe
async def a_semaphore_lets_so_many_in() -> object:
    semaphore = asyncio.BoundedSemaphore(2)
    within = most = 0

    async def enter() -> None:
        nonlocal within, most
        async with semaphore:
            within += 1
            most = max(most, within)
            await asyncio.sleep(0)
            within -= 1

    await asyncio.gather(*(enter() for _ in range(5)))
    return [most, within, semaphore.locked()]


if sys.version_info >= (3, 11):

    @probe
    async def a_timeout_fires_as_the_first_thing_that_is_awaited() -> object:
        try:
            async with asyncio.timeout(0.001) as timeout:
                await _never()
        except TimeoutError as error:
            task = asyncio.current_task()
            assert task is not None
            return [type(error).__name__, timeout.expired(), task.cancelling()]
        return None

    @probe
    async def a_timeout_of_nothing_and_one_that_is_over() -> object:
        loop = asyncio.get_running_loop()

        async def within(when: float | None) -> str:
            async with asyncio.timeout_at(when):
                await asyncio.sleep(0)
                await asyncio.sleep(0)
            return "in time"

        return [await outcome(within(when)) for when in (None, loop.time() + 60, loop.time() - 1)]

    @probe
    async def a_timeout_in_which_nothing_is_awaited() -> object:
        async with asyncio.timeout(60) as timeout:
            before = timeout.expired()
        when = timeout.when()
        return [before, timeout.expired(), when is not None and when > asyncio.get_running_loop().time()]

    @probe
    async def timeouts_in_one_another() -> object:
        seen: list[object] = []
        task = asyncio.current_task()
        assert task is not None
        try:
            async with asyncio.timeout(60) as outer:
                try:
                    async with asyncio.timeout(0.001):
                        await _never()
                except TimeoutError:
                    seen += ["inner", task.cancelling()]
                outer.reschedule(asyncio.get_running_loop().time() + 0.001)
                try:
                    await _never()
                except asyncio.CancelledError:
                    seen += ["cancelled", task.cancelling()]
                    raise
        except TimeoutError:
            seen += ["outer", task.cancelling()]
        return seen

    @probe
    async def a_barrier_waits_for_all() -> object:
        barrier = asyncio.Barrier(3)
        return sorted(await asyncio.gather(*(barrier.wait() for _ in range(3))))

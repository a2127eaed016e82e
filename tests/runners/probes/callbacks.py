"""Callbacks and timers: their order, and that they are called though no request suspends."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from .catalogue import probe, steps


@probe
async def callbacks_come_between_the_steps_of_a_request() -> object:
    loop = asyncio.get_running_loop()
    order: list[str] = []

    async def child() -> None:
        order.append("task, step 1")
        await asyncio.sleep(0)
        order.append("task, step 2")

    loop.call_soon(order.append, "soon 1")
    task = asyncio.create_task(child())
    loop.call_soon(order.append, "soon 2")
    order.append("request, step 1")
    await asyncio.sleep(0)
    order.append("request, step 2")
    loop.call_soon(order.append, "soon 3")
    await asyncio.sleep(0)
    order.append("request, step 3")
    await task
    return order


@probe
async def done_callbacks_come_in_order() -> object:
    order: list[str] = []

    async def child() -> None:
        order.append("task")

    task = asyncio.create_task(child())
    task.add_done_callback(lambda _: order.append("callback 1"))
    task.add_done_callback(lambda _: order.append("callback 2"))
    await task
    order.append("request")
    await asyncio.sleep(0)
    return order


@probe
async def timers_come_by_their_time() -> object:
    loop = asyncio.get_running_loop()
    order: list[str] = []
    now = loop.time()
    loop.call_at(now + 0.004, order.append, "last")
    loop.call_later(0.002, order.append, "second")
    cancelled = loop.call_later(0.001, order.append, "cancelled")
    loop.call_later(0, order.append, "first")
    cancelled.cancel()
    await asyncio.sleep(0.01)
    return [order, cancelled.cancelled()]


@steps(2)
async def callbacks_of_a_request_that_never_suspends_are_called(step: int) -> object:
    loop = asyncio.get_running_loop()
    if step == 0:
        _seen.clear()
        loop.call_soon(_seen.append, "soon")
        loop.call_soon(lambda: loop.call_soon(_seen.append, "soon by soon"))
        loop.call_soon_threadsafe(_seen.append, "threadsafe")
        loop.call_later(0, _seen.append, "later")
    return sorted(_seen)


@steps(3)
async def a_timer_that_is_due_has_been_called_by_the_next_request(step: int) -> object:
    loop = asyncio.get_running_loop()
    if step == 0:
        _seen.clear()
        loop.call_later(0.001, _seen.append, "timer")
    elif step == 1:
        until = loop.time() + 0.003
        while loop.time() < until:  # never suspends
            pass
        return len(_seen) <= 1
    return list(_seen) if step == 2 else None


@steps(3)
async def a_sleeping_task_wakes_between_requests_that_never_suspend(step: int) -> object:
    loop = asyncio.get_running_loop()
    if step == 0:
        _seen.clear()

        async def sleeper() -> None:
            await asyncio.sleep(0.001)
            _seen.append("awake")

        _kept.append(asyncio.create_task(sleeper()))
    elif step == 1:
        until = loop.time() + 0.003
        while loop.time() < until:
            pass
    else:
        return [list(_seen), _kept.pop().done()]
    return None


@steps(2)
async def done_callbacks_of_a_request_that_never_suspends_are_called(step: int) -> object:
    if step == 0:
        _seen.clear()
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        future.add_done_callback(lambda done: _seen.append(f"done {done.done()}"))
        future.set_result(None)
    return list(_seen)


@steps(2)
async def a_thread_wakes_the_loop(step: int) -> object:
    loop = asyncio.get_running_loop()
    event = asyncio.Event()
    thread = threading.Thread(target=loop.call_soon_threadsafe, args=(event.set,))
    thread.start()
    if step == 1:
        thread.join()  # its callback waits before the request does
    await event.wait()
    thread.join()
    return event.is_set()


@steps(2)
async def a_callback_that_raises_is_told_to_the_exception_handler(step: int) -> object:
    loop = asyncio.get_running_loop()
    if step == 0:
        _seen.clear()

        def note(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            _seen.append(f"{type(context['exception']).__name__} in {context['message'].split('(')[0].split('<')[0]}")

        def fails() -> None:
            raise LookupError

        loop.set_exception_handler(note)
        loop.call_soon(fails)
        return loop.get_exception_handler() is note
    loop.set_exception_handler(None)
    return _seen


@steps(2)
async def a_failed_task_that_nobody_awaits_is_told_to_the_exception_handler(step: int) -> object:
    loop = asyncio.get_running_loop()
    if step == 0:
        _seen.clear()

        def note(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            _seen.append(f"{context['message']}: {type(context.get('exception')).__name__}")

        async def fails() -> None:
            raise LookupError

        loop.set_exception_handler(note)
        await asyncio.wait({asyncio.create_task(fails())})
    else:
        import gc

        gc.collect()
        loop.set_exception_handler(None)
    return list(_seen) if step else None


@steps(1)
async def cancelled_timers_do_not_pile_up(step: int) -> object:
    """A loop forgets them when half of more than a hundred are cancelled; see the test of many requests."""
    loop = asyncio.get_running_loop()
    for _ in range(300):
        loop.call_later(3600, int).cancel()
    await asyncio.sleep(0)
    return len(getattr(loop, "_scheduled")) < 110  # noqa: B009  # no part of an event loop's interface


_seen: list[str] = []
_kept: list[asyncio.Task[None]] = []

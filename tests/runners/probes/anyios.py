"""What anyio makes of the loop and of the current task: scopes, groups, threads, locks, streams."""

from __future__ import annotations

import math
import sys
import threading

import anyio
import anyio.abc
import anyio.from_thread
import anyio.lowlevel
import anyio.to_thread

from .catalogue import outcome, probe, steps


@probe
async def a_scope_is_over_in_time() -> object:
    with anyio.move_on_after(0.001) as scope:
        await anyio.sleep_forever()
    return [scope.cancelled_caught, scope.cancel_called]


@probe
async def a_scope_that_is_not_needed() -> object:
    with anyio.move_on_after(60) as scope:
        pass
    with anyio.fail_after(60):
        await anyio.sleep(0)
    return [scope.cancelled_caught, anyio.current_effective_deadline() == math.inf]


@probe
async def fail_after_raises() -> object:
    async def late() -> None:
        with anyio.fail_after(0.001):
            await anyio.sleep_forever()

    result = await outcome(late())
    return [result, anyio.current_effective_deadline() == math.inf]


@probe
async def a_scope_is_cancelled_by_hand_and_shields() -> object:
    seen: list[str] = []
    with anyio.CancelScope() as outer:
        outer.cancel()
        with anyio.CancelScope(shield=True):
            await anyio.sleep(0)
            seen.append("shielded")
        await anyio.sleep(0)
        seen.append("never")
    return [seen, outer.cancelled_caught]


@probe
async def the_current_task_is_the_same() -> object:
    first = anyio.get_current_task()
    await anyio.sleep(0)
    return [first == anyio.get_current_task(), first.parent_id is None, first.name is not None]


@probe
async def a_group_waits_and_starts() -> object:
    seen: list[str] = []

    async def service(*, task_status: anyio.abc.TaskStatus[str]) -> None:
        await anyio.sleep(0)
        task_status.started("ready")
        await anyio.sleep_forever()

    async def child(name: str) -> None:
        await anyio.sleep(0)
        seen.append(name)

    async with anyio.create_task_group() as group:
        seen.append(await group.start(service))
        group.start_soon(child, "a")
        group.start_soon(child, "b")
        await anyio.sleep(0.001)
        group.cancel_scope.cancel()
    return sorted(seen)


@probe
async def a_group_cancels_when_a_task_fails() -> object:
    seen: list[str] = []

    async def fails() -> None:
        raise LookupError("failed")

    async def waits() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            seen.append("ends")

    async def group() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(waits)
            await anyio.sleep(0)
            tasks.start_soon(fails)

    try:
        await group()
    except Exception as error:
        errors = getattr(error, "exceptions", ())
        return [type(error).__name__, [str(one) for one in errors], seen]
    return None


@probe
async def a_group_without_a_suspension_of_its_own() -> object:
    seen: list[int] = []

    async def child(number: int) -> None:
        seen.append(number)

    async with anyio.create_task_group() as group:
        for number in range(3):
            group.start_soon(child, number)
    return seen


@probe
async def threads_and_the_way_back() -> object:
    own = threading.get_ident()

    async def back(number: int) -> int:
        await anyio.sleep(0)
        return number + 1 if threading.get_ident() == own else -1

    def run() -> object:
        return [anyio.from_thread.run(back, 1), anyio.from_thread.run_sync(threading.get_ident) == own]

    return [await anyio.to_thread.run_sync(run), await anyio.to_thread.run_sync(threading.get_ident) == own]


@steps(4)
async def a_worker_thread_serves_one_request_after_the_other(step: int) -> object:
    """Where each request had one of its own, nothing that a thread keeps would be there for the next."""
    thread = await anyio.to_thread.run_sync(threading.current_thread)
    if step == 0:
        _threads.clear()
    _threads.append(thread)
    return [thread is _threads[0], _threads[0].is_alive()]


@probe
async def a_thread_can_be_left_behind() -> object:
    released = threading.Event()
    with anyio.move_on_after(0.001) as scope:
        await anyio.to_thread.run_sync(released.wait, abandon_on_cancel=True)
    released.set()
    return scope.cancelled_caught


@probe
async def a_portal_from_a_thread() -> object:
    async def back() -> bool:
        await anyio.sleep(0)
        return threading.get_ident() == own

    own = threading.get_ident()
    seen: list[bool] = []
    async with anyio.from_thread.BlockingPortal() as portal:
        seen.append(await anyio.to_thread.run_sync(portal.call, back))
    return seen


@probe
async def locks_events_and_limiters() -> object:
    lock, event, limiter = anyio.Lock(), anyio.Event(), anyio.CapacityLimiter(1)
    seen: list[object] = []

    async def child() -> None:
        async with lock:
            seen.append("lock")
        await event.wait()
        async with limiter:
            seen.append("limiter")

    async with anyio.create_task_group() as group, limiter:
        async with lock:
            group.start_soon(child)
            await anyio.sleep(0)
            owner = lock.statistics().owner
            seen.append(owner is not None and owner.name == anyio.get_current_task().name)
        event.set()
        await anyio.sleep(0)
        seen.append(limiter.borrowed_tokens)
        group.start_soon(event.wait)
    return seen


@probe
async def a_lock_of_one_s_own_cannot_be_taken_twice() -> object:
    lock = anyio.Lock()
    async with lock:
        return await outcome(lock.acquire())


@probe
async def streams_in_memory() -> object:
    send, receive = anyio.create_memory_object_stream[int](1)
    got: list[int] = []

    async def consume() -> None:
        async with receive:
            async for number in receive:
                got.append(number)

    async with anyio.create_task_group() as group:
        group.start_soon(consume)
        async with send:
            for number in range(4):
                await send.send(number)
    return got


@probe
async def checkpoints_let_others_run() -> object:
    order: list[str] = []

    async def child() -> None:
        order.append("child")

    async with anyio.create_task_group() as group:
        group.start_soon(child)
        order.append("request")
        await anyio.lowlevel.checkpoint()
        order.append("request again")
    return order


@probe
async def a_process_is_run_by_anyio() -> object:
    done = await anyio.run_process([sys.executable, "-I", "-S", "-c", "print('hello')"])
    return [done.returncode, done.stdout.decode().strip()]


_threads: list[threading.Thread] = []

"""The current task, and tasks that a request makes."""

from __future__ import annotations

import asyncio
import re
import sys
from typing import Any

from .catalogue import outcome, probe, steps


def _name(task: asyncio.Task[Any] | None) -> str | None:
    return None if task is None else re.sub(r"\d+", "N", task.get_name())


async def _nothing() -> None:
    pass


def _members(group: Exception) -> str:
    """The exceptions in an ExceptionGroup, a type that 3.10 does not know."""
    return f"{type(group).__name__} of {getattr(group, 'exceptions', None)!r}"


async def _named() -> str | None:
    await asyncio.sleep(0)
    return _name(asyncio.current_task())


@probe
async def current_task_never_suspended() -> object:
    task = asyncio.current_task()
    return [isinstance(task, asyncio.Task), _name(task), task is asyncio.current_task(asyncio.get_running_loop())]


@probe
async def current_task_before_and_after_an_await() -> object:
    before = asyncio.current_task()
    await asyncio.sleep(0)
    between = asyncio.current_task()
    await asyncio.to_thread(int)
    return [before is between, between is asyncio.current_task(), _name(before)]


@probe
async def current_task_is_among_all_tasks() -> object:
    return asyncio.current_task() in asyncio.all_tasks()


@probe
async def current_task_is_pending() -> object:
    task = asyncio.current_task()
    assert task is not None
    return [task.done(), task.cancelled(), task.get_loop() is asyncio.get_running_loop()]


@probe
async def current_task_has_a_stack() -> object:
    task = asyncio.current_task()
    assert task is not None
    before = len(task.get_stack()) > 0
    await asyncio.sleep(0)
    return [before, len(task.get_stack()) > 0]


@probe
async def current_task_can_be_renamed() -> object:
    task = asyncio.current_task()
    assert task is not None
    task.set_name("a request")
    await asyncio.sleep(0)
    return _name(asyncio.current_task())


@probe
async def all_tasks_has_what_was_made() -> object:
    before = asyncio.all_tasks()
    made = [asyncio.create_task(_nothing()), asyncio.create_task(asyncio.sleep(0))]
    seen = len(asyncio.all_tasks() - before)
    await asyncio.gather(*made)
    return [seen, len(asyncio.all_tasks() - before)]


@probe
async def made_tasks_have_names_and_themselves() -> object:
    return [await asyncio.create_task(_named()), await asyncio.create_task(_named(), name="mine")]


@probe
async def a_made_task_starts_after_its_maker_suspends() -> object:
    order: list[str] = []

    async def child() -> None:
        order.append("child")

    task = asyncio.create_task(child())
    order.append("maker")
    await task
    return order


@steps(2)
async def a_made_task_runs_though_the_request_never_suspends(step: int) -> object:
    if step == 0:
        _ran.clear()

        async def child() -> None:
            _ran.append("first step")
            await asyncio.sleep(0)
            _ran.append("second step")

        _kept.append(asyncio.create_task(child()))
        return list(_ran)
    return [list(_ran), _kept.pop().done()]


@steps(2)
async def the_request_s_own_task_calls_back_when_it_is_done(step: int) -> object:
    if step == 0:
        _ran.clear()
        task = asyncio.current_task()
        assert task is not None
        task.add_done_callback(lambda ended: _ran.append(f"{ended is task} {ended.done()} {ended.cancelled()}"))
    return list(_ran)


@steps(2)
async def a_kept_task_of_a_request_is_done_later(step: int) -> object:
    task = asyncio.current_task()
    assert task is not None
    if step == 0:
        _kept[:] = [task]
        return None
    before = _kept.pop()
    return [before is task, before.done(), before.cancelled(), before in asyncio.all_tasks()]


@steps(2)
async def ensure_future_and_wrap_future(step: int) -> object:
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    if step == 0:
        future.set_result("set before it was awaited")
    else:
        asyncio.get_running_loop().call_soon(future.set_result, "set while it was awaited")
    return [await future, await asyncio.ensure_future(_named())]


@steps(3)
async def a_task_factory_makes_the_tasks(step: int) -> object:
    loop = asyncio.get_running_loop()
    if step == 0:
        _ran.clear()

        def factory(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
            _ran.append(coroutine.__name__)
            return asyncio.Task(coroutine, loop=loop, **options)

        loop.set_task_factory(factory)
    elif step == 2:
        loop.set_task_factory(None)
    await asyncio.create_task(_nothing())
    return [loop.get_task_factory() is not None, _ran.count("_nothing")]


@probe
async def gathered_tasks_and_their_exceptions() -> object:
    async def fails() -> None:
        raise LookupError("failed")

    return [
        await asyncio.gather(_named(), asyncio.sleep(0, "slept")),
        await outcome(asyncio.gather(fails(), asyncio.sleep(0))),
        [str(one) for one in await asyncio.gather(fails(), asyncio.sleep(0, 1), return_exceptions=True)],
    ]


if sys.version_info >= (3, 11):

    @probe
    async def a_task_group_waits_for_its_tasks() -> object:
        order: list[str] = []

        async def child(name: str) -> None:
            order.append(f"{name} begins")
            await asyncio.sleep(0)
            order.append(f"{name} ends")

        async with asyncio.TaskGroup() as group:
            group.create_task(child("a"))
            group.create_task(child("b"))
            order.append("body")
        return order

    @probe
    async def a_task_group_cancels_its_body_when_a_task_fails() -> object:
        seen: list[str] = []

        async def fails() -> None:
            raise LookupError("failed")

        async def waits() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                seen.append("waiting task ends")

        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(waits())
                group.create_task(fails())
                try:
                    await asyncio.Event().wait()
                finally:
                    seen.append("body ends")
        except Exception as group_of_errors:
            seen.append(_members(group_of_errors))
        task = asyncio.current_task()
        assert task is not None
        return [seen, task.cancelling()]

    @probe
    async def a_task_group_without_a_suspension_of_its_own() -> object:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_named()) for _ in range(3)]
        return [task.result() for task in tasks]

    @probe
    async def the_exceptions_of_a_group_are_together() -> object:
        async def fails(kind: type[Exception]) -> None:
            raise kind("failed")

        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(fails(OSError))
                group.create_task(fails(LookupError))
        except Exception as group_of_errors:
            return _members(group_of_errors)
        return None

    @probe
    async def a_task_in_a_context_of_its_own() -> object:
        import contextvars

        variable: contextvars.ContextVar[str] = contextvars.ContextVar("of a task", default="unset")
        context = contextvars.copy_context()

        async def child() -> None:
            variable.set("by the child")

        await asyncio.create_task(child(), context=context)
        return [variable.get(), context[variable]]


if sys.version_info >= (3, 12):

    @probe
    async def eager_tasks_run_at_once() -> object:
        loop = asyncio.get_running_loop()
        order: list[object] = []

        async def child(suspends: bool) -> None:
            order.append(_name(asyncio.current_task()))
            if suspends:
                await asyncio.sleep(0)
            order.append("child ends")

        task = asyncio.current_task()
        loop.set_task_factory(asyncio.eager_task_factory)
        try:
            first = asyncio.create_task(child(False), name="a")
            order.append(first.done())
            second = asyncio.create_task(child(True), name="b")
            order += [second.done(), asyncio.current_task() is task]
            await second
        finally:
            loop.set_task_factory(None)
        return [order, asyncio.current_task() is task]

    @steps(3)
    async def an_eager_task_factory_stays_for_later_requests(step: int) -> object:
        loop = asyncio.get_running_loop()
        if step == 0:
            loop.set_task_factory(asyncio.eager_task_factory)
        elif step == 2:
            loop.set_task_factory(None)
        child = asyncio.create_task(_nothing())
        seen = [child.done(), _name(asyncio.current_task())]
        await child
        return seen


_ran: list[str] = []
_kept: list[asyncio.Task[Any]] = []

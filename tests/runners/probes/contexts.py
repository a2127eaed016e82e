"""Context variables: what is set where, and who sees it."""

from __future__ import annotations

import asyncio
import contextvars
import sys

from ..asgi_apps import Receive, Scope, Send
from .catalogue import probe, refusal, steps, tell, whole

VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("of the probes", default="unset")


async def _endpoint(scope: Scope, receive: Receive, send: Send) -> None:
    seen = VARIABLE.get()
    VARIABLE.set("by the endpoint")
    await asyncio.sleep(0)
    await tell(send, [seen, VARIABLE.get()])


async def _middleware(scope: Scope, receive: Receive, send: Send) -> None:
    token = VARIABLE.set("by the middleware")
    await _endpoint(scope, receive, send)
    assert VARIABLE.get() == "by the endpoint"
    VARIABLE.reset(token)  # raises where this is another context than before
    assert VARIABLE.get() == "unset"


whole("a_middleware_sets_and_resets_a_variable", _middleware)


@probe
async def a_variable_of_one_request_is_not_seen_by_the_next() -> object:
    before = VARIABLE.get()
    VARIABLE.set("by a request")
    return [before, VARIABLE.get()]


@probe
async def a_variable_of_a_suspended_request_is_not_seen_by_the_next() -> object:
    before = VARIABLE.get()
    VARIABLE.set("by a request")
    await asyncio.sleep(0)
    return [before, VARIABLE.get()]


@probe
async def a_token_resets_before_and_after_an_await() -> object:
    first = VARIABLE.set("first")
    VARIABLE.reset(first)
    second = VARIABLE.set("second")
    await asyncio.sleep(0)
    seen = VARIABLE.get()
    VARIABLE.reset(second)
    return [seen, VARIABLE.get()]


@probe
async def a_task_sees_its_maker_s_variable_and_keeps_its_own() -> object:
    async def child() -> str:
        seen = VARIABLE.get()
        VARIABLE.set("by the child")
        await asyncio.sleep(0)
        return f"{seen}, then {VARIABLE.get()}"

    VARIABLE.set("by the maker")
    task = asyncio.create_task(child())
    VARIABLE.set("later")
    return [await task, VARIABLE.get()]


@probe
async def callbacks_see_the_variable_of_whom_they_were_made_by() -> object:
    loop = asyncio.get_running_loop()
    seen: list[str] = []

    def note() -> None:
        seen.append(VARIABLE.get())
        VARIABLE.set("by a callback")

    VARIABLE.set("first")
    loop.call_soon(note)
    VARIABLE.set("second")
    loop.call_later(0, note)
    VARIABLE.set("third")
    loop.call_soon_threadsafe(note)
    await asyncio.sleep(0.001)
    return [sorted(seen), VARIABLE.get()]


@steps(2)
async def a_callback_of_a_request_that_never_suspends_sees_its_variable(step: int) -> object:
    if step == 0:
        _seen.clear()
        VARIABLE.set("by the first request")
        asyncio.get_running_loop().call_soon(lambda: _seen.append(VARIABLE.get()))
        return None
    return [_seen, VARIABLE.get()]


@probe
async def a_thread_sees_the_variable_and_keeps_its_own() -> object:
    def run() -> str:
        seen = VARIABLE.get()
        VARIABLE.set("by the thread")
        return seen

    VARIABLE.set("by the request")
    in_thread = await asyncio.to_thread(run)
    in_executor = await asyncio.get_running_loop().run_in_executor(None, run)
    return [in_thread, in_executor in ("unset", "by the thread"), VARIABLE.get()]


@probe
async def a_copied_context_keeps_the_variable() -> object:
    VARIABLE.set("copied")
    copied = contextvars.copy_context()
    VARIABLE.set("later")
    await asyncio.sleep(0)
    return [copied.run(VARIABLE.get), copied[VARIABLE], VARIABLE.get()]


@steps(2)
async def the_request_s_context_is_entered(step: int) -> object:
    """A context that is entered cannot be entered again; a copy of it can."""
    if sys.version_info >= (3, 12):
        task = asyncio.current_task()
        assert task is not None
        context = task.get_context()
        VARIABLE.set("by the request")
        seen = context.get(VARIABLE)
        entered = refusal(context.run, int)
        await asyncio.sleep(0)
        return [seen, entered is not None, context.get(VARIABLE), context.copy().run(VARIABLE.get)]
    return contextvars.copy_context().run(VARIABLE.get)


_seen: list[str] = []

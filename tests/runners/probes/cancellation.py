"""Cancellation: of oneself, of others, and what it leaves behind."""

from __future__ import annotations

import asyncio
import sys

from ..asgi_apps import Receive, Scope, Send
from .catalogue import outcome, probe, steps, tell, whole


def _own() -> asyncio.Task[object]:
    task = asyncio.current_task()
    assert task is not None
    return task


def _requests(task: asyncio.Task[object]) -> int:
    """How many cancellations a task was asked for; there is no such count in 3.10."""
    if sys.version_info >= (3, 11):
        return task.cancelling()
    return 0


@probe
async def a_request_cancels_itself_and_notices_at_the_next_await() -> object:
    task = _own()
    cancelled = task.cancel("by itself")
    seen: list[object] = [cancelled, task.cancelled(), _requests(task)]
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError as error:
        seen += [list(error.args), _requests(task)]
    if sys.version_info >= (3, 11):
        seen += [task.uncancel()]
    await asyncio.sleep(0)
    return [*seen, task.cancelled(), _requests(task)]


@probe
async def a_request_is_cancelled_by_its_task_while_it_waits() -> object:
    task = _own()

    async def child() -> None:
        task.cancel("by the child")

    kept = asyncio.create_task(child())
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError as error:
        return [list(error.args), kept.done()]
    return None


@probe
async def a_request_is_cancelled_by_a_callback_while_it_waits() -> object:
    asyncio.get_running_loop().call_soon(_own().cancel)
    return await outcome(asyncio.sleep(3600))


async def _cancels_itself_and_answers(scope: Scope, receive: Receive, send: Send) -> None:
    _own().cancel()
    await tell(send, "answered though it was cancelled")


async def _cancels_itself_and_awaits(scope: Scope, receive: Receive, send: Send) -> None:
    _own().cancel()
    await asyncio.sleep(0)
    await tell(send, "never")


async def _raises_a_cancellation(scope: Scope, receive: Receive, send: Send) -> None:
    raise asyncio.CancelledError


async def _is_cancelled_after_its_answer(scope: Scope, receive: Receive, send: Send) -> None:
    await tell(send, "answered, then cancelled")
    _own().cancel()
    await asyncio.sleep(0)


whole("a_request_that_cancels_itself_can_still_answer", _cancels_itself_and_answers)
whole("a_request_that_is_cancelled_after_its_answer_has_answered", _is_cancelled_after_its_answer)
whole("a_cancellation_that_nobody_catches_is_a_server_error", _cancels_itself_and_awaits, 500)
whole("a_cancellation_that_is_raised_is_a_server_error", _raises_a_cancellation, 500)


async def _answers_what_a_finished_task_left(scope: Scope, receive: Receive, send: Send) -> None:
    """The cancellation of one request is not that of the next."""
    task = _own()
    seen: list[object] = [task.cancelled(), _requests(task)]
    await asyncio.sleep(0)
    await tell(send, [*seen, task.cancelled()])


whole("a_request_after_those_is_not_cancelled", _answers_what_a_finished_task_left)


@probe
async def a_cancelled_task_ends() -> object:
    seen: list[str] = []

    async def child() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("tidied up")

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    task.cancel("enough")
    return [(await _how_it_ended(task)), task.cancelled(), seen]


async def _how_it_ended(task: asyncio.Task[None]) -> object:
    # The text is that of the error since 3.11 and lost on the way before.
    result = await outcome(task)
    return result[0] if isinstance(result, list) else result  # pyright: ignore[reportUnknownVariableType]


@probe
async def a_task_cancelled_before_it_starts_never_runs() -> object:
    ran: list[str] = []

    async def child() -> None:
        ran.append("child")

    task = asyncio.create_task(child())
    task.cancel()
    await asyncio.wait({task})
    return [task.cancelled(), ran]


@steps(2)
async def a_task_that_a_request_cancels_and_leaves_is_cancelled(step: int) -> object:
    if step == 0:
        _kept.append(asyncio.create_task(asyncio.sleep(3600)))
        _kept[0].cancel()
        return None
    return _kept.pop().cancelled()


if sys.version_info >= (3, 11):

    @probe
    async def cancellations_are_counted() -> object:
        task = _own()
        counts = [task.cancelling()]
        task.cancel()
        task.cancel()
        counts.append(task.cancelling())
        counts.append(task.uncancel())
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            counts.append(task.cancelling())
        counts.append(task.uncancel())
        await asyncio.sleep(0)
        return [*counts, task.cancelling()]

    @probe
    async def a_cancelled_body_cancels_its_task_group() -> object:
        seen: list[str] = []

        async def child() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                seen.append("child ends")

        task = _own()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(child())
                asyncio.get_running_loop().call_later(0.001, task.cancel)
                await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append("cancelled")
        return [seen, task.cancelling(), task.uncancel()]


_kept: list[asyncio.Task[None]] = []

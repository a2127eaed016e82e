"""The running loop, and what it refuses while it runs."""

from __future__ import annotations

import asyncio
import sys

from .catalogue import probe, refusal, steps


async def _nothing() -> None:
    pass


def _refused(run: str) -> object:
    coroutine = _nothing()
    try:
        loop = asyncio.get_running_loop()
        return refusal(asyncio.run if run == "asyncio.run" else getattr(loop, run), coroutine)
    finally:
        coroutine.close()


@probe
async def the_running_loop_never_suspended() -> object:
    loop = asyncio.get_running_loop()
    return [
        isinstance(loop, asyncio.SelectorEventLoop),
        loop.is_running(),
        loop.is_closed(),
        loop.get_debug(),
        asyncio.get_event_loop() is loop,
        asyncio._get_running_loop() is loop,  # pyright: ignore[reportPrivateUsage]
    ]


@steps(3)
async def the_loop_is_the_same_for_all_requests(step: int) -> object:
    loop = asyncio.get_running_loop()
    if step == 0:
        _loops.clear()
    _loops.append(loop)
    await asyncio.sleep(0)
    return [loop is asyncio.get_running_loop(), loop is _loops[0]]


@probe
async def the_loop_s_time_goes_on() -> object:
    loop = asyncio.get_running_loop()
    before = loop.time()
    await asyncio.sleep(0.001)
    return loop.time() - before > 0.0005


@probe
async def asyncio_run_is_refused() -> object:
    first = _refused("asyncio.run")
    await asyncio.sleep(0)
    return [first, _refused("asyncio.run")]


@probe
async def run_until_complete_is_refused() -> object:
    first = _refused("run_until_complete")
    await asyncio.sleep(0)
    return [first, _refused("run_until_complete")]


@probe
async def close_is_refused() -> object:
    loop = asyncio.get_running_loop()
    # Not run_forever: Python 3.13 refuses it, but forgets on the way out that the loop runs.
    return [refusal(loop.close), loop.is_running(), loop.is_closed()]


@probe
async def another_loop_does_not_run_inside() -> object:
    loop = asyncio.new_event_loop()
    coroutine = _nothing()
    try:
        return refusal(loop.run_until_complete, coroutine)
    finally:
        coroutine.close()
        loop.close()


@probe
async def another_loop_runs_in_a_thread() -> object:
    def run() -> bool:
        outside: list[asyncio.AbstractEventLoop] = []

        async def main() -> None:
            await asyncio.sleep(0)
            outside.append(asyncio.get_running_loop())

        asyncio.run(main())
        return outside[0] is loop

    loop = asyncio.get_running_loop()
    return [await asyncio.to_thread(run), asyncio.get_running_loop() is loop]


if sys.version_info >= (3, 11):

    @probe
    async def a_runner_is_refused() -> object:
        coroutine = _nothing()
        try:
            return refusal(asyncio.Runner().run, coroutine)
        finally:
            coroutine.close()


@steps(4)
async def debug_mode_holds_for_later_requests(step: int) -> object:
    loop = asyncio.get_running_loop()
    before = [loop.get_debug(), sys.get_coroutine_origin_tracking_depth()]
    if step == 0:
        loop.set_debug(True)
    elif step == 2:
        loop.set_debug(False)
    await asyncio.sleep(0)
    after = [loop.get_debug(), sys.get_coroutine_origin_tracking_depth()]
    return [before, after]


@steps(3)
async def debug_mode_of_requests_that_never_suspend(step: int) -> object:
    loop = asyncio.get_running_loop()
    if step == 0:
        loop.set_debug(True)
    elif step == 1:
        # Only in debug mode does a loop look who calls.
        import threading

        seen: list[object] = []
        thread = threading.Thread(target=lambda: seen.append(refusal(loop.call_soon, int)))
        thread.start()
        thread.join()
        loop.set_debug(False)
        return seen
    return loop.get_debug()


@probe
async def no_exception_is_being_handled() -> object:
    first = sys.exc_info()[0]
    await asyncio.sleep(0)
    return [first, sys.exc_info()[0]]


@probe
async def no_coroutine_origin_is_tracked() -> object:
    return [sys.get_coroutine_origin_tracking_depth(), _nothing_s_origin()]


def _nothing_s_origin() -> object:
    coroutine = _nothing()
    coroutine.close()
    return getattr(coroutine, "cr_origin")  # noqa: B009  # which a type without the frame does not have


_loops: list[asyncio.AbstractEventLoop] = []

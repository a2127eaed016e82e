"""An app that never suspends is run by its first step alone. The loop goes on all the same, and nothing is left."""

from __future__ import annotations

import asyncio
import contextvars
import sys
import threading
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest

from fcbridge.errors import AppProtocolError
from fcbridge.runners.asgi import AsgiRunner

from .asgi_apps import App, Living, Receive, Scope, Send, answer, hello, request, running
from .traces import Traces

VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("of the caller", default="unset")


class Noting:
    """Notes the loop, does something to it, and answers without a suspension."""

    def __init__(self, act: Callable[[], object] = int) -> None:
        self.act = act
        self.loop: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.loop = asyncio.get_running_loop()
        self.act()
        await answer(send)


def raising(error: type[BaseException], suspends: bool) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if suspends:
            await asyncio.sleep(0)
        raise error

    return app


# -- the loop goes on -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pause", [0, 1e-9], ids=["by turns", "by a timer"])
def test_a_task_of_the_lifespan_makes_progress_though_no_request_suspends(pause: float) -> None:
    class Ticking(Living):
        ticks = 0

        async def startup(self) -> None:
            self.task = asyncio.create_task(self.tick())

        async def tick(self) -> None:
            while True:
                self.ticks += 1
                await asyncio.sleep(pause)

    app = Ticking()
    with running(app, lifespan="on") as runner:
        runner.start()
        before = app.ticks
        for _ in range(100):
            runner(request())
        assert app.ticks >= before + 100


def test_cancelled_timers_do_not_pile_up() -> None:
    def limit() -> None:
        asyncio.get_running_loop().call_later(3600, int).cancel()

    app = Noting(limit)
    with running(app) as runner:
        for _ in range(1000):
            runner(request())
        # A loop forgets them when they are more than a hundred, and more than half of all timers.
        assert len(app.loop._scheduled) < 110


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.timeout is of Python 3.11")
def test_timeouts_that_are_not_needed_do_not_pile_up() -> None:
    loops: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        loops[:] = [asyncio.get_running_loop()]
        if sys.version_info >= (3, 11):
            async with asyncio.timeout(3600):
                await answer(send)

    with running(app) as runner:
        for _ in range(1000):
            runner(request())
        assert len(loops[0]._scheduled) < 110


def test_a_callback_from_another_thread_is_called_though_no_request_suspends() -> None:
    called = threading.Event()
    app = Noting()
    with running(app) as runner:
        runner(request())
        app.loop.call_soon_threadsafe(called.set)
        runner(request())
        assert called.is_set()


def test_a_signal_handler_of_the_loop_is_called_though_no_request_suspends() -> None:
    import signal

    called: list[str] = []

    def handle() -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, called.append, "called")

    app = Noting(handle)
    with running(app) as runner:
        runner(request())
        app.act = int
        signal.raise_signal(signal.SIGUSR1)
        runner(request())
        assert called == ["called"]
        app.loop.remove_signal_handler(signal.SIGUSR1)


def test_generators_that_are_not_ended_are_closed_by_the_stop() -> None:
    closed: list[str] = []
    kept: list[AsyncGenerator[int]] = []

    async def numbers() -> AsyncGenerator[int]:
        try:
            yield 1
        finally:
            await asyncio.sleep(0)
            closed.append("closed")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        kept.append(numbers())
        await kept[0].__anext__()  # does not suspend
        await answer(send)

    with running(app) as runner:
        runner(request())
        assert closed == []
    assert closed == ["closed"]


# -- nothing is left behind -------------------------------------------------------------------------------------------


def test_after_a_call_the_loop_does_not_run_and_has_no_task() -> None:
    app = Noting()
    with running(app) as runner:
        for _ in range(3):
            runner(request())
            assert not app.loop.is_running()
            assert asyncio.current_task(app.loop) is None
            assert asyncio.all_tasks(app.loop) == set()


@pytest.mark.parametrize("suspends", [False, True], ids=["in the first step", "in a later step"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interruption_leaves_thread_and_loop_clean(error: type[BaseException], suspends: bool) -> None:
    noting = Noting()
    app = Living(interrupted=raising(error, suspends), note=noting)
    with running(app, lifespan="on") as runner:
        runner.start()
        before = Traces.now()
        for _ in range(3):
            with pytest.raises(error):
                runner(request("/interrupted"))
            assert Traces.now() == before
            assert runner(request()).body == b"hello"
        runner(request("/note"))
        assert len(asyncio.all_tasks(noting.loop)) == 1  # the lifespan's


@pytest.mark.parametrize("suspends", [False, True], ids=["in the first step", "in a later step"])
def test_an_exception_leaves_the_thread_clean(suspends: bool) -> None:
    with running(raising(LookupError, suspends)) as runner:
        before = Traces.now()
        with pytest.raises(LookupError):
            runner(request())
        assert Traces.now() == before


def test_a_caller_who_handles_an_exception_still_handles_it_afterwards() -> None:
    with running(hello) as runner:
        try:
            raise LookupError
        except LookupError as error:
            runner(request())
            assert sys.exc_info()[1] is error


def test_the_app_sees_its_caller_s_context_and_does_not_change_it() -> None:
    seen: list[str] = []

    def change() -> None:
        seen.append(VARIABLE.get())
        VARIABLE.set("by the app")

    token = VARIABLE.set("by the caller")
    try:
        with running(Noting(change)) as runner:
            runner(request())
            runner(request())
        assert seen == ["by the caller"] * 2
        assert VARIABLE.get() == "by the caller"
    finally:
        VARIABLE.reset(token)


# -- one within another -----------------------------------------------------------------------------------------------


def test_an_app_can_call_another_handler_in_its_first_step() -> None:
    with running(hello) as inner:

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            task, before = asyncio.current_task(), Traces.now()
            body = inner(request()).body
            assert Traces.now() == before
            assert asyncio.current_task() is task
            await asyncio.sleep(0)
            await answer(send, body)

        with running(app) as outer:
            assert outer(request()).body == b"hello"
            assert outer(request()).body == b"hello"


def test_an_app_that_calls_its_own_handler_in_its_first_step_is_told() -> None:
    runners: list[AsgiRunner] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        runners[0](request())

    with running(app) as runner:
        runners.append(runner)
        with pytest.raises(AppProtocolError, match="its own handler"):
            runner(request())

"""How an invocation ends: responses, exceptions, background work, context variables."""

from __future__ import annotations

import asyncio
import gc
import logging
import weakref
from collections.abc import AsyncIterator
from contextvars import ContextVar, copy_context
from typing import Any

import pytest

from fcbridge.errors import AppError, AppProtocolError, BridgeError
from fcbridge.runners.asgi import AsgiRunner

from .asgi_apps import Message, Receive, Scope, Send, answer, hello, line_of, request, running, sending, start

var: ContextVar[str] = ContextVar("var", default="nothing")


class Broken(Exception):
    """What an app raises here."""


# -- exceptions -----------------------------------------------------------------------------------------------------


def test_an_exception_before_the_response_leaves_the_call() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise Broken("early")

    with running(app) as runner, pytest.raises(Broken, match="early") as caught:
        runner(request())
    assert caught.traceback[-1].name == "app"


def test_an_exception_in_the_middle_of_the_response_leaves_the_call() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await start(send)
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise Broken

    with running(app) as runner, pytest.raises(Broken):
        runner(request())


def test_an_exception_of_an_app_that_is_no_coroutine_function_leaves_the_call() -> None:
    def app(scope: Scope, receive: Receive, send: Send) -> Any:
        raise Broken

    with running(app) as runner, pytest.raises(Broken):
        runner(request())


def test_an_exception_after_the_response_is_logged_and_the_response_returned(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, b"done")
        raise Broken("late")

    with running(app) as runner:
        assert runner(request()).body == b"done"
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("fcbridge", logging.ERROR)
    assert record.exc_info is not None and isinstance(record.exc_info[1], Broken)
    assert "in app" in caplog.text


def test_with_raise_late_an_exception_after_the_response_leaves_the_call(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, b"done")
        raise Broken("late")

    runner = AsgiRunner(app, lifespan="off", raise_late=True)
    try:
        with pytest.raises(Broken, match="late"):
            runner(request())
        with pytest.raises(Broken, match="late"):
            asyncio.run(runner.invoke(request()))
    finally:
        runner.stop()
    assert caplog.records == []


def test_a_further_body_after_the_response_is_an_error_of_the_app(caplog: pytest.LogCaptureFixture) -> None:
    body: Message = {"type": "http.response.body", "body": b"x"}
    with running(sending({"type": "http.response.start", "status": 200}, body, body)) as runner:
        assert runner(request()).body == b"x"
    assert "The app sent 'http.response.body' after its response was complete." in caplog.text


@pytest.mark.parametrize("messages", [[], [{"type": "http.response.start", "status": 200}]])
def test_an_app_that_returns_without_a_complete_response_is_an_error(messages: list[Message]) -> None:
    with running(sending(*messages)) as runner, pytest.raises(AppProtocolError, match="returned before its response"):
        runner(request())


def test_a_cancellation_of_the_app_s_own_is_neither_a_deadline_nor_one_of_the_caller() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise asyncio.CancelledError

    with running(app) as runner, pytest.raises(AppError, match="cancelled before its response") as caught:
        runner(request(), 60)
    assert isinstance(caught.value.__cause__, asyncio.CancelledError)


def test_an_invocation_after_a_failed_one_works() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/broken":
            raise Broken
        await hello(scope, receive, send)

    with running(app) as runner:
        for _ in range(3):
            with pytest.raises(Broken):
                runner(request("/broken"))
            assert runner(request()).body == b"hello"


def test_a_failed_request_is_not_kept_alive_by_its_exception() -> None:
    class Event(dict[str, str]):
        """Can be referred to weakly."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise Broken

    with running(app) as runner:
        event = Event()
        alive = weakref.ref(event)
        gc.disable()
        try:
            runner(request(event=event))
        except Broken:
            del event
        finally:
            gc.enable()
        assert alive() is None


def test_a_request_that_went_well_leaves_nothing_for_the_collector() -> None:
    class Event(dict[str, str]):
        """Can be referred to weakly."""

    with running(hello) as runner:
        event = Event()
        alive = weakref.ref(event)
        gc.disable()
        try:
            runner(request(event=event))
            del event
            assert alive() is None
        finally:
            gc.enable()


# -- tasks ----------------------------------------------------------------------------------------------------------


def test_what_the_app_does_after_its_response_is_done_before_the_call_returns() -> None:
    done: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send)
        await asyncio.sleep(0)
        done.append("background")

    with running(app) as runner:
        runner(request())
        assert done == ["background"]


def test_bare_tasks_are_done_before_the_call_returns(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    async def child() -> None:
        for _ in range(5):
            await asyncio.sleep(0)
        done.append("child")

    async def parent() -> None:
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(lambda: tasks.append(asyncio.ensure_future(child())))
        done.append("parent")

    tasks: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        tasks.append(asyncio.create_task(parent()))
        await answer(send)

    with running(app) as runner:
        runner(request())
        assert done == ["parent", "child"]
    assert caplog.text == ""


def test_bare_tasks_of_an_app_that_fails_are_done_too() -> None:
    done: list[str] = []

    async def task() -> None:
        await asyncio.sleep(0)
        done.append("task")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asyncio.create_task(task()).set_name("bare")
        raise Broken

    with running(app) as runner, pytest.raises(Broken):
        runner(request())
    assert done == ["task"]


def test_a_bare_task_is_not_collected_midway() -> None:
    done: list[str] = []

    async def task() -> None:
        for _ in range(3):
            gc.collect()
            await asyncio.sleep(0)
        done.append("task")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asyncio.create_task(task()).set_name("forgotten")
        await answer(send)

    with running(app) as runner:
        runner(request())
    assert done == ["task"]


def test_stragglers_are_named_in_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    async def forever() -> None:
        await asyncio.Event().wait()  # stands here

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        tasks.extend(asyncio.create_task(forever(), name=f"feeder {n}") for n in range(7))
        await answer(send)

    tasks: list[asyncio.Task[None]] = []
    with running(app, background_budget=0.01) as runner:
        assert runner(request()).body == b"ok"
        (record,) = caplog.records
        assert record.levelno == logging.WARNING
        place = f"{__file__}:{line_of(__file__, 'stands here')} in forever"
        for n in range(5):
            assert f"'feeder {n}' " in record.getMessage()
        assert f"{forever.__qualname__} at {place}" in record.getMessage()
        assert "; 2 more" in record.getMessage()
        caplog.clear()
        runner(request("/"), None)
    assert len(tasks) == 14
    assert all(task.cancelled() for task in tasks)


def test_a_straggler_goes_on_during_later_invocations() -> None:
    async def slow() -> None:
        await go.wait()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/start":
            tasks.append(asyncio.create_task(slow()))
        elif scope["path"] == "/go":
            go.set()
            await tasks[0]
        await answer(send)

    go, tasks = asyncio.Event(), list[Any]()
    with running(app, background_budget=0) as runner:
        runner(request("/start"))
        assert not tasks[0].done()
        runner(request("/go"))
        assert tasks[0].done()


def test_a_straggler_of_one_invocation_does_not_hold_up_the_next(caplog: pytest.LogCaptureFixture) -> None:
    async def child() -> None:
        await asyncio.Event().wait()

    async def forever() -> None:
        while True:
            await again.wait()
            again.clear()
            tasks.append(asyncio.create_task(child()))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/start":
            tasks.append(asyncio.create_task(forever()))
        else:
            again.set()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        await answer(send)

    again, tasks = asyncio.Event(), list[Any]()
    with running(app, background_budget=0) as runner:
        runner(request("/start"))
        caplog.clear()
        runner.background_budget = 1e9  # what follows would wait for ever
        runner(request())
        assert len(tasks) == 2
    assert caplog.text == ""


def test_tasks_of_the_startup_do_not_count(caplog: pytest.LogCaptureFixture) -> None:
    class App:
        async def forever(self) -> None:
            while True:
                await self.queue.get()
                self.tasks.append(asyncio.create_task(asyncio.Event().wait()))

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "lifespan":
                await receive()
                self.queue: asyncio.Queue[int] = asyncio.Queue()
                self.tasks: list[Any] = [asyncio.create_task(self.forever())]
                await send({"type": "lifespan.startup.complete"})
                await receive()
                await send({"type": "lifespan.shutdown.complete"})
            else:
                self.queue.put_nowait(1)
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                await answer(send)

    app = App()
    with running(app, "on", background_budget=1e9) as runner:
        runner(request())
        assert len(app.tasks) == 2
    assert caplog.text == ""
    assert all(task.cancelled() for task in app.tasks)


def test_tasks_of_an_invocation_at_the_same_time_do_not_count() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/slow":
            tasks.append(asyncio.create_task(release.wait()))
            started.set()
            await answer(send)
        else:
            await started.wait()
            await answer(send)

    async def main(runner: AsgiRunner) -> None:
        slow = asyncio.create_task(runner.invoke(request("/slow")))
        await runner.invoke(request("/fast"))
        assert not slow.done()
        await runner.invoke(request("/fast"))
        tasks[0].get_loop().call_soon_threadsafe(release.set)
        await slow

    started, release, tasks = asyncio.Event(), asyncio.Event(), list[Any]()
    with running(app, background_budget=1e9) as runner:
        asyncio.run(main(runner))


def test_ten_thousand_short_tasks_are_not_kept() -> None:
    class Result:
        """Counted by weak references."""

    async def short() -> Result:
        return Result()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        alive: weakref.WeakSet[Result] = weakref.WeakSet()
        for _ in range(10_000):
            alive.add(await asyncio.create_task(short()))
        kept.append(len(alive))
        await answer(send)

    kept: list[int] = []
    with running(app) as runner:
        runner(request())
    assert kept[0] < 200


def test_a_budget_of_nothing_waits_for_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        tasks.append(asyncio.create_task(asyncio.sleep(0)))
        await answer(send)

    tasks: list[Any] = []
    with running(app, background_budget=0) as runner:
        runner(request())
        assert "Still running after the response: " in caplog.text


# -- drain ----------------------------------------------------------------------------------------------------------


def test_drain_lets_stragglers_end() -> None:
    async def upload() -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        tasks.append(asyncio.create_task(upload()))
        await answer(send)

    tasks: list[Any] = []
    with running(app, background_budget=0) as runner:
        runner(request())
        assert not tasks[0].done()
        runner.background_budget = 1e9
        runner.drain()
        assert tasks[0].done()


def test_drain_waits_for_a_task_without_end_once_and_within_the_budget() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        tasks.append(asyncio.create_task(asyncio.Event().wait()))
        await answer(send)

    tasks: list[Any] = []
    with running(app, background_budget=0.01) as runner:
        runner(request())
        runner.drain()
        runner.background_budget = 1e9
        runner.drain()
        assert not tasks[0].done()


def test_drain_before_the_start_and_after_the_stop_does_nothing() -> None:
    runner = AsgiRunner(hello)
    runner.drain()
    runner(request())
    runner.drain()
    runner.stop()
    runner.drain()


# -- context variables ----------------------------------------------------------------------------------------------


async def varying(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers what it finds in the variable, and sets it."""
    found = var.get()
    var.set("the app's")
    await asyncio.sleep(0)
    await answer(send, found.encode())


def test_the_app_sees_the_caller_s_context() -> None:
    with running(varying) as runner:
        token = var.set("the caller's")
        assert runner(request()).body == b"the caller's"
        var.reset(token)


def test_nothing_leaks_to_the_caller_or_to_the_next_invocation() -> None:
    with running(varying) as runner:
        for _ in range(2):
            assert runner(request()).body == b"nothing"
            assert var.get() == "nothing"


def test_contexts_are_the_caller_s_own_on_the_loop_s_thread_too() -> None:
    async def main(runner: AsgiRunner) -> list[bytes]:
        async def one(value: str) -> bytes:
            var.set(value)
            body = (await runner.invoke(request())).body
            assert var.get() == value
            return body

        return await asyncio.gather(*(one(str(n)) for n in range(10)))

    with running(varying) as runner:
        assert asyncio.run(main(runner)) == [str(n).encode() for n in range(10)]


def test_the_lifespan_does_not_see_the_context_of_the_first_invocation() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            seen.append(var.get())
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            seen.append(var.get())
            await send({"type": "lifespan.shutdown.complete"})
        else:
            await answer(send)

    def invoke() -> None:
        var.set("the invocation's")
        runner(request())

    with running(app, "on") as runner:
        copy_context().run(invoke)
    assert seen == ["nothing", "nothing"]


def test_an_asynchronous_generator_that_is_left_open_is_closed() -> None:
    closed: list[str] = []

    async def rows() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            await asyncio.sleep(0)
            closed.append("rows")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        generators.append(rows())
        await generators[0].__anext__()
        await answer(send)

    generators: list[AsyncIterator[int]] = []
    with running(app) as runner:
        runner(request())
    assert closed == ["rows"]


def test_an_app_that_calls_its_own_handler_and_blocks_is_told_so() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/outer":
            runner(request("/inner"))
        await answer(send)

    with running(app) as runner, pytest.raises(BridgeError, match="called its own handler"):
        runner(request("/outer"))


def test_an_app_may_await_its_own_handler() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/outer":
            await answer(send, b"outer of " + (await runner.invoke(request("/inner"))).body)
        else:
            await answer(send, b"inner")

    with running(app) as runner:
        assert runner(request("/outer")).body == b"outer of inner"
        assert runner(request("/outer")).body == b"outer of inner"


def test_an_app_may_call_its_own_handler_in_a_thread() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/outer":
            await answer(send, b"outer of " + (await asyncio.to_thread(runner, request("/inner"))).body)
        else:
            await answer(send, b"inner")

    with running(app) as runner:
        assert runner(request("/outer")).body == b"outer of inner"


def test_a_runner_in_an_app_of_another_keeps_its_tasks_to_itself(caplog: pytest.LogCaptureFixture) -> None:
    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            tasks.append(asyncio.create_task(asyncio.Event().wait()))
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        else:
            await answer(send, b"inner")

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        runners.append(AsgiRunner(inner))
        await answer(send, b"outer of " + (await runners[0].invoke(request())).body)

    tasks: list[Any] = []
    runners: list[AsgiRunner] = []
    with running(outer, background_budget=1e9) as runner:
        assert runner(request()).body == b"outer of inner"
        runners[0].stop()
    assert caplog.text == ""
    assert tasks[0].cancelled()

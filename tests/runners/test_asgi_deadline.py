"""Work that would outlive the platform's timeout is given up, and the error says where it stood."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import sys
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from fcbridge.errors import DeadlineExceeded
from fcbridge.model import Response
from fcbridge.runners.asgi import AsgiRunner

from .asgi_apps import App, Receive, Scope, Send, answer, hello, line_of, request, running, start

SOON = 0.02


async def forever() -> None:
    await asyncio.Event().wait()  # forever


async def hang(scope: Scope, receive: Receive, send: Send) -> None:
    await forever()  # hang


def inline(runner: AsgiRunner) -> Response:
    return runner(request(), SOON)


def on_its_thread(runner: AsgiRunner, remaining: float = SOON) -> Response:
    async def main() -> Response:
        return runner(request(), remaining)

    return asyncio.run(main())


def awaited(runner: AsgiRunner) -> Response:
    return asyncio.run(runner.invoke(request(), SOON))


WAYS = pytest.mark.parametrize("call", [inline, on_its_thread, awaited])


def exceeded(app: App, call: Callable[[AsgiRunner], Response] = inline) -> DeadlineExceeded:
    with running(app) as runner, pytest.raises(DeadlineExceeded) as caught:
        call(runner)
    return caught.value


# -- the app is given up ----------------------------------------------------------------------------------------------


@WAYS
def test_an_app_that_works_too_long_is_given_up(call: Callable[[AsgiRunner], Response]) -> None:
    error = exceeded(hang, call)
    place = f"{__file__}:{line_of(__file__, 'forever')} in forever"
    assert error.message == f"The app was still working after {SOON} seconds, at {place}."


def test_the_whole_stack_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    exceeded(hang)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("fcbridge", logging.ERROR)
    for name in ("hang", "forever"):
        assert f'File "{__file__}", line {line_of(__file__, name)}, in {name}' in caplog.text
    assert "in wait" in caplog.text


def test_the_app_may_tidy_up() -> None:
    tidied: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await forever()
        finally:
            await asyncio.sleep(0)
            tidied.append("app")

    exceeded(app)
    assert tidied == ["app"]


def test_what_the_app_makes_of_its_cancellation_is_the_cause() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await forever()
        except asyncio.CancelledError:
            raise LookupError from None

    assert isinstance(exceeded(app).__cause__, LookupError)


def test_an_app_that_returns_when_it_is_cancelled_has_exceeded_too() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await start(send)
        try:
            await forever()
        except asyncio.CancelledError:
            return

    exceeded(app)


def test_an_app_that_answers_when_it_is_cancelled_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await forever()
        except asyncio.CancelledError:
            await answer(send, b"sorry")

    with running(app) as runner:
        assert runner(request(), SOON).body == b"sorry"
    assert "still working" in caplog.text


@WAYS
def test_an_app_that_ignores_its_cancellation_is_left_behind(call: Callable[[AsgiRunner], Response]) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/fine":
            return await answer(send)
        while not released:
            try:
                await forever()
            except asyncio.CancelledError:
                cancelled.append(1)

    released: list[int] = []
    cancelled: list[int] = []
    with running(app) as runner:
        with pytest.raises(DeadlineExceeded):
            call(runner)
        assert runner(request("/fine")).body == b"ok"
        released.append(1)
    assert len(cancelled) == 2  # by the deadline, and by the stop


def test_an_app_that_was_left_behind_and_has_ended_is_not_waited_for_by_the_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/end":
            end.set()
            await ended.wait()
            return await answer(send)
        try:
            await forever()
        except asyncio.CancelledError:
            await end.wait()
            ended.set()

    end, ended = asyncio.Event(), asyncio.Event()
    monkeypatch.setattr("fcbridge.runners.instance.STOP_TIME", 1e6)
    with running(app) as runner:
        with pytest.raises(DeadlineExceeded):
            runner(request(), SOON)
        assert runner(request("/end")).body == b"ok"


@pytest.mark.parametrize("remaining", [0, -1.0])
def test_no_time_at_all_is_a_deadline_too(remaining: float) -> None:
    with running(hang) as runner, pytest.raises(DeadlineExceeded, match="after 0 seconds"):
        runner(request(), remaining)


def test_an_app_that_is_done_at_once_needs_no_time() -> None:
    with running(hello) as runner:
        assert runner(request(), 0).body == b"hello"


def test_an_invocation_after_a_deadline_works() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (hang if scope["path"] == "/hang" else hello)(scope, receive, send)

    with running(app) as runner:
        for _ in range(3):
            with pytest.raises(DeadlineExceeded):
                runner(request("/hang"), SOON)
            assert runner(request(), 60).body == b"hello"


def test_the_deadline_of_one_invocation_is_not_that_of_another() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/hang":
            try:
                await forever()
            finally:
                gone.set()
        await gone.wait()
        await answer(send)

    async def main(runner: AsgiRunner) -> list[Any]:
        calls = [runner.invoke(request("/hang"), SOON), runner.invoke(request("/"), 60), runner.invoke(request("/"))]
        return await asyncio.gather(*calls, return_exceptions=True)

    gone = asyncio.Event()
    with running(app) as runner:
        outcomes = asyncio.run(main(runner))
    assert [type(outcome) for outcome in outcomes] == [DeadlineExceeded, Response, Response]


def test_timers_are_taken_back() -> None:
    with running(hello) as runner:
        loops: list[Any] = []

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            loops.append(asyncio.get_running_loop())
            await answer(send)

        runner.app = app
        for _ in range(1000):
            runner(request(), 1e6)
        assert len(loops[0]._scheduled) < 300  # asyncio sweeps cancelled timers when there are more than a hundred


# -- the response is complete -----------------------------------------------------------------------------------------


@WAYS
def test_a_response_that_is_complete_wins(
    call: Callable[[AsgiRunner], Response], caplog: pytest.LogCaptureFixture
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, b"in time")
        await forever()

    with running(app) as runner:
        assert call(runner).body == b"in time"
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "its background work went on" in caplog.text
    assert f"{__file__}:{line_of(__file__, 'forever')} in forever" in caplog.text


def test_a_complete_response_wins_over_background_work_that_ignores_its_cancellation(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, b"in time")
        for _ in range(2):
            try:
                await forever()
            except asyncio.CancelledError:
                continue

    with running(app) as runner:
        assert runner(request(), SOON).body == b"in time"
    assert caplog.text.count("its background work went on") == 1


def test_bare_tasks_are_not_waited_for_past_the_deadline(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        tasks.append(asyncio.create_task(forever()))
        await answer(send)

    tasks: list[asyncio.Task[None]] = []
    with running(app, background_budget=1e9) as runner:
        assert runner(request(), SOON).body == b"ok"
        assert not tasks[0].done()
    assert "Still running after the response" in caplog.text


# -- where it stood ---------------------------------------------------------------------------------------------------


def test_the_place_in_an_asynchronous_generator_is_found() -> None:
    async def rows() -> AsyncIterator[bytes]:
        yield b"first"
        await asyncio.Event().wait()  # in the generator

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await start(send)
        async for row in rows():
            await send({"type": "http.response.body", "body": row, "more_body": True})

    assert f"at {__file__}:{line_of(__file__, 'in the generator')} in rows." in exceeded(app).message


def test_the_place_behind_an_awaitable_object_is_found() -> None:
    class Query:
        def __await__(self) -> Any:
            return forever().__await__()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await Query()

    assert f"at {__file__}:{line_of(__file__, 'forever')} in forever." in exceeded(app).message


def test_the_places_of_tasks_that_the_app_waits_for_are_named() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.gather(forever(), forever())  # gather

    places = [
        f"{__file__}:{line_of(__file__, 'gather')} in app",
        f"{__file__}:{line_of(__file__, 'forever')} in forever",
    ]
    assert f"at {', '.join(places)}." in exceeded(app).message


def test_the_place_in_a_thread_that_the_app_waits_for_is_found() -> None:
    release = threading.Event()

    def query() -> None:
        release.wait()  # in the thread

    def library() -> App:
        # As a framework has it: between the server and the thread there is no line of the user's.
        source = "async def app(scope, receive, send):\n    await to_thread(query)\n"
        names: dict[str, Any] = {"to_thread": asyncio.to_thread, "query": query}
        exec(compile(source, "<frozen library>", "exec"), names)
        app: App = names["app"]
        return app

    with running(library()) as runner, pytest.raises(DeadlineExceeded) as caught:
        try:
            runner(request(), SOON)
        finally:
            release.set()
    assert f"at {__file__}:{line_of(__file__, 'in the thread')} in query." in caught.value.message


def test_packages_that_are_deployed_beside_the_app_are_not_the_user_s(tmp_path: Path) -> None:
    package = tmp_path / "sleepy"
    package.mkdir()
    (tmp_path / "Sleepy-1.0.dist-info").mkdir()
    module = package / "__init__.py"
    module.write_text("import asyncio\nasync def sleep():\n    await asyncio.Event().wait()\n", encoding="utf-8")
    spec = importlib.util.spec_from_file_location("sleepy", module)
    assert spec is not None and spec.loader is not None
    sleepy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sleepy)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await sleepy.sleep()  # sleepy

    assert f"at {__file__}:{line_of(__file__, 'sleepy')} in app." in exceeded(app).message


def test_a_library_is_named_where_there_is_no_line_of_the_user_s() -> None:
    source = "async def app(scope, receive, send):\n    await wait()\n"
    names: dict[str, Any] = {"wait": asyncio.Event().wait}
    exec(compile(source, "<frozen library>", "exec"), names)
    assert f"at {asyncio.locks.__file__}:" in exceeded(names["app"]).message


def test_the_message_shows_no_values() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await forever()

    with running(app) as runner, pytest.raises(DeadlineExceeded) as caught:
        runner(request("/s3cret", headers=[("authorization", "s3cret")]), SOON)
    assert "s3cret" not in str(caught.value)


# -- the loop itself is held ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", [on_its_thread, awaited])
def test_an_app_that_blocks_its_loop_is_given_up_by_those_who_wait(call: Callable[[AsgiRunner], Response]) -> None:
    release = threading.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        release.wait()  # blocks
        await answer(send)

    with running(app) as runner:
        with pytest.raises(DeadlineExceeded) as caught:
            call(runner)
        release.set()
        assert runner(request()).body == b"ok"
    place = f"{__file__}:{line_of(__file__, 'blocks')} in app"
    assert f"event loop was still blocked after {SOON} seconds, at {place}." in caught.value.message


# -- the start --------------------------------------------------------------------------------------------------------


def test_a_start_that_takes_too_long_is_waited_for_by_the_next_call() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            starts.append(1)
            await loaded.wait()  # loading
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        else:
            await answer(send)

    starts: list[int] = []
    loaded = asyncio.Event()
    with running(app, "on") as runner:
        for _ in range(2):
            with pytest.raises(DeadlineExceeded) as caught:
                runner(request(), SOON)
            place = f"{__file__}:{line_of(__file__, 'loading')} in app"
            assert caught.value.message == f"The app was still starting after {SOON} seconds, at {place}."
        loaded.set()
        assert runner(request(), 60).body == b"ok"
    assert starts == [1]


# -- a caller who goes away -------------------------------------------------------------------------------------------


def test_a_caller_that_is_cancelled_cancels_the_app() -> None:
    ended = threading.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        entered.set()
        try:
            await forever()
        finally:
            ended.set()

    async def main(runner: AsgiRunner) -> None:
        call = asyncio.create_task(runner.invoke(request()))
        await asyncio.to_thread(entered.wait)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await asyncio.to_thread(ended.wait)

    entered = threading.Event()
    with running(app) as runner:
        asyncio.run(main(runner))
        runner.app = hello


def test_a_task_factory_of_the_app_does_not_hurt() -> None:
    def factory(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> Any:
        return asyncio.Task(coroutine, loop=loop, **options)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asyncio.get_running_loop().set_task_factory(factory)
        tasks.append(asyncio.create_task(asyncio.sleep(0)))
        await answer(send)

    tasks: list[Any] = []
    with running(app) as runner:
        for _ in range(2):
            assert runner(request(), 60).body == b"ok"
            assert tasks[-1].done()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks are of Python 3.12")
def test_eager_tasks_do_not_hurt() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asyncio.get_running_loop().set_task_factory(getattr(asyncio, "eager_task_factory"))  # noqa: B009
        tasks.append(asyncio.create_task(quick()))
        tasks.append(asyncio.create_task(asyncio.sleep(0)))
        await answer(send)

    async def quick() -> None:
        return

    tasks: list[Any] = []
    with running(app) as runner:
        assert runner(request(), 60).body == b"ok"
        assert runner(request(), 60).body == b"ok"
    assert all(task.done() for task in tasks)


def test_an_app_that_stops_its_loop_harms_nobody() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asyncio.get_running_loop().stop()
        await asyncio.sleep(0)
        await answer(send)

    with running(app) as runner:
        assert runner(request()).body == b"ok"
        assert on_its_thread(runner, 60).body == b"ok"

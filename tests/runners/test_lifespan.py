"""The lifespan: one startup and one shutdown an instance."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette

from fcbridge.errors import AppError, BridgeError, StartupFailed
from fcbridge.model import Response
from fcbridge.runners import instance as instances
from fcbridge.runners.asgi import AsgiRunner

from .asgi_apps import App, Living, Message, Receive, Scope, Send, answer, hello, line_of, request, running


def inline(runner: AsgiRunner) -> Response:
    return runner(request())


def awaited(runner: AsgiRunner) -> Response:
    return asyncio.run(runner.invoke(request()))


WAYS = pytest.mark.parametrize("call", [inline, awaited])
SUPPORTED = pytest.mark.parametrize("lifespan", ["auto", "on"])


class Broken(Exception):
    """What an app raises here."""


def told(*messages: Message, error: Exception | None = None) -> App:
    """An app that sends these in its lifespan, after startup was asked for, and then returns or raises."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            return await answer(send)
        await receive()
        for message in messages:
            await send(message)
        if error is not None:
            raise error

    return app


# -- one startup, one shutdown ----------------------------------------------------------------------------------------


@SUPPORTED
def test_a_thousand_invocations_have_one_startup_and_one_shutdown(lifespan: str) -> None:
    app = Living()
    with running(app, lifespan) as runner:
        for _ in range(1000):
            assert runner(request()).body == b"hello"
        assert app.notes == ["startup"]
    assert app.notes == ["startup", "shutdown"]


def test_the_first_call_starts_the_app_where_start_was_not_called() -> None:
    app = Living()
    with running(app, "auto") as runner:
        assert app.notes == []
        runner(request())
        assert app.notes == ["startup"]


def test_start_brings_the_app_up_before_the_first_call() -> None:
    app = Living()
    with running(app, "auto") as runner:
        runner.start()
        runner.start()
        assert app.notes == ["startup"]
        runner(request())
        assert app.notes == ["startup"]


def test_start_works_where_a_loop_is_running() -> None:
    async def main() -> None:
        runner.start()
        assert runner(request()).body == b"hello"
        assert (await runner.invoke(request())).body == b"hello"
        runner.stop()

    app = Living()
    runner = AsgiRunner(app)
    asyncio.run(main())
    assert app.notes == ["startup", "shutdown"]


def test_threads_that_start_at_once_make_one_startup() -> None:
    class App(Living):
        async def startup(self) -> None:
            entered.set()
            await asyncio.to_thread(release.wait)

    entered, release = threading.Event(), threading.Event()
    app = App()
    with running(app, "on") as runner:
        threads = [threading.Thread(target=runner.start) for _ in range(4)]
        threads += [threading.Thread(target=runner, args=(request(),)) for _ in range(4)]
        for thread in threads:
            thread.start()
        entered.wait()
        release.set()
        for thread in threads:
            thread.join()
        assert app.notes == ["startup"]
    assert app.notes == ["startup", "shutdown"]


def test_stop_before_the_start_and_again_does_nothing() -> None:
    app = Living()
    runner = AsgiRunner(app)
    runner.stop()
    runner.start()
    runner.stop()
    runner.stop()
    assert app.notes == ["startup", "shutdown"]


def test_a_stopped_runner_starts_anew() -> None:
    app = Living()
    runner = AsgiRunner(app)
    for _ in range(2):
        assert runner(request()).body == b"hello"
        runner.stop()
    assert app.notes == ["startup", "shutdown"] * 2


def test_off_leaves_the_lifespan_alone() -> None:
    app = Living()
    with running(app, "off") as runner:
        runner.start()
        runner(request())
    assert app.notes == []


def test_the_lifespan_runs_in_one_task() -> None:
    seen: list[Any] = []

    class App(Living):
        async def startup(self) -> None:
            seen.append(asyncio.current_task())

        async def shutdown(self) -> None:
            seen.append(asyncio.current_task())

    with running(App(), "on") as runner:
        runner(request())
        asyncio.run(runner.invoke(request()))
    assert seen[0] is seen[1]


def test_the_lifespan_scope_is_that_of_the_specification() -> None:
    scopes: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scopes.append({**scope})
        await Living()(scope, receive, send)

    with running(app, "on") as runner:
        runner.start()
    assert scopes == [{"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}]


# -- state ------------------------------------------------------------------------------------------------------------


def test_each_request_has_a_shallow_copy_of_the_state() -> None:
    async def touch(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(sorted(scope["state"]))
        scope["state"]["mine"] = 1
        scope["state"]["pool"].append(1)
        await answer(send)

    seen: list[list[str]] = []
    app = Living(touch=touch)
    pool: list[int] = []
    app.state = {"pool": pool}
    with running(app, "auto") as runner:
        runner(request("/touch"))
        runner(request("/touch"))
    assert seen == [["pool"], ["pool"]]
    assert pool == [1, 1]


@pytest.mark.parametrize("lifespan", ["auto", "off"])
def test_an_app_without_lifespan_has_no_state(lifespan: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        seen.append("state" in scope)
        await answer(send)

    seen: list[bool] = []
    with running(app, lifespan) as runner:
        runner(request())
    assert seen == [False]


# -- apps without lifespan --------------------------------------------------------------------------------------------


async def answers_everything(scope: Scope, receive: Receive, send: Send) -> None:
    """Does not look at the type of its scope."""
    await receive()
    await answer(send)


async def returns_at_once(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await answer(send)


async def swallows_errors(scope: Scope, receive: Receive, send: Send) -> None:
    try:
        await answer(send)
    except Exception:
        return


async def cancels_itself(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        raise asyncio.CancelledError
    await answer(send)


WITHOUT = pytest.mark.parametrize("app", [hello, answers_everything, returns_at_once, swallows_errors, cancels_itself])


@WITHOUT
def test_auto_runs_an_app_without_lifespan(app: App, caplog: pytest.LogCaptureFixture) -> None:
    with running(app, "auto") as runner:
        for _ in range(2):
            assert runner(request()).status == 200
    assert [record for record in caplog.records if record.levelno > logging.DEBUG] == []


@WITHOUT
def test_on_demands_a_lifespan(app: App) -> None:
    with running(app, "on") as runner:
        for _ in range(2):
            with pytest.raises(StartupFailed, match="The app has no lifespan: it "):
                runner(request())


def test_an_app_without_lifespan_is_asked_once() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        types.append(scope["type"])
        await hello(scope, receive, send)

    types: list[str] = []
    with running(app, "auto") as runner:
        runner.start()
        runner(request())
        runner(request())
    assert types == ["lifespan", "http", "http"]


def test_on_names_the_exception_of_the_app_and_chains_it() -> None:
    error = Broken("no lifespan here")
    with running(told(error=error), "on") as runner, pytest.raises(StartupFailed) as caught:
        runner.start()
    assert "it raised Broken: no lifespan here before its startup was complete" in caught.value.message
    assert caught.value.__cause__ is error


# -- a startup that fails ---------------------------------------------------------------------------------------------


@SUPPORTED
def test_a_failed_startup_names_the_message(lifespan: str) -> None:
    app = told({"type": "lifespan.startup.failed", "message": "no database"})
    with running(app, lifespan) as runner, pytest.raises(StartupFailed) as caught:
        runner(request())
    assert caught.value.message == "The app's startup failed: no database."


def test_a_failed_startup_without_a_message_is_one_too() -> None:
    app = told({"type": "lifespan.startup.failed"})
    with running(app, "auto") as runner, pytest.raises(StartupFailed, match="gives no reason"):
        runner.start()


def test_of_a_traceback_the_exception_is_named() -> None:
    trace = 'Traceback (most recent call last):\n  File "app.py", line 1, in start\n    connect()\nOSError: refused\n'
    app = told({"type": "lifespan.startup.failed", "message": trace})
    with running(app, "auto") as runner, pytest.raises(StartupFailed, match="failed: OSError: refused"):
        runner.start()


def test_of_starlette_s_startup_the_exception_is_named_and_chained() -> None:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        raise Broken("no database\nand no more lines")
        yield

    with running(Starlette(lifespan=lifespan), "auto") as runner, pytest.raises(StartupFailed) as caught:
        runner.start()
    assert caught.value.message == "The app's startup failed: Broken: no database."
    assert isinstance(caught.value.__cause__, Broken)


def test_a_startup_that_fails_is_tried_again_from_scratch() -> None:
    class App(Living):
        async def live(self, scope: Scope, receive: Receive, send: Send) -> None:
            assert scope["state"] == {}
            scope["state"]["attempt"] = len(self.notes)
            if len(self.notes) < 2:
                self.notes.append("failed")
                await receive()
                await send({"type": "lifespan.startup.failed", "message": "not yet"})
            else:
                scope["state"].clear()
                await super().live(scope, receive, send)

    app = App()
    with running(app, "auto") as runner:
        with pytest.raises(StartupFailed, match="not yet"):
            runner.start()
        with pytest.raises(StartupFailed, match="not yet"):
            runner(request())
        assert runner(request()).body == b"hello"
        assert runner(request()).body == b"hello"
    assert app.notes == ["failed", "failed", "startup", "shutdown"]


def test_all_who_wait_for_a_startup_hear_of_its_failure() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        attempts.append(1)
        entered.set()
        await asyncio.to_thread(release.wait)
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    async def main(runner: AsgiRunner) -> list[Any]:
        calls = [asyncio.create_task(runner.invoke(request())) for _ in range(3)]
        await asyncio.to_thread(entered.wait)
        release.set()
        return await asyncio.gather(*calls, return_exceptions=True)

    attempts: list[int] = []
    entered, release = threading.Event(), threading.Event()
    with running(app, "auto") as runner:
        failures = asyncio.run(main(runner))
    assert [type(failure) for failure in failures] == [StartupFailed] * 3
    assert len(set(map(id, failures))) == 3
    assert attempts == [1]


def test_an_app_that_lingers_after_its_failure_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fcbridge.runners.lifespan._GRACE", 0.01)
    cancelled: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "lifespan.startup.failed", "message": "no database"})
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append("app")

    with running(app, "auto") as runner:
        with pytest.raises(StartupFailed):
            runner.start()
        assert cancelled == ["app"]


def test_a_system_exit_of_the_startup_is_one() -> None:
    class App(Living):
        async def startup(self) -> None:
            if not self.notes:
                self.notes.append("exit")
                raise SystemExit(3)

    app = App()
    with running(app, "auto") as runner:
        with pytest.raises(SystemExit) as caught:
            runner(request())
        assert caught.value.code == 3
        assert runner(request()).body == b"hello"
    assert app.notes == ["exit", "startup", "shutdown"]


def test_a_stop_ends_a_startup_that_is_under_way(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class App(Living):
        async def startup(self) -> None:
            entered.set()
            try:
                await asyncio.Event().wait()
            finally:
                self.notes.append("cancelled")

    async def main() -> None:
        call = asyncio.create_task(runner.invoke(request()))
        await asyncio.to_thread(entered.wait)
        await asyncio.to_thread(runner.stop)
        with pytest.raises(StartupFailed, match="stopped before its startup"):
            await call

    entered = threading.Event()
    app = App()
    runner = AsgiRunner(app)
    monkeypatch.setattr(instances, "STOP_TIME", 0.05)
    asyncio.run(main())
    assert app.notes == ["cancelled"]
    assert "destroyed" not in caplog.text


# -- a shutdown that fails --------------------------------------------------------------------------------------------


async def raises() -> None:
    raise Broken("cannot close")


@WAYS
def test_a_shutdown_that_raises_is_logged(call: Callable[[AsgiRunner], Any], caplog: pytest.LogCaptureFixture) -> None:
    app = Living()
    app.shutdown = raises  # type: ignore[method-assign]
    with running(app, "auto") as runner:
        call(runner)
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "The app's shutdown failed" in caplog.text
    assert "Broken: cannot close" in caplog.text


def test_a_shutdown_that_fails_by_message_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        yield
        raise Broken("cannot close")

    with running(Starlette(lifespan=lifespan), "auto") as runner:
        runner.start()
    assert len(caplog.records) == 1
    assert "Broken: cannot close" in caplog.text


def test_a_shutdown_that_hangs_is_logged_and_given_up(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang() -> None:
        await asyncio.Event().wait()  # hangs

    monkeypatch.setattr(instances, "STOP_TIME", 0.02)
    monkeypatch.setattr("fcbridge.runners.lifespan._GRACE", 0.01)
    app = Living()
    app.shutdown = hang  # type: ignore[method-assign]
    with running(app, "auto") as runner:
        runner.start()
    (record,) = caplog.records
    assert (
        f"still going on after 0.02 seconds, at {__file__}:{line_of(__file__, 'hangs')} in hang" in record.getMessage()
    )


def test_an_app_that_lingers_after_its_shutdown_is_cancelled(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fcbridge.runners.lifespan._GRACE", 0.01)

    class App(Living):
        async def live(self, scope: Scope, receive: Receive, send: Send) -> None:
            await super().live(scope, receive, send)
            try:
                await receive()
            except asyncio.CancelledError:
                self.notes.append("cancelled")

    app = App()
    with running(app, "auto") as runner:
        runner.start()
    assert app.notes == ["startup", "shutdown", "cancelled"]
    assert caplog.text == ""


def test_an_app_may_return_in_its_own_time_after_its_shutdown() -> None:
    class App(Living):
        async def live(self, scope: Scope, receive: Receive, send: Send) -> None:
            await super().live(scope, receive, send)
            for _ in range(10):
                await asyncio.sleep(0)
            self.notes.append("returned")

    app = App()
    with running(app, "auto") as runner:
        runner.start()
    assert app.notes == ["startup", "shutdown", "returned"]


def test_a_lifespan_that_breaks_while_the_app_is_up_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    app = told({"type": "lifespan.startup.complete"}, error=Broken("in between"))
    with running(app, "auto") as runner:
        assert runner(request()).body == b"ok"
    assert "The app's lifespan failed" in caplog.text
    assert "Broken: in between" in caplog.text


def test_a_lifespan_that_returns_while_the_app_is_up_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    with running(told({"type": "lifespan.startup.complete"}), "auto") as runner:
        assert runner(request()).body == b"ok"
    assert caplog.text == ""


def test_messages_out_of_order_are_errors_in_the_lifespan(caplog: pytest.LogCaptureFixture) -> None:
    complete: Message = {"type": "lifespan.startup.complete"}
    with running(told(complete, complete), "auto") as runner:
        assert runner(request()).body == b"ok"
    assert "The app sent 'lifespan.startup.complete' where its lifespan has no place for it." in caplog.text


# -- everything is gone -----------------------------------------------------------------------------------------------


@WAYS
def test_after_the_stop_the_loop_is_closed_and_no_task_is_left(call: Callable[[AsgiRunner], Response]) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        loops.append(asyncio.get_running_loop())
        tasks.append(asyncio.create_task(asyncio.Event().wait()))
        await answer(send)

    loops: list[Any] = []
    tasks: list[Any] = []
    before = set(threading.enumerate())
    with running(app, background_budget=0) as runner:
        call(runner)
    assert loops[0].is_closed()
    assert tasks[0].cancelled()
    assert "fcbridge" not in {thread.name for thread in set(threading.enumerate()) - before}


def test_a_task_that_refuses_to_end_is_not_spoken_of(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse() -> None:
        for _ in range(3):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        tasks.append(asyncio.create_task(refuse()))
        await answer(send)

    monkeypatch.setattr(instances, "_CANCEL_TIME", 0.02)
    tasks: list[Any] = []
    with running(app, background_budget=0) as runner:
        runner(request())
        caplog.clear()
    assert not tasks[0].done()
    tasks.clear()
    gc.collect()
    assert caplog.text == ""


def test_a_task_that_raises_while_it_is_cancelled_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def raise_() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise Broken("while tidying up")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        tasks.append(asyncio.create_task(raise_()))
        await answer(send)

    tasks: list[Any] = []
    with running(app, background_budget=0) as runner:
        runner(request())
    assert "while tidying up" in caplog.text


def test_a_stop_waits_for_invocations_that_are_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        entered.set()
        await asyncio.to_thread(stopping.wait)
        for _ in range(50):  # time enough for a shutdown that does not wait
            await asyncio.sleep(0)
        app.notes.append("answered")
        await answer(send, b"slow")

    async def wind_down(instance: Any) -> None:
        stopping.set()
        await original(instance)

    async def main() -> None:
        call = asyncio.create_task(runner.invoke(request("/slow")))
        await asyncio.to_thread(entered.wait)
        stop = asyncio.create_task(asyncio.to_thread(runner.stop))
        assert (await call).body == b"slow"
        await stop

    original: Callable[[Any], Any] = getattr(instances.Instance, "_wind_down")  # noqa: B009
    monkeypatch.setattr(instances.Instance, "_wind_down", wind_down)
    entered, stopping = threading.Event(), threading.Event()
    app = Living(slow=slow)
    runner = AsgiRunner(app)
    asyncio.run(main())
    assert app.notes == ["startup", "answered", "shutdown"]


def test_a_call_during_the_stop_starts_the_app_anew() -> None:
    class App(Living):
        async def shutdown(self) -> None:
            if not release.is_set():
                stopping.set()
                await asyncio.to_thread(release.wait)

    stopping, release = threading.Event(), threading.Event()
    app = App()
    runner = AsgiRunner(app)
    runner.start()
    stop = threading.Thread(target=runner.stop)
    stop.start()
    stopping.wait()
    assert runner(request()).body == b"hello"
    release.set()
    stop.join()
    runner.stop()
    assert app.notes == ["startup", "startup", "shutdown", "shutdown"]


def test_a_stop_does_not_wait_for_ever_for_an_app_that_blocks_its_loop(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        entered.set()
        release.wait()
        await answer(send)

    async def main() -> None:
        call = asyncio.create_task(runner.invoke(request()))
        await asyncio.to_thread(entered.wait)
        await asyncio.to_thread(runner.stop)
        assert "could not be stopped: it holds its event loop, at " in caplog.text
        release.set()
        await call

    monkeypatch.setattr(instances, "STOP_TIME", 0.01)
    monkeypatch.setattr(instances, "_CANCEL_TIME", 0.01)
    monkeypatch.setattr(instances, "_MARGIN", 0.01)
    entered, release = threading.Event(), threading.Event()
    runner = AsgiRunner(app, lifespan="off")
    asyncio.run(main())


def test_a_stop_lets_callers_go_whose_app_refuses_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        entered.set()
        for _ in range(3):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue

    async def main() -> None:
        call = asyncio.create_task(runner.invoke(request()))
        await asyncio.to_thread(entered.wait)
        await asyncio.to_thread(runner.stop)
        with pytest.raises(AppError, match="stopped before its response"):
            await call

    monkeypatch.setattr(instances, "STOP_TIME", 0.01)
    monkeypatch.setattr(instances, "_CANCEL_TIME", 0.01)
    entered = threading.Event()
    runner = AsgiRunner(app, lifespan="off")
    asyncio.run(main())


def test_a_stop_cancels_an_invocation_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        entered.set()
        await asyncio.Event().wait()

    def call() -> None:
        with pytest.raises(AppError, match="cancelled before its response"):
            runner(request())
        raised.append(1)

    monkeypatch.setattr(instances, "STOP_TIME", 0.01)
    entered, raised = threading.Event(), list[int]()
    runner = AsgiRunner(app, lifespan="off")
    thread = threading.Thread(target=call)
    thread.start()
    entered.wait()
    runner.stop()
    thread.join()
    assert raised == [1]


def test_an_app_cannot_stop_itself_from_its_loop() -> None:
    async def stop(scope: Scope, receive: Receive, send: Send) -> None:
        runner.stop()

    app = Living(stop=stop)
    with running(app, "on") as runner:
        with pytest.raises(BridgeError, match="called its own handler"):
            runner(request("/stop"))
        assert runner(request()).body == b"hello"
    assert app.notes == ["startup", "shutdown"]

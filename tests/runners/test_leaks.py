"""What is left of a handler that was stopped, or forgotten: no thread, no descriptor, no loop, no task, no hook."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from typing import Any

import pytest

from fcbridge import Handler, bridge
from fcbridge.errors import StartupFailed
from fcbridge.runners import exits
from fcbridge.runners import instance as instances
from fcbridge.runners.asgi import AsgiRunner
from fcbridge.runners.eventloop import EventLoop

from ..apps import http_event
from .asgi_apps import Living, Receive, Scope, Send, answer, request
from .crowd import crowd
from .test_fork import descriptors, forked, in_child, needs_proc

pytestmark = needs_proc


class Left:
    """What is there to be left, of everything in the process."""

    def __init__(self) -> None:
        gc.collect()
        things = gc.get_objects()
        # By their types: isinstance() asks lazy objects of other tests' frameworks for their class, which imports it.
        tasks: list[object] = [thing for thing in things if issubclass(type(thing), asyncio.Task) and not thing.done()]
        self.found: dict[str, Counter[object]] = {
            "threads": Counter(threading.enumerate()),
            "descriptors": Counter(descriptors()),
            "loops": Counter(thing for thing in things if issubclass(type(thing), EventLoop) and not thing.is_closed()),
            "tasks": Counter(tasks),
            "closers": Counter(closer for closer, owner in vars(exits)["_closers"].items() if owner == os.getpid()),
            "watched": Counter(vars(instances)["_watched"]),
            "handlers": Counter([signal.getsignal(signal.SIGTERM)]),
        }

    def more(self) -> dict[str, list[object]]:
        """What has come since."""
        now = Left().found
        return {name: new for name, before in self.found.items() if (new := list((now[name] - before).elements()))}


@pytest.fixture(scope="module", autouse=True)
def older_things_are_not_looked_at() -> None:
    """What thousands of other tests keep is no business of these, and to go through it takes seconds each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def before() -> Generator[Left]:
    """What was there before the test. In the end there is nothing else."""
    known = set(threading.enumerate())
    found = Left()
    logging.disable()  # pytest keeps each record, with the whole stack of an exception
    yield found
    logging.disable(logging.NOTSET)
    join_pools(known)
    assert found.more() == {}


def join_pools(known: set[threading.Thread]) -> None:
    """The threads of a loop's pool, and of a runner's, are told to end with it, and not waited for."""
    pools = ("asyncio_", "fcbridge WSGI")
    collect_until_ended(thread for thread in set(threading.enumerate()) - known if thread.name.startswith(pools))


def collect_until_ended(threads: Iterable[threading.Thread]) -> None:
    """For threads that end when something is collected, which they may hold themselves for another moment."""
    for thread in threads:
        while thread.is_alive():
            gc.collect()
            thread.join(0.01)


async def simple(scope: Scope, receive: Receive, send: Send) -> None:
    """Knows no lifespan; the path picks what is done."""
    assert scope["type"] == "http"
    if scope["path"] == "/suspends":
        await asyncio.sleep(0)
    elif scope["path"] == "/threads":
        await asyncio.to_thread(int)
    elif scope["path"] == "/raises":
        raise LookupError
    elif scope["path"] == "/gathers":
        await asyncio.gather(*(asyncio.sleep(0) for _ in range(5)))
    elif scope["path"] == "/times":
        async with asyncio.Lock():
            await asyncio.wait_for(asyncio.sleep(0), 1e5)
    await answer(send)


class Full(Living):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.live(scope, receive, send) if scope["type"] == "lifespan" else simple(scope, receive, send))


def call(handler: Handler, path: str = "/") -> Any:
    return handler(http_event("GET", path))


def nothing(handler: Handler) -> None:
    """Not even started."""


def several(handler: Handler) -> None:
    for path in ("/", "/suspends", "/threads", "/raises", "/gathers", "/times"):
        call(handler, path)


def overlapping(handler: Handler) -> None:
    def one(_: int) -> None:
        several(handler)

    crowd(one, 8)


def awaited(handler: Handler) -> None:
    async def main() -> None:
        await asyncio.gather(*(handler.invoke(http_event("GET", "/suspends")) for _ in range(5)))

    asyncio.run(main())


def in_threads(handler: Handler) -> None:
    for _ in range(3):
        thread = threading.Thread(target=several, args=(handler,))
        thread.start()
        thread.join()


def cancelled(handler: Handler) -> None:
    async def main() -> None:
        task = asyncio.create_task(handler.invoke(http_event("GET", "/threads")))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})

    asyncio.run(main())
    call(handler, "/suspends")  # when this is done, so is the cancelled one


def anew(handler: Handler) -> None:
    for _ in range(3):
        several(handler)
        handler.pre_stop()
        overlapping(handler)
        handler.pre_stop()
    several(handler)


LIVES: list[Callable[[Handler], None]] = [nothing, call, several, overlapping, awaited, in_threads, cancelled, anew]


@pytest.mark.parametrize("lives", LIVES)
def test_a_stopped_handler_leaves_nothing(lives: Callable[[Handler], None], before: Left) -> None:
    handler = bridge(simple, platform="aliyun")
    lives(handler)
    handler.pre_stop()


@pytest.mark.parametrize("lives", [*LIVES, Handler.initialize])
def test_a_stopped_handler_of_an_app_with_a_lifespan_leaves_nothing(
    lives: Callable[[Handler], None], before: Left
) -> None:
    app = Full()
    handler = bridge(app, platform="aliyun")
    lives(handler)
    handler.pre_stop()
    assert app.notes.count("shutdown") == app.notes.count("startup")


@pytest.mark.parametrize("lives", LIVES)
def test_a_forgotten_handler_leaves_nothing(lives: Callable[[Handler], None], before: Left) -> None:
    known = set(threading.enumerate())
    handler = bridge(simple, platform="aliyun")
    lives(handler)
    driving = [thread for thread in set(threading.enumerate()) - known if thread.name == "fcbridge"]
    del handler
    collect_until_ended(driving)


def test_a_failed_startup_leaves_nothing_when_the_handler_is_stopped_or_forgotten(before: Left) -> None:
    class Failing(Living):
        async def startup(self) -> None:
            await asyncio.to_thread(int)
            raise LookupError("no database")

    for stops in (True, False):
        handler = bridge(Failing(), platform="aliyun", lifespan="on")
        for _ in range(2):
            with pytest.raises(StartupFailed):
                handler.initialize()
            with pytest.raises(StartupFailed):
                call(handler)
        if stops:
            handler.pre_stop()
        del handler


def test_tasks_that_outlive_their_response_are_ended_by_the_stop(before: Left) -> None:
    ended: list[str] = []

    async def poll() -> None:
        try:
            await asyncio.sleep(1e5)
        finally:
            ended.append("poll")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        kept.add(asyncio.create_task(poll()))
        await answer(send)

    kept: set[asyncio.Task[None]] = set()
    runner = AsgiRunner(app, lifespan="off", background_budget=0)
    for _ in range(3):
        runner(request())
    runner.stop()
    assert ended == ["poll"] * 3


def test_a_task_that_refuses_to_end_leaves_nothing_once_the_app_is_gone(
    before: Left, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stubborn() -> None:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await stubborn()

    monkeypatch.setattr("fcbridge.runners.instance.STOP_TIME", 0.01)
    monkeypatch.setattr("fcbridge.runners.instance._CANCEL_TIME", 0.01)
    monkeypatch.setattr("fcbridge.runners.invocation.GRACE", 0.01)
    for _ in range(2):
        handler = bridge(app, platform="aliyun", lifespan="off")
        with pytest.raises(Exception, match="still working"):
            handler._runner(request(), 0.01)  # pyright: ignore[reportPrivateUsage]
        handler.pre_stop()
        del handler


def test_an_app_that_holds_its_loop_while_it_is_stopped_leaves_nothing_once_it_lets_go(
    before: Left, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, leave = threading.Event(), threading.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/hold":
            entered.set()
            leave.wait()
        await answer(send)

    for name in ("STOP_TIME", "_CANCEL_TIME", "_MARGIN"):
        monkeypatch.setattr(f"fcbridge.runners.instance.{name}", 0.01)
    known = set(threading.enumerate())
    runner = AsgiRunner(app, lifespan="off")
    holding = threading.Thread(target=lambda: runner(request("/hold")))
    holding.start()
    entered.wait()
    runner.stop()  # gives up
    driving = [thread for thread in set(threading.enumerate()) - known if thread.name == "fcbridge"]
    leave.set()
    for thread in (holding, *driving):
        thread.join()


def test_a_child_that_stops_its_app_has_nothing_left_that_its_parent_had_not(before: Left) -> None:
    def child() -> str:
        inherited = Left()
        inherited.found["handlers"][signal.SIG_DFL] = 1  # as it was before the parent's app was up
        several(handler)
        overlapping(handler)
        handler.pre_stop()
        join_pools(set())
        more = inherited.more()
        return str(more) if more else ""

    with bridge(Full(), platform="aliyun") as handler:
        overlapping(handler)
        assert in_child(child) == ""


def test_children_leave_nothing_in_their_parent(before: Left) -> None:
    with bridge(Full(), platform="aliyun") as handler:
        several(handler)
        for _ in range(3):
            in_child(lambda: several(handler))
            child = forked()
            if not child:
                os._exit(0)
            os.waitpid(child, 0)


def test_an_app_with_a_lifespan_that_is_forgotten_stays_up_for_its_shutdown_and_no_longer(before: Left) -> None:
    app = Full()
    AsgiRunner(app)(request())
    gc.collect()
    assert app.notes == ["startup"]
    [*_, closer] = vars(exits)["_closers"]
    closer()
    assert app.notes == ["startup", "shutdown"]
    del closer


def test_wsgi_leaves_nothing_whether_it_is_stopped_or_not(before: Left) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    handler = bridge(app, platform="aliyun")
    overlapping(handler)
    awaited(handler)

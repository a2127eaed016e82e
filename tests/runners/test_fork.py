"""A child that is forked while an app is up has an app and a loop of its own, and the parent hears nothing of it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import multiprocessing
import os
import signal
import sys
import threading
import traceback
import warnings
import weakref
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fcbridge import bridge
from fcbridge.runners import instance as instances
from fcbridge.runners.asgi import AsgiRunner
from fcbridge.runners.instance import Instance
from fcbridge.runners.wsgi import WsgiRunner

from .asgi_apps import Living, Receive, Scope, Send, answer, hello, request, running
from .crowd import Call, Echo, crowd
from .test_lifespan_exit import run

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")


def forked() -> int:
    """``os.fork``, also where there are threads, of which Python 3.12 and newer warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def in_child(act: Callable[[], object]) -> Any:
    """What ``act`` returns in a forked child, as JSON has it; the child ends without ceremony."""
    reading, writing = os.pipe()
    child = forked()
    if not child:
        try:
            said: list[object] = [act(), None]
        except BaseException:
            said = [None, traceback.format_exc()]
        os.write(writing, json.dumps(said).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        result, error = json.loads(pipe.read() or b'[null, "it died"]')
    os.waitpid(child, 0)
    assert error is None, error
    return result


def from_a_thread(act: Callable[[], object]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def move(runner: AsgiRunner) -> None:
    """Have the loop move to a thread of its own."""

    async def main() -> None:
        runner(request())

    asyncio.run(main())


class Process:
    """Says in which process, thread and loop it is."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.loops: list[asyncio.AbstractEventLoop] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            scope["state"]["process"] = os.getpid()
            self.notes.append(f"startup in {os.getpid()}")
            await send({"type": "lifespan.startup.complete"})
            await receive()
            self.notes.append(f"shutdown in {os.getpid()}")
            await send({"type": "lifespan.shutdown.complete"})
            return
        await asyncio.sleep(0)
        assert scope["state"]["process"] == os.getpid()
        self.loops.append(asyncio.get_running_loop())
        await asyncio.to_thread(int)  # the loop is woken from another thread
        await answer(send, str(os.getpid()).encode())


def before(runner: AsgiRunner) -> None:
    """Nothing."""


def stopped(runner: AsgiRunner) -> None:
    runner(request())
    runner.stop()


#: What has happened to the runner when the process is forked.
PASTS: dict[str, Callable[[AsgiRunner], object]] = {
    "never called": before,
    "started": lambda runner: runner.start(),
    "called": lambda runner: runner(request()),
    "called from a thread": lambda runner: from_a_thread(lambda: runner(request())),
    "on its own thread": move,
    "stopped": stopped,
}


@pytest.mark.parametrize("past", PASTS.values(), ids=list(PASTS))
def test_a_child_starts_the_app_anew_on_a_loop_of_its_own(past: Callable[[AsgiRunner], object]) -> None:
    def child() -> list[object]:
        known, noted = len(app.loops), len(app.notes)
        first = runner(request()).body.decode()
        crowd(lambda _: runner(request()), 4)
        second = asyncio.run(runner.invoke(request())).body.decode()
        runner.stop()
        own = set(app.loops[known:])
        return [first, second, len(own), own.isdisjoint(app.loops[:known]), app.notes[noted:], os.getpid()]

    app = Process()
    with running(app, "on") as runner:
        past(runner)
        first, second, loops, disjoint, notes, process = in_child(child)
        assert first == second == str(process) != str(os.getpid())
        assert (loops, disjoint) == (1, True)
        assert notes == [f"startup in {process}", f"shutdown in {process}"]


CHILDREN: dict[str, Callable[[AsgiRunner], object]] = {
    "leaves": before,
    "calls": lambda runner: runner(request()),
    "stops": lambda runner: runner.stop(),
    "calls and stops": stopped,
    "collects": lambda runner: gc.collect(),
}


@pytest.mark.parametrize("past", [PASTS["called"], PASTS["on its own thread"]], ids=["called", "on its own thread"])
@pytest.mark.parametrize("does", CHILDREN.values(), ids=list(CHILDREN))
def test_the_parent_goes_on_whatever_its_child_does(
    past: Callable[[AsgiRunner], object], does: Callable[[AsgiRunner], object]
) -> None:
    def child() -> None:
        does(runner)

    app = Process()
    with running(app, "on") as runner:
        past(runner)
        in_child(child)
        loops = set(app.loops)
        assert runner(request()).body == str(os.getpid()).encode()
        move(runner)  # its loop has to hear of callers in other threads
        crowd(lambda _: runner(request()), 4)
        assert set(app.loops) == loops
    assert app.notes == [f"startup in {os.getpid()}", f"shutdown in {os.getpid()}"]


def test_a_child_of_a_child_starts_the_app_anew_too() -> None:
    def child() -> list[object]:
        mine = runner(request()).body.decode()
        its = in_child(lambda: [runner(request()).body.decode(), os.getpid()])
        return [mine, os.getpid(), *its, runner(request()).body.decode()]

    with running(Process(), "on") as runner:
        runner(request())
        mine, process, its, grandchild, again = in_child(child)
        assert mine == again == str(process)
        assert its == str(grandchild)


def test_several_apps_are_each_started_anew() -> None:
    with running(Process(), "on") as one, running(Process(), "on") as other:
        one(request())
        move(other)
        assert in_child(lambda: [one(request()).status, other(request()).status]) == [200, 200]


# -- what is inherited ------------------------------------------------------------------------------------------------

needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not list descriptors")


def descriptors() -> list[str]:
    found: list[str] = []
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # that of the listing itself
            found.append(os.readlink(f"/proc/self/fd/{name}"))
    return sorted(found)


@needs_proc
@pytest.mark.parametrize("past", [PASTS["called"], PASTS["on its own thread"]], ids=["called", "on its own thread"])
def test_the_descriptors_of_the_parent_s_loop_are_closed_in_the_child(past: Callable[[AsgiRunner], object]) -> None:
    gc.collect()
    nothing = descriptors()
    with running(hello) as runner:
        past(runner)
        mine = descriptors()
        assert sum((Counter(mine) - Counter(nothing)).values()) == 3  # an epoll set and a pair of sockets

        def child() -> list[list[str]]:
            inherited = descriptors()
            runner(request())
            runner.stop()
            return [inherited, descriptors()]

        for there in in_child(child):
            # A loop of another test that is still there is closed in the child too, so it may have fewer.
            names: list[str] = there
            more = Counter(names) - Counter(nothing)
            assert [name for name in more if not name.startswith("pipe")] == []
        assert descriptors() == mine


def test_a_lock_that_another_thread_held_is_free_in_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(*arguments: Any) -> Any:
        entered.set()
        leave.wait()
        return Instance(*arguments)

    with running(hello) as runner:
        monkeypatch.setattr("fcbridge.runners.asgi.Instance", slow)
        thread = threading.Thread(target=lambda: runner(request()))
        thread.start()
        entered.wait()

        def child() -> str:
            monkeypatch.undo()
            return runner(request()).body.decode()

        try:
            assert in_child(child) == "hello"
        finally:
            leave.set()
            thread.join()


def test_a_loop_that_another_thread_was_closing_is_no_error_in_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    entered, leave = threading.Event(), threading.Event()

    class App(Living):
        async def startup(self) -> None:
            loop: Any = asyncio.get_running_loop()
            usual = loop._ssock

            def close() -> None:
                usual.close()
                entered.set()
                leave.wait()

            loop._ssock = SimpleNamespace(close=close, fileno=usual.fileno, recv=usual.recv)

    def child() -> list[str]:
        leave.set()
        return [runner(request()).body.decode(), *ignored]

    def ignore(unraisable: Any) -> None:
        ignored.append(repr(unraisable.exc_value))

    ignored: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", ignore)
    runner = AsgiRunner(App())
    runner(request())
    stopping = threading.Thread(target=runner.stop)
    stopping.start()
    entered.wait()
    try:
        assert in_child(child) == ["hello"]
    finally:
        leave.set()
        stopping.join()
        runner.stop()


def test_what_the_parent_s_app_was_doing_is_not_taken_down_in_the_child() -> None:
    done: list[str] = []
    inside = threading.Semaphore(0)

    async def wait(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            inside.release()
            await leave.wait()
        finally:
            done.append("finally")  # where a pool would say goodbye on the parent's connections
        await answer(send, b"waited")

    class App(Living):
        async def live(self, scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await super().live(scope, receive, send)
            finally:
                done.append("lifespan")

    def child() -> list[str]:
        runner(request())
        gc.collect()
        return done

    async def release(scope: Scope, receive: Receive, send: Send) -> None:
        leave.set()
        await answer(send)

    leave = asyncio.Event()
    answers: list[bytes] = []
    with running(App(wait=wait, release=release), "on") as runner:
        threads = [threading.Thread(target=lambda: answers.append(runner(request("/wait")).body)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in threads:
            inside.acquire()
        assert in_child(child) == []
        runner(request("/release"))
        for thread in threads:
            thread.join()
    assert answers == [b"waited"] * 3
    assert done == ["finally"] * 3 + ["lifespan"]


def test_a_task_that_only_the_parent_s_loop_knows_is_not_taken_down_in_the_child() -> None:
    ended: list[str] = []

    class App(Living):
        async def startup(self) -> None:
            asyncio.create_task(self.poll())  # noqa: RUF006  # the loop has its timer

        async def poll(self) -> None:
            try:
                while True:
                    await asyncio.sleep(1e5)
            finally:
                ended.append("poll")

    def child() -> list[str]:
        gc.collect()
        return ended

    with running(App(), "on") as runner:
        runner(request())
        assert in_child(child) == []
    assert ended == ["poll"]


def test_a_pool_of_threads_that_the_parent_s_loop_uses_is_left_alone_in_the_child() -> None:
    # Its lock may have been held when the process was forked.
    class Pool(ThreadPoolExecutor):
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            shut.append(os.getpid())
            super().shutdown(wait, cancel_futures=cancel_futures)

    class App(Living):
        async def startup(self) -> None:
            asyncio.get_running_loop().set_default_executor(Pool())
            await asyncio.to_thread(int)

    def child() -> list[int]:
        inherited = list(shut)
        runner(request())
        runner.stop()
        return inherited + [process - os.getpid() for process in shut]

    shut: list[int] = []
    with running(App(), "on") as runner:
        runner(request())
        assert in_child(child) == [0]
    assert shut == [os.getpid()]


def test_a_signal_that_the_parent_s_loop_handles_has_its_default_in_the_child_until_the_app_is_up() -> None:
    class App(Living):
        async def startup(self) -> None:
            asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self.notes.append, "signal")

    async def raising(scope: Scope, receive: Receive, send: Send) -> None:
        signal.raise_signal(signal.SIGUSR1)
        await asyncio.to_thread(int)  # the loop hears of the signal when it turns
        await answer(send)

    def child() -> list[object]:
        inherited = signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL
        runner(request("/raising"))
        return [inherited, app.notes]

    app = App(raising=raising)
    with running(app, "on") as runner:
        runner(request())
        assert in_child(child) == [True, ["startup", "startup", "signal"]]
        assert app.notes == ["startup"]
        runner(request("/raising"))
        assert app.notes == ["startup", "signal"]


def test_a_runner_that_is_gone_leaves_nothing_to_be_called_in_a_child() -> None:
    runner = AsgiRunner(hello)
    runner(request())
    gone = weakref.ref(runner)
    runner.stop()
    del runner
    gc.collect()
    assert gone() is None


def test_python_is_asked_once_to_call_back_in_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def register(after_in_child: object) -> None:
        asked.append(after_in_child)

    monkeypatch.setattr(instances, "_registered", False)
    monkeypatch.setattr(os, "register_at_fork", register)
    for _ in range(2):
        with running(hello) as runner:
            runner(request())
    assert len(asked) == 1


#: For programs of their own, beside that of the tests of an exit.
FORK = """
import gc, warnings
warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)

class Pool(App):
    async def __call__(self, scope, receive, send):
        if scope["type"] != "lifespan":
            return await super().__call__(scope, receive, send)
        try:
            await super().__call__(scope, receive, send)
        finally:
            say("pool-ended")
            await asyncio.sleep(0)
            say("pool-closed")

def moved(runner):
    in_a_loop(runner)
"""


# -- a fork inside of an invocation -----------------------------------------------------------------------------------


@pytest.mark.parametrize("moved", [False, True], ids=["in the caller's thread", "on its own thread"])
def test_an_app_may_fork_and_its_child_may_call_the_handler(moved: bool) -> None:
    class App(Process):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope.get("path") != "/fork":
                return await super().__call__(scope, receive, send)
            await asyncio.sleep(0)
            its = in_child(lambda: [runner(request()).body.decode(), os.getpid()])
            await asyncio.to_thread(int)
            assert its == [str(its[1]), its[1]]
            await answer(send, b"forked")

    app = App()
    with running(app, "on") as runner:
        if moved:
            move(runner)
        assert runner(request("/fork")).body == b"forked"
        assert runner(request("/fork")).body == b"forked"
        assert runner(request()).body == str(os.getpid()).encode()


def test_an_app_may_fork_in_a_worker_thread() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/fork":
            assert await asyncio.to_thread(in_child, lambda: runner(request()).body.decode()) == "ok"
        await answer(send)

    with running(app) as runner:
        for path in ("/fork", "/", "/fork"):
            assert runner(request(path)).body == b"ok"


def test_an_app_may_use_multiprocessing() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/fork":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                process = multiprocessing.get_context("fork").Process(target=work)
                process.start()
            await asyncio.to_thread(process.join)
            assert process.exitcode == 0
        await answer(send)

    def work() -> None:
        assert asyncio.run(runner.invoke(request())).body == b"ok"
        runner.stop()

    with running(app) as runner:
        for path in ("/fork", "/", "/fork"):
            assert runner(request(path)).body == b"ok"


@pytest.mark.parametrize("suspends", [False, True], ids=["at once", "after it has waited"])
def test_a_child_that_returns_from_the_invocation_it_was_forked_in_is_a_process_like_its_parent(suspends: bool) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/fork":
            if suspends:
                await asyncio.to_thread(int)
            children.append(forked())
        await answer(send, str(os.getpid()).encode())

    children: list[int] = []
    reading, writing = os.pipe()
    with running(app) as runner:
        body = runner(request("/fork")).body
        if not children[0]:
            try:
                ok = body == runner(request()).body == str(os.getpid()).encode()
                runner.stop()
                os.write(writing, b"ok" if ok else b"not its own answers")
            finally:
                os._exit(0)
        os.waitpid(children[0], 0)
        os.close(writing)
        with open(reading, "rb") as pipe:
            assert pipe.read() == b"ok"
        assert body == runner(request()).body == str(os.getpid()).encode()


def test_a_child_that_returns_to_the_loop_s_own_thread_ends_with_it() -> None:
    program = f"""{FORK}
class Forks(App):
    async def request(self, scope):
        if scope["path"] == "/fork":
            await asyncio.to_thread(int)
            children.append(os.fork())

children = []
runner = AsgiRunner(Forks())
in_a_loop(runner)
runner(Request(path="/fork"))
_, status = os.waitpid(children[0], 0)
say(os.waitstatus_to_exitcode(status))
runner(Request())
"""
    assert run(program) == (0, ["startup", "0", "shutdown"], "")


def test_a_child_may_await_a_wsgi_app_that_its_parent_has_awaited() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"hello"]

    def awaited() -> str:
        return asyncio.run(runner.invoke(request())).body.decode()

    runner = WsgiRunner(app)
    assert [awaited(), in_child(awaited), awaited()] == ["hello", "hello", "hello"]
    runner.stop()


def test_a_child_that_stops_a_wsgi_app_takes_no_lock_of_its_parents_threads() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"hello"]

    runner = WsgiRunner(app)
    asyncio.run(runner.invoke(request()))
    threads: Any = vars(runner)["_threads"][0]
    with threads._shutdown_lock:  # as another thread has it that hands work in
        assert in_child(runner.stop) is None
    assert asyncio.run(runner.invoke(request())).body == b"hello"
    runner.stop()


def test_a_wsgi_app_may_fork_and_its_child_may_call_the_handler() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        if environ["PATH_INFO"] == "/fork":
            return [in_child(lambda: Call(1, "word").of(handler).body.decode()).encode()]
        return [b"ok"]

    with bridge(app) as handler:
        assert Call(0, "fork").of(handler).body == b"ok"


# -- hosts that fork --------------------------------------------------------------------------------------------------


def test_the_workers_of_a_host_that_forks_answer_many_at_once_each() -> None:
    def worker() -> list[str]:
        def one(place: int) -> None:
            for turn in range(4):
                call = Call(place * 4 + turn, ("straight", "turning", "locking", "threading")[turn])
                call.check(call.of(handler))

        crowd(one, 8)
        handler.pre_stop()
        return app.notes

    app = Echo()
    with bridge(app) as handler:  # the host loads the app, and starts it, before it forks
        for _ in range(3):
            assert in_child(worker) == ["startup", "startup", "shutdown"]
    assert app.notes == ["startup", "shutdown"]


def test_a_pool_of_processes_calls_the_handler_that_was_made_before() -> None:
    with bridge(Echo()) as handler, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context = multiprocessing.get_context("fork")
        processes = [context.Process(target=ask, args=(handler, place)) for place in range(3)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0] * 3


def ask(handler: Any, place: int) -> None:
    call = Call(place, "turning")
    call.check(call.of(handler))


# -- the end of a child -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("past", ["runner.start()", "moved(runner)"])
def test_a_child_that_exits_shuts_nothing_of_its_parent_s_down_and_says_nothing(past: str) -> None:
    program = f"""{FORK}
runner = AsgiRunner(Pool())
{past}
child = os.fork()
if not child:
    gc.collect()
    sys.exit()
os.waitpid(child, 0)
say("parent")
"""
    code, words, errors = run(program)
    assert (code, errors) == (0, "")
    assert [word for word in words if word != "request"] == [
        "startup",
        "parent",
        "shutdown",
        "pool-ended",
        "pool-closed",
    ]


def test_a_child_that_has_called_shuts_its_own_app_down_when_it_exits() -> None:
    program = f"""{FORK}
runner = AsgiRunner(Pool())
runner.start()
child = os.fork()
if not child:
    runner(Request())
    sys.exit()
os.waitpid(child, 0)
say("parent")
"""
    ended = ["shutdown", "pool-ended", "pool-closed"]
    assert run(program) == (0, ["startup", "startup", "request", *ended, "parent", *ended], "")


@pytest.mark.parametrize("calls", [False, True], ids=["that has not called", "that has called"])
def test_sigterm_ends_a_child_and_the_app_that_it_has_started(calls: bool) -> None:
    program = f"""{FORK}
runner = AsgiRunner(App())
runner.start()
reading, writing = os.pipe()
child = os.fork()
if not child:
    if {calls}:
        runner(Request())
    os.write(writing, b"x")
    while True:
        signal.pause()
os.read(reading, 1)
os.kill(child, signal.SIGTERM)
_, status = os.waitpid(child, 0)
say(os.waitstatus_to_exitcode(status))
"""
    own = ["startup", "request", "shutdown"] if calls else []
    code = "143" if calls else "-15"
    assert run(program) == (0, ["startup", *own, code, "shutdown"], "")


def test_a_child_that_has_stopped_its_app_dies_of_sigterm_as_if_there_were_no_handler() -> None:
    program = f"""{FORK}
runner = AsgiRunner(App())
runner.start()
child = os.fork()
if not child:
    runner(Request())
    runner.stop()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    os._exit(0)
_, status = os.waitpid(child, 0)
say(os.waitstatus_to_exitcode(status))
"""
    assert run(program) == (0, ["startup", "startup", "request", "shutdown", "0", "shutdown"], "")


def test_a_child_that_was_forked_while_others_called_exits_quietly() -> None:
    program = f"""{FORK}
class Waits(Pool):
    async def request(self, scope):
        inside.release()
        try:
            await asyncio.to_thread(leave.wait)
        finally:
            say("request-ended")

inside, leave = threading.Semaphore(0), threading.Event()
runner = AsgiRunner(Waits())
threads = [threading.Thread(target=runner, args=(Request(),)) for _ in range(3)]
[thread.start() for thread in threads]
[inside.acquire() for _ in threads]
child = os.fork()
if not child:
    sys.exit()
os.waitpid(child, 0)
say("parent")
leave.set()
[thread.join() for thread in threads]
"""
    code, words, errors = run(program)
    assert (code, errors) == (0, "")
    ended = ["shutdown", "pool-ended", "pool-closed"]
    assert words == ["startup", "parent", *["request-ended"] * 3, *ended]


def test_where_calls_never_overlapped_there_is_no_thread_for_python_to_warn_of_at_a_fork() -> None:
    program = """
runner = AsgiRunner(App())
threads = [threading.Thread(target=runner, args=(Request(),)) for _ in range(3)]
for thread in threads:
    thread.start()
    thread.join()
if not os.fork():
    os._exit(0)
os.wait()
"""
    assert run(program) == (0, ["startup", *["request"] * 3, "shutdown"], "")

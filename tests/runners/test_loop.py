"""One event loop for the life of an instance, whoever calls from wherever."""

from __future__ import annotations

import asyncio
import signal
import threading
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from fcbridge.model import Response
from fcbridge.runners import eventloop
from fcbridge.runners.asgi import AsgiRunner
from fcbridge.runners.invocation import Invocation

from .asgi_apps import Living, Receive, Scope, Send, answer, hello, request, running


class Where:
    """An app that notes the loop and the thread of each request."""

    def __init__(self) -> None:
        self.loops: list[asyncio.AbstractEventLoop] = []
        self.threads: list[threading.Thread] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.note()
        await answer(send)

    def note(self) -> None:
        self.loops.append(asyncio.get_running_loop())
        self.threads.append(threading.current_thread())


class Meeting(Where):
    """Answers nobody before ``number`` requests are there."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.arrived = 0
        self.complete = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.arrived += 1
        if self.arrived == self.number:
            self.complete.set()
        await self.complete.wait()
        self.note()
        await answer(send)


def called_from(number: int, call: Callable[[], object]) -> list[object]:
    """What ``call`` returns in so many threads at once."""
    results: list[object] = []
    threads = [threading.Thread(target=lambda: results.append(call())) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def with_a_loop(runner: AsgiRunner) -> Response:
    """A synchronous call in a thread that has a running loop."""

    async def main() -> Response:
        return runner(request())

    return asyncio.run(main())


# -- where the loop runs ----------------------------------------------------------------------------------------------


def test_a_call_runs_in_its_caller_s_thread_and_makes_no_other() -> None:
    app = Where()
    before = set(threading.enumerate())
    with running(app) as runner:
        for _ in range(3):
            runner(request())
        assert set(threading.enumerate()) == before
    assert app.threads == [threading.current_thread()] * 3
    assert len(set(app.loops)) == 1


def test_callers_of_different_threads_drive_the_same_loop_one_after_the_other() -> None:
    app = Where()
    with running(app) as runner:
        for _ in range(5):
            called_from(1, lambda: runner(request()))
    assert len(set(app.threads)) == 5
    assert "fcbridge" not in {thread.name for thread in app.threads}
    assert len(set(app.loops)) == 1


def test_eight_threads_are_answered_at_once() -> None:
    app = Meeting(8)
    with running(app) as runner:
        results = called_from(8, lambda: runner(request()))
    assert [type(result) for result in results] == [Response] * 8
    assert len(set(app.loops)) == 1


def test_eight_threads_are_answered_at_once_with_deadlines() -> None:
    app = Meeting(8)
    with running(app) as runner:
        results = called_from(8, lambda: runner(request(), 1e6))
    assert [type(result) for result in results] == [Response] * 8


def test_after_the_first_overlap_the_loop_has_a_thread_of_its_own_for_good() -> None:
    app = Meeting(2)
    with running(app) as runner:
        called_from(2, lambda: runner(request()))
        runner(request())
        runner(request())
    assert [thread.name for thread in app.threads[2:]] == ["fcbridge", "fcbridge"]
    assert app.threads[2] is app.threads[3]
    assert app.threads[2].daemon
    assert len(set(app.loops)) == 1


def test_the_second_of_two_calls_goes_on_when_the_first_has_ended() -> None:
    entered, done = threading.Event(), threading.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/first":
            entered.set()
            await arrived.wait()
        else:
            arrived.set()
            where.append(threading.current_thread().name)
            await asyncio.to_thread(done.wait)
            where.append(threading.current_thread().name)
        await answer(send, scope["path"].encode())

    arrived = asyncio.Event()
    where: list[str] = []
    results: list[Response] = []
    with running(app) as runner:
        first = threading.Thread(target=lambda: results.append(runner(request("/first"))), name="first")
        second = threading.Thread(target=lambda: results.append(runner(request("/second"))), name="second")
        first.start()
        entered.wait()
        second.start()
        first.join()
        assert [result.body for result in results] == [b"/first"]
        done.set()
        second.join()
    assert [result.body for result in results] == [b"/first", b"/second"]
    assert where == ["first", "fcbridge"]


def test_a_call_inside_a_running_loop_is_answered() -> None:
    app = Where()
    with running(app) as runner:
        assert with_a_loop(runner).body == b"ok"
        assert runner(request()).body == b"ok"
    assert [thread.name for thread in app.threads] == ["fcbridge"] * 2
    assert len(set(app.loops)) == 1


def test_an_awaited_call_lets_the_caller_s_loop_go_on() -> None:
    async def main(runner: AsgiRunner) -> list[Response]:
        return await asyncio.gather(*(runner.invoke(request()) for _ in range(5)))

    with running(Meeting(5)) as runner:
        assert [response.body for response in asyncio.run(main(runner))] == [b"ok"] * 5


def test_awaited_calls_of_many_loops_share_one_loop() -> None:
    app = Meeting(4)
    with running(app) as runner:
        results = called_from(4, lambda: asyncio.run(runner.invoke(request())))
    assert [type(result) for result in results] == [Response] * 4
    assert len(set(app.loops)) == 1


def test_errors_find_the_caller_they_belong_to() -> None:
    class App(Meeting):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await super().__call__(scope, receive, self.nothing)
            if scope["path"] != "/0":
                raise LookupError(scope["path"])
            await answer(send)

        async def nothing(self, message: Any) -> None:
            return

    async def main(runner: AsgiRunner) -> list[Any]:
        calls = [runner.invoke(request(f"/{n}")) for n in range(3)]
        return await asyncio.gather(*calls, return_exceptions=True)

    with running(App(3)) as runner:
        fine, *failed = asyncio.run(main(runner))
    assert fine.status == 200
    assert [str(error) for error in failed] == ["/1", "/2"]


def test_the_caller_s_thread_has_no_current_loop_afterwards() -> None:
    with running(hello) as runner:
        runner(request())
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()


def test_the_runner_uses_no_implicit_loop() -> None:
    # Where there is none and none may be made, as in a thread that is not the main one.
    def call() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return runner(request()).body

    with running(Living(), "on") as runner:
        assert called_from(1, call) == [b"hello"]


def test_a_runner_that_nobody_stops_goes_quietly() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        AsgiRunner(hello)(request())  # ResourceWarning of its loop would be an error of this test


# -- what belongs to the loop works from the first invocation to the last ---------------------------------------------


WAYS: list[Callable[[AsgiRunner], Any]] = [
    lambda runner: runner(request()),
    lambda runner: called_from(1, lambda: runner(request())),
    with_a_loop,
    lambda runner: asyncio.run(runner.invoke(request())),
    lambda runner: called_from(8, lambda: runner(request())),
    lambda runner: runner(request()),
]


def test_a_lock_of_the_first_invocation_works_in_the_last() -> None:
    class App:
        lock: asyncio.Lock | None = None
        inside = 0
        entries = 0

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if self.lock is None:
                self.lock = asyncio.Lock()
            async with self.lock:
                self.inside += 1
                self.entries += 1
                # A lock is bound to a loop when it is waited for, so it must be.
                for _ in range(3):
                    await asyncio.sleep(0)
                assert self.inside == 1
                self.inside -= 1
            await answer(send)

    app = App()
    with running(app) as runner:
        for way in WAYS:
            way(runner)
        called_from(8, lambda: runner(request()))
    assert app.entries == 21


@contextmanager
def http_server() -> Generator[tuple[str, set[Any]]]:
    """A server on the loopback and the addresses of the connections that it had."""
    peers: set[Any] = set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            peers.add(self.client_address)
            self.send_response(200)
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"pong")

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", peers
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_open_connection_of_the_first_invocation_is_used_by_the_last() -> None:
    class App(Living):
        client: httpx.AsyncClient | None = None

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "lifespan":
                return await super().__call__(scope, receive, send)
            if self.client is None:
                self.client = httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=1))
            response = await self.client.get(url)
            await answer(send, response.content)

        async def shutdown(self) -> None:
            assert self.client is not None
            await self.client.aclose()

    with http_server() as (url, peers):
        with running(App(), "on") as runner:
            for way in WAYS:
                way(runner)
            assert runner(request()).body == b"pong"
        assert len(peers) == 1


# -- KeyboardInterrupt and SystemExit ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("way", [WAYS[0], WAYS[2], WAYS[3]], ids=["inline", "in a loop", "awaited"])
def test_an_exit_of_the_app_leaves_the_call_and_the_next_one_works(
    kind: type[BaseException], way: Callable[[AsgiRunner], Any]
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise kind

    with running(app) as runner:
        for _ in range(2):
            runner.app = app
            with pytest.raises(kind):
                way(runner)
            runner.stop()
            runner.app = hello
            assert way(runner).body == b"hello"
            runner.stop()


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_the_instance_survives_an_exit_of_the_app(kind: type[BaseException]) -> None:
    async def leave(scope: Scope, receive: Receive, send: Send) -> None:
        raise kind

    app = Living(leave=leave)
    with running(app, "on") as runner:
        for way in (WAYS[0], with_a_loop, WAYS[0]):
            with pytest.raises(kind):
                runner(request("/leave"))
            assert way(runner).body == b"hello"
        assert app.notes == ["startup"]
    assert app.notes == ["startup", "shutdown"]


@contextmanager
def interrupt_once(entered: threading.Event) -> Generator[None]:
    """One KeyboardInterrupt for the main thread when ``entered`` is set, as Ctrl-C has it.

    A signal that comes right before a system call is noticed only after it, so it is sent until it is.
    """
    noticed = threading.Event()

    def handler(*_: object) -> None:
        if not noticed.is_set():
            noticed.set()
            raise KeyboardInterrupt

    def send() -> None:
        entered.wait()
        while not noticed.wait(0.01):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    former = signal.signal(signal.SIGINT, handler)
    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        noticed.set()
        thread.join()
        signal.signal(signal.SIGINT, former)


@pytest.mark.parametrize("own_thread", [False, True], ids=["inline", "on its thread"])
def test_an_interrupt_from_the_keyboard_ends_the_app_and_the_next_call_works(own_thread: bool) -> None:
    ended = threading.Event()
    entered = threading.Event()

    async def hang(scope: Scope, receive: Receive, send: Send) -> None:
        entered.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with running(Living(hang=hang), "on") as runner:
        if own_thread:
            with_a_loop(runner)
        with interrupt_once(entered), pytest.raises(KeyboardInterrupt):
            runner(request("/hang"))
        ended.wait()
        assert runner(request()).body == b"hello"


@pytest.mark.filterwarnings("ignore:coroutine 'Invocation.main' was never awaited", "ignore:Exception ignored in")
def test_an_interrupt_right_before_the_first_step_leaves_no_loop_running(monkeypatch: pytest.MonkeyPatch) -> None:
    usual: Callable[[object], None] = vars(eventloop)["_set_running_loop"]

    def interrupted(loop: object) -> None:
        usual(loop)
        monkeypatch.undo()
        raise KeyboardInterrupt

    with running(Living(), "on") as runner:
        runner(request())
        monkeypatch.setattr(eventloop, "_set_running_loop", interrupted)
        with pytest.raises(KeyboardInterrupt):
            runner(request())
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        assert runner(request()).body == b"hello"


def test_an_interrupt_right_after_the_first_step_ends_the_app_too(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[bool] = []

    async def hang(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    def interrupted(*_: object) -> None:
        monkeypatch.undo()
        raise KeyboardInterrupt

    with running(Living(hang=hang), "on") as runner:
        runner(request())
        monkeypatch.setattr(Invocation, "waits", interrupted)
        with pytest.raises(KeyboardInterrupt):
            runner(request("/hang"))
        assert ended == [True]
        assert runner(request()).body == b"hello"


def test_an_interrupt_right_before_the_loop_is_driven_does_not_keep_it_from_the_next_caller() -> None:
    class Seat:
        """The lock of who drives the loop, which an interrupt follows at once."""

        def __init__(self, lock: Any) -> None:
            self.release = lock.release
            self._lock = lock

        def acquire(self, blocking: bool) -> bool:
            self._lock.acquire(blocking)
            raise KeyboardInterrupt

    app = Where()
    with running(app) as runner:
        runner(request())
        loop: Any = vars(runner)["_instance"].loop
        loop._seat, usual = Seat(loop._seat), loop._seat
        with pytest.raises(KeyboardInterrupt):
            runner(request())
        loop._seat = usual
        called_from(1, lambda: runner(request()))
        runner(request())
    assert "fcbridge" not in {thread.name for thread in app.threads}
    assert len(app.threads) == 3


def test_an_interrupt_does_not_wait_long_for_an_app_that_ignores_it(monkeypatch: pytest.MonkeyPatch) -> None:
    entered = threading.Event()

    async def hang(scope: Scope, receive: Receive, send: Send) -> None:
        entered.set()
        for _ in range(2):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue

    monkeypatch.setattr("fcbridge.runners.loop._GRACE", 0.01)
    monkeypatch.setattr("fcbridge.runners.instance.STOP_TIME", 0.01)
    with running(Living(hang=hang), "on") as runner:
        with interrupt_once(entered), pytest.raises(KeyboardInterrupt):
            runner(request("/hang"))
        assert runner(request()).body == b"hello"

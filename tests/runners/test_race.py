"""Many callers at once, together with startup, shutdown, errors and deadlines: each has its own answer and no other."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest

from fcbridge import bridge
from fcbridge.errors import DeadlineExceeded, StartupFailed
from fcbridge.model import Response
from fcbridge.runners.asgi import AsgiRunner

from .asgi_apps import Living, Receive, Scope, Send, answer, request, running
from .crowd import MANY, PLAIN_ROUTES, ROUTES, WHO, Call, Echo, PlainEcho, Records, crowd

#: Invocations that each of the callers makes.
EACH = 9


@pytest.fixture(params=["usual", "restless"], autouse=True)
def switches(request: pytest.FixtureRequest) -> Generator[None]:
    """The interpreter changes threads at its usual pace, and at every chance that it has."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual if request.param == "usual" else 1e-6)
    yield
    sys.setswitchinterval(usual)


def calls_of(place: int, routes: tuple[str, ...] = ROUTES) -> list[Call]:
    """The calls of one of the callers: all of a word of their own, and of changing routes and doors."""
    return [Call(place * EACH + turn, routes[(place + turn) % len(routes)]) for turn in range(EACH)]


# -- each has its own answer ------------------------------------------------------------------------------------------


def test_each_of_many_threads_gets_its_own_answers() -> None:
    app = Echo()

    def one(place: int) -> None:
        for call in calls_of(place):
            call.check(call.of(handler))
            assert WHO.get() == f"caller {call.word}"

    with Records() as records, bridge(app) as handler:
        crowd(one)
    assert all(identity == word for identity, word in records.pairs)
    words = Counter(word for _, word in records.pairs)
    assert len(words) == MANY * EACH
    background = [call.word for place in range(MANY) for call in calls_of(place) if call.route == "background"]
    assert sorted(app.finished) == sorted(background)
    assert app.notes == ["startup", "shutdown"]


def test_each_of_many_threads_gets_its_own_answers_from_a_wsgi_app_in_its_own_thread() -> None:
    app = PlainEcho()

    def one(place: int) -> None:
        for call in calls_of(place, PLAIN_ROUTES):
            call.check(call.of(handler))
            assert app.threads[call.word] == threading.get_ident()

    with Records() as records, bridge(app) as handler:
        crowd(one)
    assert all(identity == word for identity, word in records.pairs)


def test_awaited_calls_of_several_loops_and_threads_without_one_get_their_own_answers() -> None:
    app = Echo()

    def one(place: int) -> None:
        if place % 4 == 0:
            asyncio.run(gathered(calls_of(place)))
        else:
            for call in calls_of(place):
                call.check(call.of(handler))

    async def gathered(calls: list[Call]) -> None:
        responses = await asyncio.gather(*(call.awaited_of(handler) for call in calls))
        for call, response in zip(calls, responses, strict=True):
            call.check(response)

    with Records() as records, bridge(app) as handler:
        crowd(one)
    assert all(identity == word for identity, word in records.pairs)
    assert app.notes == ["startup", "shutdown"]


def test_awaited_calls_to_a_wsgi_app_get_their_own_answers() -> None:
    def one(place: int) -> None:
        asyncio.run(gathered(calls_of(place, PLAIN_ROUTES)))

    async def gathered(calls: list[Call]) -> None:
        responses = await asyncio.gather(*(call.awaited_of(handler) for call in calls))
        for call, response in zip(calls, responses, strict=True):
            call.check(response)

    with Records() as records, bridge(PlainEcho()) as handler:
        crowd(one, 4)
    assert all(identity == word for identity, word in records.pairs)


# -- no lock is held while an app awaits ------------------------------------------------------------------------------


class Gathering:
    """Answers nobody before ``number`` requests are inside."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.inside = 0
        self.complete = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.inside += 1
        if self.inside == self.number:
            self.complete.set()
        await self.complete.wait()
        await answer(send, scope["path"].encode())


def test_a_hundred_invocations_that_wait_for_one_another_are_all_answered() -> None:
    with running(Gathering(100)) as runner:
        answers = crowd(lambda place: runner(request(f"/{place}")).body, 100)
    assert answers == [f"/{place}".encode() for place in range(100)]


def test_a_hundred_awaited_and_other_invocations_that_wait_for_one_another_are_all_answered() -> None:
    async def some(place: int) -> list[bytes]:
        responses = await asyncio.gather(*(runner.invoke(request(f"/{place}-{turn}")) for turn in range(8)))
        return [response.body for response in responses]

    def one(place: int) -> list[bytes]:
        return asyncio.run(some(place)) if place % 2 else [runner(request(f"/{place}")).body]

    with running(Gathering(16 + 16 * 8)) as runner:
        answers = crowd(one)
    for place, bodies in enumerate(answers):
        expected = [f"/{place}-{turn}" for turn in range(8)] if place % 2 else [f"/{place}"]
        assert bodies == [path.encode() for path in expected]


def test_wsgi_apps_that_wait_for_one_another_are_all_answered() -> None:
    together = threading.Barrier(MANY)

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        together.wait()
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    with bridge(app) as handler:
        assert [response.body for response in crowd(lambda place: Call(place, "all").of(handler))] == [b"ok"] * MANY


# -- where the loop runs ----------------------------------------------------------------------------------------------


class Where(Gathering):
    """Notes the thread and the loop of each request once it is complete."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.threads: list[threading.Thread] = []
        self.loops: set[asyncio.AbstractEventLoop] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().__call__(scope, receive, send)
        await asyncio.sleep(0)
        self.threads.append(threading.current_thread())
        self.loops.add(asyncio.get_running_loop())


def test_callers_that_take_turns_drive_the_loop_themselves() -> None:
    app, turn = Where(1), threading.Lock()

    def one(_: int) -> threading.Thread:
        with turn:
            runner(request())
        return threading.current_thread()

    with running(app) as runner:
        assert set(crowd(one)) == set(app.threads)
    assert len(app.loops) == 1


def test_from_the_first_overlap_on_one_other_thread_drives_the_loop() -> None:
    app = Where(2)
    with running(app) as runner:
        crowd(lambda _: runner(request()), 2)
        del app.threads[:]
        crowd(lambda _: runner(request()))
        runner(request())
    [driver] = set(app.threads)
    assert driver is not threading.current_thread()
    assert len(app.threads) == MANY + 1
    assert len(app.loops) == 1


# -- startup ----------------------------------------------------------------------------------------------------------


def test_of_many_first_callers_one_starts_the_app_and_all_are_answered() -> None:
    app = Living()
    with running(app, "on") as runner:
        assert [response.body for response in crowd(lambda _: runner(request()))] == [b"hello"] * MANY
        assert app.notes == ["startup"]
    assert app.notes == ["startup", "shutdown"]


def test_a_failed_startup_reaches_everyone_who_waits_for_it_as_an_error_of_his_own_and_the_next_call_tries_again() -> (
    None
):
    class App(Living):
        fails = True

        async def startup(self) -> None:
            await super().startup()
            if self.fails:
                raise LookupError("no database")

    def one(_: int) -> StartupFailed:
        with pytest.raises(StartupFailed, match="no database") as caught:
            runner(request())
        return caught.value

    app = App()
    with running(app, "on") as runner:
        errors = crowd(one)
        assert len({id(error) for error in errors}) == MANY
        app.fails = False
        assert [response.body for response in crowd(lambda _: runner(request()))] == [b"hello"] * MANY
        assert app.notes == ["startup"]


# -- shutdown ---------------------------------------------------------------------------------------------------------


class Mortal:
    """Each life of it notes its requests, which must lie between its startup and its shutdown."""

    def __init__(self) -> None:
        self.lives: list[str] = []
        self.served = threading.Semaphore(0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            life = len(self.lives)
            self.lives.append("up")
            scope["state"]["life"] = life
            await send({"type": "lifespan.startup.complete"})
            await receive()
            self.lives[life] = "down"
            await send({"type": "lifespan.shutdown.complete"})
            return
        assert self.lives[scope["state"]["life"]] == "up"
        for _ in range(3):
            await asyncio.sleep(0)
        assert self.lives[scope["state"]["life"]] == "up"
        self.served.release()
        await answer(send, scope["path"].encode())


def test_an_app_that_is_stopped_while_others_call_is_started_anew_and_answers_everyone() -> None:
    app, stopped = Mortal(), threading.Event()

    def one(place: int) -> list[bytes]:
        if place % 8 == 0:
            for _ in range(3):
                for _ in range(5):
                    app.served.acquire()  # of the 28 * 9 requests, the four who stop see 60
                runner.stop()
                stopped.set()
            return []
        bodies = [runner(request(f"/{place}-{turn}")).body for turn in range(EACH - 1)]
        stopped.wait()
        return [*bodies, runner(request(f"/{place}-{EACH - 1}")).body]

    with running(app, "on") as runner:
        answers = crowd(one)
    for place, bodies in enumerate(answers):
        assert bodies == ([] if place % 8 == 0 else [f"/{place}-{turn}".encode() for turn in range(EACH)])
    assert set(app.lives) == {"down"}
    assert len(app.lives) > 1


def test_many_who_stop_at_once_stop_the_app_once() -> None:
    app = Living()
    runner = AsgiRunner(app, lifespan="on")
    crowd(lambda _: runner(request()))
    crowd(lambda _: runner.stop())
    assert app.notes == ["startup", "shutdown"]


def test_starts_stops_and_calls_of_many_leave_the_app_as_often_down_as_up() -> None:
    app = Mortal()

    def one(place: int) -> None:
        for turn in range(EACH):
            (runner.start, runner.stop, lambda: runner(request()))[(place + turn) % 3]()

    with running(app, "on") as runner:
        crowd(one)
    assert set(app.lives) == {"down"}


# -- errors, deadlines, cancellation ----------------------------------------------------------------------------------


def test_each_error_reaches_the_caller_whose_it_is() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].endswith("even"):
            await asyncio.sleep(0)
        raise LookupError(scope["path"])

    def one(place: int) -> None:
        for turn in range(EACH):
            path = f"/{place}-{turn}-{'odd' if turn % 2 else 'even'}"
            with pytest.raises(LookupError) as caught:
                runner(request(path))
            assert str(caught.value) == path

    with running(app) as runner:
        crowd(one)


def test_of_many_at_once_only_those_whose_time_is_over_are_given_up() -> None:
    ended: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith("/hang"):
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(scope["path"])
                if len(ended) == MANY // 2:
                    everyone.set()
        await everyone.wait()
        await answer(send, scope["path"].encode())

    def one(place: int) -> bytes | None:
        if place % 2:
            return runner(request(f"/{place}"), 1e6).body
        with pytest.raises(DeadlineExceeded):
            runner(request(f"/hang/{place}"), 0.01)
        return None

    everyone = asyncio.Event()
    with running(app) as runner:
        answers = crowd(one)
    assert answers == [f"/{place}".encode() if place % 2 else None for place in range(MANY)]
    assert sorted(ended) == sorted(f"/hang/{place}" for place in range(0, MANY, 2))


def test_of_many_awaited_calls_only_the_cancelled_ones_are_cancelled_in_the_app() -> None:
    inside = threading.Semaphore(0)
    cancelled: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        inside.release()
        try:
            await everyone.wait()
        except asyncio.CancelledError:
            cancelled.append(scope["path"])
            if len(cancelled) == MANY // 2:
                everyone.set()
            raise
        await answer(send, scope["path"].encode())

    async def main() -> list[Response | BaseException]:
        tasks = [asyncio.create_task(runner.invoke(request(f"/{place}"))) for place in range(MANY)]
        await asyncio.to_thread(lambda: [inside.acquire() for _ in range(MANY)])
        for task in tasks[::2]:
            task.cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    everyone = asyncio.Event()
    with running(app) as runner:
        results = asyncio.run(main())
    assert sorted(cancelled) == sorted(f"/{place}" for place in range(0, MANY, 2))
    for place, result in enumerate(results):
        if place % 2:
            assert isinstance(result, Response) and result.body == f"/{place}".encode()
        else:
            assert isinstance(result, asyncio.CancelledError)


# -- contexts ---------------------------------------------------------------------------------------------------------


def test_what_an_app_sets_in_its_context_is_seen_by_no_caller_and_no_other_invocation() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen = WHO.get()
        WHO.set(scope["path"])
        await asyncio.sleep(0)
        assert WHO.get() == scope["path"]
        await answer(send, seen.encode())

    def one(place: int) -> None:
        WHO.set(f"caller {place}")
        for turn in range(EACH):
            assert runner(request(f"/{place}-{turn}")).body == f"caller {place}".encode()
            assert WHO.get() == f"caller {place}"

    with running(app) as runner:
        one(MANY)  # in the caller's thread
        crowd(one)


def test_every_invocation_is_a_task_of_its_own_that_its_caller_does_not_see() -> None:
    tasks: list[asyncio.Task[Any] | None] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        tasks.append(task)
        await asyncio.sleep(0)
        assert asyncio.current_task() is task
        await answer(send)

    async def awaited() -> None:
        mine = asyncio.current_task()
        await asyncio.gather(*(runner.invoke(request()) for _ in range(EACH)))
        assert asyncio.current_task() is mine
        assert mine not in tasks

    with running(app) as runner:
        runner(request())
        crowd(lambda _: [runner(request()) for _ in range(EACH)])
        asyncio.run(awaited())
    assert len(set(tasks)) == len(tasks) == 1 + MANY * EACH + EACH
    assert None not in tasks

"""Where functions run: on the app's loop, with its state and its deadline, from any thread."""

# Functions of one expression are lambdas here, whose parameters have no types.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

import asyncio
import gc
import logging
import threading
import weakref
from contextlib import suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import pytest

from fcbridge import Context, MessageEvent, State, TimerEvent, bridge
from fcbridge.errors import AppProtocolError, DeadlineExceeded, DeliveryFailed, StartupFailed
from fcbridge.logs import REQUEST_ID

from .apps import asgi, wsgi
from .clockwork import CLOCKWORK, letters

if TYPE_CHECKING:
    from collections.abc import Callable

    from fcbridge import Handler

    Make = Callable[[Callable[[Any], Any]], Callable[..., Any]]
    Send = Callable[..., Any]

BELL = {"bells": "bell", "name": "noon"}
MARK: ContextVar[str] = ContextVar("mark", default="")


# -- the app ----------------------------------------------------------------------------------------------------------


def test_requests_and_events_reach_the_same_handler(handler: Handler, send: Send, make: Make) -> None:
    handler.on(TimerEvent)(make(lambda event: event.name))
    before, struck, after = send({"http": "/a"}), send(BELL), send({"http": "/a"})
    assert before == after
    assert before["status"] == (404 if getattr(handler.app, "__module__", "").endswith("alone") else 200)
    assert struck == "noon"


def test_the_app_is_up_before_the_first_event_and_its_state_is_the_functions(make: Make) -> None:
    with asgi() as handler:

        @handler.on(TimerEvent, name="noon")
        async def noon(event: TimerEvent, state: State) -> int:
            state.table["struck"] = state.table.get("struck", 0) + 1
            state["mine"] = True
            return int(state["table"]["struck"])

        @handler.on(TimerEvent)
        def dusk(state: State) -> tuple[int, bool]:
            return state.table["struck"], hasattr(state, "mine")

        assert [handler(BELL), handler(BELL)] == [1, 2]
        assert handler({"bells": "bell"}) == (2, False)


def test_an_asynchronous_function_runs_on_the_loop_of_the_app() -> None:
    loops: list[object] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        loops.append(asyncio.get_running_loop())
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body"})

    handler = bridge(app, platform=CLOCKWORK)

    @handler.on(TimerEvent)
    async def strike(event: TimerEvent) -> None:
        loops.append(asyncio.get_running_loop())

    with handler:
        handler({"http": "/"})
        handler(BELL)
        asyncio.run(handler.invoke(BELL))
        handler({"http": "/"})
    assert len(loops) == 5 and len(set(map(id, loops))) == 1


def test_asynchronous_functions_beside_a_wsgi_app_have_one_loop() -> None:
    handler = wsgi()
    loops: list[asyncio.AbstractEventLoop] = []

    @handler.on(TimerEvent)
    async def strike(event: TimerEvent) -> None:
        loops.append(asyncio.get_running_loop())

    handler(BELL)
    asyncio.run(handler.invoke(BELL))
    handler(BELL)
    assert len(set(map(id, loops))) == 1
    handler.pre_stop()
    assert loops[0].is_closed()
    assert handler(BELL) is None, "a stopped handler may start anew"
    handler.pre_stop()


def test_a_synchronous_function_beside_a_wsgi_app_runs_in_the_callers_thread() -> None:
    handler = wsgi()
    threads: list[int] = []
    handler.on(TimerEvent)(lambda event: threads.append(threading.get_ident()))
    handler(BELL)
    assert threads == [threading.get_ident()]


def test_a_synchronous_function_beside_an_asgi_app_leaves_the_loop_free() -> None:
    handler = asgi()
    answered = threading.Event()

    @handler.on(TimerEvent)
    def strike(event: TimerEvent) -> bool:
        # It would wait for ever if it held the loop that has to answer the request.
        return answered.wait(30)

    async def both() -> tuple[Any, Any]:
        waiting = asyncio.ensure_future(handler.invoke(BELL))
        response = await handler.invoke({"http": "/meanwhile"})
        answered.set()
        return await waiting, response

    with handler:
        assert asyncio.run(both()) == (True, {"status": 200, "body": "/meanwhile"})


def test_a_failing_startup_fails_the_delivery_and_is_tried_again() -> None:
    tries: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            tries.append(1)
            if len(tries) == 1:
                await send({"type": "lifespan.startup.failed", "message": "no database"})
            else:
                await send({"type": "lifespan.startup.complete"})
                await receive()
                await send({"type": "lifespan.shutdown.complete"})

    handler = bridge(app, platform=CLOCKWORK)
    ids: list[str] = []

    @handler.on(MessageEvent)
    async def read(event: MessageEvent) -> None:
        ids.append(event.id)

    with pytest.raises(StartupFailed, match="no database"):
        handler(letters("registered", "one", "two"))
    assert ids == []
    assert handler(letters("registered", "one", "two")) == {"failed": []}
    assert (ids, len(tries)) == (["1", "2"], 2)
    handler.pre_stop()


# -- threads and loops ------------------------------------------------------------------------------------------------


def test_events_may_come_from_several_threads_at_once(handler: Handler, make: Make) -> None:
    together = threading.Barrier(4)
    lock = threading.Lock()
    seen: list[str] = []

    def note(event: TimerEvent) -> str:
        with lock:
            seen.append(event.name)
        return event.name

    handler.on(TimerEvent)(make(note))
    answers: dict[str, Any] = {}

    def ring(name: str) -> None:
        together.wait(30)
        for count in range(20):
            answers[f"{name}{count}"] = handler({"bells": "bell", "name": f"{name}{count}"})

    threads = [threading.Thread(target=ring, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(name == answer for name, answer in answers.items())
    assert sorted(seen) == sorted(answers) and len(seen) == 80


def test_a_caller_with_a_loop_may_call_the_handler_itself(handler: Handler, make: Make) -> None:
    handler.on(TimerEvent)(make(lambda event: event.name))

    async def caller() -> Any:
        return handler(BELL)

    assert asyncio.run(caller()) == "noon"


def test_invocations_on_one_loop_overlap() -> None:
    handler = asgi()
    met: list[str] = []

    @handler.on(TimerEvent)
    async def meet(event: TimerEvent) -> int:
        met.append(event.name)
        while len(met) < 3:
            await asyncio.sleep(0)
        return len(met)

    async def three() -> list[Any]:
        return await asyncio.gather(*(handler.invoke({"bells": "bell", "name": name}) for name in "abc"))

    with handler:
        assert asyncio.run(three()) == [3, 3, 3]


def test_cancelling_an_invocation_cancels_the_function() -> None:
    handler = asgi()
    told: list[str] = []

    async def caller() -> None:
        begun = asyncio.Event()
        loop = asyncio.get_running_loop()

        @handler.on(TimerEvent)
        async def wait(event: TimerEvent) -> None:
            loop.call_soon_threadsafe(begun.set)
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                told.append("cancelled")
                raise

        waiting = asyncio.ensure_future(handler.invoke(BELL))
        await begun.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    with handler:
        asyncio.run(caller())
    assert told == ["cancelled"]


# -- contexts ---------------------------------------------------------------------------------------------------------


def test_what_one_event_sets_the_next_does_not_see(handler: Handler, send: Send, make: Make) -> None:
    marks: list[str] = []

    def mark(event: MessageEvent) -> None:
        marks.append(MARK.get())
        MARK.set(event.id)

    handler.on(MessageEvent)(make(mark))
    send(letters("letters", "one", "two", "three"))
    send(letters("letters", "one"))
    assert marks == ["", "", "", ""]
    assert MARK.get() == ""


def test_what_the_caller_has_set_the_function_sees(handler: Handler, make: Make) -> None:
    handler.on(TimerEvent)(make(lambda event: MARK.get()))
    token = MARK.set("caller")
    try:
        assert handler(BELL) == "caller"
        assert asyncio.run(handler.invoke(BELL)) == "caller"
    finally:
        MARK.reset(token)


def test_the_request_id_is_in_the_log_while_a_function_runs(handler: Handler, send: Send, make: Make) -> None:
    handler.on(TimerEvent)(make(lambda event: REQUEST_ID.get()))
    assert send(BELL) == "call-7"
    assert REQUEST_ID.get() == ""


def test_tasks_that_a_function_leaves_running_finish_before_the_handler_returns() -> None:
    handler = asgi()
    done: list[str] = []
    tasks: list[object] = []

    @handler.on(TimerEvent)
    async def strike(event: TimerEvent) -> None:
        async def later() -> None:
            await asyncio.sleep(0)
            done.append(event.name)

        tasks.append(asyncio.create_task(later()))

    with handler:
        handler(BELL)
        assert done == ["noon"]


# -- the deadline -----------------------------------------------------------------------------------------------------


def test_an_asynchronous_function_that_hangs_is_cancelled_and_the_log_says_where(
    handler: Handler, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []

    @handler.on(MessageEvent)
    async def read(event: MessageEvent) -> None:
        if event.id == "2":
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                told.append("cancelled")
                raise

    assert send(letters("registered", "one", "two"), 0.4) == {"failed": ["2"]}
    assert told == ["cancelled"]
    assert "test_runs.py" in caplog.text and "in read" in caplog.text
    assert "The time was over with <MessageEvent id='2'" in caplog.text


def test_a_synchronous_function_that_hangs_is_broken_off_in_the_main_thread(caplog: pytest.LogCaptureFixture) -> None:
    handler = wsgi()

    @handler.on(TimerEvent)
    def strike(event: TimerEvent) -> None:
        threading.Event().wait(60)

    with pytest.raises(DeadlineExceeded, match="still working after"):
        handler(BELL, 0.2)
    assert "in strike" in caplog.text


def test_a_thread_that_hangs_beside_an_asgi_app_is_given_up_and_the_log_says_where(
    caplog: pytest.LogCaptureFixture,
) -> None:
    handler = asgi()
    let_go = threading.Event()

    @handler.on(TimerEvent)
    def strike(event: TimerEvent) -> None:
        let_go.wait(60)

    try:
        with handler, pytest.raises(DeadlineExceeded):
            handler(BELL, 0.2)
    finally:
        let_go.set()
    assert "in strike" in caplog.text


def test_when_the_time_is_over_the_rest_is_not_run(handler: Handler, caplog: pytest.LogCaptureFixture) -> None:
    ids: list[str] = []

    @handler.on(MessageEvent)
    async def read(event: MessageEvent) -> None:
        ids.append(event.id)
        await asyncio.Event().wait()

    assert handler(letters("registered", "one", "two", "three"), 0.2) == {"failed": ["1", "2", "3"]}
    assert ids == ["1"]
    assert "There was no time left for <MessageEvent id='3'" in caplog.text


def test_the_time_is_for_the_whole_delivery(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr("fcbridge.connector.course.monotonic", lambda: clock[0])
    handler = wsgi(deadline_margin=0)

    @handler.on(MessageEvent)
    def read(event: MessageEvent) -> None:
        clock[0] += 4

    assert handler(letters("registered", "one", "two", "three", "four"), 10) == {"failed": ["4"]}


# -- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_plain_function_that_returns_a_coroutine_is_told_so(handler: Handler) -> None:
    async def later() -> None: ...

    handler.on(TimerEvent)(lambda event: later())
    with pytest.raises(AppProtocolError, match=r"(?s)returned something to be awaited.*async def"):
        handler(BELL)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_the_end_of_the_interpreter_is_no_outcome(make: Make, error: type[BaseException]) -> None:
    handler = wsgi()
    ids: list[str] = []

    def stop(event: MessageEvent) -> None:
        ids.append(event.id)
        raise error

    handler.on(MessageEvent)(make(stop))
    with pytest.raises(error):
        handler(letters("registered", "one", "two"))
    assert ids == ["1"]
    handler.pre_stop()


def test_an_exception_that_ends_an_iteration_is_an_exception(handler: Handler, send: Send) -> None:
    @handler.on(TimerEvent)
    def strike(event: TimerEvent) -> None:
        next(iter(()))

    with pytest.raises((StopIteration, RuntimeError)):
        send(BELL)


def test_a_function_that_asks_its_own_handler_on_the_loop_is_told_so() -> None:
    handler = asgi()

    @handler.on(TimerEvent, name="noon")
    async def noon(event: TimerEvent) -> Any:
        return handler({"bells": "bell", "name": "dusk"})

    @handler.on(TimerEvent, name="dusk")
    async def dusk(event: TimerEvent) -> str:
        return "dusk"

    with handler, pytest.raises(AppProtocolError, match="its own handler"):
        handler(BELL)


def test_a_function_may_await_its_own_handler() -> None:
    handler = asgi()

    @handler.on(TimerEvent, name="noon")
    async def noon(event: TimerEvent) -> Any:
        return await handler.invoke({"bells": "bell", "name": "dusk"})

    handler.on(TimerEvent, name="dusk")(lambda event: "dusk")
    with handler:
        assert handler(BELL) == "dusk"


def test_the_payload_is_not_changed(handler: Handler, send: Send, make: Make) -> None:
    handler.on(MessageEvent)(make(lambda event: None))
    payload = letters("registered", "one")
    send(payload)
    assert payload == letters("registered", "one")


def test_the_context_is_the_platforms_own(handler: Handler, send: Send) -> None:
    platforms_context = object()

    @handler.on(TimerEvent)
    def strike(context: Context) -> bool:
        return context is platforms_context

    assert send(BELL, platforms_context) is True


@pytest.mark.parametrize(
    "payload", [letters("letters", "one"), letters("letters", "one", "two"), letters("chains", "one")]
)
def test_what_a_failed_function_held_goes_with_the_failure(handler: Handler, make: Make, payload: Any) -> None:
    """Without a collection of garbage: the record of a queue may be large, and its exception holds it."""
    held: list[weakref.ref[Any]] = []

    class Large: ...

    def fail(event: MessageEvent) -> None:
        large = Large()
        held.append(weakref.ref(large))
        raise ValueError

    handler.on(MessageEvent)(make(fail))
    logging.disable()  # pytest keeps what is logged
    gc.disable()
    try:
        with suppress(ValueError, DeliveryFailed):
            handler(payload)
        assert [reference() for reference in held] == [None] * len(payload["events"])
    finally:
        gc.enable()
        logging.disable(logging.NOTSET)


# -- events over HTTP -------------------------------------------------------------------------------------------------


def test_an_event_over_http_is_its_functions_and_no_request(handler: Handler, send: Send, make: Make) -> None:
    handler.on(TimerEvent, name="noon")(make(lambda event: event.name))
    assert send({"http": "/a", "timer": "noon"}) == "noon"


def test_an_event_over_http_without_a_function_is_a_request() -> None:
    handler = asgi()
    handler.on(TimerEvent, name="noon")(lambda event: event.name)
    with handler:
        assert handler({"http": "/a", "timer": "dusk"}) == {"status": 200, "body": "/a"}
        assert handler({"http": "/a", "timer": 7}) == {"status": 200, "body": "/a"}


def test_without_any_function_an_event_over_http_is_a_request() -> None:
    with asgi() as handler:
        assert handler({"http": "/a", "timer": "noon"}) == {"status": 200, "body": "/a"}

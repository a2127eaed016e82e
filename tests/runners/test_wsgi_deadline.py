"""Work that would outlive its deadline. A hanging app hangs for ever here: only the deadline ends it."""

from __future__ import annotations

import functools
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Any

import pytest

from fcbridge.errors import DeadlineExceeded
from fcbridge.model import Request, Response
from fcbridge.runners.wsgi import WsgiRunner

from .wsgi_apps import TEXT, Body, Environ, StartResponse, answer

#: Seconds. How soon it is over does not matter to any test but the speed of them all.
SOON = 0.02
#: Never reached: the tests that give it would take as long as that.
LATE = 3600.0


@pytest.fixture(autouse=True)
def the_timer_is_nobodys() -> Iterator[None]:
    assert (signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)[0]) == (signal.SIG_DFL, 0)
    yield
    left = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)[0]
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    assert left == (signal.SIG_DFL, 0), "timer and handler are restored"


def hang() -> None:
    threading.Event().wait()


def hanging(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    hang()
    return []


def exceeds(app: Any, remaining: float = SOON) -> str:
    with pytest.raises(DeadlineExceeded) as caught:
        answer(app, remaining=remaining)
    return str(caught.value)


# -- in the main thread -----------------------------------------------------------------------------------------------


def test_an_app_in_time_is_answered() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", TEXT)
        return [b"a"]

    assert answer(app, remaining=LATE).body == b"a"


def test_an_app_that_hangs_is_given_up_and_the_error_says_where() -> None:
    told = exceeds(hanging)
    assert "after 0.02 seconds" in told
    assert threading.__file__ in told
    assert " in wait" in told
    assert "\nhint: " in told


def test_the_place_is_the_innermost_line_that_is_not_ours() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        while True:
            pass

    told = exceeds(app)
    assert f"{__file__}:{app.__code__.co_firstlineno + 1} in app" in told or (
        f"{__file__}:{app.__code__.co_firstlineno + 2} in app" in told
    )


def test_the_whole_stack_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    exceeds(hanging)
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("fcbridge.deadline", "ERROR")
    lines = record.getMessage().splitlines()
    assert "after 0.02 seconds" in lines[0]
    functions = [line.rpartition(" in ")[2] for line in lines[2:] if line.startswith("  File ")]
    assert functions[functions.index("hanging") :][:3] == ["hanging", "hang", "wait"]
    assert "    hang()" in lines
    assert "test_the_whole_stack" not in record.getMessage()


def test_a_body_that_hangs_is_given_up_and_closed() -> None:
    class Hanging(Body):
        def __iter__(self) -> Iterator[bytes]:
            yield b"a"
            hang()

    body = Hanging()

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", TEXT)
        return body

    exceeds(app)
    assert body.closed == 1


def test_an_app_may_tidy_up() -> None:
    tidied: list[str] = []

    def app(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        try:
            start_response("200 OK", TEXT)
            yield b"a"
            hang()
        finally:
            tidied.append("app")

    exceeds(app)
    assert tidied == ["app"]


def test_an_except_exception_does_not_keep_the_app_going() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            hang()
        except Exception:
            start_response("200 OK", TEXT)
        return []

    exceeds(app)


def test_an_app_that_swallows_it_and_answers_is_given_up_all_the_same() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            hang()
        except BaseException:
            start_response("200 OK", TEXT)
        return [b"too late"]

    exceeds(app)


def test_an_app_that_makes_an_error_of_it_is_given_up_all_the_same() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            hang()
        except BaseException:
            raise LookupError("mine") from None
        return []

    with pytest.raises(DeadlineExceeded) as caught:
        answer(app, remaining=SOON)
    assert isinstance(caught.value.__cause__, LookupError)


def test_an_app_that_swallows_it_and_goes_on_is_interrupted_again(caplog: pytest.LogCaptureFixture) -> None:
    attempts: list[int] = []

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        for attempt in range(3):
            try:
                attempts.append(attempt)
                hang()
            except BaseException:
                logging.getLogger("app").info("again")
        hang()
        return []

    exceeds(app)
    assert attempts == [0, 1, 2]
    assert [record.name for record in caplog.records].count("fcbridge.deadline") == 1


def test_an_iterator_written_in_c_is_given_up_too() -> None:
    reading, writing = os.pipe()
    body: Iterator[bytes] = iter(functools.partial(os.read, reading, 1), b"")

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", TEXT)
        return body

    try:
        with pytest.raises(DeadlineExceeded, match="not Python"):
            WsgiRunner(app)(Request(), SOON)
    finally:
        os.close(reading)
        os.close(writing)


def test_a_close_that_hangs_does_not_cost_the_response(caplog: pytest.LogCaptureFixture) -> None:
    class Closing(Body):
        def close(self) -> None:
            super().close()
            hang()

    body = Closing(b"a")

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", TEXT)
        return body

    assert answer(app, remaining=SOON).body == b"a"
    assert body.closed == 1
    (record,) = caplog.records
    assert "closing its response" in record.getMessage()
    assert " in close" in record.getMessage()


def test_an_error_before_the_deadline_is_the_apps_own() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        answer(app, remaining=LATE)


@pytest.mark.parametrize("remaining", [0.0, -1.0])
def test_a_deadline_that_is_over_already_ends_the_app_at_once(remaining: float) -> None:
    assert "after 0 seconds" in exceeds(hanging, remaining)


def test_one_runner_serves_on_after_a_deadline() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/hang":
            hang()
        start_response("200 OK", TEXT)
        return [b"a"]

    runner = WsgiRunner(app)
    for _ in range(3):
        with pytest.raises(DeadlineExceeded):
            runner(Request(path="/hang"), SOON)
        assert runner(Request(), LATE).body == b"a"


def test_a_timer_of_the_apps_own_is_left_to_it() -> None:
    rings: list[int] = []

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        signal.signal(signal.SIGALRM, lambda number, frame: rings.append(number))
        signal.setitimer(signal.ITIMER_REAL, LATE)
        start_response("200 OK", TEXT)
        return []

    try:
        assert answer(app, remaining=LATE).status == 200
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
        signal.raise_signal(signal.SIGALRM)
        assert rings == [signal.SIGALRM]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


# -- where it cannot be interrupted -----------------------------------------------------------------------------------


class Bark(logging.Handler):
    """Hears the watchdog, and lets the app that waits for it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = threading.Event()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
        self.heard.set()


@pytest.fixture
def bark() -> Iterator[Bark]:
    handler = Bark()
    logging.getLogger("fcbridge.deadline").addHandler(handler)
    yield handler
    logging.getLogger("fcbridge.deadline").removeHandler(handler)


def until(bark: Bark) -> Any:
    """An app that answers as soon as the watchdog has barked."""

    def until_it_barks(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        bark.heard.wait()
        start_response("200 OK", TEXT)
        return [b"late"]

    return until_it_barks


def in_a_thread(call: Callable[[], Response]) -> Response:
    answers: list[Response] = []
    thread = threading.Thread(target=lambda: answers.append(call()))
    thread.start()
    thread.join()
    return answers[0]


def test_in_another_thread_the_place_is_logged_and_the_late_response_returned(bark: Bark) -> None:
    assert in_a_thread(lambda: answer(until(bark), remaining=SOON)).body == b"late"
    (message,) = bark.messages
    assert "after 0.02 seconds" in message
    assert f"{threading.__file__}:" in message.splitlines()[0]
    assert "cannot be stopped" in message
    assert " in until_it_barks" in message


def test_in_another_thread_an_app_in_time_is_not_logged(bark: Bark) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", TEXT)
        return [b"a"]

    assert in_a_thread(lambda: answer(app, remaining=LATE)).body == b"a"
    for thread in threading.enumerate():
        if thread.name == "fcbridge watchdog":
            thread.join()
    assert not bark.messages


def test_a_handler_of_somebody_else_is_left_alone(bark: Bark) -> None:
    def somebody(number: int, frame: object) -> None: ...

    signal.signal(signal.SIGALRM, somebody)
    try:
        assert answer(until(bark), remaining=SOON).body == b"late"
        assert signal.getsignal(signal.SIGALRM) is somebody
    finally:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    assert len(bark.messages) == 1


def test_a_running_timer_of_somebody_else_is_left_alone(bark: Bark) -> None:
    signal.setitimer(signal.ITIMER_REAL, LATE)
    try:
        assert answer(until(bark), remaining=SOON).body == b"late"
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def test_without_such_a_timer_the_watchdog_is_there(bark: Bark, monkeypatch: pytest.MonkeyPatch) -> None:
    from fcbridge.runners import deadline

    class Windows:
        SIGINT = signal.SIGINT

    monkeypatch.setattr(deadline, "signal", Windows)
    assert answer(until(bark), remaining=SOON).body == b"late"
    assert len(bark.messages) == 1


@pytest.mark.parametrize("remaining", [0.0, -1.0])
def test_the_watchdog_waits_for_the_app_to_begin(bark: Bark, remaining: float) -> None:
    assert in_a_thread(lambda: answer(until(bark), remaining=remaining)).body == b"late"
    assert "after 0 seconds" in bark.messages[0]


def test_the_watchdog_barks_in_the_context_of_the_request(bark: Bark) -> None:
    request_id: ContextVar[str] = ContextVar("request_id", default="-")
    seen: list[str] = []

    def note(record: logging.LogRecord) -> bool:
        seen.append(request_id.get())
        return True

    bark.addFilter(note)

    def call() -> Response:
        request_id.set("1-67c1a2b3")
        return answer(until(bark), remaining=SOON)

    in_a_thread(call)
    assert seen == ["1-67c1a2b3"]


def test_a_deadline_within_a_deadline_ends_the_outer_one() -> None:
    inner = WsgiRunner(hanging)

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        inner(Request(), LATE)
        return []

    exceeds(app)

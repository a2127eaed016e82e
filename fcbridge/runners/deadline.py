"""Ends synchronous work when its time is over, or says where it hangs.

Python can break into its main thread only, and only by a signal: there SIGALRM raises an exception in the app. In other
threads, and where the signal has an owner already, a watchdog notes in the log where the work hangs; a response that
comes late is still a response.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from threading import Event
    from types import CodeType, FrameType
    from typing import Any, Protocol

    Line = tuple[str, int, str]  # file, line, function

    class Work(Protocol):
        """``response`` is there as soon as only tidying up is left to ``run``."""

        response: Any

        def run(self) -> Any: ...

else:
    # The module that signal is a wrapper of. The wrapper makes enums of what goes in and out: 2 to 6 ms to import, and
    # 9 us an invocation where this takes one (CPython 3.10 to 3.13), and every invocation of a platform has a deadline.
    try:
        import _signal as signal
    except ImportError:
        import signal


# The app may catch the exception (a bare "except:" in a loop of retries), so it is raised again until the app is out.
# Tidying up that takes longer than this is cut short; the platform is about to do the same.
_AGAIN = 0.1


def run_within(remaining: float, work: Work) -> Any:
    """Run ``work`` for at most ``remaining`` seconds. Raises DeadlineExceeded where they are over and it was broken."""
    alarm = _Alarm(remaining, work)
    return alarm.run() if alarm.arm() else _run_watched(remaining, work)


class _Expired(BaseException):
    """What the app sees. Not an Exception: apps catch those and go on."""


class _Alarm:
    """Breaks work that runs in the main thread."""

    __slots__ = ("late", "off", "passed", "remaining", "reported", "stack", "work")

    def __init__(self, remaining: float, work: Work) -> None:
        self.remaining = remaining
        self.work = work
        self.stack: _Stack | None = None  # where it hung
        self.late = False  # it hung after the response was complete
        self.off = False
        self.reported = False
        self.passed: tuple[CodeType, int] | None = None

    def arm(self) -> bool:
        """Start the timer. Not where there is none (Windows), in other threads, and where somebody else uses it."""
        if not hasattr(signal, "setitimer"):
            return False
        if signal.getsignal(signal.SIGALRM) != signal.SIG_DFL:
            return False
        if signal.getitimer(signal.ITIMER_REAL)[0]:
            return False
        try:
            signal.signal(signal.SIGALRM, self.ring)
        except ValueError:  # "signal only works in main thread of the main interpreter"
            return False
        signal.setitimer(signal.ITIMER_REAL, max(self.remaining, 0.001), _AGAIN)  # 0 would be no timer
        return True

    def disarm(self) -> None:
        self.off = True
        if signal.getsignal(signal.SIGALRM) == self.ring:  # else the app took it over and keeps it
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def run(self) -> Any:
        work = self.work
        cause: BaseException | None = None
        try:
            _run(work)
        except BaseException as error:
            if self.stack is None or (self.late and not isinstance(error, _Expired)):
                raise
            # Whatever the app has made of it, this is what happened.
            cause = None if isinstance(error, _Expired) else error
        finally:
            self.disarm()
        if self.stack is not None:
            self.report(self.stack)
            if not self.late:
                from ..errors import DeadlineExceeded

                raise DeadlineExceeded(_message(self.remaining, self.stack), hint=_CURE) from cause
        assert work.response is not None
        return work.response

    def ring(self, _signal: int, frame: FrameType | None) -> None:
        """The handler of SIGALRM."""
        stack = _Stack(frame)
        if self.off or frame is None or not stack.lines:
            return  # the work has not begun, or is done
        # Between two calls of the app the next line may be the one that remembers what to close. Never break in there;
        # unless it is the same line as a tenth of a second ago: then it waits for an iterator written in C.
        if _is_ours(frame):
            place = (frame.f_code, frame.f_lasti)
            if place != self.passed:
                self.passed = place
                return
        if self.stack is None:
            self.late = self.work.response is not None
            self.stack = stack
        else:
            # The app does not let go. Usually it does, and then is the better time: here it may hold a lock of logging.
            self.report(self.stack)
        raise _Expired("the time that the platform gives to this invocation is over")

    def report(self, stack: _Stack) -> None:
        if not self.reported:
            self.reported = True
            _log(_message(self.remaining, stack, "closing its response" if self.late else "working"), stack)


def _run_watched(remaining: float, work: Work) -> Any:
    """Run ``work`` with a watchdog, which cannot break it."""
    from contextvars import copy_context
    from threading import Event, Thread, get_ident

    done = Event()
    # In a copy of this context, so that the record has the request id of this thread.
    watchdog = Thread(
        target=copy_context().run, args=(_watch, remaining, get_ident(), done), name="fcbridge watchdog", daemon=True
    )
    watchdog.start()
    try:
        return _run(work)
    finally:
        done.set()


def _watch(remaining: float, thread: int, done: Event) -> None:
    from sys import _current_frames  # pyright: ignore[reportPrivateUsage]  # public by its documentation

    wait = max(remaining, 0)
    while not done.wait(wait):
        stack = _Stack(_current_frames().get(thread))
        if stack.lines:
            _log(_message(remaining, stack) + " It cannot be stopped in this thread.", stack)
            return
        wait = _AGAIN  # the work has not begun


def _run(work: Work) -> Any:
    # The stack of the work ends at this function.
    return work.run()


class _Stack:
    """The lines that the work is in, outermost first; those inside ``_run`` only.

    Taken in a signal handler, so nothing is imported and no source is read before it is printed.
    """

    __slots__ = ("lines", "where")

    def __init__(self, frame: FrameType | None) -> None:
        self.where: Line | None = None  # the innermost one that is not ours
        lines: list[Line] = []
        while frame is not None:
            code = frame.f_code
            if code is _run.__code__:
                self.lines = lines[::-1]
                return
            lines.append((code.co_filename, frame.f_lineno, code.co_name))
            if self.where is None and not _is_ours(frame):
                self.where = lines[-1]
            frame = frame.f_back
        self.lines = []

    def __str__(self) -> str:
        from traceback import StackSummary

        return "".join(StackSummary.from_list([(*line, None) for line in self.lines]).format())


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).startswith("fcbridge.")


_CURE = "give that call a timeout of its own, or raise the function's timeout; the log has the whole stack"


def _message(remaining: float, stack: _Stack, doing: str = "working") -> str:
    after = f"The app was still {doing} after {max(remaining, 0):.3g} seconds"
    if stack.where is None:
        return f"{after}, in a call that is not Python."
    file, line, function = stack.where
    return f"{after}, at {file}:{line} in {function}."


def _log(message: str, stack: _Stack) -> None:
    from logging import getLogger

    getLogger("fcbridge.deadline").error("%s\nStack, innermost call last:\n%s", message, str(stack).rstrip())

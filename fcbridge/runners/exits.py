"""What has to be closed when the process ends: at the interpreter's exit, and by SIGTERM.

Loaded only when there is something to close.
"""

from __future__ import annotations

import os
import signal
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

# Each with the process that added it: a fork inherits the book, but not what is in it.
_closers: dict[Callable[[], object], int] = {}
_watching = False


def add(closer: Callable[[], object]) -> None:
    """Have ``closer`` called when the interpreter exits."""
    _watch()
    _closers[closer] = os.getpid()


def discard(closer: Callable[[], object]) -> None:
    """Forget ``closer``. With the last one of this process goes the handler of SIGTERM."""
    _closers.pop(closer, None)
    if os.getpid() not in _closers.values() and _in_main_thread() and signal.getsignal(signal.SIGTERM) is _terminate:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def catch_sigterm() -> bool:
    """Make SIGTERM an orderly exit, unless it has an owner. False in other threads than the main one: Python sets the
    handlers of signals there only."""
    if not _in_main_thread():
        return False
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _terminate)
    return True


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _watch() -> None:
    global _watching
    if _watching:
        return
    _watching = True
    # Before atexit comes the shutdown of threading: it calls back, the latest registered first, then joins all threads.
    # concurrent.futures ends its pools in such a callback. Ours has to come before that one, or asyncio.to_thread would
    # not work in the app's shutdown, and threads that wait for the app's end would be joined for ever.
    import concurrent.futures.thread  # noqa: F401  # pyright: ignore[reportUnusedImport]  # it registers on import

    register: Callable[[Callable[[], None]], None] | None = getattr(threading, "_register_atexit", None)
    try:
        if register is not None:
            register(_close_all)
            return
    except RuntimeError:  # "can't register atexit after shutdown"
        pass
    import atexit

    atexit.register(_close_all)


def _close_all() -> None:
    process = os.getpid()
    for closer, owner in reversed(list(_closers.items())):
        if owner == process:
            closer()


def _terminate(number: int, _frame: FrameType | None) -> None:
    if os.getpid() in _closers.values():
        raise SystemExit(128 + number)  # as a shell reports it
    # Nothing to close in this process, which may be a fork: what would have happened without us.
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)

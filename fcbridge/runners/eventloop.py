"""The event loop itself: asyncio's own, which can run the first step of a task without being turned, writes down who
made a task, and ends without a word.

Most invocations never wait for anything that is not there. Turning the loop for them (two turns, two questions to the
kernel) would cost more than everything else that is done for them together. So a task's first step is run at once, in
the caller's thread, with everything in place that a step on a turning loop finds: the running loop, the current task,
the task's own context, the hooks for asynchronous generators. Python 3.12 has this step (``eager_start``); before, it
is the callback that a new task gives to the loop. Not where something else waits for its turn (a callback, a
timer, a socket that somebody listens on): it was there first, so the loop is turned as ever. And what the step leaves
behind gets one turn.

This uses attributes of asyncio's loops that are not documented, the same ones in Python 3.10 to 3.13. Where one of them
is missing, on Windows, and in debug mode, the loop is simply turned.

Of who made a task asyncio keeps no book, but a context does: a task is made in the context of the code that makes it
and lives in a copy (PEP 567), so whatever an invocation starts, directly or through its tasks and callbacks, sees the
invocation's ``Tasks`` in the variable ``CURRENT``. ``EventLoop.create_task`` writes them down; nothing is spent where
no task is made.
"""

from __future__ import annotations

import asyncio
import sys
from _thread import get_ident
from asyncio import Task
from asyncio.events import _set_running_loop  # pyright: ignore[reportPrivateUsage]  # in __all__ of asyncio.events
from contextvars import ContextVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Handle
    from collections import deque
    from collections.abc import Callable, Coroutine, Generator
    from contextvars import Context
    from selectors import SelectorKey
    from typing import Any, TypeVar

    from _typeshed import FileDescriptorLike

    _T = TypeVar("_T")

    AnyTask = Task[Any]

if sys.platform == "win32":
    from asyncio import ProactorEventLoop as _PlatformLoop
else:
    from asyncio import SelectorEventLoop as _PlatformLoop
    from selectors import DefaultSelector

_get_hooks, _set_hooks = sys.get_asyncgen_hooks, sys.set_asyncgen_hooks

# With eager_start, which is of Python 3.12.
_EagerTask: Any = Task if sys.version_info >= (3, 12) else None


class EventLoop(_PlatformLoop):
    """The platform's own loop, not that of a policy: uvloop is dear to start and stop once a call."""

    if TYPE_CHECKING:  # asyncio's own
        _asyncgen_finalizer_hook: Callable[[Any], None]
        _call_soon: Callable[..., Handle]
        _check_closed: Callable[[], None]
        _asyncgen_firstiter_hook: Callable[[Any], None]
        _debug: bool
        _ready: deque[Any]
        _scheduled: list[Any]
        _signal_handlers: dict[int, Any]
        _thread_id: int | None

    # While a task is made whose first step is to be run: the step and its context, as soon as they are known.
    _stepping = False
    _step: tuple[Callable[[], object], Context]

    def __init__(self) -> None:
        if sys.platform == "win32":
            super().__init__()
            self._steps = False
        else:
            self._watch = _Selector()
            super().__init__(self._watch)
            self._steps = all(hasattr(self, name) for name in _USED)

    def start(self, main: Coroutine[Any, Any, None]) -> Task[None]:
        """A task in a copy of the present context, which has taken its first step where that can be had.

        Not while a loop runs in this thread.
        """
        if not self._steps or self._debug or self.waits():
            return Task(main, loop=self)
        hooks = _get_hooks()
        try:
            _set_hooks(self._asyncgen_firstiter_hook, self._asyncgen_finalizer_hook)
            self._thread_id = get_ident()
            _set_running_loop(self)
            if _EagerTask is not None:
                eager: Task[None] = _EagerTask(main, loop=self, eager_start=True)
                return eager
            self._stepping = True
            task = Task(main, loop=self)
            step, context = self._step
            del self._step  # the context holds what belongs to the invocation
            context.run(step)
            return task
        finally:
            # In this order: Ctrl-C may come between two calls, and the loop has to be closed then.
            self._thread_id = None
            self._stepping = False
            _set_running_loop(None)
            _set_hooks(*hooks)

    def waits(self) -> bool:
        """Whether anything waits for its turn: a callback, a timer (even a cancelled one), a watched file, a signal."""
        # One file is the loop's own.
        return bool(self._ready or self._scheduled or self._watch.watched > 1 or self._signal_handlers)

    def turn(self) -> None:
        """Turn once."""
        self.stop()
        self.run_forever()

    if _EagerTask is None:

        def call_soon(  # type: ignore[override]  # its positional arguments are typed one by one since Python 3.11
            self, callback: Callable[..., object], *args: Any, context: Context | None = None
        ) -> Handle:
            made: Handle = _no_handle
            if self._stepping:
                self._stepping = False
                assert context is not None
                self._step = callback, context
            elif self._debug:
                made = super().call_soon(callback, *args, context=context)
            else:
                self._check_closed()
                made = self._call_soon(callback, args, context)
            return made

    def create_task(self, coro: Generator[Any, None, _T] | Coroutine[Any, Any, _T], **options: Any) -> Task[_T]:
        task = super().create_task(coro, **options)
        tasks = CURRENT.get()
        if tasks is not None and tasks.loop is self:
            tasks.note(task)
        return task

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        # A task that refused to end when the app was stopped, or that nobody stopped before the interpreter ended.
        if (self.is_closed() or sys.is_finalizing()) and str(context.get("message")).startswith("Task was destroyed"):
            return
        super().call_exception_handler(context)

    def __del__(self) -> None:
        # Quietly, without asyncio's ResourceWarning: an instance that ends without notice is a platform's daily life.
        if not self.is_closed() and not self.is_running():
            self.set_debug(False)  # which would read source files, too late in the life of an interpreter
            self.close()


# A task takes no notice of the handle of its first step.
_no_handle: Any = None

# What is used of asyncio's loops and not documented.
_USED = (
    "_asyncgen_finalizer_hook",
    "_asyncgen_firstiter_hook",
    "_call_soon",
    "_check_closed",
    "_debug",
    "_ready",
    "_scheduled",
    "_signal_handlers",
    "_thread_id",
)

if sys.platform != "win32":

    class _Selector(DefaultSelector):
        """Counts what it watches."""

        watched = 0

        def register(self, fileobj: FileDescriptorLike, events: int, data: Any = None) -> SelectorKey:
            key = super().register(fileobj, events, data)
            self.watched += 1
            return key

        def unregister(self, fileobj: FileDescriptorLike) -> SelectorKey:
            key = super().unregister(fileobj)
            self.watched -= 1
            return key


async def cancel_tasks(events: EventLoop, within: float) -> None:
    """Cancel everything that is left on a loop and give it so many seconds to end."""
    left = asyncio.all_tasks(events)
    current = asyncio.current_task(events)
    if current is not None:
        left.discard(current)
    for task in left:
        task.cancel()
    if left:
        ended, _ = await asyncio.wait(left, timeout=within)
        for task in ended:
            error = None if task.cancelled() else task.exception()
            if error is not None:
                events.call_exception_handler(
                    {"message": "A task raised while the app was stopped", "exception": error, "task": task}
                )
    await asyncio.wait({Task(events.shutdown_asyncgens(), loop=events)}, timeout=within)
    await asyncio.sleep(0)  # closed transports say so in a callback


# -- who made a task --------------------------------------------------------------------------------------------------

# Finished tasks are forgotten each time that so many more are noted.
_SWEEP = 64


class Tasks:
    """The tasks that one invocation made and that are not finished.

    Held by strong references, so none is collected midway: a loop itself holds its tasks weakly.
    """

    # Of the class until a task is noted: most invocations make none.
    _limit = _SWEEP
    noted: list[AnyTask] = []  # noqa: RUF012  # replaced, never changed

    loop: AbstractEventLoop  # on which they run

    def note(self, task: AnyTask) -> None:
        """Write a new task down."""
        if not task.done():  # an eager task may be (Python 3.12)
            if self.noted:
                self.noted.append(task)
            else:
                self.noted = [task]
            if len(self.noted) >= self._limit:
                self._limit = len(self.pending()) + _SWEEP

    def pending(self) -> list[AnyTask]:
        """Those that are still running."""
        if self.noted:
            self.noted = [task for task in self.noted if not task.done()]
        return self.noted


#: The book of the invocation that this context belongs to.
CURRENT: ContextVar[Tasks | None] = ContextVar("fcbridge.tasks", default=None)

"""An ASGI app that is up or coming up: its loop, its lifespan, and what its invocations left running."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from _thread import get_ident
from weakref import WeakSet

from ..logs import logger
from .eventloop import cancel_tasks
from .lifespan import Lifespan
from .loop import Errand, Loop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextvars import Context
    from typing import Any

    from .asgi import AsgiRunner
    from .eventloop import AnyTask, EventLoop
    from .lifespan import AsgiApp

#: Seconds that a stop waits for each of: invocations under way, the app's shutdown.
STOP_TIME = 5.0
# Seconds for cancelled tasks to end.
_CANCEL_TIME = 1.0
# Seconds, beside all of these, after which the app is taken to hold its loop.
_MARGIN = 5.0


class Instance:
    """From the first call, or ``start``, to ``stop``."""

    __slots__ = (
        "__weakref__", "_context", "_in_main", "_required", "_starting", "_watched", "active", "app", "idle",
        "lifespan", "loop", "state", "stragglers", "unhooked", "up",
    )  # fmt: skip

    def __init__(self, app: AsgiApp, lifespan: str, context: Context) -> None:
        self.app = app
        self.loop = Loop()
        self.up = lifespan == "off"
        self.state: dict[str, Any] | None = None  # of an app with a lifespan
        self.lifespan: Lifespan | None = None
        self.active = 0  # invocations, and waits for the start, that are under way
        self.idle: asyncio.Event | None = None  # where somebody waits until there are none
        self.stragglers: list[AnyTask] = []
        self.unhooked = not self.up  # the end of the process is not yet provided for
        self._required = lifespan == "on"
        self._context = context
        self._watched = False
        self._in_main = threading.current_thread() is threading.main_thread()
        self._starting: asyncio.Task[BaseException | None] | None = None
        watch(self)

    # -- on the loop -----------------------------------------------------------------------------------------------

    async def bring_up(self) -> None:
        """Start the app, or wait for the start that is under way. Raises StartupFailed.

        A caller who gives up does not end the start: it may be slow rather than stuck, and the next caller waits on.
        """
        if self.up:
            return
        if self._starting is None:
            # Not in the context of the invocation that happens to be the first.
            self._starting = self._context.copy().run(asyncio.Task, self._start(), loop=self.loop.events)
        starting = self._starting
        self.active += 1
        try:
            await asyncio.wait({starting})
        finally:
            self.left()
        error = asyncio.CancelledError() if starting.cancelled() else starting.result()
        if error is None:
            return
        from ..errors import StartupFailed

        if isinstance(error, StartupFailed):
            raise StartupFailed(error.message, hint=error.hint) from error.__cause__  # one for each who waits
        if isinstance(error, asyncio.CancelledError):
            raise StartupFailed("The app was stopped before its startup was complete.")
        raise error

    def left(self) -> None:
        """An invocation, or a wait for the start, has ended."""
        self.active -= 1
        if self.idle is not None and not self.active:
            self.idle.set()

    def keep(self, stragglers: list[AnyTask]) -> None:
        """Remember tasks that outlive their invocation: for ``drain``, and to end them before the interpreter ends."""
        self.stragglers = [task for task in self.stragglers if not task.done()] + stragglers
        self._watch_exit()

    def waiting_for_startup(self) -> AnyTask | None:
        """The task that everybody waits for while the app comes up."""
        return None if self.up or self.lifespan is None else self.lifespan.task

    async def drain(self, budget: float) -> None:
        """Let what outlived its invocation go on. What is not done then is meant to go on for ever."""
        stragglers, self.stragglers = self.stragglers, []
        left = [task for task in stragglers if not task.done()]
        if left and budget > 0:
            await asyncio.wait(left, timeout=budget)

    async def _start(self) -> BaseException | None:
        self.lifespan = lifespan = Lifespan(self.app, self._required)
        try:
            await lifespan.startup()
        except BaseException as error:
            self._starting = self.lifespan = None  # the next one begins from scratch
            return error
        if lifespan.supported and (3, 12) <= sys.version_info < (3, 12, 3):
            # On these no thread starts when the main thread has ended (https://github.com/python/cpython/issues/113964):
            # the pool of asyncio.to_thread is given one now, for a shutdown at the interpreter's exit.
            await asyncio.to_thread(int)
        self.state = lifespan.state if lifespan.supported else None
        self._starting = None
        self.up = True
        self.hook()
        return None

    async def _wind_down(self) -> None:
        await self._quiet(STOP_TIME)
        if self._starting is not None:
            self._starting.cancel()
            await self._quiet(_CANCEL_TIME)
        if self.lifespan is not None:
            await self.lifespan.shutdown(STOP_TIME)
        await cancel_tasks(self.loop.events, _CANCEL_TIME)

    async def _quiet(self, within: float) -> None:
        if self.active:
            self.idle = asyncio.Event()
            await asyncio.wait({asyncio.ensure_future(self.idle.wait())}, timeout=within)

    # -- in the caller's thread ------------------------------------------------------------------------------------

    def hook(self) -> None:
        """Provide for the end of the process, once the app is up; called again until everything is done."""
        if not self.unhooked or not self.up:
            return
        if self.state is not None:
            from . import exits

            self._watch_exit()
            if self._in_main and not exits.catch_sigterm():
                return
        self.unhooked = False

    def _watch_exit(self) -> None:
        if not self._watched:
            from . import exits

            exits.add(self.close)
            self._watched = True

    def __del__(self) -> None:
        # Forgotten, where nobody has to be told: apps with a lifespan are held until the interpreter ends.
        loop: Loop | None = getattr(self, "loop", None)  # none where there was no descriptor left to make it
        if loop is not None:
            loop.forsake()

    def forked(self) -> None:
        """In a child of this process: be nobody's. The app is up in the parent, and its end is provided for there."""
        disown(self.loop.events)
        self.loop.forked()

    def close(self) -> None:
        """Stop the app and close its loop. What goes wrong is logged."""
        self.unhooked = False
        last = Errand(self._wind_down)
        try:
            settled = self.loop.close(last, 2 * STOP_TIME + 3 * _CANCEL_TIME + _MARGIN)
            last.check()
        except Exception as error:
            logger().error("The app was not stopped in order.", exc_info=error)
        else:
            if not settled:
                from .stall import Stall

                stall = Stall.of_thread(self.loop.driver)
                logger().error("The app could not be stopped: it holds its event loop, %s.\n%s", stall, stall.report())
        finally:
            if self._watched:
                from . import exits

                exits.discard(self.close)


# -- a process that is forked -----------------------------------------------------------------------------------------

# Its event loop is the parent's, and has to be made anew. Servers that fork their workers load the app before, and apps
# fork for work of their own. In the child the thread of the loop is gone, locks may be held by nobody, and the loop's
# descriptors are those of the parent: an epoll set is shared by all who have inherited it, so closing the loop there,
# which takes its socket out of the set, would leave the parent deaf
# (https://man7.org/linux/man-pages/man7/epoll.7.html, questions 3 and 6).
#
# Nothing is asked when a request comes: Python itself calls back in a child
# (https://docs.python.org/3/library/os.html#os.register_at_fork). A host that forks in C has to tell Python of it, by
# PyOS_AfterFork_Child.

_watched: WeakSet[AsgiRunner | Instance] = WeakSet()
_registered = False
# What the parent still uses. A coroutine that is collected runs its "finally" blocks, and those of an app say goodbye
# on connections that the parent has too. So nothing in here goes before the process does: not even when the interpreter
# ends, since the registered callback holds on to this module until after the last collection.
_inherited: list[object] = []


def watch(subject: AsgiRunner | Instance) -> None:
    """Have ``subject.forked()`` called in each child that is forked while the subject is there."""
    global _registered
    if not _registered and hasattr(os, "register_at_fork"):
        _registered = True  # once: there is no way to take it back
        os.register_at_fork(after_in_child=_in_child)
    _watched.add(subject)


def disown(events: EventLoop) -> None:
    """In a child: part with a loop of the parent's. Its descriptors are closed here, the parent's stay as they are."""
    from asyncio import all_tasks
    from contextlib import suppress
    from selectors import SelectSelector

    if events.is_closed():
        return
    loop: Any = events
    executor, selector = loop._default_executor, loop._selector
    _inherited.append((events, all_tasks(events), executor, list(selector.get_map().values())))
    # With an empty selector, which has no descriptor, there is nothing for the loop to take out of the shared set.
    loop._selector = SelectSelector()
    with suppress(OSError, ValueError):  # of kqueue, which is not inherited
        selector.close()
    loop._default_executor = None  # its threads are the parent's, and one of them may have held its lock
    if loop._thread_id == get_ident():
        return  # the child goes on inside of the loop, in what the app does there
    loop._thread_id = None  # of the parent
    with suppress(AttributeError, OSError, ValueError):  # where another thread was closing it and its socket is gone
        events.close()


def _in_child() -> None:
    for subject in list(_watched):
        subject.forked()

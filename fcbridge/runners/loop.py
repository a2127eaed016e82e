"""One event loop for the life of an instance, to be called from any thread.

As long as calls do not overlap, each of them drives the loop in its own thread; nothing is cheaper. When two overlap
for the first time, or a caller's thread has a running loop of its own, the loop moves to a daemon thread and stays
there: whoever drives it at that moment goes on to the end of his call and then hands it over. It is the same loop all
along, so an asyncio.Lock or an open connection of the first invocation still works in the last.
"""

from __future__ import annotations

import asyncio
from _thread import TIMEOUT_MAX, RLock, allocate_lock, get_ident
from asyncio import Task
from asyncio.events import _get_running_loop  # pyright: ignore[reportPrivateUsage]  # in __all__ of asyncio.events
from functools import partial

from .eventloop import EventLoop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from threading import Thread
    from typing import Any

# Seconds that a cancelled task gets to tidy up when its caller's thread was interrupted.
_GRACE = 1.0


class Closed(Exception):
    """The loop takes no more jobs."""


class Job:
    """One coroutine for the loop, and the way back to the caller who waits for it.

    ``main`` leaves an exception for the caller in ``error``, KeyboardInterrupt and SystemExit as well; what it raises
    goes there too.
    """

    # Of the class until they change: one of these is made for each invocation, and for most of them nothing does.
    task: Task[None] | None = None  # while it waits, or on a loop that has a thread of its own
    settled = False
    complete = False  # ``main`` has come to its end, so there is nothing to be learned from the task
    error: BaseException | None = None
    #: The seconds after which a caller who still waits can tell that the app holds the loop.
    patience: float | None = None
    wake: Callable[[], object]

    if TYPE_CHECKING:

        async def main(self) -> None:
            """What is to be done, on the loop."""

    def begin(self, events: EventLoop) -> None:
        """Start the task on the loop's own thread, in a copy of the present context."""
        # The constructor, not create_task: this is no task of the app.
        self.waits(Task(self.main(), loop=events))

    def waits(self, task: Task[None]) -> None:
        """Its task has begun and is not done."""
        self.task = task
        task.add_done_callback(self.ended)

    def ended(self, task: Task[None]) -> None:
        """Its task is done."""
        self.task = None
        self.settle(asyncio.CancelledError() if task.cancelled() else task.exception())

    def cancel(self) -> None:
        """Cancel the task if it runs; on the loop only."""
        if self.task is not None:
            self.task.cancel()

    def settle(self, error: BaseException | None = None) -> None:
        """Let the caller go, whether the task has ended or not; on the loop only. The first outcome counts."""
        if not self.settled:
            self.settled = True
            if error is not None:
                self.error = error
            self.wake()

    def check(self) -> None:
        """Raise what came of it."""
        if self.error is not None:
            error, self.error = self.error, None
            try:
                raise error
            finally:
                del error  # it refers to this frame by its traceback


class Errand(Job):
    """A job of one function."""

    def __init__(self, function: Callable[[], Awaitable[None]]) -> None:
        self._function = function

    async def main(self) -> None:
        try:
            await self._function()
        except (Exception, KeyboardInterrupt, SystemExit) as error:
            self.error = error


class Loop:
    """The loop of one instance and whoever drives it."""

    __slots__ = ("_closing", "_ended", "_guard", "_jobs", "_seat", "_thread", "driver", "events")

    def __init__(self) -> None:
        self.events = EventLoop()
        # Held by the thread that drives the loop; never waited for by a caller. It knows its owner: Ctrl-C may come
        # between its acquisition and the next line, and a seat that is kept would keep the app from being stopped.
        self._seat = RLock()
        self._guard = allocate_lock()  # for the changes below, a few lines each
        self._thread: Thread | None = None
        self._jobs: set[Job] = set()  # for which another thread, or another loop, waits
        self.driver = 0  # identity of the thread that drives the loop, or was the last to do so
        self._closing = False
        self._ended = False

    def run(self, job: Job) -> bool:
        """Have ``job`` done and wait until it is settled.

        False where it is not after its ``patience``, which is noticed only if the loop has a thread of its own.
        Raises Closed, and KeyboardInterrupt and SystemExit that end the wait, but not what the job raises.
        """
        if _get_running_loop() is None and self._thread is None:
            try:
                if self._seat.acquire(False):
                    if self._closing:
                        raise Closed
                    self._drive(job)
                    return True
            finally:
                try:  # noqa: SIM105  # an interrupt may come with any other call
                    self._seat.release()
                except RuntimeError:  # it is another thread's
                    pass
        return self._wait(job, job.patience)

    async def invoke(self, job: Job) -> bool:
        """:meth:`run` for a caller that has a loop, which goes on meanwhile. Cancelling it cancels the job."""
        caller = asyncio.get_running_loop()
        settled = caller.create_future()
        job.wake = lambda: _post(caller, _resolve, settled)
        try:
            self._submit(job)
            done, _ = await asyncio.wait({settled}, timeout=job.patience)
        except BaseException:  # cancelled, or SIGTERM in the caller's thread
            self.abandon(job)
            raise
        finally:
            self._jobs.discard(job)
        return bool(done)

    def check_caller(self) -> None:
        """Raise AppProtocolError where a caller on the loop itself would wait for ever."""
        if _get_running_loop() is self.events:
            from ..errors import AppProtocolError

            raise AppProtocolError(
                "The app called its own handler from its event loop, which would wait for itself.",
                hint="await handler.invoke(event, context), or call the handler in asyncio.to_thread",
            )

    def abandon(self, job: Job) -> None:
        """Cancel a job for which nobody waits any more; from any thread."""
        _post(self.events, job.cancel)

    def close(self, last: Job, within: float) -> bool:
        """Have a last job done and close the loop. False where that takes too long: it is closed when the job is done.

        Later jobs are refused, and those that are not done by then are settled with an AppError.
        """
        with self._guard:
            if self._closing:
                return True
            self._closing = True
        if _get_running_loop() is None and self._thread is None:
            try:
                if self._seat.acquire(False):
                    try:
                        self._drive(last)
                    finally:
                        self.events.close()
                    return True
            finally:
                try:  # noqa: SIM105  # an interrupt may come with any other call
                    self._seat.release()
                except RuntimeError:  # it is another thread's
                    pass
        done = self._wait(last, within, last=True)
        if done and self._thread is not None:
            self._thread.join(within)
        return done

    def forsake(self) -> None:
        """Nobody is left to call: the loop's thread, where it has one, closes the loop and ends; from any thread."""
        if self._thread is not None:
            _post(self.events, self._leave, _nobody_waits)

    def forked(self) -> None:
        """In a child: where the loop's own thread has forked, it is all that the child is, and ends with this turn."""
        if self._thread is not None and self.driver == get_ident():
            self._jobs.clear()
            self._ended = True
            self.events.stop()

    # -- in the caller's thread ------------------------------------------------------------------------------------

    def _drive(self, job: Job) -> None:
        events = self.events
        self.driver = get_ident()
        main = job.main()
        try:
            task = events.start(main)
            if job.complete or task.done():
                if job.complete:
                    job.settled = True
                else:
                    job.wake = _nobody_waits
                    job.ended(task)
                if events.waits():
                    events.turn()
                return
            job.wake = events.stop
            job.waits(task)
            # More than once only where somebody else has stopped the loop, be it the app.
            while not job.settled:
                events.run_forever()
        except BaseException:
            self._interrupt(job, main)
            raise

    def _interrupt(self, job: Job, main: Coroutine[Any, Any, None]) -> None:
        """After KeyboardInterrupt or SystemExit came out of the loop: end the job, so that the next one can run."""
        task = job.task
        if task is None:
            # A signal may come with any call: when the first step was over, and before its task was known here.
            task = next((left for left in asyncio.all_tasks(self.events) if left.get_coro() is main), None)
            if task is None:
                return
            job.wake = self.events.stop
            job.waits(task)
        if task.done():
            if not task.cancelled():
                task.exception()  # it is on its way to the caller, so asyncio need not log it
            return
        task.cancel()
        timer = self.events.call_later(_GRACE, job.settle)
        try:
            while not job.settled:
                self.events.run_forever()
        except BaseException:  # the second Ctrl-C
            return
        finally:
            timer.cancel()

    # -- on a thread of its own ------------------------------------------------------------------------------------

    def _wait(self, job: Job, patience: float | None, last: bool = False) -> bool:
        self.check_caller()
        waiting = allocate_lock()
        waiting.acquire()
        job.wake = partial(self._leave, waiting.release) if last else waiting.release
        try:
            self._submit(job, last)
            return waiting.acquire(timeout=-1 if patience is None else min(patience, TIMEOUT_MAX))
        except BaseException:
            self.abandon(job)
            raise
        finally:
            self._jobs.discard(job)

    def _submit(self, job: Job, last: bool = False) -> None:
        with self._guard:
            if self._closing and not last:
                raise Closed
            if self._thread is None:
                self._thread = self._move()
            self._jobs.add(job)
            self.events.call_soon_threadsafe(job.begin, self.events)  # in a copy of the caller's context

    def _move(self) -> Thread:
        from threading import Thread

        thread = Thread(target=self._serve, name="fcbridge", daemon=True)
        thread.start()
        return thread

    def _serve(self) -> None:
        with self._seat:  # when the thread that drives the loop at this moment is done
            self.driver = get_ident()
            while not self._ended:
                try:
                    self.events.run_forever()
                except (KeyboardInterrupt, SystemExit):  # of a task, which keeps it for whoever asks
                    continue
            for job in list(self._jobs):
                from ..errors import AppError

                job.settle(AppError("The app was stopped before its response was complete."))
            self.events.close()

    def _leave(self, wake: Callable[[], object]) -> None:
        """The last job is done."""
        self._ended = True
        self.events.stop()
        wake()


def _nobody_waits() -> None:
    """The job is done and its caller has not begun to wait."""


def _post(loop: asyncio.AbstractEventLoop, callback: Callable[..., object], *arguments: object) -> None:
    """Have ``callback`` called on a loop, unless it is closed: then there is nobody left to call."""
    try:
        loop.call_soon_threadsafe(callback, *arguments)
    except RuntimeError:
        return


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)

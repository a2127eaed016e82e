"""One invocation of an ASGI app: its deadline, its outcome, and the tasks that it leaves running."""

from __future__ import annotations

import asyncio
from time import monotonic

from ..logs import logger
from ..model import Request
from .answered import whole
from .cycle import Cycle, scope_at_a_glance, scope_of
from .eventloop import CURRENT, Tasks
from .loop import Job

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..errors import AppError, DeadlineExceeded
    from ..model import Glance, Plain, Response
    from .asgi import AsgiRunner
    from .eventloop import AnyTask
    from .instance import Instance
    from .stall import Stall

#: Seconds that a cancelled app gets to end before its invocation goes on without it.
GRACE = 0.2

_CURE = "give that call a timeout of its own, or raise the function's timeout; the log has the whole stack"
# How many tasks a warning names.
_NAMED = 5


class Invocation(Job, Cycle, Tasks):
    """One request, from the scope to the response; all that there is of it in one object."""

    _remaining: float | None = None
    _ends: float | None = None  # when the time is over, by the loop's clock
    _timer: asyncio.TimerHandle | None = None  # only of an app that waits: another gives it no chance to ring
    _stall: Stall | None = None  # where the app was when the time was over
    _late = False  # it had not answered then
    _given_up = False  # and it did not end when it was cancelled

    def __init__(
        self,
        runner: AsgiRunner,
        instance: Instance,
        asked: Request | tuple[Glance, object, object],
        remaining: float | None,
    ) -> None:
        self._runner = runner
        self._instance = instance
        self._asked = asked  # the request, or what is seen of it at a glance with the event and the context
        self.loop = instance.loop.events
        if remaining is not None:
            self._remaining = remaining
            self._ends = monotonic() + remaining
            self.patience = max(remaining, 0) + 2 * GRACE

    def waits(self, task: asyncio.Task[None]) -> None:
        super().waits(task)
        if self._ends is not None:
            self._timer = self._instance.loop.events.call_at(self._ends, self._expire)

    def ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            super().ended(task)
            return
        # Before its first step, or by itself in its last one, which is no reason to lose what it has said.
        self.task = None
        lost = self.error is None and self.response is None
        self.settle(_cancelled() if lost else None)

    async def main(self) -> None:
        instance = self._instance
        error: BaseException | None = None
        instance.active += 1
        try:
            try:
                if not instance.up:
                    await instance.bring_up()
                CURRENT.set(self)
                asked = self._asked
                if isinstance(asked, tuple):
                    seen, event, context = asked
                    self._body = seen[5]
                    scope = scope_at_a_glance(seen, event, context, instance.state)
                else:
                    self._body = asked.body
                    scope = scope_of(asked, instance.state)
                await instance.app(scope, self.receive, self.send)
            except BaseException as caught:
                error = caught
            if self._end is not None or self._timer is not None or self.noted:
                if self._end is not None:
                    self._end.set()  # complete or not: who still listens hears of the disconnect
                if self._timer is not None:
                    self._timer.cancel()
                if self.pending() and not isinstance(error, (KeyboardInterrupt, SystemExit)):
                    await self._drain()
            if error is not None or self.response is None or self._stall is not None:
                self.error = error if isinstance(error, (KeyboardInterrupt, SystemExit)) else self._verdict(error)
            self.complete = True
        finally:
            error = None  # it refers to this frame by its traceback
            if not self._given_up:
                if instance.idle is None:
                    instance.active -= 1
                else:
                    instance.left()

    def answer(self, settled: bool) -> Plain | Response:
        """The response. Raises what the app raised before it was complete, AppError, DeadlineExceeded."""
        if not settled:
            raise self._stuck()
        if self.error is not None:
            self.check()
        # A task that goes on has this object in its context, and is to keep neither the request nor the response.
        self._asked = _FORGOTTEN
        response, self.response = self.response, _TAKEN
        assert response is not None, "settled without an outcome"
        return response

    # -- the end of the app ----------------------------------------------------------------------------------------

    def _verdict(self, error: BaseException | None) -> BaseException | None:
        """What the caller has to know of; what happened after the response is logged, unless he wants to know of it."""
        if self._given_up:
            return None
        if self.response is not None:
            cancelled = isinstance(error, asyncio.CancelledError)
            if error is not None and not (self._stall is not None and cancelled):
                if self._runner.raise_late and not cancelled:
                    return error
                self._log_late(error)
            if self._stall is not None:
                self._warn_of_cut(self._stall)
            return None
        verdict = error
        if self._stall is not None:
            verdict = self._exceeded(self._doing(), self._stall)
        elif error is None:
            from ..errors import AppProtocolError

            verdict = AppProtocolError("The app returned before its response was complete.")
        elif isinstance(error, asyncio.CancelledError):
            # Not as it is: a caller with a loop would take it for a cancellation of his own.
            verdict = _cancelled()
        if verdict is not error and verdict is not None:
            verdict.__cause__ = error
        return verdict

    def _log_late(self, error: BaseException) -> None:
        """Frameworks answer 500 first and raise then, so that the server has something to log."""
        asked, response = self._asked, self.response
        method, path = asked[0][:2] if isinstance(asked, tuple) else (asked.method, asked.path)
        status = whole(response).status if response is not None else 0
        if status >= 500:
            logger().error("%s %s failed with %d", method, path, status, exc_info=error)
        else:
            logger().error("%s %s: raised after the response", method, path, exc_info=error)

    async def _drain(self) -> None:
        """Let the tasks that the app has left behind go on within the budget, and never past the deadline."""
        events = self._instance.loop.events
        ends = events.time() + self._runner.background_budget
        if self._ends is not None:
            ends = min(ends, self._ends)
        while pending := self.pending():
            left = ends - events.time()
            if left <= 0 or self._stall is not None:
                break
            try:
                await asyncio.wait(pending, timeout=left)
            except asyncio.CancelledError:
                break
        if pending:
            self._warn_of_stragglers(pending)
            self._instance.keep(pending)

    def _warn_of_stragglers(self, tasks: list[AnyTask]) -> None:
        from .stall import name_of

        names = [name_of(task) for task in tasks[:_NAMED]]
        if len(tasks) > _NAMED:
            names.append(f"{len(tasks) - _NAMED} more")
        logger().warning(
            "Still running after the response: %s. They stand still when the platform freezes the instance.\n"
            "hint: await them, or leave them to the framework's background tasks",
            "; ".join(names),
        )

    # -- the deadline ----------------------------------------------------------------------------------------------

    def _expire(self) -> None:
        from .stall import Stall

        task, instance = self.task, self._instance
        if task is None:
            return
        waiting = instance.waiting_for_startup()
        self._stall = Stall.of_tasks([task, *self.pending()] if waiting is None else [waiting])
        self._late = self.response is None
        self._timer = instance.loop.events.call_later(GRACE, self._give_up)
        task.cancel()

    def _give_up(self) -> None:
        """The app takes no notice of its cancellation: go on without it."""
        if self.task is None or self._stall is None:
            return
        self._given_up = True
        self._instance.left()
        self._instance.keep([self.task])
        if self.response is None:
            self.settle(self._exceeded(self._doing(), self._stall))
        else:
            self._warn_of_cut(self._stall)
            self.settle()

    def _stuck(self) -> DeadlineExceeded:
        """For a caller who has waited in vain: the app lets nothing else run on its loop."""
        from .stall import Stall

        loop = self._instance.loop
        loop.abandon(self)
        return self._exceeded("The app's event loop was still blocked", Stall.of_thread(loop.driver))

    def _doing(self) -> str:
        return "The app was still working" if self._instance.up else "The app was still starting"

    def _exceeded(self, what: str, stall: Stall) -> DeadlineExceeded:
        message = f"{what} after {self._seconds()} seconds, {stall}."
        logger().error("%s\n%s", message, stall.report())
        from ..errors import DeadlineExceeded

        return DeadlineExceeded(message, hint=_CURE)

    def _warn_of_cut(self, stall: Stall) -> None:
        what = self._doing() if self._late else "The app's response was complete, but its background work went on"
        logger().warning("%s after %s seconds, %s, and was cut.\n%s", what, self._seconds(), stall, stall.report())

    def _seconds(self) -> str:
        return f"{max(self._remaining or 0, 0):.3g}"


# Of an invocation whose response is on its way: nothing can be sent any more.
_FORGOTTEN = Request()
_TAKEN: Plain = 0, {}, b""


def _cancelled() -> AppError:
    from ..errors import AppError

    return AppError("The app was cancelled before its response was complete.")

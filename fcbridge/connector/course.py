"""The course of the events in one payload: which function takes each, in which order they run, what comes of it.

It is a generator of the tasks that are to be done outside of it, so that it is written once for callers with a loop and
without one.
"""

from __future__ import annotations

from time import monotonic

from ..errors import DeadlineExceeded, DeliveryFailed, StartupFailed, UnhandledEvent
from ..logs import logger
from ..outcome import Outcome
from .step import Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from ..events import Event
    from ..model import Response
    from ..trigger import Trigger
    from .connector import Connector
    from .registration import Registration
    from .tasks import Task

    Tasks = Generator[Task, Response | None, Any]


class Course:
    """One delivery. ``remaining`` is the time for all of it, in seconds."""

    __slots__ = (
        "_broken", "_connector", "_context", "_ends", "_events", "_outcomes", "_payload", "_takers", "_trigger",
    )  # fmt: skip

    def __init__(
        self, connector: Connector, trigger: Trigger, payload: object, context: object, remaining: float | None
    ) -> None:
        self._connector = connector
        self._trigger = trigger
        self._payload = payload
        self._context = context
        self._ends = None if remaining is None else monotonic() + remaining
        self._events = trigger.parse(payload)
        self._outcomes: dict[int, Outcome] = {}  # by place
        self._takers: dict[int, Registration | None] = {}
        self._broken: dict[object, int] = {}  # by order: the place of its first failure

    def run(self) -> Tasks:
        """Gives what the function returns. Raises what the platform has to see as a failure."""
        for place, event in enumerate(self._events):
            self._find_taker(place, event)
        for place in range(len(self._events)):
            if place not in self._outcomes:
                yield from self._run(place)
        for place in range(len(self._events)):
            if self._is_blocked(place):  # and may have succeeded: then it comes again with the others
                self._decide(place, _behind())
        return self._result()

    # -- one after the other -------------------------------------------------------------------------------------------

    def _find_taker(self, place: int, event: Event) -> None:
        connector = self._connector
        try:
            taker = self._takers[place] = connector.registrations.of(self._trigger, event)
            if taker is None and connector.events_path is None:
                raise connector.registrations.unhandled(self._trigger, type(event))
        except Exception as error:  # of a filter that is a function, too
            self._fail(place, error)

    def _run(self, place: int) -> Tasks:
        if self._is_blocked(place):
            self._decide(place, _behind())
            return
        remaining = None if self._ends is None else self._ends - monotonic()
        if remaining is not None and remaining <= 0:
            self._decide(place, Outcome("retry", "there was no time left for it"))
            logger().warning("There was no time left for %r", self._events[place])
            return
        taker = self._takers[place]
        if taker is None:
            yield from self._post(place, remaining)
        else:
            yield from self._call(taker, self._places_for(taker, place), remaining)

    def _places_for(self, taker: Registration, place: int) -> list[int]:
        """The event's place, and those of all others that the function gets with it."""
        if not taker.batch:
            return [place]
        return [
            other
            for other, other_taker in self._takers.items()
            if other_taker is taker and other not in self._outcomes and not self._is_blocked(other)
        ]

    def _call(self, taker: Registration, places: list[int], remaining: float | None) -> Tasks:
        step = Step(taker, {place: self._events[place] for place in places}, self._context, self._ends)
        failure: Exception | None = None
        try:
            yield self._connector.task_of(step, self._context, remaining)
        except StartupFailed:
            raise  # of the app, so no event can run
        except Exception as error:
            failure = error
        outcomes, step.outcomes = step.outcomes, {}  # they refer to the step by their tracebacks
        for place in places:
            outcome = outcomes.get(place)
            if outcome is not None:
                self._decide(place, outcome)
            else:
                assert failure is not None, "done without an outcome"
                self._fail(place, failure)

    def _post(self, place: int, remaining: float | None) -> Tasks:
        from .posts import outcome_of, posted

        event, connector = self._events[place], self._connector
        try:
            request = posted(event, self._trigger, connector.events_path or "", place, self._context)
            response = yield connector.ask(request, remaining)
            assert response is not None
            outcome = outcome_of(response)
            self._decide(place, outcome)
        except StartupFailed:
            raise
        except Exception as error:
            self._fail(place, error)
            return
        if outcome.verb != "ack":
            logger().error("The app answered %r with %s", event, outcome.reason)

    def _fail(self, place: int, error: Exception) -> None:
        self._decide(place, Outcome("retry", type(error).__name__, cause=error))
        if isinstance(error, DeadlineExceeded):
            logger().error("The time was over with %r", self._events[place])  # where it hung is in the log already
        elif isinstance(error, UnhandledEvent):
            logger().error("%r failed: %s", self._events[place], error.message)  # no code has failed
        else:
            logger().error("%r failed", self._events[place], exc_info=error)

    # -- order ---------------------------------------------------------------------------------------------------------

    def _decide(self, place: int, outcome: Outcome) -> None:
        self._outcomes[place] = outcome
        if outcome.failed:
            order = self._order(place)
            if order is not None:
                self._broken[order] = min(place, self._broken.get(order, place))

    def _is_blocked(self, place: int) -> bool:
        """Whether an event before it, in its order, has failed."""
        return bool(self._broken) and self._broken.get(self._order(place), place) < place

    def _order(self, place: int) -> object:
        """What the order of the event holds within; None where a failure concerns no other event."""
        return self._trigger.ordered_by(self._events[place]) if self._trigger.partial else None

    # -- the end -------------------------------------------------------------------------------------------------------

    def _result(self) -> object:
        outcomes = [self._outcomes[place] for place in range(len(self._events))]
        failed = [outcome for outcome in outcomes if outcome.failed]
        # That nobody takes any of them is a mistake of the deployment, and no partial result.
        unhandled = bool(failed) and all(isinstance(outcome.cause, UnhandledEvent) for outcome in outcomes)
        if not failed or ((self._trigger.partial or self._trigger.over_http) and not unhandled):
            return self._trigger.render(outcomes, self._payload)
        # They refer to this frame by their tracebacks.
        self._outcomes.clear()
        error = self._failure(failed, len(outcomes), unhandled)
        del outcomes, failed
        try:
            raise error
        finally:
            del error

    def _failure(self, failed: list[Outcome], count: int, unhandled: bool) -> Exception:
        """What leaves the handler: the platform delivers the whole payload again."""
        cause = next((outcome.cause for outcome in failed if isinstance(outcome.cause, Exception)), None)
        if count == 1 or unhandled:
            if cause is not None:
                return cause
            reason = failed[0].reason
            return DeliveryFailed(f"The event is wanted again{f': {reason}' if reason else ''}.")
        error = DeliveryFailed(
            f"{len(failed)} of {count} events of {self._trigger.name} failed.",
            hint="the log has each of them; this source takes no partial results, so all of them are delivered again",
        )
        error.__cause__ = cause
        return error


def _behind() -> Outcome:
    return Outcome("retry", "an event before it has failed, and they are kept in order")

"""One call of a function, with one event or with several, and what becomes of each.

The call may be guarded by a store: an event is claimed before and marked after; what is done already is not run again,
and what somebody else runs just now is wanted again. The store blocks, so it is never asked on the loop.
"""

from __future__ import annotations

from contextvars import copy_context
from time import monotonic

from ..errors import AppProtocolError, InvalidOption
from ..logs import logger
from ..outcome import Outcome, ack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from ..events import Event
    from ..once import Claim
    from .registration import Registration
    from .state import State


class Step:
    """``events`` are by their place in the payload; ``outcomes`` are there for those that are decided."""

    __slots__ = ("_claims", "_context", "_ends", "_left", "outcomes", "registration")

    def __init__(
        self, registration: Registration, events: Mapping[int, Event], context: object, ends: float | None
    ) -> None:
        self.registration = registration
        self.outcomes: dict[int, Outcome] = {}
        self._left = dict(events)  # those to be run
        self._context = context
        self._ends = ends  # when the time is over, by the clock of time.monotonic()
        self._claims: dict[int, Claim] = {}

    # -- in a thread, on a loop ----------------------------------------------------------------------------------------

    def run(self, state: State | None = None) -> None:
        """In this thread. What is no Exception passes through."""
        self._begin()
        if self._left:
            try:
                self._returned(copy_context().run(self._call, state))
            except BaseException as error:
                self._raised(error)
            finally:
                self._end()

    async def run_on_loop(self, state: State | None = None) -> None:
        """On the loop of the app; a synchronous function in a thread beside it, so that the loop goes on."""
        from asyncio import to_thread

        if not self.registration.is_async:
            await to_thread(self.run, state)
            return
        guarded = self.registration.once is not None
        if guarded:
            await to_thread(self._begin)
        if self._left:
            try:
                self._returned(await self._call(state))
            except BaseException as error:
                self._raised(error)
            finally:
                if guarded:
                    await to_thread(self._end)

    def _call(self, state: State | None) -> Any:
        registration = self.registration
        events = list(self._left.values())
        value: Any = registration.call(events if registration.batch else events[0], self._context, state)
        if not registration.is_async and hasattr(value, "__await__"):
            close: Callable[[], object] | None = getattr(value, "close", None)
            if close is not None:
                close()  # or Python warns that it was never awaited
            raise AppProtocolError(
                f"{registration.name} returned something to be awaited.", hint="make it an async def, or return plainly"
            )
        return value

    # -- outcomes ------------------------------------------------------------------------------------------------------

    def _returned(self, value: object) -> None:
        outcomes = _outcomes(value, len(self._left), self.registration)
        for place, outcome in zip(self._left, outcomes):  # noqa: B905  # checked to be as many
            self._decide(place, outcome)

    def _raised(self, error: BaseException) -> None:
        """Raises again what is no Exception, the end of the interpreter or of the time: nothing is decided then."""
        if not isinstance(error, Exception):
            raise error
        outcome = error if isinstance(error, Outcome) else Outcome("retry", type(error).__name__, cause=error)
        first, *others = self._left
        self._decide(first, outcome, len(others))
        for place in others:  # one traceback, however many events it had
            self.outcomes[place] = outcome

    def _decide(self, place: int, outcome: Outcome, others: int = 0) -> None:
        self.outcomes[place] = outcome
        event: object = self._left[place]
        if others:
            event = _AndOthers(event, others)
        name = self.registration.name
        if outcome.verb == "reject":
            logger().error("%s rejected %r: %s", name, event, outcome.reason or "it gives no reason")
        elif outcome.cause is not None:
            logger().error("%s failed with %r", name, event, exc_info=outcome.cause)
        elif outcome.failed:
            logger().warning("%s wants %r again: %s", name, event, outcome.reason or "it gives no reason")

    # -- once ----------------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Claim the events, and decide those that are not to be run. One that cannot be claimed fails alone."""
        store = self.registration.once
        if store is None:
            return
        for place, event in list(self._left.items()):
            try:
                claim = store.begin(_key(event, self.registration), self._remaining())
            except Exception as error:
                self._decide(place, Outcome("retry", type(error).__name__, cause=error))
                del self._left[place]
                continue
            if claim.state == "new":
                self._claims[place] = claim
                continue
            if claim.state == "done":
                logger().info("%s has done %r before", self.registration.name, event)
                self.outcomes[place] = ack()
            else:
                self._decide(place, Outcome("retry", "another delivery of it is under way", claim.wait))
            del self._left[place]

    def _end(self) -> None:
        """Mark what has succeeded, and give back what has failed."""
        store = self.registration.once
        for place, claim in self._claims.items():
            outcome = self.outcomes.get(place)
            assert store is not None
            failed = outcome is None or outcome.failed
            try:
                held = store.forget(claim) if failed else store.done(claim)
            except Exception as error:
                logger().error("The store could not be told what became of %r", self._left[place], exc_info=error)
                continue
            if not held:
                logger().warning("%r took longer than its lease, and has passed to another delivery", self._left[place])

    def _remaining(self) -> float | None:
        return None if self._ends is None else max(self._ends - monotonic(), 0.0)


class _AndOthers:
    """Shows a batch by its first event."""

    __slots__ = ("_count", "_first")

    def __init__(self, first: object, count: int) -> None:
        self._first = first
        self._count = count

    def __repr__(self) -> str:
        return f"{self._first!r} and {self._count} more"


def _outcomes(value: Any, count: int, registration: Registration) -> list[Outcome]:
    """What is meant by a returned value, for each event."""
    if isinstance(value, Outcome):
        return [value] * count
    several = _several(value) if registration.batch else ()
    if not any(isinstance(one, Outcome) for one in several):
        return [ack(value)] * count
    if len(several) != count:
        raise AppProtocolError(
            f"{registration.name} returned {len(several)} outcomes for {count} events.",
            hint="return one for each event, in their order, or one for all",
        )
    return [one if isinstance(one, Outcome) else ack(one) for one in several]


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else ()  # pyright: ignore[reportUnknownVariableType]


def _key(event: Event, registration: Registration) -> str:
    """What tells an event from every other (CloudEvents: source and id together are unique)."""
    if not event.id:
        raise InvalidOption(
            f"A {type(event).__name__} without an id cannot be told from another, and {registration.name} is "
            "registered with once.",
            hint="leave once= away for this source",
        )
    return f"{event.source} {event.id}"

"""A function that has been registered for events, and the list of them."""

from __future__ import annotations

from ..errors import InvalidOption, UnhandledEvent
from ..events import KINDS, Event
from ..nearest import nearest
from ..runners.signature import Signature
from .filters import Filters, test_of
from .parameters import Parameters, name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeGuard

    from ..once import Store
    from ..trigger import Trigger
    from .state import State


class Registration:
    """One ``handler.on(...)`` and its function. Raises InvalidOption for what cannot be meant."""

    __slots__ = ("_filters", "_parameters", "_pinned", "_source", "batch", "function", "is_async", "kind", "once")

    def __init__(
        self,
        function: Callable[..., Any],
        kind: type[Event],
        filters: Filters,
        *,
        source: object,
        batch: bool,
        once: Store | None,
        state: bool,
    ) -> None:
        if not callable(function):  # untyped callers
            raise InvalidOption(f"A {type(function).__name__} was registered for events.", hint="register a function")
        self.function = function
        self.kind = kind
        self.batch = batch
        self.once = once
        self._filters = filters
        self._source = source
        self._pinned = None if source is None else test_of("trigger", source)
        self._parameters = Parameters(function, kind, batch=batch, state=state)
        call = Signature.of(function)
        self.is_async = call is not None and call.is_coroutine

    def takes(self, trigger: Trigger, event: Event) -> bool:
        """Whether the function is for this event. Raises what a filter raises that is a function."""
        return isinstance(event, self.kind) and self._is_from(trigger) and self._filters.take(event)

    def call(self, event: object, context: object, state: State | None) -> Any:
        """Call the function; what it gives is a coroutine where it is asynchronous."""
        return self._parameters.call(self.function, event, context, state)

    def _is_from(self, trigger: Trigger) -> bool:
        pinned = self._pinned
        return pinned is None or pinned(trigger.name) or pinned(trigger.name.partition("-")[2])

    @property
    def name(self) -> str:
        """The function's name, for logs and errors."""
        return name_of(self.function)

    def __str__(self) -> str:
        trigger = "" if self._source is None else f", trigger={self._source!r}"
        return f"on({self.kind.__name__}{self._filters}{trigger}{', batch=True' if self.batch else ''}) {self.name}"


class Registrations:
    """In their order: the first one that takes an event has it."""

    __slots__ = ("_all", "_state")

    def __init__(self, *, state: bool) -> None:
        self._all: list[Registration] = []
        self._state = state  # whether the app can have a lifespan's

    def __bool__(self) -> bool:
        return bool(self._all)

    def decorator(
        self, kind: object, trigger: object, batch: bool, once: Store | None, filters: Mapping[str, object]
    ) -> Callable[[Any], Any]:
        """What registers a function and returns it. Raises InvalidOption."""
        if not _is_kind(kind):
            raise _no_kind(kind)
        _check_store(once)
        tests = Filters(kind, filters)

        def register(function: Any) -> Any:
            added = Registration(function, kind, tests, source=trigger, batch=bool(batch), once=once, state=self._state)
            self._all.append(added)
            return function

        return register

    def of(self, trigger: Trigger, event: Event) -> Registration | None:
        """The registration that takes the event, None where none does."""
        for registration in self._all:
            if registration.takes(trigger, event):
                return registration
        return None

    def unhandled(self, trigger: Trigger, kind: type[Event]) -> UnhandledEvent:
        """The refusal of an event that nobody takes."""
        if not self._all:
            return UnhandledEvent(
                f"No function is registered for events, and one of {trigger.title} has come.",
                hint=f"register one with @handler.on({kind.__name__}), or post events to the app with "
                "bridge(app, events_path='/events')",
            )
        registered = "; ".join(map(str, self._all))
        return UnhandledEvent(
            f"No function takes this {kind.__name__} of {trigger.title} ({trigger.name}).",
            hint=f"registered are: {registered}",
        )


def _is_kind(kind: object) -> TypeGuard[type[Event]]:
    return isinstance(kind, type) and issubclass(kind, Event)


def _no_kind(kind: object) -> InvalidOption:
    if isinstance(kind, str):
        meant = nearest(kind, KINDS)
        hint = f"give the class: from fcbridge import {meant}" if meant else f"kinds are: {', '.join(KINDS)}"
    elif callable(kind):
        hint = "call it with the kind of event, as in @handler.on(ObjectEvent)"
    else:
        hint = f"kinds are: {', '.join(KINDS)}"
    what = kind.__name__ if isinstance(kind, type) else f"a {type(kind).__name__}"
    return InvalidOption(f"on() was given {what}, which is no kind of event.", hint=hint)


def _check_store(once: object) -> None:
    if once is not None and not all(callable(getattr(once, verb, None)) for verb in ("begin", "done", "forget")):
        raise InvalidOption(
            f"The option once does not take a {type(once).__name__}.",
            hint="give it a store, as fcbridge.once.SQLiteStore('/tmp/done.sqlite3')",
        )

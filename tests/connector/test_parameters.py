"""What the parameters of functions are filled with. Annotations are texts in this module."""

# Functions of one expression are lambdas here, whose parameters have no types.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Optional, Union

import pytest

from fcbridge import Context, Event, Handler, MessageEvent, ObjectEvent, State, TimerEvent
from fcbridge.errors import InvalidOption

from .apps import asgi, wsgi
from .clockwork import letters

if TYPE_CHECKING:
    from somewhere import LambdaContext, Lamp  # type: ignore[import-not-found]  # pyright: ignore[reportMissingImports, reportUnknownVariableType]

BELL = {"bells": "bell", "name": "noon", "payload": 7}


def filled(function: Any, kind: type[Event] = TimerEvent, context: object = None, **options: Any) -> Any:
    """What ``function`` returns for a bell, or for a letter."""
    with asgi() as handler:
        handler.on(kind, **options)(function)
        return handler(BELL if kind is TimerEvent else letters("letters", "one"), context)


def refused(function: Any, kind: type[Event] = TimerEvent, handler: Handler | None = None, **options: Any) -> str:
    with pytest.raises(InvalidOption) as caught:
        (handler or asgi()).on(kind, **options)(function)
    return str(caught.value)


class Ringer:
    """Functions in other shapes."""

    def method(self, event: TimerEvent) -> str:
        return f"method {event.name}"

    async def __call__(self, event: TimerEvent, *, state: State) -> str:
        return f"instance {event.name} {len(state)}"

    @classmethod
    def of_class(cls, event: TimerEvent) -> str:
        return f"class {event.name}"


def by_class(event: TimerEvent) -> Any:
    return event.name


def by_base(event: Event) -> Any:
    return event.type


def by_any_name(strike: TimerEvent) -> Any:
    return strike.name


def without_annotation(event):  # type: ignore[no-untyped-def]  # pyright: ignore
    return event.name  # pyright: ignore


def first_without_annotation(strike, context=None):  # type: ignore[no-untyped-def]  # pyright: ignore
    return strike.name  # pyright: ignore


def by_union(event: ObjectEvent | TimerEvent) -> Any:
    return event.source


def by_old_union(event: Union[ObjectEvent, TimerEvent]) -> Any:  # noqa: UP007
    return event.source


def by_optional(event: Optional[TimerEvent]) -> Any:  # noqa: UP045
    return event and event.name


def by_annotated(event: Annotated[TimerEvent, "of the tower"]) -> Any:
    return event.name


def positional_only(event: TimerEvent, /) -> Any:
    return event.name


def any_event(event: Any) -> Any:
    return event.name


@pytest.mark.parametrize(
    ("function", "value"),
    [
        (by_class, "noon"),
        (by_base, ""),
        (by_any_name, "noon"),
        (without_annotation, "noon"),
        (first_without_annotation, "noon"),
        (by_union, ""),
        (by_old_union, ""),
        (by_optional, "noon"),
        (by_annotated, "noon"),
        (positional_only, "noon"),
        (any_event, "noon"),
        (lambda: "nothing", "nothing"),
        (lambda event: event.payload, 7),
        (Ringer().method, "method noon"),
        (Ringer.of_class, "class noon"),
        (Ringer(), "instance noon 1"),
        (functools.partial(lambda mark, event: (mark, event.name), "m"), ("m", "noon")),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__) if callable(value) else "",
)
def test_the_event_is_given_by_its_annotation_or_place(function: Any, value: object) -> None:
    assert filled(function) == value


def test_context_and_state_are_given_by_annotation_or_name() -> None:
    def annotated(it: TimerEvent, lifespan: State, where: Context) -> Any:
        return it.name, lifespan.table, where

    def named(event, context, state):  # type: ignore[no-untyped-def]  # pyright: ignore
        return event.name, state["table"], context  # pyright: ignore

    def in_another_order(state: State, context: dict[str, Any], event: TimerEvent) -> Any:
        return event.name, state.table, context

    def by_keyword(*, context: Context, event: TimerEvent, state: State) -> Any:
        return event.name, state.table, context

    functions: list[Any] = [annotated, named, in_another_order, by_keyword]
    for function in functions:
        assert filled(function, context=60) == ("noon", {}, 60)


def test_names_that_only_a_type_checker_imports_are_known_by_their_own() -> None:
    def ring(event: TimerEvent, context: LambdaContext) -> Any:  # pyright: ignore[reportUnknownParameterType]
        return event.name, context

    assert filled(ring, context=60) == ("noon", 60)


def test_a_parameter_with_a_default_may_stay_as_it_is() -> None:
    def ring(event: TimerEvent, times: int = 3, *, context: Context = None, loud: bool = True) -> Any:
        return event.name, times, context, loud

    assert filled(ring, context=60) == ("noon", 3, 60, True)


def test_a_positional_parameter_behind_a_default_is_given_by_name() -> None:
    def ring(event: TimerEvent, times: int = 3, context: Context = None) -> Any:
        return event.name, times, context

    assert filled(ring, context=60) == ("noon", 3, 60)


def test_further_arguments_get_nothing() -> None:
    def ring(event: TimerEvent, *arguments: Any, **options: Any) -> Any:
        return event.name, arguments, options

    assert filled(ring) == ("noon", (), {})


@pytest.mark.parametrize(
    "annotation", [list[TimerEvent], Sequence[TimerEvent], Iterable[Event], list[TimerEvent | ObjectEvent]]
)
def test_a_batch_is_a_list(annotation: Any) -> None:
    def ring(events: Any) -> Any:
        return [event.name for event in events]

    ring.__annotations__["events"] = annotation
    assert filled(ring, batch=True) == ["noon"]


# -- refused ----------------------------------------------------------------------------------------------------------


def test_a_parameter_that_nothing_fills_is_named() -> None:
    def ring(event: TimerEvent, lamp: int) -> None: ...

    assert "Nothing fills the parameter 'lamp' of" in refused(ring)
    assert "test_parameters.test_a_parameter_that_nothing_fills_is_named" in refused(ring)


def test_a_parameter_whose_annotation_nobody_knows_is_named() -> None:
    def ring(event: TimerEvent, lamp: Lamp) -> None: ...  # pyright: ignore[reportUnknownParameterType]

    assert "'lamp'" in refused(ring)


def test_an_event_of_another_kind_is_refused() -> None:
    def ring(event: ObjectEvent) -> None: ...

    said = refused(ring)
    assert "takes ObjectEvent, and the function is registered for TimerEvent" in said
    assert "on(ObjectEvent)" in said


def test_an_event_of_a_narrower_kind_is_refused() -> None:
    assert "registered for Event" in refused(by_class, Event)


def test_a_batch_needs_a_list_and_a_list_a_batch() -> None:
    def one(event: MessageEvent) -> None: ...

    def several(events: list[MessageEvent]) -> None: ...

    assert "annotate it with list[MessageEvent]" in refused(one, MessageEvent, batch=True)
    assert "on(MessageEvent, batch=True)" in refused(several, MessageEvent)


def test_beside_a_wsgi_app_there_is_no_state() -> None:
    def ring(event: TimerEvent, state: State) -> None: ...

    def may(event: TimerEvent, state: State | None = None) -> bool:
        return state is None

    assert "only ASGI apps have a lifespan state" in refused(ring, handler=wsgi())
    handler = wsgi()
    handler.on(TimerEvent)(may)
    assert handler(BELL) is True


def test_a_callable_without_a_signature_is_refused() -> None:
    assert "Python knows no signature" in refused(type)


# -- the state --------------------------------------------------------------------------------------------------------


def test_a_state_has_items_and_attributes() -> None:
    state = State({"table": 1})
    state.lamp = 2
    assert (state.table, state["lamp"], dict(state)) == (1, 2, {"table": 1, "lamp": 2})
    with pytest.raises(AttributeError, match="no 'bell'"):
        _ = state.bell

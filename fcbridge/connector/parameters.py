"""What the parameters of a function are filled with, read off its signature once: event, context, lifespan state."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from inspect import Parameter, signature, unwrap
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from ..errors import InvalidOption
from ..events import KINDS, Event
from .state import Context, State

_EVENT, _CONTEXT, _STATE, _OWN = range(4)  # what fills a parameter; the last is its own default
_NAMES = {"event": _EVENT, "events": _EVENT, "context": _CONTEXT, "state": _STATE}
_LISTS = (list, Sequence, Collection, Iterable)
_POSITIONAL = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_UNRESOLVED = object()


class Parameters:
    """How to call one function. Raises InvalidOption for a parameter that nothing fills."""

    __slots__ = ("_by_name", "_by_position")

    def __init__(self, function: Callable[..., object], kind: type[Event], *, batch: bool, state: bool) -> None:
        try:
            parameters = signature(function).parameters.values()
        except (TypeError, ValueError):
            raise InvalidOption(
                f"Python knows no signature of {name_of(function)}.", hint="wrap it in a def with the parameter event"
            ) from None
        self._by_position: list[int] = []
        self._by_name: list[tuple[str, int]] = []
        namespace = _namespace(function)
        skipped = False  # what follows a default that stays can only be given by name
        for parameter in parameters:
            if parameter.kind in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD):
                continue
            filling = _filling(parameter, _resolved(parameter.annotation, namespace), kind, batch)
            if filling is None and not self._by_position and parameter.kind in _POSITIONAL:
                filling = _first(parameter)
            if filling == _STATE and not state:
                filling = _without_state(function, parameter)
            if filling is None:
                filling = _without_filling(function, parameter)
            if filling == _OWN:
                skipped = True
            elif parameter.kind is Parameter.POSITIONAL_ONLY or (parameter.kind in _POSITIONAL and not skipped):
                self._by_position.append(filling)
            else:
                self._by_name.append((parameter.name, filling))

    def call(self, function: Callable[..., Any], event: object, context: object, state: State | None) -> Any:
        """Call ``function``, of which these are the parameters; ``event`` is one, or a list of them."""
        values = (event, context, state)
        by_name = {name: values[filling] for name, filling in self._by_name}
        return function(*[values[filling] for filling in self._by_position], **by_name)


def name_of(function: object) -> str:
    """``index.on_upload``."""
    inner = _without_partial(function)
    if not hasattr(inner, "__qualname__"):
        inner = inner.__class__
    return f"{inner.__module__}.{inner.__qualname__}"


def _without_partial(function: Any) -> Any:
    while isinstance(function, partial):
        function = function.func  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return function  # pyright: ignore[reportUnknownVariableType]


# -- what fills a parameter -------------------------------------------------------------------------------------------


def _filling(parameter: Parameter, annotation: Any, kind: type[Event], batch: bool) -> int | None:
    if annotation in (Parameter.empty, Any, object, _UNRESOLVED):
        return _NAMES.get(parameter.name)
    if get_origin(annotation) is Annotated:
        return _filling(parameter, get_args(annotation)[0], kind, batch)
    if annotation is Context:
        return _CONTEXT
    if annotation is State:
        return _STATE
    if get_origin(annotation) in (Union, UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        if all(_is_kind(member) for member in members):
            return _event(parameter, members, kind, batch, of_list=False)
        return _filling(parameter, members[0], kind, batch) if len(members) == 1 else _NAMES.get(parameter.name)
    if get_origin(annotation) in _LISTS:
        [member] = get_args(annotation)
        members = list(get_args(member)) if get_origin(member) in (Union, UnionType) else [member]
        if all(_is_kind(member) for member in members):
            return _event(parameter, members, kind, batch, of_list=True)
    if _is_kind(annotation):
        return _event(parameter, [annotation], kind, batch, of_list=False)
    return None if _NAMES.get(parameter.name) == _EVENT else _NAMES.get(parameter.name)


def _is_kind(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Event)


def _event(parameter: Parameter, members: list[type[Event]], kind: type[Event], batch: bool, *, of_list: bool) -> int:
    names = " | ".join(member.__name__ for member in members)
    if batch and not of_list:
        raise InvalidOption(
            f"The parameter {parameter.name!r} takes one {names}, and batch=True gives a list.",
            hint=f"annotate it with list[{names}], or leave batch=True away",
        )
    if of_list and not batch:
        raise InvalidOption(
            f"The parameter {parameter.name!r} takes a list, and events are given one at a time.",
            hint=f"register it with on({kind.__name__}, batch=True)",
        )
    if not issubclass(kind, tuple(members)):
        raise InvalidOption(
            f"The parameter {parameter.name!r} takes {names}, and the function is registered for {kind.__name__}.",
            hint=f"register it with on({members[0].__name__})",
        )
    return _EVENT


def _first(parameter: Parameter) -> int | None:
    """The first parameter is the event, if nothing says otherwise."""
    return _EVENT if parameter.annotation in (Parameter.empty, Any) else None


def _without_state(function: object, parameter: Parameter) -> int:
    if parameter.default is not Parameter.empty:
        return _OWN
    raise InvalidOption(
        f"Nothing fills the parameter {parameter.name!r} of {name_of(function)}: only ASGI apps have a lifespan state.",
        hint="leave it away",
    )


def _without_filling(function: object, parameter: Parameter) -> int:
    if parameter.default is not Parameter.empty:
        return _OWN
    raise InvalidOption(
        f"Nothing fills the parameter {parameter.name!r} of {name_of(function)}.",
        hint="annotate it with the kind of event, with fcbridge.Context or with fcbridge.State, or give it a default",
    )


# -- annotations ------------------------------------------------------------------------------------------------------


def _namespace(function: Callable[..., object]) -> dict[str, Any]:
    """The names that annotations may be written with: the module's, and the events where they are imported for type
    checkers only."""
    called: Any = unwrap(_without_partial(function))
    if not hasattr(called, "__globals__"):
        called = type(called).__call__  # of an instance
    known: dict[str, Any] = {"Event": Event, **KINDS, "Context": Context, "State": State}
    return {**known, **getattr(called, "__globals__", {})}


def _resolved(annotation: Any, namespace: dict[str, Any]) -> Any:
    """What an annotation stands for that is a text, as all are with ``from __future__ import annotations``."""
    if not isinstance(annotation, str):
        return annotation
    try:
        return eval(annotation, namespace)
    except Exception:
        return _UNRESOLVED

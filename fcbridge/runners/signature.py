"""The arguments that a callable takes, read off its code.

``inspect.signature`` answers the same, and its import alone takes longer than everything else that fcbridge does at a
cold start; so it is asked only where there is no Python function to look at.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Signature:
    """What a callable takes by position: the names, how many of them it requires, and whether ``*args`` follow."""

    __slots__ = ("is_coroutine", "most", "names", "needs_keywords", "required")

    def __init__(
        self, names: tuple[str, ...], required: int, varargs: bool, needs_keywords: bool, is_coroutine: bool
    ) -> None:
        self.names = names
        self.required = required
        self.most = None if varargs else len(names)
        self.needs_keywords = needs_keywords
        self.is_coroutine = is_coroutine

    @classmethod
    def of(cls, target: Any) -> Signature | None:
        """The signature of a callable; None where Python knows none."""
        function, bound = _function_of(target)
        if function is None:
            return _inspected(target)
        code = function.__code__
        # Takes anything, as a decorator's wrapper does. functools.wraps notes what stands behind it, which inspect
        # follows, and it knows the marks of those that return a coroutine.
        if code.co_flags & _VARARGS and not code.co_flags & _COROUTINE:
            return _inspected(target)
        names = code.co_varnames[bound : code.co_argcount]
        return cls(
            names,
            max(len(names) - len(function.__defaults__ or ()), 0),
            bool(code.co_flags & _VARARGS),
            code.co_kwonlyargcount > len(function.__kwdefaults__ or ()),
            bool(code.co_flags & _COROUTINE),
        )

    def takes(self, count: int) -> bool:
        """Whether it can be called with ``count`` arguments."""
        return self.required <= count and (self.most is None or self.most >= count)


def method(kind: Any, name: str) -> Any:
    """What a class has under ``name``, itself or inherited, as it is stored; None where it has nothing."""
    owner: type
    for owner in kind.__mro__:
        if name in vars(owner):
            return vars(owner)[name]
    return None


# inspect.CO_VARARGS and inspect.CO_COROUTINE.
_VARARGS = 0x04
_COROUTINE = 0x80

if TYPE_CHECKING:
    from types import FunctionType, MethodType
else:  # without the module types, which a bare start has not loaded
    FunctionType = type(method)
    MethodType = type(Signature.of)


def _function_of(target: Any) -> tuple[Any, int]:
    """The Python function that is called in the end, and how many of its arguments are bound; None where it is none."""
    if isinstance(target, type):
        initializer = method(target, "__init__")
        plain = (
            method(type(target), "__call__") is vars(type)["__call__"]
            and method(target, "__new__") is vars(object)["__new__"]
        )
        return (initializer, 1) if plain and isinstance(initializer, FunctionType) else (None, 0)
    if not isinstance(target, (FunctionType, MethodType)):
        call = method(type(target), "__call__")
        if isinstance(call, FunctionType):
            return call, 1
        # A staticmethod, or a slot of that name as in Sentry's ASGI middleware: what it gives is what is called.
        target = call.__get__(target, type(target)) if hasattr(call, "__get__") else None
    if isinstance(target, MethodType):
        return (target.__func__, 1) if isinstance(target.__func__, FunctionType) else (None, 0)
    return (target, 0) if isinstance(target, FunctionType) else (None, 0)


def _inspected(target: Any) -> Signature | None:
    from inspect import Parameter, signature

    try:
        parameters = list(signature(target).parameters.values())
    except (TypeError, ValueError):
        return None
    positional = [
        parameter
        for parameter in parameters
        if parameter.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    ]
    return Signature(
        tuple([parameter.name for parameter in positional]),
        len([parameter for parameter in positional if parameter.default is Parameter.empty]),
        any(parameter.kind is Parameter.VAR_POSITIONAL for parameter in parameters),
        any(
            parameter.kind is Parameter.KEYWORD_ONLY and parameter.default is Parameter.empty
            for parameter in parameters
        ),
        not isinstance(target, type)
        and (_is_coroutine_function(target) or _is_coroutine_function(method(type(target), "__call__"))),
    )


def _is_coroutine_function(function: Any) -> bool:
    """Whether calling it gives a coroutine, also by the marks for what is no ``async def`` and returns one."""
    from inspect import getattr_static, iscoroutinefunction, unwrap

    # inspect.markcoroutinefunction is seen by inspect since Python 3.12; the other one is asyncio's of old, and is what
    # asgiref sets on older ones.
    return (
        iscoroutinefunction(function)
        or getattr_static(function, "_is_coroutine", None) is not None
        or (callable(function) and iscoroutinefunction(unwrap(function)))
    )

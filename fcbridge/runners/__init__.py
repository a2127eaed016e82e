"""Runners: what runs an app for one neutral request."""

from __future__ import annotations

import gc
import sys
from abc import ABC, abstractmethod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..model import Glance, Plain, Request, Response


# Python 3.12 begins with some four hundred frozen objects of its own; whoever freezes an app has thousands.
_FROZEN_BY_PYTHON = 1000


class Undisturbed:
    """No garbage collection comes in between the first import of ``module`` and of what it imports, and what is made
    meanwhile counts as old: modules are there for good.

    A collection in the middle of an import looks at all that was made so far and finds nothing to free; there would be
    several of them, a sixth of the time that a cold start takes.
    """

    __slots__ = ("_collects",)

    def __init__(self, module: str) -> None:
        # Later there is nothing to import, and whoever makes many handlers has garbage that is young.
        self._collects = module not in sys.modules and gc.isenabled()

    def __enter__(self) -> None:
        if self._collects:
            gc.disable()

    def __exit__(self, *error: object) -> None:
        if self._collects:
            # Else somebody wants to have something frozen; and it is CPython's alone.
            if hasattr(gc, "freeze") and gc.get_freeze_count() < _FROZEN_BY_PYTHON:
                gc.freeze()
                gc.unfreeze()
            gc.enable()


class Runner(ABC):
    """Runs one app. ``start`` and ``stop`` may be called again and do nothing then; a stopped runner may start anew."""

    @abstractmethod
    def start(self) -> None:
        """Bring the app up. Raises StartupFailed; the next call tries again."""

    @abstractmethod
    def stop(self) -> None:
        """Take the app down, once."""

    @abstractmethod
    def __call__(self, request: Request, remaining: float | None = None) -> Response:
        """Have the app answer. ``remaining`` is the time in seconds after which unfinished work is given up.

        Raises what the app raises before its response is complete, AppProtocolError where the app breaks its protocol,
        DeadlineExceeded where it is given up. Called from any thread, from several at once, and with a running loop in
        the caller's thread.
        """

    @abstractmethod
    def at_a_glance(self, asked: tuple[Glance, object, object], remaining: float | None) -> Plain | Response:
        """The same for a request at a glance, with its event and context; the response at a glance where it is as
        usual."""

    @abstractmethod
    async def invoke(self, request: Request, remaining: float | None = None) -> Response:
        """The same as a call for a caller that has a loop, which goes on meanwhile."""

    def drain(self) -> None:  # noqa: B027  # nothing outlives a synchronous app's response
        """Let work that outlived its response finish, within the budget."""


def interface_at_a_glance(app: object) -> str | None:
    """``asgi3`` or ``wsgi`` of an app that shows at first sight which it is: a plain function, or an object that is
    called by one. None: ``interface_of`` has to look closer."""
    kind, bound = type(app), 0
    function: Any = app
    if kind is not _FUNCTION:
        for owner in kind.__mro__:
            if "__call__" in vars(owner):
                function, bound = vars(owner)["__call__"], 1
                break
    if type(function) is not _FUNCTION or isinstance(app, type) or kind.__module__ == "fcbridge.handler":
        return None
    code = function.__code__
    names = code.co_varnames[bound : code.co_argcount]
    marked = hasattr(app, "_asgi_single_callable") or hasattr(app, "_asgi_double_callable")
    odd = code.co_kwonlyargcount or code.co_flags & _VARIABLE or function.__defaults__
    if marked or odd or [name.strip("_") for name in names] == ["event", "context"]:
        return None
    if len(names) == 3:
        return "asgi3"
    return "wsgi" if len(names) == 2 and not code.co_flags & _COROUTINE else None


_FUNCTION = type(interface_at_a_glance)
# inspect.CO_VARARGS with CO_VARKEYWORDS, and CO_COROUTINE.
_VARIABLE, _COROUTINE = 0x0C, 0x80


def runner_of(app: Any, interface: str, lifespan: str, background_budget: float, raise_late: bool) -> Runner:
    """The runner for an app of an interface that is known. Raises InvalidOption for a WSGI app with ``lifespan`` on."""
    if interface == "wsgi":
        if lifespan == "on":
            from ..errors import InvalidOption

            raise InvalidOption(
                'A WSGI app has no lifespan, and the option lifespan is "on".', hint='leave it away, or use "auto"'
            )
        with Undisturbed(f"{__name__}.wsgi"):
            from .wsgi import WsgiRunner

        return WsgiRunner(app)
    with Undisturbed(f"{__name__}.asgi"):
        from .asgi import AsgiRunner

    if interface == "asgi2":
        from .interface import asgi2_to_asgi3

        app = asgi2_to_asgi3(app)
    return AsgiRunner(app, lifespan=lifespan, background_budget=background_budget, raise_late=raise_late)

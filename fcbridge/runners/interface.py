"""Which interface an app speaks, told by how it is called; and the runner that speaks it.

app(scope, receive, send)          ASGI 3, https://asgi.readthedocs.io/en/latest/specs/main.html
app(scope)(receive, send)          ASGI 2, the "double callable", same page under "Legacy Applications"
app(environ, start_response)       WSGI, PEP 3333
app()                              a factory of one of these
"""

from __future__ import annotations

from ..errors import AppError, AppProtocolError, InvalidOption
from . import runner_of
from .signature import Signature, method

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from . import Runner

    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]
    Asgi3App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]
    Asgi2App = Callable[[dict[str, Any]], Callable[[Receive, Send], Awaitable[None]]]


def make_runner(
    app: Any,
    *,
    interface: str = "auto",
    lifespan: str = "auto",
    background_budget: float = 5.0,
    raise_late: bool = False,
) -> Runner:
    """The runner for an app or for a factory of one, which is called here and once.

    Raises InvalidOption for what is no app or does not show its interface, AppError for a factory that makes no app,
    and whatever the factory raises.
    """
    app, interface = resolved(app, interface)
    return runner_of(app, interface, lifespan, background_budget, raise_late)


def resolved(app: Any, interface: str = "auto") -> tuple[Any, str]:
    """The app itself, out of its factory where there is one, and its interface: asgi3, asgi2 or wsgi."""
    if interface != "auto":
        _refuse_what_is_no_app(app)
        return app, interface
    interface = interface_of(app)
    if interface == "factory":
        factory = app
        app = made_by(factory)
        interface = interface_of(app)
        if interface == "factory":
            raise AppError(
                f"The factory {_name(factory)} made {_name(app)}, which takes no arguments either.",
                hint="let it return the app",
            )
    return app, interface


def interface_of(app: Any) -> str:
    """``asgi3``, ``asgi2``, ``wsgi`` or ``factory``.

    Raises InvalidOption where the app does not show it, and for what is no app.
    """
    _refuse_what_is_no_app(app)
    # The marks of asgiref.compatibility, for callables whose signature tells nothing. Not just true: proxies and mocks
    # have any attribute.
    if getattr(app, "_asgi_single_callable", None) is True:
        return "asgi3"
    if getattr(app, "_asgi_double_callable", None) is True:
        return "asgi2"
    call = Signature.of(app)
    if isinstance(app, type):
        return _interface_of_class(app, call)
    if call is None:
        raise _untold(app, "Python knows no signature of it")
    return _interface_of_callable(app, call)


def made_by(factory: Callable[[], object]) -> object:
    """What the factory returns. Raises AppError for a coroutine and for None."""
    app = factory()
    if _is_awaitable(app):
        close = getattr(app, "close", None)
        if close is not None:
            close()  # or Python warns that it was never awaited
        raise AppError(
            f"The factory {_name(factory)} is asynchronous.",
            hint=_PLAIN_FACTORY,
        )
    if app is None:
        raise AppError(f"The factory {_name(factory)} returned None.", hint='let it end with "return app"')
    return app


def asgi2_to_asgi3(app: Asgi2App) -> Asgi3App:
    """An ASGI 2 app as an ASGI 3 app: one instance for each scope."""

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        instance: object = app(scope)
        if not callable(instance):
            raise AppProtocolError(
                f"{_name(app)} was taken for an ASGI 2 app and did not return a callable for its scope, "
                f"but {type(instance).__name__}.",
                hint="an ASGI 2 app is called as app(scope)(receive, send)",
            )
        await instance(receive, send)

    return application


# -- rules ------------------------------------------------------------------------------------------------------------


def _interface_of_callable(app: object, call: Signature) -> str:
    if [name.strip("_") for name in call.names] == ["event", "context"]:
        raise InvalidOption(
            f"{_name(app)} is a function's handler, not a web app.", hint="give bridge() the app that it calls"
        )
    if call.needs_keywords:
        raise _untold(app, "it has keyword arguments without a default")
    if call.is_coroutine:
        if call.takes(3):
            return "asgi3"
        if call.required == 0:
            return "factory"
    elif call.required == 3:
        return "asgi3"
    elif call.required == 2:
        return "wsgi"
    elif call.required == 1:
        if "scope" in call.names[0]:
            # Some apps of the years between the two take both calls: __call__(self, scope, receive=None, send=None).
            return "asgi3" if call.takes(3) else "asgi2"
        error = _untold(app, f"it takes one argument, {call.names[0]!r}")
        error.hint = f"{error.hint}; a factory takes none: bridge(lambda: create_app(...))"
        raise error
    elif call.required == 0:
        if call.most is not None:
            return "factory"
        if getattr(app, "__module__", None) == "wsgiref.validate":
            return "wsgi"  # what validator() returns takes *args
    raise _untold(app, "it takes *args" if call.most is None else f"it takes {call.most} arguments")


def _interface_of_class(app: type, call: Signature | None) -> str:
    """A class is an app if calling it gives what calling an app gives; else it is the class of an app."""
    if call is not None and not call.needs_keywords:
        if call.required == 3 and hasattr(app, "__await__"):
            return "asgi3"  # as Starlette's HTTPEndpoint
        if call.required == 2 and hasattr(app, "__iter__"):
            return "wsgi"  # PEP 3333, "The Application/Framework Side", AppClass
        instance_call = method(app, "__call__")
        if instance_call is not None:
            if call.required == 1 and ("scope" in call.names[0] or _takes_receive_and_send(instance_call)):
                return "asgi2"
            if call.required == 0 and call.most is not None:
                return "factory"
    raise InvalidOption(
        f"{_name(app)} is a class, not an app.", hint=f"give bridge() an instance: app = {app.__name__}(...)"
    )


def _takes_receive_and_send(function: Any) -> bool:
    call = Signature.of(function)
    return call is not None and call.is_coroutine and call.required == 3  # with self


# -- refusals ---------------------------------------------------------------------------------------------------------


def _refuse_what_is_no_app(app: Any) -> None:
    if type(app).__module__ == "fcbridge.handler":
        raise InvalidOption("bridge() was given a handler that bridge() had made.", hint="use it as it is")
    if callable(app):
        return
    if app is None:
        message, hint = "bridge() was given None.", "did the function that makes the app return it?"
    elif isinstance(app, str):
        message, hint = "A str is not an app.", "only bridge() itself takes the name of an app"
    elif type(app).__name__ == "module":
        message, hint = f"The module {app.__name__!r} is not an app.", _in_module(app)
    elif _is_awaitable(app):
        message, hint = f"{_name(app)} is not an app: an asynchronous factory was called.", _PLAIN_FACTORY
    else:
        message, hint = f"{_name(app)} is not callable, so it is no app.", "give bridge() the ASGI or WSGI app"
    raise InvalidOption(message, hint=hint)


_PLAIN_FACTORY = 'make the app in a plain "def"; what has to be awaited belongs into the app\'s lifespan'


def _is_awaitable(value: object) -> bool:
    return hasattr(type(value), "__await__")


def _in_module(module: Any) -> str:
    from .loading import app_names

    names = [f"{module.__name__}.{name}" for name in app_names(module) or ["app"]]
    return f"give bridge() what is in it: {' or '.join(names[:3])}"


def _untold(app: object, why: str) -> InvalidOption:
    return InvalidOption(
        f"{_name(app)} does not show whether it is ASGI or WSGI: {why}.",
        hint='say which, as in bridge(app, interface="wsgi"); it takes "asgi3", "asgi2" and "wsgi"',
    )


def _name(thing: object) -> str:
    """``index.create_app``, or ``a flask.app.Flask``. Not its repr, which may tell secrets."""
    owner, article = (thing, "") if hasattr(thing, "__qualname__") else (type(thing), "a ")
    module = getattr(owner, "__module__", None)
    name = getattr(owner, "__qualname__", "?")
    return f"{article}{module}.{name}" if module and module != "builtins" else f"{article}{name}"

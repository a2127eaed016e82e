"""Apps of every make, told apart without being called."""

# Django and asgiref have no types, and neither have lambdas:
# mypy: disable-error-code="import-untyped,no-untyped-call"
# pyright: reportMissingTypeStubs=false, reportUnknownLambdaType=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import asyncio
import functools
import json
import subprocess
import sys
import types
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from wsgiref.simple_server import demo_app
from wsgiref.validate import validator

import django.core.handlers.asgi
import django.core.handlers.wsgi
import django.core.wsgi
import pytest
from asgiref.compatibility import guarantee_single_callable
from asgiref.wsgi import WsgiToAsgi
from fastapi import APIRouter, FastAPI
from flask import Flask
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Router
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wrappers import Response as WerkzeugResponse

from fcbridge import bridge
from fcbridge.errors import AppError, AppProtocolError, InvalidOption
from fcbridge.model import Request
from fcbridge.runners import interface, interface_at_a_glance
from fcbridge.runners.interface import asgi2_to_asgi3, make_runner, resolved

from .wsgi_apps import TEXT, Environ, StartResponse

ROOT = Path(__file__).parents[2]

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def interface_of(app: Any) -> str:
    """The rule itself; what is told at a glance is the same or nothing."""
    glance = interface_at_a_glance(app)
    try:
        told = interface.interface_of(app)
    except BaseException:
        assert glance is None
        raise
    assert glance in (None, told)
    return told


def test_the_usual_apps_are_told_at_a_glance() -> None:
    assert interface_at_a_glance(wsgi) == interface_at_a_glance(Flask(__name__)) == "wsgi"
    assert interface_at_a_glance(asgi) == interface_at_a_glance(Starlette()) == "asgi3"
    assert interface_at_a_glance(FastAPI()) == "asgi3"


# -- apps of ours -----------------------------------------------------------------------------------------------------


async def asgi(scope: Scope, receive: Receive, send: Send) -> None: ...


def asgi_without_async(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
    return asgi(scope, receive, send)


def wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", TEXT)
    return [b"made"]


def wsgi_generator(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
    start_response("200 OK", TEXT)
    yield b"a"


def double(scope: Scope) -> Any:
    return functools.partial(asgi, scope)


def hybrid(scope: Scope, receive: Any = None, send: Any = None) -> Any: ...


def create_app(config: str | None = None, *, debug: bool = False) -> Any:
    return wsgi


def create_asgi() -> Any:
    return asgi


async def async_factory() -> Any: ...


def passes_on(app: Any) -> Any:
    @functools.wraps(app)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return app(*args, **kwargs)

    return wrapper


def passes_on_asynchronously(app: Any) -> Any:
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        return await app(*args, **kwargs)

    return wrapper


class AsgiInstance:
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...

    async def other(self, scope: Scope, receive: Receive, send: Send) -> None: ...

    @classmethod
    async def of_class(cls, scope: Scope, receive: Receive, send: Send) -> None: ...

    @staticmethod
    async def of_nothing(scope: Scope, receive: Receive, send: Send) -> None: ...


class AsgiInstanceWithAnything:
    async def __call__(self, *args: Any, **kwargs: Any) -> None: ...


class WsgiInstance:
    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return []

    def other(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return []


class WsgiStatic:
    @staticmethod
    def __call__(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return []


class WsgiChild(WsgiInstance):
    pass


class WsgiWithMore:
    def __call__(self, environ: Environ, start_response: StartResponse, *rest: Any, debug: bool = False) -> Any: ...


class WsgiOfPep3333:
    def __init__(self, environ: Environ, start_response: StartResponse) -> None: ...

    def __iter__(self) -> Iterator[bytes]:
        yield b""


class AsgiClass:
    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None: ...

    def __await__(self) -> Any:
        yield


class Double:
    def __init__(self, scope: Scope) -> None: ...

    async def __call__(self, receive: Receive, send: Send) -> None: ...


class DoubleByAnotherName:
    def __init__(self, s: Scope) -> None: ...

    async def __call__(self, receive: Receive, send: Send) -> None: ...


class DoubleInstance:
    """As the routers of Django Channels 2."""

    def __call__(self, scope: Scope) -> Any: ...


class Slotted:
    """As Sentry's ASGI middleware: ``__call__`` is a slot that an instance fills."""

    __slots__ = ("__call__",)

    def __init__(self, double: bool) -> None:
        self.__call__ = self._double if double else self._single

    def _double(self, scope: Scope) -> Any: ...

    async def _single(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class Marked:
    """As asgiref marks what no signature tells."""

    def __init__(self, **marks: bool) -> None:
        self.__dict__.update(marks)

    def __call__(self, *args: Any) -> Any: ...


class AppWithoutArguments:
    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return []


class AppWithOptions:
    def __init__(self, debug: bool = False, routes: Any = None, middleware: Any = None) -> None: ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class QuartLike(Flask):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        ...

    async def asgi_app(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class LitestarLike:
    __slots__ = ("asgi_handler",)

    async def __call__(self, scope: Scope | Any, receive: Receive | Any, send: Send | Any) -> None: ...


class WsgiMiddlewareLike:
    """As a2wsgi's: WSGI inside, ASGI outside."""

    def __init__(self, app: Any, workers: int = 10) -> None: ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


FLASK = Flask(__name__)
STARLETTE = Starlette()

ASGI3: dict[str, Any] = {
    "async function": asgi,
    "function that returns an awaitable": asgi_without_async,
    "async lambda's equal": lambda scope, receive, send: asgi(scope, receive, send),
    "instance": AsgiInstance(),
    "instance with *args": AsgiInstanceWithAnything(),
    "bound method": AsgiInstance().other,
    "bound __call__": AsgiInstance().__call__,
    "classmethod": AsgiInstance.of_class,
    "staticmethod": AsgiInstance.of_nothing,
    "class with __await__": AsgiClass,
    "slot": Slotted(double=False),
    "hybrid of 2 and 3": hybrid,
    "marked single": Marked(_asgi_single_callable=True),
    "wraps": passes_on(asgi),
    "wraps around an instance": passes_on(AsgiInstance().other),
    "async *args": passes_on_asynchronously(asgi),
    "partial": functools.partial(asgi),
    "partial of a method": functools.partial(AsgiInstance.__call__, AsgiInstance()),
    "partial of an instance": functools.partial(AsgiInstance()),
    "partial of more": functools.partial(lambda option, scope, receive, send: None, 1),
    "Starlette": STARLETTE,
    "Starlette middleware": CORSMiddleware(GZipMiddleware(STARLETTE)),
    "Starlette router": Router(),
    "Starlette mount": Mount("/x", STARLETTE),
    "Starlette endpoint": HTTPEndpoint,
    "Starlette response": PlainTextResponse("x"),
    "FastAPI": FastAPI(),
    "FastAPI router": APIRouter(),
    "Django": django.core.handlers.asgi.ASGIHandler.__new__(django.core.handlers.asgi.ASGIHandler),
    "Quart": QuartLike(__name__),
    "Litestar": LitestarLike(),
    "a2wsgi": WsgiMiddlewareLike(FLASK),
    "asgiref around WSGI": WsgiToAsgi(FLASK),
    "asgiref around ASGI 2": guarantee_single_callable(Double),
}

WSGI: dict[str, Any] = {
    "function": wsgi,
    "generator": wsgi_generator,
    "lambda": lambda environ, start_response: [],
    "instance": WsgiInstance(),
    "instance of a child": WsgiChild(),
    "instance with a static __call__": WsgiStatic(),
    "instance with more": WsgiWithMore(),
    "bound method": WsgiInstance().other,
    "class of PEP 3333": WsgiOfPep3333,
    "wraps": passes_on(wsgi),
    "partial": functools.partial(wsgi),
    "partial of an instance": functools.partial(WsgiInstance()),
    "partial with an option": functools.partial(lambda option, environ, start_response: [], 1),
    "partial with a keyword": functools.partial(lambda environ, start_response, option: [], option=1),
    "Flask": FLASK,
    "Flask's inner app": FLASK.wsgi_app,
    "Django": django.core.handlers.wsgi.WSGIHandler.__new__(django.core.handlers.wsgi.WSGIHandler),
    "ProxyFix": ProxyFix(FLASK),
    "DispatcherMiddleware": DispatcherMiddleware(FLASK, {"/x": FLASK}),
    "Werkzeug response": WerkzeugResponse("x"),
    "validator": validator(wsgi),
    "wsgiref's demo": demo_app,
}

ASGI2: dict[str, Any] = {
    "function": double,
    "class": Double,
    "class by another name": DoubleByAnotherName,
    "instance": DoubleInstance(),
    "slot": Slotted(double=True),
    "marked double": Marked(_asgi_double_callable=True),
    "partial": functools.partial(double),
    "wraps": passes_on(double),
}

FACTORY: dict[str, Any] = {
    "function": create_app,
    "function of nothing": create_asgi,
    "lambda": lambda: wsgi,
    "async function": async_factory,
    "class": AppWithoutArguments,
    "class with options": AppWithOptions,
    "partial": functools.partial(lambda config: wsgi, "production"),
    "partial with a keyword": functools.partial(lambda config: wsgi, config="production"),
    "partial of a class": functools.partial(Starlette, debug=True),
    "bound method": types.MethodType(lambda self: wsgi, object()),
    "Django": django.core.wsgi.get_wsgi_application,
}


def cases(**groups: dict[str, Any]) -> Any:
    return [
        pytest.param(app, kind, id=f"{kind}: {name}") for kind, apps in groups.items() for name, app in apps.items()
    ]


@pytest.mark.parametrize(("app", "interface"), cases(asgi3=ASGI3, wsgi=WSGI, asgi2=ASGI2, factory=FACTORY))
def test_an_app_shows_its_interface(app: Any, interface: str) -> None:
    assert interface_of(app) == interface


@pytest.mark.skipif(sys.version_info < (3, 12), reason="inspect.markcoroutinefunction is of Python 3.12")
def test_a_function_marked_as_a_coroutine_function_is_one() -> None:
    import inspect

    def app(*args: Any) -> Any: ...

    marked = inspect.markcoroutinefunction(app)  # type: ignore[attr-defined,unused-ignore]  # pyright: ignore
    assert interface_of(marked) == "asgi3"


def test_a_function_with_the_mark_of_old_is_a_coroutine_function() -> None:
    def app(*args: Any) -> Any: ...

    app._is_coroutine = object()  # type: ignore[attr-defined]  # pyright: ignore[reportFunctionMemberAccess]
    assert interface_of(app) == "asgi3"


# -- what does not show it --------------------------------------------------------------------------------------------


def anything(*args: Any, **kwargs: Any) -> Any: ...


def one_of_another_name(config: str) -> Any: ...


def four(a: Any, b: Any, c: Any, d: Any) -> Any: ...


def keywords(environ: Environ, start_response: StartResponse, *, option: int) -> Any: ...


async def two(a: Any, b: Any) -> Any: ...


@WerkzeugRequest.application
def werkzeug_function(request: WerkzeugRequest) -> WerkzeugResponse:
    return WerkzeugResponse("x")


@pytest.mark.parametrize(
    "app",
    [
        anything, one_of_another_name, four, keywords, two, werkzeug_function, lambda s: None, Marked(), Mock(), max,
        functools.partial(anything), functools.partial(four, 1, 2, 3),
    ],
)  # fmt: skip
def test_what_cannot_be_told_apart_is_refused_with_the_cure(app: Any) -> None:
    with pytest.raises(InvalidOption, match=r'does not show.*\nhint: .*interface="wsgi"'):
        interface_of(app)


def test_a_factory_that_takes_an_argument_is_refused_with_the_cure() -> None:
    with pytest.raises(InvalidOption, match=r"'config'.*\nhint: .*lambda: create_app\(\.\.\.\)"):
        interface_of(one_of_another_name)


@pytest.mark.parametrize("kind", [Flask, CORSMiddleware, WsgiMiddlewareLike, WsgiToAsgi, int, list, object])
def test_the_class_of_an_app_is_refused_with_the_cure(kind: type) -> None:
    with pytest.raises(InvalidOption, match=rf"is a class.*\nhint: .*= {kind.__name__}\(\.\.\.\)"):
        interface_of(kind)


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        (None, "None.*\nhint: .*return"),
        ("index:app", "str is not an app"),
        (b"index:app", "bytes is not callable"),
        (7, "int is not callable"),
        ({"app": wsgi}, "dict is not callable"),
        (object(), "object is not callable"),
        (types, "module 'types' is not an app"),
    ],
)
def test_what_is_no_app_is_refused_by_its_kind(thing: Any, message: str) -> None:
    with pytest.raises(InvalidOption, match=message):
        interface_of(thing)
    with pytest.raises(InvalidOption, match=message):
        make_runner(thing, interface="wsgi")


def test_a_module_is_refused_with_the_app_that_is_in_it() -> None:
    module = types.ModuleType("index")
    module.__dict__.update(site=FLASK, other=1)
    with pytest.raises(InvalidOption, match=r"hint: .*index\.site"):
        interface_of(module)


def test_a_handler_that_bridge_made_is_refused() -> None:
    handler = bridge(wsgi)
    with pytest.raises(InvalidOption, match="handler"):
        interface_of(handler)
    with pytest.raises(InvalidOption, match="handler"):
        make_runner(handler, interface="wsgi")


@pytest.mark.parametrize(
    "handler", [lambda event, context: None, lambda _event, _context: None, lambda event, context=None: None]
)
def test_a_handler_that_somebody_wrote_is_refused(handler: Any) -> None:
    with pytest.raises(InvalidOption, match="handler"):
        interface_of(handler)


def test_an_asynchronous_handler_is_refused_as_one() -> None:
    async def handler(event: Any, context: Any) -> Any: ...

    with pytest.raises(InvalidOption, match="handler"):
        interface_of(handler)


def test_the_coroutine_of_an_asynchronous_factory_is_refused() -> None:
    coroutine = async_factory()
    with pytest.raises(InvalidOption, match=r"asynchronous factory.*\nhint: .*lifespan"):
        interface_of(coroutine)
    coroutine.close()


def test_no_message_shows_the_repr_of_the_app() -> None:
    class Secretive:
        def __call__(self, *args: Any) -> Any: ...

        def __repr__(self) -> str:
            return "geheim"

    with pytest.raises(InvalidOption) as caught:
        interface_of(Secretive())
    assert "geheim" not in str(caught.value)
    assert "Secretive" in str(caught.value)


# -- ASGI 2 -----------------------------------------------------------------------------------------------------------


def test_an_asgi_2_app_has_one_instance_for_each_scope() -> None:
    instances: list[Any] = []

    class App:
        def __init__(self, scope: Scope) -> None:
            self.scope = scope
            instances.append(self)

        async def __call__(self, receive: Receive, send: Send) -> None:
            await send({"type": "answer", "path": self.scope["path"], "received": await receive()})

    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    app = asgi2_to_asgi3(App)
    assert interface_of(app) == "asgi3"
    for path in ("/a", "/b"):
        asyncio.run(_awaited(app({"path": path}, receive, send)))
    assert [message["path"] for message in sent] == ["/a", "/b"]
    assert sent[0]["received"] == {"type": "http.request"}
    assert [instance.scope for instance in instances] == [{"path": "/a"}, {"path": "/b"}]


async def _awaited(awaitable: Awaitable[None]) -> None:
    await awaitable


def test_an_asgi_2_app_that_returns_no_callable_breaks_its_protocol() -> None:
    app: Any = asgi2_to_asgi3(lambda scope: None)  # type: ignore[arg-type,return-value]  # pyright: ignore
    with pytest.raises(AppProtocolError, match=r"NoneType.*\nhint: .*app\(scope\)\(receive, send\)"):
        asyncio.run(app({}, None, None))


# -- runners ----------------------------------------------------------------------------------------------------------


def test_a_factory_is_called_once() -> None:
    calls: list[int] = []

    def create() -> Any:
        calls.append(1)
        return wsgi

    runner = make_runner(create)
    assert [runner(Request()).body, runner(Request()).body] == [b"made", b"made"]
    assert calls == [1]


@pytest.mark.parametrize(
    ("app", "interface", "expected"),
    [
        (wsgi, "auto", (wsgi, "wsgi")),
        (create_app, "auto", (wsgi, "wsgi")),
        (create_asgi, "auto", (asgi, "asgi3")),
        (Double, "auto", (Double, "asgi2")),
        (anything, "wsgi", (anything, "wsgi")),
        (anything, "asgi3", (anything, "asgi3")),
        (anything, "asgi2", (anything, "asgi2")),
    ],
)
def test_an_app_is_resolved_out_of_its_factory_and_to_its_interface(
    app: Any, interface: str, expected: tuple[Any, str]
) -> None:
    assert resolved(app, interface) == expected


@pytest.mark.parametrize(
    ("factory", "message"),
    [
        (async_factory, r"asynchronous.*\nhint: .*lifespan"),
        (lambda: None, r"returned None.*\nhint: .*return app"),
        (lambda: create_app, "takes no arguments either"),
        (lambda: 7, "int is not callable"),
        (lambda: "index:app", "str is not an app"),
        (lambda: anything, "does not show"),
    ],
)
def test_a_factory_that_makes_no_app_is_refused(factory: Any, message: str) -> None:
    with pytest.raises((AppError, InvalidOption), match=message):
        make_runner(factory)


def test_what_a_factory_raises_passes_through() -> None:
    def create() -> Any:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        make_runner(create)


def test_a_wsgi_app_has_no_lifespan_to_insist_on() -> None:
    with pytest.raises(InvalidOption, match=r"lifespan.*\nhint: "):
        make_runner(wsgi, lifespan="on")
    for lifespan in ("auto", "off"):
        assert make_runner(wsgi, lifespan=lifespan)(Request()).body == b"made"


PROGRAM = """
import sys
sys.path.insert(0, {root!r})
before = set(sys.modules)
from fcbridge.runners.interface import interface_of

class Instance:
    def __call__(self, environ, start_response): ...

async def asgi(scope, receive, send): ...

class Double:
    def __init__(self, scope): ...
    def __call__(self, receive, send): ...

assert interface_of(Instance()) == interface_of(Instance().__call__) == "wsgi"
assert interface_of(lambda: None) == "factory"
assert (interface_of(asgi), interface_of(Double)) == ("asgi3", "asgi2")
loaded = sorted(set(sys.modules) - before)
import json
print(json.dumps(loaded))
"""


def test_functions_classes_and_instances_are_told_apart_without_inspect() -> None:
    run = subprocess.run(
        [sys.executable, "-S", "-c", PROGRAM.format(root=str(ROOT))], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    modules: set[str] = set(json.loads(run.stdout))
    assert not modules & {"inspect", "re", "asyncio", "typing", "fcbridge.runners.asgi", "fcbridge.runners.wsgi"}

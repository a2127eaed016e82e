"""The routes of an app, for those who want to see them: method, path and what answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_ORDER = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# Under these names middleware keeps what it wraps.
_WRAPPED = ("app", "wsgi_app", "application", "wsgi_application", "__wrapped__")
_DEPTH = 32


@dataclass(frozen=True)
class Route:
    """One route. No ``methods`` means that the framework does not tell, or that any will do."""

    methods: tuple[str, ...]
    path: str
    name: str
    endpoint: str
    host: str | None = None


class Routes(list[Route]):
    """The routes in the order in which they are tried; ``reason`` says why there are none."""

    def __init__(self, found: Iterable[Route] = (), reason: str | None = None) -> None:
        super().__init__(found)
        self.reason = reason if not self else None


def routes(app: object) -> Routes:
    """The routes of Starlette and FastAPI (mounts, routers, hosts), Flask, Quart, Litestar and Django apps, also behind
    middleware that keeps what it wraps in ``.app``, ``.wsgi_app`` or ``.__wrapped__``. Never raises."""
    try:
        found = list(_routes(app, _Place(), 0))
    except Exception as error:  # an introspected framework may do anything
        return Routes(reason=f"{_kind(app)} does not tell its routes ({type(error).__name__})")
    if not any(_tells(inner) for inner in _layers(app)):
        return Routes(reason=f"{_kind(app)} does not tell its routes")
    return Routes(found, reason="the app has no routes")


@dataclass(frozen=True)
class _Place:
    """Where a part of an app hangs in the whole."""

    prefix: str = ""
    host: str | None = None
    name: str = ""

    def route(self, methods: Iterable[str], path: str, name: str | None, endpoint: str) -> Route:
        full = self.prefix + path or "/"
        return Route(_sorted(methods), full, f"{self.name}{name or ''}", endpoint, self.host)


def _routes(app: object, place: _Place, depth: int) -> Iterator[Route]:
    """The routes of one app, or nothing where neither it nor what it wraps tells."""
    if depth > _DEPTH:
        return
    for layer in _layers(app):
        if (mounts := _mounts(layer)) is not None:
            for prefix, mounted in mounts.items():
                yield from _routes(mounted, _Place(place.prefix + prefix, place.host), depth + 1)
        if _tells(layer):
            if _is_django(layer):
                yield from _django(layer, place)
            elif hasattr(layer, "url_map"):
                yield from _werkzeug(layer, place)
            else:
                yield from _starlette(layer, place, depth)
            return


def _layers(app: object) -> Iterator[object]:
    """The app and what it wraps, from the outside in."""
    seen: set[int] = set()
    layer: object = app
    while layer is not None and id(layer) not in seen:
        seen.add(id(layer))
        yield layer
        # `ProxyFix(app.wsgi_app)` wraps a bound method: its app is the object that it is bound to.
        inner = getattr(layer, "__self__", None) if not _tells(layer) else None
        for name in _WRAPPED:
            if inner is None:
                inner = getattr(layer, name, None)
        layer = inner


def _tells(app: object) -> bool:
    return _is_django(app) or hasattr(app, "url_map") or isinstance(getattr(app, "routes", None), (list, tuple))


def _mounts(app: object) -> Mapping[str, object] | None:
    # werkzeug.middleware.dispatcher.DispatcherMiddleware
    mounts: Any = getattr(app, "mounts", None)
    return cast("dict[str, object]", mounts) if isinstance(mounts, dict) and hasattr(app, "app") else None


def _sorted(methods: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(methods, key=lambda method: (_ORDER.index(method) if method in _ORDER else 99, method)))


def _kind(app: object) -> str:
    return getattr(app, "__qualname__", None) or type(app).__qualname__


def _dotted(endpoint: Any) -> str:
    while isinstance(endpoint, partial):
        endpoint = cast("Any", endpoint.func)
    # Class-based views of Flask and Django, and of Django's REST framework.
    named: Any = getattr(endpoint, "view_class", None) or getattr(endpoint, "cls", None) or endpoint
    if not hasattr(named, "__qualname__"):
        named = cast("Any", type(named))
    return f"{named.__module__}.{named.__qualname__}"


# -- Starlette, FastAPI, Litestar -------------------------------------------------------------------------------------


def _starlette(app: Any, place: _Place, depth: int) -> Iterator[Route]:
    for route in _effective(app.routes):
        path: str = getattr(route, "path", None) or ""
        name: str | None = getattr(route, "name", None)
        endpoint = getattr(route, "endpoint", None)
        if endpoint is not None:
            yield place.route(_starlette_methods(route, endpoint), path, name, _dotted(endpoint))
        elif getattr(route, "route_handlers", None):  # Litestar
            for handler in route.route_handlers:
                yield place.route(handler.http_methods, path, handler.name, _dotted(handler.fn))
        elif getattr(route, "app", None) is not None:
            host = getattr(route, "host", None)
            below = _Place(place.prefix + path, host or place.host, f"{place.name}{name}:" if name else place.name)
            nested = list(_routes(route.app, below, depth + 1))
            # A mount that tells nothing, as of static files, is one route itself.
            yield from nested or [below.route((), "/*", "", _dotted(route.app))]


def _effective(found: Iterable[Any]) -> Iterable[Any]:
    """Recent FastAPI (seen in 0.165) keeps an included router as one entry and combines the prefixes when asked."""
    import sys

    fastapi = sys.modules.get("fastapi.routing")
    combine = getattr(fastapi, "iter_route_contexts", None)
    return list(combine(found)) if combine is not None else list(found)


def _starlette_methods(route: Any, endpoint: Any) -> Iterable[str]:
    if "WebSocket" in type(getattr(route, "original_route", route)).__name__:
        return ("WEBSOCKET",)
    methods: Iterable[str] | None = getattr(route, "methods", None)
    if methods is None and isinstance(endpoint, type):  # HTTPEndpoint
        return [method for method in _ORDER if hasattr(endpoint, method.lower())]
    return methods or ()


# -- Flask, Quart -----------------------------------------------------------------------------------------------------


def _werkzeug(app: Any, place: _Place) -> Iterator[Route]:
    views: Mapping[str, object] = getattr(app, "view_functions", {})
    for rule in app.url_map.iter_rules():
        view = views.get(rule.endpoint)
        below = _Place(place.prefix, rule.host or rule.subdomain or place.host, place.name)
        methods = ("WEBSOCKET",) if getattr(rule, "websocket", False) else rule.methods or ()
        yield below.route(methods, rule.rule, rule.endpoint, _dotted(view) if view is not None else rule.endpoint)


# -- Django -----------------------------------------------------------------------------------------------------------


def _is_django(app: object) -> bool:
    return any(
        base.__module__.startswith("django.core.handlers.") and base.__name__ in {"ASGIHandler", "WSGIHandler"}
        for base in type(app).__mro__
    )


def _django(app: object, place: _Place) -> Iterator[Route]:
    from importlib import import_module

    # Not in the environment of whoever checks the types of this file.
    resolver: Any = import_module("django.urls").get_resolver()
    yield from _django_patterns(resolver.url_patterns, place.prefix + "/", "", place)


def _django_patterns(patterns: Iterable[Any], prefix: str, namespace: str, place: _Place) -> Iterator[Route]:
    for pattern in patterns:
        # re_path anchors each part: "^articles/" below "shop/" is "shop/articles/".
        path = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _django_patterns(pattern.url_patterns, path, inner, place)
        else:
            name = f"{namespace}{pattern.name}" if pattern.name else ""
            yield Route(_sorted(_django_methods(pattern.callback)), path, name, _dotted(pattern.callback), place.host)


def _django_methods(view: Any) -> Iterable[str]:
    actions: dict[str, str] | None = getattr(view, "actions", None)  # a viewset of the REST framework
    if actions:
        return [method.upper() for method in actions]
    kind = getattr(view, "view_class", None) or getattr(view, "cls", None)
    return [name.upper() for name in getattr(kind, "http_method_names", ()) if hasattr(kind, name)]

"""What ``function_app.py`` exports: a FunctionApp with one HTTP function, whose route catches all.

https://learn.microsoft.com/azure/azure-functions/functions-reference-python#programming-model
"""

from __future__ import annotations

from fcbridge.errors import InvalidOption

from .runtime import azure_functions
from .urls import CATCH_ALLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from fcbridge.gateway import Entered

METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS")
_LEVELS = ("anonymous", "function", "admin")
_ENDS = tuple(f"{{*{name}}}" for name in CATCH_ALLS)


def function_app(
    handler: Entered,
    *,
    http: bool = True,
    route: str = "{*path}",
    methods: Iterable[str] = METHODS,
    auth_level: str = "anonymous",
    function_name: str = "web",
    **sources: Any,
) -> Any:
    """A ``func.FunctionApp`` with the attribute ``handler``; ``sources`` are those of other events than requests.

    Raises InvalidOption and MissingExtra.
    """
    # By the name of the catch-all the prefix before it is recognised. Behind a routePrefix a leading slash makes two.
    if not isinstance(route, str) or not route.endswith(_ENDS) or route.startswith("/"):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidOption(
            f"The option route does not take {route!r}.", hint="end it in {*path}, and begin it without a slash"
        )
    level = str(auth_level).upper()
    if level.lower() not in _LEVELS:
        raise InvalidOption(
            f"The option auth_level does not take {auth_level!r}.", hint=f"use one of {', '.join(_LEVELS)}"
        )
    verbs = [methods] if isinstance(methods, str) else [str(method) for method in methods]
    func: Any = azure_functions()
    app = func.FunctionApp(http_auth_level=level)
    if http:
        _add_web(func, app, handler, route, verbs, level, function_name)
    if sources:
        from .registrations import add_sources

        add_sources(func, app, handler, sources)
    app.handler = handler
    return app


def _add_web(func: Any, app: Any, handler: Entered, route: str, verbs: list[str], level: str, name: str) -> None:
    async def web(req: Any, context: Any) -> Any:
        return await handler.invoke(req, context)

    # The worker looks the types up by these names, and this module must not import the package.
    web.__annotations__ = {"req": func.HttpRequest, "context": func.Context, "return": func.HttpResponse}
    try:
        routed = app.route(route=route, methods=verbs, auth_level=level)(web)
    except KeyError:
        raise InvalidOption(
            f"The option methods does not take {verbs!r}.", hint=f"use some of {', '.join(METHODS)}"
        ) from None
    app.function_name(name=name)(routed)

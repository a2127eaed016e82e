"""Apps that stand beside the functions, and bridges of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fcbridge import bridge

from .clockwork import CLOCKWORK

if TYPE_CHECKING:
    from collections.abc import Callable

    from fcbridge import Handler


async def asgi_app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """With a lifespan, whose state has a table; answers with the path."""
    if scope["type"] == "lifespan":
        while True:
            step = (await receive())["type"]
            if step == "lifespan.startup":
                scope["state"]["table"] = {}
            await send({"type": f"{step}.complete"})
            if step == "lifespan.shutdown":
                return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": scope["path"].encode()})


def wsgi_app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answers with the path."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode()]


def asgi(**options: Any) -> Handler:
    return bridge(asgi_app, platform=CLOCKWORK, **options)


def wsgi(**options: Any) -> Handler:
    return bridge(wsgi_app, platform=CLOCKWORK, **options)


def alone(**options: Any) -> Handler:
    return bridge(platform=CLOCKWORK, **options)


#: Every kind of handler, by the name of its interface.
KINDS: dict[str, Callable[..., Handler]] = {"asgi": asgi, "wsgi": wsgi, "alone": alone}

"""What ``main.py`` exports: real functions, because the framework refuses every other callable.

https://github.com/GoogleCloudPlatform/functions-framework-python
"""

from __future__ import annotations

from fcbridge.errors import StartupFailed

from .runtime import BODY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from fcbridge.gateway import Entered


def http_function(handler: Entered) -> Callable[[Any], Any]:
    """``main(request)`` with a ``flask.Request``; also with the arguments of the other signatures, a CloudEvent or the
    data and the context of an event of the first generation."""

    def main(request: Any, context: Any = None) -> Any:
        if context is not None or not hasattr(request, "environ"):
            from .delivered import dealt_with, scope_of_background, scope_of_event

            event = scope_of_event(request) if context is None else scope_of_background(request, context)
            return dealt_with(handler(event))
        try:
            return handler(request)
        except StartupFailed as error:
            return _crash(error)

    vars(main)["handler"] = handler
    return main


def asgi_function(handler: Entered) -> Callable[[Any], Coroutine[Any, Any, Any]]:
    """``await main(request)`` with Starlette's request, or with a CloudEvent."""
    ends_in_order = False

    async def main(request: Any) -> Any:
        nonlocal ends_in_order
        if not ends_in_order:
            ends_in_order = True
            _stop_before_the_server(handler)
        if not hasattr(request, "scope"):
            from .delivered import dealt_with, scope_of_event

            return dealt_with(await handler.invoke(scope_of_event(request)))
        return await handler.invoke({**request.scope, BODY: await request.body()})

    vars(main)["handler"] = handler
    return main


def _stop_before_the_server(handler: Entered) -> None:
    """On SIGTERM, stop the app and only then let the server know.

    gunicorn's worker has an orderly exit, at which the app is stopped. uvicorn's has none: when it has shut down it
    sends the signal to itself again, with the system's own handling of it, and no code runs after that.
    """
    import asyncio
    import signal
    import threading

    server = signal.getsignal(signal.SIGTERM)
    if not callable(server) or threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()

    async def stop(number: int) -> None:
        try:
            await asyncio.to_thread(handler.pre_stop)
        finally:
            server(number, None)

    # Not in the signal's handler itself, which may have interrupted whatever a stop would wait for.
    signal.signal(signal.SIGTERM, lambda number, _: asyncio.run_coroutine_threadsafe(stop(number), loop))


def _crash(error: StartupFailed) -> tuple[str, int, dict[str, str]]:
    # The framework would send the text of the exception to the client, and it quotes what the app has raised.
    from logging import getLogger

    getLogger("fcbridge").error("The app did not start", exc_info=error)
    return "Internal Server Error", 500, {"Content-Type": "text/plain; charset=utf-8", "X-Google-Status": "crash"}

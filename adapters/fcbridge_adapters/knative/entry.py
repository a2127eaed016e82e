"""What ``function/func.py`` exports: a function that is called ``new``, because the middleware looks at the name.

https://github.com/knative-extensions/func-python
"""

from __future__ import annotations

from fcbridge.errors import StartupFailed, UnknownEvent
from fcbridge.native import whole_body

from .runtime import BODY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Any

    from fcbridge.gateway import Entered

    Message = dict[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]


def constructor(handler: Entered) -> Callable[[], Function]:
    """``new()``"""

    def new() -> Function:
        return Function(handler)

    vars(new)["handler"] = handler
    return new


class Function:
    """The instance of a function. The middleware keeps the server's lifespan to itself and calls ``start`` and ``stop``
    instead, and these start and stop the app."""

    def __init__(self, handler: Entered) -> None:
        self.handler = handler
        self._failed = False

    def start(self, configuration: Mapping[str, str]) -> None:
        """Start the app. One that does not come up is told to the probes, and tried again with each request: the server
        would take an exception here for a function without a lifespan, and go on."""
        try:
            self.handler.initialize()
        except StartupFailed as error:
            self._fail(error)

    def stop(self) -> None:
        """Stop the app."""
        self.handler.pre_stop()

    def alive(self) -> tuple[bool, str]:
        """Whether the container may live on: restarting it is what Kubernetes can do for an app that did not start."""
        return (False, "The app did not start.") if self._failed else (True, "OK")

    def ready(self) -> tuple[bool, str]:
        """Whether requests may come."""
        return self.alive()

    async def handle(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request. A WebSocket is closed before it opens, which is a 403."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1003, "reason": ""})
            return
        if scope["type"] != "http":
            raise UnknownEvent(
                "A function of Knative was called with a scope that is neither HTTP nor a WebSocket.",
                hint="give it to func_python.http.serve, which keeps the lifespan to itself",
            )
        body: bytes | None
        if "event" in scope:  # under func_python.cloudevent, which has read the body and sends events
            from .delivered import posted_again

            scope, body = posted_again(scope)
            send = send.http  # type: ignore[attr-defined]  # of its CloudEventSender
        else:
            body = await whole_body(receive)
        if body is None:
            return
        try:
            messages = await self.handler.invoke({**scope, BODY: body})
            self._failed = False
        except StartupFailed as error:
            self._fail(error)
            messages = _CRASH
        for message in messages:
            await send(message)

    def _fail(self, error: StartupFailed) -> None:
        from logging import getLogger

        self._failed = True
        getLogger("fcbridge").error("The app did not start", exc_info=error)


# What the middleware would answer quotes the exception.
_CRASH: list[Message] = [
    {
        "type": "http.response.start",
        "status": 500,
        "headers": [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"21")],
    },
    {"type": "http.response.body", "body": b"Internal Server Error"},
]

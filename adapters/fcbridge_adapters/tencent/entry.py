"""What a container serves: an ASGI app in front of the handler.

    app = bridge(shop, platform="tencent").entry()      # uvicorn index:app --host 0.0.0.0 --port 80

https://asgi.readthedocs.io/en/stable/specs/main.html
"""

from __future__ import annotations

from os import environ as variables

from fcbridge.native import whole_body

from .container import BODY, PATH_CHECKED, is_path_check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from fcbridge.gateway import Entered

    from .container import Answer

    Scope = dict[str, Any]
    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]


_LONGEST_ID = 128


class ContainerApp:
    """ASGI 3. It has the app answer, ASGI or WSGI, and WeChat's check of a path without the app.

    ``X-WX-*`` headers reach the app only where the environment is that of a WeChat container, which has ``CBR_ENV_ID``:
    elsewhere nobody keeps a client from writing them.
    """

    def __init__(self, handler: Entered) -> None:
        self.handler = handler
        self._in_container = bool(variables.get("CBR_ENV_ID")) and not variables.get("TENCENTCLOUD_RUNENV")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            # A WebSocket that is closed before it was accepted is a 403 to the client.
            await receive()
            await send({"type": "websocket.close", "code": 1000})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await whole_body(receive)
        if body is None:
            return
        if is_path_check(scope["method"], body):
            await _send(PATH_CHECKED, scope["method"], send)
            return
        event = {**scope, BODY: body}
        if not self._in_container:
            event["headers"] = [
                pair for pair in scope["headers"] if not pair[0].lower().replace(b"_", b"-").startswith(b"x-wx-")
            ]
        await _send(await self.handler.invoke(event, {"request_id": _request_id(scope)}), scope["method"], send)

    async def _live(self, receive: Receive, send: Send) -> None:
        from asyncio import to_thread

        await receive()
        try:
            await to_thread(self.handler.initialize)
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await to_thread(self.handler.pre_stop)
        await send({"type": "lifespan.shutdown.complete"})


async def _send(answer: Answer, method: str, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer["headers"]]
    # RFC 9110 section 8.6: none with 204, and with HEAD and 304 that of the body which is not there.
    if answer["status"] == 204 or (method != "HEAD" and answer["status"] != 304):
        headers = [pair for pair in headers if pair[0] != b"content-length"]
        if answer["status"] != 204:
            headers.append((b"content-length", b"%d" % len(answer["body"])))
    await send({"type": "http.response.start", "status": answer["status"], "headers": headers})
    await send({"type": "http.response.body", "body": answer["body"]})


def _request_id(scope: Scope) -> str:
    """Inferred: the platform's id of a call comes as X-WX-CALL-ID. It is for the log alone, and a client may send one
    too: what is no id is none."""
    told = {name: value for name, value in scope["headers"] if name in (b"x-wx-call-id", b"x-request-id")}
    wire: bytes = told.get(b"x-wx-call-id") or told.get(b"x-request-id") or b""
    text = wire.decode("latin-1")
    return text if len(text) <= _LONGEST_ID and text.isascii() and text.isprintable() else ""

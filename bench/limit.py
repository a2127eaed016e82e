"""LIMIT: the app called with a ready-made scope or environ, and what it answers thrown away.

It is no adapter: no event is read and no payload made. Nothing that takes an event can be faster. An app that suspends
needs a loop; there it is the app alone under ``run_until_complete``.
"""

from __future__ import annotations

import asyncio
import json
from binascii import a2b_base64
from collections.abc import Callable
from io import BytesIO
from typing import Any

from fcbridge.model import Request

from .entry import Entry
from .events import Answer, aliyun


def limit(app: Any, interface: str, request: Request) -> Entry:
    """For apps that never suspend."""
    return _eager(app, request) if interface == "asgi" else _wsgi(app, request)


def looped(app: Any, interface: str, request: Request) -> Entry:
    """For apps that do."""
    exchange = _Exchange(app, request)
    loop = asyncio.new_event_loop()

    def call() -> None:
        exchange.sent.clear()
        loop.run_until_complete(exchange.run())

    def close() -> None:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()

    return Entry(call, exchange.read, close)


def reference(app: Any, interface: str, request: Request) -> Entry:
    """The JSON of Function Compute's event read, and the body decoded, by the standard library; no app is called."""
    wire = json.dumps(aliyun("fc3-http", request), ensure_ascii=False).encode("utf-8")

    def call() -> bytes:
        event = json.loads(wire)
        body = event["body"]
        return a2b_base64(body) if event["isBase64Encoded"] else body.encode("utf-8")

    def read(body: bytes) -> Answer:
        return Answer(200, "", body)

    return Entry(call, read)


def _eager(app: Any, request: Request) -> Entry:
    exchange = _Exchange(app, request)
    sent, run = exchange.sent, exchange.run

    def call() -> None:
        sent.clear()
        try:
            run().send(None)
        except StopIteration:
            return
        raise RuntimeError("the app waits for something, so it cannot be called without an event loop")

    return Entry(call, exchange.read)


class _Exchange:
    """One request to an ASGI app, as often as it is run."""

    def __init__(self, app: Any, request: Request) -> None:
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.scheme,
            "path": request.path,
            "raw_path": request.path.encode("ascii"),
            "query_string": request.query.encode("ascii"),
            "root_path": "",
            "headers": [(name.encode("ascii"), value.encode("ascii")) for name, value in request.headers],
            "client": request.client,
            "server": request.server,
        }
        body = {"type": "http.request", "body": request.body, "more_body": False}
        self.sent: list[dict[str, Any]] = []
        unread: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if unread:
                return unread.pop()
            await asyncio.get_running_loop().create_future()  # nobody goes away
            raise AssertionError

        async def send(message: dict[str, Any]) -> None:
            self.sent.append(message)

        def run() -> Any:
            unread[:] = (body,)
            return app(scope.copy(), receive, send)

        self.run: Callable[[], Any] = run

    def read(self, _: object) -> Answer:
        start, *rest = self.sent
        kind = dict(start["headers"]).get(b"content-type", b"").decode("ascii")
        return Answer(start["status"], kind, b"".join(message.get("body", b"") for message in rest))


def _wsgi(app: Any, request: Request) -> Entry:
    import sys

    server = request.server
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.client[0] if request.client else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,  # Werkzeug reads it at once then
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        environ[key if name in ("content-type", "content-length") else f"HTTP_{key}"] = value
    started: list[Any] = []
    body = request.body

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[..., None]:
        started[:] = status, headers
        return write

    def write(chunk: bytes) -> None:
        raise NotImplementedError("none of the apps writes")

    def call() -> bytes:
        own = environ.copy()
        own["wsgi.input"] = BytesIO(body)
        result = app(own, start_response)
        content = b"".join(result)
        close = getattr(result, "close", None)
        if close is not None:
            close()
        return content

    def read(content: bytes) -> Answer:
        kind = {name.lower(): value for name, value in started[1]}.get("content-type", "")
        return Answer(int(started[0][:3]), kind, content)

    return Entry(call, read)

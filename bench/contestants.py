"""Who takes part: each adapter with the event format that it knows, the Express pattern, and LIMIT.

LIMIT is no adapter: the app is called with a ready-made scope or environ, and what it answers is thrown away. Nothing
that takes an event can be faster.
"""

from __future__ import annotations

import asyncio
import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from io import BytesIO
from typing import Any, NamedTuple

from fcbridge.gateway import Settings
from fcbridge.model import Request
from fcbridge.registry import gateway

from .apps import App
from .events import Answer, Case, aliyun, http_api, rest


class Entry(NamedTuple):
    """A contestant that is ready for one request to one app."""

    call: Callable[[], object]
    read: Callable[[Any], Answer]
    close: Callable[[], object] = lambda: None


class Contestant(NamedTuple):
    name: str
    event: str
    """The event format, as in the table."""
    interfaces: tuple[str, ...]
    package: str
    """Its distribution."""
    enter: Callable[[Any, str, Request], Entry]
    """Of the app, its interface, and the request."""


def entered(contestant: Contestant, app: Any, interface: str, case: Case) -> Entry:
    """Ready, and its answer checked. Raises ValueError where it is wrong."""
    entry = contestant.enter(app, interface, case.request)
    try:
        for _ in range(2):  # the first time may differ: the app starts
            wrong = case.check(entry.read(entry.call()))
            if wrong:
                raise ValueError(f"{contestant.name} ({contestant.event}) answers {case.name} with {wrong}")
    except BaseException:
        entry.close()
        raise
    return entry


def contestants(app: App) -> list[Contestant]:
    """Those that can run an app, LIMIT first."""
    return [contestant for contestant in _CONTESTANTS if app.interface in contestant.interfaces]


def versions() -> dict[str, str]:
    """The distributions that take part, and the frameworks."""
    names = sorted({contestant.package for contestant in _CONTESTANTS if contestant.package})
    return {name: version(name) for name in [*names, "starlette", "fastapi", "flask", "uvicorn"]}


# -- fcbridge ---------------------------------------------------------------------------------------------------------


def _on_lambda(event_of: Callable[[Request], Any], *, deadline: bool = True) -> Callable[[Any, str, Request], Entry]:
    """The very event that the peers get, and a dict as their answer is."""

    def enter(app: Any, interface: str, request: Request) -> Entry:
        from fcbridge import bridge

        handler = bridge(app, platform="aws")
        event, context = event_of(request), _LambdaContext() if deadline else None
        return Entry(lambda: handler(event, context), _read_envelope, handler.pre_stop)

    return enter


def _on_function_compute(*, wire: bool = False) -> Callable[[Any, str, Request], Entry]:
    def enter(app: Any, interface: str, request: Request) -> Entry:
        from fcbridge import bridge

        door = gateway("fc3-http")
        event = aliyun(door.name, request)
        if wire:
            event = json.dumps(event, ensure_ascii=False).encode("utf-8")
        context = door.runtime.context(Settings(), "1-67c1a2b3-15b2f0aa-0d4c5e6f7a8b")
        handler = bridge(app, platform="aliyun")

        def read(payload: str) -> Answer:
            response = door.read(payload.encode("utf-8"))
            return Answer(response.status, response.headers.get("content-type") or "", response.body)

        return Entry(lambda: handler(event, context), read, handler.pre_stop)

    return enter


# -- the peers --------------------------------------------------------------------------------------------------------

_BINARY_TYPES = ["application/octet-stream"]


def _mangum(lifespan: Any, event_of: Callable[[Request], Any]) -> Callable[[Any, str, Request], Entry]:
    def enter(app: Any, interface: str, request: Request) -> Entry:
        from mangum import Mangum

        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)  # it takes the thread's own
        handler: Any = Mangum(app, lifespan=lifespan)
        event, context = event_of(request), _LambdaContext()

        def call() -> object:
            return handler(event, context)

        return Entry(call, _read_envelope, loop.close)

    return enter


def _apig_wsgi(event_of: Callable[[Request], Any]) -> Callable[[Any, str, Request], Entry]:
    def enter(app: Any, interface: str, request: Request) -> Entry:
        from apig_wsgi import make_lambda_handler

        handler: Any = make_lambda_handler(app, binary_support=True)
        event, context = event_of(request), _LambdaContext()
        return Entry(lambda: handler(event, context), _read_envelope)

    return enter


def _serverless_wsgi(app: Any, interface: str, request: Request) -> Entry:
    handle: Any = import_module("serverless_wsgi").handle_request  # without types, as awsgi is
    event, context = rest(request), _LambdaContext()
    return Entry(lambda: handle(app, event, context), _read_envelope)


def _awsgi(app: Any, interface: str, request: Request) -> Entry:
    respond: Any = import_module("awsgi").response
    event, context = rest(request), _LambdaContext()
    return Entry(lambda: respond(app, event, context, base64_content_types=_BINARY_TYPES), _read_envelope)


class _LambdaContext:
    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    function_name = "bench"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


def _read_envelope(result: dict[str, Any]) -> Answer:
    single: dict[str, str] = result.get("headers") or {}
    multiple: dict[str, list[str]] = result.get("multiValueHeaders") or {}
    headers = {name.lower(): value for name, value in single.items()}
    headers |= {name.lower(): values[0] for name, values in multiple.items()}
    body = a2b_base64(result["body"]) if result.get("isBase64Encoded") else result["body"].encode("utf-8")
    return Answer(int(result["statusCode"]), headers.get("content-type", ""), body)


# -- the Express pattern ----------------------------------------------------------------------------------------------


def _express(app: Any, interface: str, request: Request) -> Entry:
    """A real server on loopback, in a thread, and an HTTP client that passes each event on to it."""
    import socket
    from threading import Thread

    import httpx
    import uvicorn

    # asyncio sets TCP_NODELAY only where the protocol is named; without it each answer waits 40 ms for an ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
    thread = Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()  # connections wait in the listener until it accepts
    client = httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", trust_env=False)
    event = aliyun("fc-apigw", request)

    def call() -> object:
        body = event["body"]
        reply = client.request(
            event["httpMethod"],
            event["path"],
            params=event["queryParameters"],
            headers=event["headers"],
            content=a2b_base64(body) if event["isBase64Encoded"] else body.encode("utf-8"),
        )
        kind = reply.headers.get("content-type", "")
        text = kind.startswith("text/") or "json" in kind
        return {
            "statusCode": reply.status_code,
            "headers": dict(reply.headers),
            "isBase64Encoded": not text,
            "body": reply.text if text else b2a_base64(reply.content, newline=False).decode("ascii"),
        }

    def close() -> None:
        client.close()
        server.should_exit = True
        thread.join()
        listener.close()

    return Entry(call, _read_envelope, close)


# -- LIMIT ------------------------------------------------------------------------------------------------------------


def _limit(app: Any, interface: str, request: Request) -> Entry:
    return _limit_asgi(app, request) if interface == "asgi" else _limit_wsgi(app, request)


def _limit_asgi(app: Any, request: Request) -> Entry:
    scope = {
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
    received = {"type": "http.request", "body": request.body, "more_body": False}
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return received

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    def call() -> None:
        sent.clear()
        try:
            app(scope.copy(), receive, send).send(None)
        except StopIteration:
            return
        raise RuntimeError("the app waits for something, so it cannot be called without an event loop")

    def read(_: object) -> Answer:
        kind = dict(sent[0]["headers"]).get(b"content-type", b"").decode("ascii")
        return Answer(sent[0]["status"], kind, b"".join(message.get("body", b"") for message in sent[1:]))

    return Entry(call, read)


def _limit_wsgi(app: Any, request: Request) -> Entry:
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


_BOTH = ("asgi", "wsgi")

_CONTESTANTS = (
    Contestant("LIMIT", "the app alone", _BOTH, "", _limit),
    Contestant("fcbridge", "REST 1.0 dict, no deadline", _BOTH, "fcbridge", _on_lambda(rest, deadline=False)),
    Contestant("fcbridge", "HTTP API 2.0 dict, no deadline", _BOTH, "fcbridge", _on_lambda(http_api, deadline=False)),
    Contestant("fcbridge", "REST 1.0 dict", _BOTH, "fcbridge", _on_lambda(rest)),
    Contestant("fcbridge", "fc3-http dict", _BOTH, "fcbridge", _on_function_compute()),
    Contestant("fcbridge", "fc3-http bytes", _BOTH, "fcbridge", _on_function_compute(wire=True)),
    Contestant("Mangum, lifespan off", "REST 1.0 dict", ("asgi",), "mangum", _mangum("off", rest)),
    Contestant("Mangum, lifespan off", "HTTP API 2.0 dict", ("asgi",), "mangum", _mangum("off", http_api)),
    Contestant("Mangum, lifespan auto", "REST 1.0 dict", ("asgi",), "mangum", _mangum("auto", rest)),
    Contestant("awsgi", "REST 1.0 dict", ("wsgi",), "aws-wsgi", _awsgi),
    Contestant("apig-wsgi", "REST 1.0 dict", ("wsgi",), "apig-wsgi", _apig_wsgi(rest)),
    Contestant("apig-wsgi", "HTTP API 2.0 dict", ("wsgi",), "apig-wsgi", _apig_wsgi(http_api)),
    Contestant("serverless-wsgi", "REST 1.0 dict", ("wsgi",), "serverless-wsgi", _serverless_wsgi),
    Contestant("Express pattern", "fc-apigw dict", ("asgi",), "httpx", _express),
)

"""The invocations that are counted. Nothing but fcbridge is imported, and each app does as little as an app can."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable
from types import SimpleNamespace
from typing import Any, NamedTuple

from fcbridge import bridge
from fcbridge.model import Headers, Request
from fcbridge.registry import gateway

StartResponse = Callable[..., Callable[[bytes], object]]

_HEADERS = (
    ("accept", "application/json"),
    ("accept-encoding", "gzip, deflate, br"),
    ("accept-language", "en-US,en;q=0.5"),
    ("cache-control", "no-cache"),
    ("cookie", "session=5f0b6a1c; theme=dark"),
    ("host", "api.example.com"),
    ("referer", "https://www.example.com/shop"),
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("x-forwarded-for", "203.0.113.24"),
    ("x-forwarded-proto", "https"),
)
_TEXT = b'{"color": "red", "size": "xl"}'
_BINARY = bytes(range(256)) * 8
_JSON = json.dumps({"notes": [{"id": number, "text": "A note of some length."} for number in range(40)]}).encode()
_GET = Request(
    "GET", "/items/7", "color=red&q=deep%20blue&size=xl", Headers(_HEADERS), client=("203.0.113.24", 0), scheme="https"
)
_POST = Request(
    "POST",
    "/items",
    "",
    Headers([*_HEADERS, ("content-type", "application/json"), ("content-length", str(len(_JSON)))]),
    _JSON,
    ("203.0.113.24", 0),
    scheme="https",
)


# -- apps -------------------------------------------------------------------------------------------------------------


class Turn:
    """Suspends for one turn of the loop, as ``asyncio.sleep(0)`` does, without asyncio."""

    def __await__(self) -> Generator[None]:
        yield


async def _send(send: Any, kind: bytes, body: bytes) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
    await send({"type": "http.response.body", "body": body})


async def asgi_text(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await _send(send, b"application/json", _TEXT)


async def asgi_suspending(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await Turn()
        await _send(send, b"application/json", _TEXT)


async def asgi_echo(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        message = await receive()
        await _send(send, b"application/json", message["body"])


async def asgi_binary(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await _send(send, b"application/octet-stream", _BINARY)


def wsgi_text(environ: Any, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return [_TEXT]


def wsgi_echo(environ: Any, start_response: StartResponse) -> Iterable[bytes]:
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("Content-Type", "application/json")])
    return [body]


def wsgi_binary(environ: Any, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return [_BINARY]


# -- cases ------------------------------------------------------------------------------------------------------------

# The platform's context, with a deadline.
_CONTEXTS = {
    "aws": SimpleNamespace(aws_request_id="c6af9ac6", get_remaining_time_in_millis=lambda: 60_000),
    "fc3": SimpleNamespace(request_id="c6af9ac6", function=SimpleNamespace(timeout=60)),
}
_DOORS = ("aws-rest", "aws-http-v2", "fc3-http", "fc3-http bytes")


class Case(NamedTuple):
    name: str
    app: Any
    door: str
    request: Request
    deadline: bool = False

    def invocation(self) -> Callable[[], object]:
        """A handler of its own with an event of its own, to be called as often as one likes."""
        name, _, form = self.door.partition(" ")
        door = gateway(name)
        event = door.compose(self.request)
        if form:
            event = json.dumps(event).encode("utf-8")
        context = _CONTEXTS[name[:3]] if self.deadline else None
        handler = bridge(self.app, platform="aws" if name.startswith("aws") else "aliyun")
        payload = handler(event, context)
        text = payload if isinstance(payload, str) else json.dumps(payload)
        response = door.read(text.encode("utf-8"))
        assert response.status == 200 and response.body in (_TEXT, _BINARY, _JSON), f"{self.name}: a wrong answer"
        return lambda: handler(event, context)

    def alone(self) -> Callable[[], object]:
        """The app's own share: called with a scope or an environ that is there, its answer thrown away."""
        return _asgi_alone(self.app, self.request) if self.name.startswith("asgi") else _wsgi_alone(self.app)


def _cases() -> Generator[Case]:
    for kind, text, echo, binary in (
        ("asgi", asgi_text, asgi_echo, asgi_binary),
        ("wsgi", wsgi_text, wsgi_echo, wsgi_binary),
    ):
        for door in _DOORS:
            yield Case(f"{kind} GET, {door}", text, door, _GET)
            yield Case(f"{kind} GET, {door}, deadline", text, door, _GET, True)
        for door in ("aws-rest", "fc3-http bytes"):
            yield Case(f"{kind} POST 2 KB, {door}", echo, door, _POST)
            yield Case(f"{kind} binary response, {door}", binary, door, _GET)
    yield Case("asgi GET that suspends once, aws-rest", asgi_suspending, "aws-rest", _GET)
    yield Case("asgi GET that suspends once, aws-rest, deadline", asgi_suspending, "aws-rest", _GET, True)


CASES = {case.name: case for case in _cases()}


def _asgi_alone(app: Any, request: Request) -> Callable[[], object]:
    scope, message = {"type": "http"}, {"type": "http.request", "body": request.body, "more_body": False}

    async def receive() -> object:
        return message

    async def send(_: object) -> None:
        pass

    def call() -> None:
        coroutine = app(scope, receive, send)
        try:
            while True:
                coroutine.send(None)
        except StopIteration:
            return

    return call


def _wsgi_alone(app: Any) -> Callable[[], object]:
    class Input:
        def read(self, _: int) -> bytes:
            return _JSON

    environ = {"wsgi.input": Input(), "CONTENT_LENGTH": str(len(_JSON))}

    def start_response(_status: str, _headers: object) -> None:
        pass

    return lambda: list(app(environ, start_response))

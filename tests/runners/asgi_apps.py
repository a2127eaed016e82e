"""What the tests of the ASGI runner share: requests, short ways to answer, and an app that notes its lifespan."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator, Iterable, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fcbridge.model import Headers, Request
from fcbridge.runners.asgi import AsgiRunner

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def request(path: str = "/", headers: Iterable[tuple[str, str]] = (), **fields: Any) -> Request:
    return Request(path=path, headers=Headers([("host", "api.example.com"), *headers]), **fields)


@contextmanager
def running(app: Any, lifespan: str = "off", background_budget: float = 5.0) -> Generator[AsgiRunner]:
    """A runner that is stopped in the end."""
    runner = AsgiRunner(app, lifespan=lifespan, background_budget=background_budget)
    try:
        yield runner
    finally:
        runner.stop()


async def start(send: Send, status: int = 200, headers: Any = ()) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def finish(send: Send, body: bytes = b"") -> None:
    await send({"type": "http.response.body", "body": body})


async def answer(send: Send, body: bytes = b"ok") -> None:
    await start(send)
    await finish(send, body)


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    """Knows no lifespan."""
    assert scope["type"] == "http"
    await answer(send, b"hello")


def sending(*messages: Message) -> App:
    """An app that sends these."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    return app


class Living:
    """An app with a lifespan: notes what happens to it; the path of a request picks what is done with it."""

    def __init__(self, **routes: App) -> None:
        self.notes: list[str] = []
        self.routes = routes
        self.state: dict[str, Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.live(scope, receive, send)
        else:
            route = self.routes.get(scope["path"].strip("/"), hello)
            await route(scope, receive, send)

    async def live(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert await receive() == {"type": "lifespan.startup"}
        scope["state"].update(self.state)
        await self.startup()
        self.notes.append("startup")
        await send({"type": "lifespan.startup.complete"})
        assert await receive() == {"type": "lifespan.shutdown"}
        await self.shutdown()
        self.notes.append("shutdown")
        await send({"type": "lifespan.shutdown.complete"})

    async def startup(self) -> None:
        await asyncio.sleep(0)

    async def shutdown(self) -> None:
        await asyncio.sleep(0)


def line_of(file: str, marker: str) -> int:
    """The number of the line that ends in a comment ``# marker``."""
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.endswith(f"# {marker}"))

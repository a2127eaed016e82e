"""The list of probes, and the app that asks them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qs

from ..asgi_apps import App, Receive, Scope, Send, finish, start

_Once = TypeVar("_Once", bound=Callable[[], Awaitable[object]])
_Stepwise = TypeVar("_Stepwise", bound=Callable[[int], Awaitable[object]])


class Probe(NamedTuple):
    app: App
    steps: int
    """How many times in a row it is asked, with ``step=0`` and so on in the query."""
    status: int


PROBES: dict[str, Probe] = {}


def probe(function: _Once) -> _Once:
    """Asked twice: the second time, whatever is made once is there."""

    async def stepwise(_: int) -> object:
        return await function()

    _enter(function.__name__, stepwise, 2)
    return function


def steps(number: int) -> Callable[[_Stepwise], _Stepwise]:
    """Asked so many times; is told which time it is, from 0."""

    def enter(function: _Stepwise) -> _Stepwise:
        _enter(function.__name__, function, number)
        return function

    return enter


def whole(name: str, application: App, status: int = 200, number: int = 2) -> None:
    """Enter an ASGI app that answers by itself."""
    assert name not in PROBES, f"there are two probes {name}"
    PROBES[name] = Probe(application, number, status)


def _enter(name: str, function: Callable[[int], Awaitable[object]], number: int) -> None:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await tell(send, await function(step_of(scope)))

    whole(name, application, number=number)


async def tell(send: Send, seen: object) -> None:
    await start(send, headers=[(b"content-type", b"application/json")])
    await finish(send, json.dumps(seen).encode("ascii"))


def step_of(scope: Scope) -> int:
    return int(parse_qs(scope["query_string"].decode("ascii"))["step"][0])


class Meeting:
    """Answers nobody before two are there."""

    def __init__(self) -> None:
        self.first: asyncio.Event | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.first is None:
            self.first = asyncio.Event()
            await self.first.wait()
        else:
            self.first.set()
            self.first = None
        await tell(send, None)


_meeting = Meeting()


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """The path is the name of the probe; ``/meeting`` is none, but makes two invocations overlap."""
    if scope["type"] == "lifespan":
        await receive()
        scope["state"]["shared"] = {"numbers": [1]}
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["path"] == "/meeting":
        await _meeting(scope, receive, send)
    else:
        await PROBES[scope["path"].strip("/")].app(scope, receive, send)


async def outcome(awaitable: Awaitable[Any]) -> object:
    """What came of it, as JSON: the result, or the name and the text of the exception."""
    try:
        return await awaitable
    except BaseException as error:
        return [type(error).__name__, str(error)]


def refusal(function: Callable[..., object], *arguments: object) -> object:
    """The exception of a call that is to fail, as JSON."""
    try:
        function(*arguments)
    except Exception as error:
        return [type(error).__name__, str(error)]
    return None

"""What the tests of many callers at once share: calls that know their answer, and apps that say whom they answer."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any, TypeVar

from fcbridge import Handler
from fcbridge.codec import is_object
from fcbridge.gateway import Settings
from fcbridge.logs import RequestIdFilter
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import gateway

from .asgi_apps import Receive, Scope, Send, answer, start

T = TypeVar("T")

#: How many callers there are at once.
MANY = 32

#: Doors of five platforms, so that a handler of none recognises each event by itself. Half of them have a deadline.
DOORS = (
    "fc3-http", "aws-http-v2", "aws-rest", "fc-apigw", "aws-alb", "huawei-apig", "aws-url", "baidu-http", "scf-url",
    "aws-http-v1", "scf-apigw", "aws-lattice-v2",
)  # fmt: skip

#: Set by a caller, and then by the app.
WHO: ContextVar[str] = ContextVar("who", default="nobody")

LOG = logging.getLogger("tests.crowd")


class Call:
    """One invocation, whose word is in its event, its body, its request id and its context variable."""

    def __init__(self, number: int, route: str) -> None:
        self.door = gateway(DOORS[number % len(DOORS)])
        self.route = route
        self.word = f"word{number}x"
        headers = Headers([("host", "api.example.com"), ("content-type", "text/plain"), ("x-word", self.word)])
        self.event = self.door.compose(
            Request("POST", f"/{route}", query=f"q={self.word}", headers=headers, body=self.word.encode() * 9)
        )
        self.context = self.door.runtime.context(Settings(timeout=900), self.word)

    def of(self, handler: Handler) -> Response:
        """The answer to a call in this thread, as a client sees it."""
        WHO.set(f"caller {self.word}")
        return self.door.read(self.door.runtime.call(handler, self.event, self.context))

    async def awaited_of(self, handler: Handler) -> Response:
        """The answer to an awaited call."""
        WHO.set(f"caller {self.word}")
        payload = await handler.invoke(self.event, self.context)
        assert WHO.get() == f"caller {self.word}"

        def answered(_event: object, _context: object) -> object:
            return payload

        return self.door.read(self.door.runtime.call(answered, self.event, self.context))

    def check(self, response: Response) -> None:
        """Raise AssertionError where the answer is not the one to this call."""
        if self.route in FAILING:
            assert (response.status, response.body) == (500, b"Internal Server Error")
            return
        assert response.status == 200, response.body
        assert response.headers.get_all("x-word") == [self.word]
        assert json.loads(response.body) == {
            "route": self.route,
            "query": f"q={self.word}",
            "body": self.word * 9,
            "event": [self.word],
            "context": [self.word],
            "caller": f"caller {self.word}",
        }


class Echo:
    """An ASGI app that answers who asked, after whatever its route is about."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.finished: list[str] = []  # background work
        self.inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.live(scope, receive, send)
            return
        body = (await receive())["body"].decode()
        route, word = scope["path"].strip("/"), _word(scope["headers"])
        seen = _seen(route, scope["query_string"].decode(), body, scope["fcbridge.event"], scope["fcbridge.context"])
        task = asyncio.current_task()
        WHO.set(word)
        LOG.info(word)
        await getattr(self, route)(scope, send)
        LOG.info(word)
        assert WHO.get() == word
        assert asyncio.current_task() is task
        if route == "background":
            scope["state"]["kept"].add(asyncio.create_task(self.finish(word)))
        await start(send, 200, [(b"content-type", b"application/json"), (b"x-word", word.encode())])
        await send({"type": "http.response.body", "body": json.dumps(seen).encode()})
        if route == "late":
            raise LookupError(word)

    async def live(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        scope["state"].update(lock=asyncio.Lock(), kept=set())
        self.notes.append("startup")
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.notes.append("shutdown")
        await send({"type": "lifespan.shutdown.complete"})

    async def straight(self, scope: Scope, send: Send) -> None:
        """Never suspends."""

    late = background = straight

    async def turning(self, scope: Scope, send: Send) -> None:
        for _ in range(3):
            await asyncio.sleep(0)

    async def locking(self, scope: Scope, send: Send) -> None:
        async with scope["state"]["lock"]:
            self.inside += 1
            await asyncio.sleep(0)
            assert self.inside == 1
            self.inside -= 1

    async def threading(self, scope: Scope, send: Send) -> None:
        assert await asyncio.to_thread(WHO.get) == WHO.get()

    async def gathering(self, scope: Scope, send: Send) -> None:
        words = await asyncio.gather(*(self.whisper() for _ in range(3)))
        assert words == [WHO.get()] * 3

    async def raising(self, scope: Scope, send: Send) -> None:
        raise LookupError(WHO.get())

    async def breaking(self, scope: Scope, send: Send) -> None:
        await start(send)
        await answer(send)  # a second start

    async def whisper(self) -> str:
        await asyncio.sleep(0)
        return WHO.get()

    async def finish(self, word: str) -> None:
        await asyncio.sleep(0)
        assert WHO.get() == word
        self.finished.append(word)


#: What is answered with a plain 500.
FAILING = ("raising", "breaking")
ROUTES = ("straight", "turning", "locking", "threading", "gathering", "background", "late", *FAILING)


class PlainEcho:
    """The same as a WSGI app. It runs in its caller's thread, and notes which it was."""

    def __init__(self) -> None:
        self.threads: dict[str, int] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        assert environ["wsgi.multithread"] is True
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
        route, word = environ["PATH_INFO"].strip("/"), environ["HTTP_X_WORD"]
        event, context = environ["fcbridge.event"], environ["fcbridge.context"]
        seen = _seen(route, environ["QUERY_STRING"], body, event, context)
        LOG.info(word)
        self.threads[word] = threading.get_ident()
        if route == "raising":
            raise LookupError(word)
        if route == "breaking":
            return [b"before start_response"]
        start_response("200 OK", [("Content-Type", "application/json"), ("X-Word", word)])
        return self._parts(json.dumps(seen).encode(), word) if route == "turning" else [json.dumps(seen).encode()]

    def _parts(self, body: bytes, word: str) -> Iterable[bytes]:
        for position in range(0, len(body), 7):
            LOG.info(word)
            yield body[position : position + 7]


#: Those of them that say something to a WSGI app.
PLAIN_ROUTES = ("straight", "turning", *FAILING)


class Records(logging.Handler):
    """What was logged while it was there, as pairs of request id and text."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self.addFilter(RequestIdFilter())

    def emit(self, record: logging.LogRecord) -> None:
        self.pairs.append((vars(record)["request_id"], record.getMessage()))

    def __enter__(self) -> Records:
        LOG.addHandler(self)
        LOG.setLevel(logging.INFO)
        return self

    def __exit__(self, *_: object) -> None:
        LOG.removeHandler(self)


def crowd(act: Callable[[int], T], number: int = MANY) -> list[T]:
    """What ``act`` returns in so many threads that begin at once. What one of them raises is raised."""
    together = threading.Barrier(number)

    def one(place: int) -> T:
        together.wait()
        return act(place)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def _word(headers: Iterable[tuple[bytes, bytes]]) -> str:
    return dict(headers)[b"x-word"].decode()


def _words(text: str) -> list[str]:
    return sorted(set(re.findall(r"word\d+x", text)))


def _seen(route: str, query: str, body: str, event: object, context: object) -> dict[str, object]:
    return {
        "route": route,
        "query": query,
        "body": body,
        "event": _words(json.dumps(event)),
        "context": _words(str(context if is_object(context) else vars(context))),
        "caller": WHO.get(),
    }

"""The apps of the soak, one in ASGI and one in WSGI: they behave in all the ways that could leave something behind.

``/<kind>/<number>?...``: the kind says how the app behaves. Whatever it does, it answers with what it was sent: the
body, or else the path and the query; the field ``x-soak-<number>``, whose name is another one each time; and a content
type and a reason that are others each time, so that a cache without a bound shows.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import Any

from ..apps import Environ, Message, Receive, Scope, Send

StartResponse = Callable[..., Callable[[bytes], object]]


class Failure(Exception):
    """What the apps raise."""


class Tally:
    """What was begun and has not ended: generators, background tasks, responses with a ``close``. From any thread."""

    def __init__(self) -> None:
        self.open: Counter[str] = Counter()
        self._guard = Lock()

    def begin(self, what: str) -> None:
        with self._guard:
            self.open[what] += 1

    def end(self, what: str) -> None:
        with self._guard:
            self.open[what] -= 1


tally = Tally()


# -- ASGI -------------------------------------------------------------------------------------------------------------


async def asgi(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    kind = scope["path"].split("/")[1]
    await _ASGI.get(kind, _plain)(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    # One thread for asyncio.to_thread, which is there from now on.
    executor = ThreadPoolExecutor(1)
    executor.submit(int).result()
    while True:
        step = (await receive())["type"]
        if step == "lifespan.startup":
            asyncio.get_running_loop().set_default_executor(executor)
        else:
            executor.shutdown()
        await send({"type": f"{step}.complete"})
        if step == "lifespan.shutdown":
            return


async def _plain(scope: Scope, receive: Receive, send: Send) -> None:
    body = (await receive())["body"] or _seen(scope["raw_path"], scope["query_string"])
    await send({"type": "http.response.start", "status": 200, "headers": _fields(scope)})
    await send({"type": "http.response.body", "body": body})


async def _raises(scope: Scope, receive: Receive, send: Send) -> None:
    raise Failure(scope["path"])


async def _late(scope: Scope, receive: Receive, send: Send) -> None:
    await _plain(scope, receive, send)
    raise Failure(scope["path"])


async def _headers(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [("content-type", scope["path"])]})


async def _deadline(scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.Event().wait()


async def _tasks(scope: Scope, receive: Receive, send: Send) -> None:
    async def background() -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        tally.end("task")

    for _ in range(3):
        tally.begin("task")
        asyncio.create_task(background())  # noqa: RUF006  # nobody holds it, as in many an app
    await _plain(scope, receive, send)


async def _suspends(scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.sleep(0)
    await asyncio.gather(asyncio.sleep(0), asyncio.sleep(0))
    await _plain(scope, receive, send)


async def _timeout(scope: Scope, receive: Receive, send: Send) -> None:
    # Python 3.10 has no asyncio.timeout.
    if sys.version_info >= (3, 11):
        async with asyncio.timeout(60):
            await _plain(scope, receive, send)
    else:
        await asyncio.wait_for(_plain(scope, receive, send), 60)


async def _timer(scope: Scope, receive: Receive, send: Send) -> None:
    loop = asyncio.get_running_loop()
    loop.call_later(0, lambda: None)  # nobody waits for this one
    loop.call_later(60, send, scope).cancel()
    rung = loop.create_future()
    loop.call_later(0.0001, rung.set_result, None)
    await rung
    await _plain(scope, receive, send)


async def _generators(scope: Scope, receive: Receive, send: Send) -> None:
    async def numbers() -> AsyncIterator[int]:
        tally.begin("generator")
        try:
            for number in range(3):
                yield number
        finally:
            await asyncio.sleep(0)
            tally.end("generator")

    async for _ in numbers():
        break  # the loop's hook closes the rest
    await _plain(scope, receive, send)


async def _thread(scope: Scope, receive: Receive, send: Send) -> None:
    assert await asyncio.to_thread(len, scope["path"]) == len(scope["path"])
    await _plain(scope, receive, send)


async def _listens(scope: Scope, receive: Receive, send: Send) -> None:
    """As Starlette's StreamingResponse and BaseHTTPMiddleware do."""
    first = await receive()

    async def again() -> Message:
        return first

    async def watch() -> None:
        assert (await receive())["type"] == "http.disconnect"
        tally.end("watch")

    tally.begin("watch")
    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    await _plain(scope, again, send)
    await watching


async def _chunks(scope: Scope, receive: Receive, send: Send) -> None:
    body = _seen(scope["raw_path"], scope["query_string"])
    await send({"type": "http.response.start", "status": 200, "headers": _fields(scope)})
    for place in range(0, len(body), 10):
        await send({"type": "http.response.body", "body": body[place : place + 10], "more_body": True})
    await send({"type": "http.response.body"})


async def _cookies(scope: Scope, receive: Receive, send: Send) -> None:
    fields = [*_fields(scope), (b"set-cookie", b"one=1"), (b"set-cookie", b"two=2")]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": _seen(scope["raw_path"], scope["query_string"])})


_ASGI: dict[str, Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]] = {
    "raises": _raises,
    "late": _late,
    "headers": _headers,
    "deadline": _deadline,
    "tasks": _tasks,
    "suspends": _suspends,
    "timeout": _timeout,
    "timer": _timer,
    "generators": _generators,
    "thread": _thread,
    "listens": _listens,
    "chunks": _chunks,
    "cookies": _cookies,
}


def _fields(scope: Scope) -> list[tuple[bytes, bytes]]:
    kind = b"text/plain"
    own: list[tuple[bytes, bytes]] = []
    for name, value in scope["headers"]:
        if name.startswith(b"x-soak-"):
            own.append((name, value))
        elif name == b"content-type":
            kind = value
    return [(b"content-type", kind), *own]


def _seen(path: bytes, query: bytes) -> bytes:
    return path + b"?" + query


# -- WSGI -------------------------------------------------------------------------------------------------------------


def wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    kind = environ["PATH_INFO"].split("/")[1]
    return _WSGI.get(kind, _plain_wsgi)(environ, start_response)


def _plain_wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response(_status(environ), _fields_wsgi(environ))
    return [_body(environ)]


def _raises_wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response(_status(environ), _fields_wsgi(environ))
    yield b"the beginning, "
    raise Failure(environ["PATH_INFO"])


class _Closing:
    """A response with a ``close`` that raises where the app is asked to be late."""

    def __init__(self, body: bytes, late: bool) -> None:
        self.body = body
        self.late = late
        tally.begin("response")

    def __iter__(self) -> Iterator[bytes]:
        yield self.body

    def close(self) -> None:
        tally.end("response")
        if self.late:
            raise Failure("late")


def _late_wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response(_status(environ), _fields_wsgi(environ))
    return _Closing(_body(environ), late=True)


def _closes_wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response(_status(environ), _fields_wsgi(environ))
    return _Closing(_body(environ), late=False)


def _headers_wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response(_status(environ), [("Content-Type", 1)])
    return []


def _deadline_wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    Event().wait()
    return []


def _chunks_wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response(_status(environ), _fields_wsgi(environ))
    body = _body(environ)
    for place in range(0, len(body), 10):
        yield body[place : place + 10]


def _writes_wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response(_status(environ), _fields_wsgi(environ))(_body(environ))
    return []


def _restarts_wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [])
    try:
        raise Failure(environ["PATH_INFO"])
    except Failure:
        start_response(_status(environ), _fields_wsgi(environ), sys.exc_info())
    return [_body(environ)]


def _cookies_wsgi(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    fields = [*_fields_wsgi(environ), ("Set-Cookie", "one=1"), ("Set-Cookie", "two=2")]
    start_response(_status(environ), fields)
    return [_body(environ)]


_WSGI: dict[str, Callable[[Environ, StartResponse], Iterable[bytes]]] = {
    "raises": _raises_wsgi,
    "late": _late_wsgi,
    "closes": _closes_wsgi,
    "headers": _headers_wsgi,
    "deadline": _deadline_wsgi,
    "chunks": _chunks_wsgi,
    "writes": _writes_wsgi,
    "restarts": _restarts_wsgi,
    "cookies": _cookies_wsgi,
}


def _status(environ: Environ) -> str:
    return f"200 Soaked {environ['PATH_INFO'].rpartition('/')[2]}"


def _fields_wsgi(environ: Environ) -> list[tuple[str, str]]:
    own = [
        (name[5:].replace("_", "-").title(), value)
        for name, value in environ.items()
        if name.startswith("HTTP_X_SOAK_")
    ]
    return [("Content-Type", environ.get("CONTENT_TYPE") or "text/plain"), *own]


def _body(environ: Environ) -> bytes:
    if environ.get("CONTENT_LENGTH"):
        content: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        return content
    return f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}".encode("latin-1")

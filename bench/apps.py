"""The apps: the same routes, bare and in frameworks.

``GET /items/7`` answers with the query as the app has seen it, ``POST /items`` with the JSON that it was sent,
``GET /pictures/5`` with 5 MB of bytes, and ``POST /pictures`` with what it has seen of the bytes that it was sent.
No app waits for anything outside, so that the adapter is what differs; two of them leave the thread or the task in
which they were called, and so suspend.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from starlette.applications import Starlette

MEGABYTE = bytes(range(256)) * 4096
PICTURES = {"/pictures/1": MEGABYTE, "/pictures/5": MEGABYTE * 5}
TEXT, JSON, BINARY = "text/plain; charset=utf-8", "application/json", "application/octet-stream"

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Environ = dict[str, Any]


class App(NamedTuple):
    name: str
    interface: str
    """``asgi`` or ``wsgi``."""
    make: Callable[[], Any]
    suspends: bool = False
    """Whether it needs a loop that runs."""
    large: bool = False
    """Whether bodies of 1 MB and 5 MB are measured too: the framework makes no difference there."""


def seen(body: bytes) -> bytes:
    """What an app answers of a picture: enough to tell that it came, and no pass over it."""
    return b"%d bytes, %s to %s" % (len(body), body[:4].hex().encode(), body[-4:].hex().encode())


# -- bare -------------------------------------------------------------------------------------------------------------


def raw_asgi() -> Any:
    return _raw_asgi


def raw_wsgi() -> Any:
    return _raw_wsgi


async def _raw_asgi(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    path = scope["path"]
    if scope["method"] == "POST":
        message = await receive()
        body, kind = message["body"], JSON
        while message.get("more_body"):
            message = await receive()
            body += message["body"]
        if path == "/pictures":
            body, kind = seen(body), TEXT
    elif path in PICTURES:
        body, kind = PICTURES[path], BINARY
    else:
        body, kind = scope["query_string"], TEXT
    headers = [(b"content-type", kind.encode("ascii")), (b"content-length", str(len(body)).encode("ascii"))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        step = (await receive())["type"]
        await send({"type": f"{step}.complete"})
        if step == "lifespan.shutdown":
            return


def _raw_wsgi(environ: Environ, start_response: Callable[..., object]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] == "POST":
        body, kind = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])), JSON
        if path == "/pictures":
            body, kind = seen(body), TEXT
    elif path in PICTURES:
        body, kind = PICTURES[path], BINARY
    else:
        body, kind = environ["QUERY_STRING"].encode("latin-1"), TEXT
    start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


# -- frameworks -------------------------------------------------------------------------------------------------------


def starlette() -> Starlette:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse, PlainTextResponse, Response
    from starlette.routing import Route

    async def find(request: Request) -> Response:
        return JSONResponse(dict(request.query_params))

    async def echo(request: Request) -> Response:
        return JSONResponse(await request.json())

    async def picture(request: Request) -> Response:
        return Response(PICTURES[request.url.path], media_type=BINARY)

    async def upload(request: Request) -> Response:
        return PlainTextResponse(seen(await request.body()))

    return Starlette(
        routes=[
            Route("/items/{item:int}", find),
            Route("/items", echo, methods=["POST"]),
            Route("/pictures/{size}", picture),
            Route("/pictures", upload, methods=["POST"]),
        ]
    )


def middleware() -> Starlette:
    """Each request in a task of its own, which BaseHTTPMiddleware starts."""
    from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
    from starlette.requests import Request
    from starlette.responses import Response

    class Stamp(BaseHTTPMiddleware):
        async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
            response = await call_next(request)
            response.headers["x-stamp"] = "1"
            return response

    app = starlette()
    app.add_middleware(Stamp)
    return app


def fastapi() -> Any:
    from fastapi import FastAPI

    document = _document()
    app = FastAPI()

    async def find(item: int, color: str, q: str, size: str) -> dict[str, str]:
        return {"color": color, "q": q, "size": size}

    async def echo(body: Any) -> Any:
        return body

    echo.__annotations__ = {"body": document, "return": document}  # a model made here has no name at the top
    app.get("/items/{item}")(find)
    app.post("/items")(echo)
    return app


def threaded() -> Any:
    """FastAPI's other kind of endpoint: ``def``, called in the thread pool."""
    from fastapi import FastAPI

    document = _document()
    app = FastAPI()

    def find(item: int, color: str, q: str, size: str) -> dict[str, str]:
        return {"color": color, "q": q, "size": size}

    def echo(body: Any) -> Any:
        return body

    echo.__annotations__ = {"body": document, "return": document}
    app.get("/items/{item}")(find)
    app.post("/items")(echo)
    return app


def _document() -> Any:
    from pydantic import BaseModel

    class Note(BaseModel):
        id: int
        text: str
        done: bool

    class Document(BaseModel):
        notes: list[Note]

    return Document


def flask() -> Any:
    from flask import Flask, Response, request

    app = Flask("bench")

    def find(item: int) -> dict[str, str]:
        return request.args.to_dict()

    def echo() -> Any:
        return request.get_json()

    def picture(size: str) -> Response:
        return Response(PICTURES[request.path], mimetype=BINARY)

    def upload() -> Response:
        return Response(seen(request.get_data()), mimetype="text/plain")

    app.get("/items/<int:item>")(find)
    app.post("/items")(echo)
    app.get("/pictures/<size>")(picture)
    app.post("/pictures")(upload)
    return app


APPS = (
    App("raw-asgi", "asgi", raw_asgi, large=True),
    App("starlette", "asgi", starlette, large=True),
    App("starlette-middleware", "asgi", middleware, suspends=True),
    App("fastapi", "asgi", fastapi),
    App("fastapi-def", "asgi", threaded, suspends=True),
    App("raw-wsgi", "wsgi", raw_wsgi, large=True),
    App("flask", "wsgi", flask, large=True),
)

"""The apps: the same three routes, bare and in three frameworks.

``GET /items/7`` answers with the query as the app has seen it, ``POST /items`` with the JSON that it was sent,
``GET /picture`` with 1 MB of bytes. None of them waits for anything, so that the adapter is what differs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, NamedTuple

PICTURE = bytes(range(256)) * 4096
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


def raw_asgi() -> Any:
    return _raw_asgi


def raw_wsgi() -> Any:
    return _raw_wsgi


def starlette() -> Any:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    async def find(request: Request) -> Response:
        return JSONResponse(dict(request.query_params))

    async def echo(request: Request) -> Response:
        return JSONResponse(await request.json())

    async def picture(request: Request) -> Response:
        return Response(PICTURE, media_type=BINARY)

    return Starlette(
        routes=[
            Route("/items/{item:int}", find),
            Route("/items", echo, methods=["POST"]),
            Route("/picture", picture),
        ]
    )


def fastapi() -> Any:
    from fastapi import FastAPI
    from fastapi.responses import Response

    app = FastAPI()

    async def find(item: int, color: str, q: str, size: str) -> dict[str, str]:
        return {"color": color, "q": q, "size": size}

    async def echo(document: dict[str, Any]) -> dict[str, Any]:
        return document

    async def picture() -> Any:
        return Response(PICTURE, media_type=BINARY)

    app.get("/items/{item}")(find)
    app.post("/items")(echo)
    app.get("/picture")(picture)
    return app


def flask() -> Any:
    from flask import Flask, Response, request

    app = Flask("bench")

    def find(item: int) -> dict[str, str]:
        return request.args.to_dict()

    def echo() -> Any:
        return request.get_json()

    def picture() -> Response:
        return Response(PICTURE, mimetype=BINARY)

    app.get("/items/<int:item>")(find)
    app.post("/items")(echo)
    app.get("/picture")(picture)
    return app


APPS = (
    App("raw-asgi", "asgi", raw_asgi),
    App("starlette", "asgi", starlette),
    App("fastapi", "asgi", fastapi),
    App("raw-wsgi", "wsgi", raw_wsgi),
    App("flask", "wsgi", flask),
)


# -- bare -------------------------------------------------------------------------------------------------------------


async def _raw_asgi(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    if scope["method"] == "POST":
        message = await receive()
        body, kind = message["body"], JSON
        while message.get("more_body"):
            message = await receive()
            body += message["body"]
    elif scope["path"] == "/picture":
        body, kind = PICTURE, BINARY
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
    if environ["REQUEST_METHOD"] == "POST":
        body, kind = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])), JSON
    elif environ["PATH_INFO"] == "/picture":
        body, kind = PICTURE, BINARY
    else:
        body, kind = environ["QUERY_STRING"].encode("latin-1"), TEXT
    start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]

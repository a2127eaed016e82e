"""A page, a greeting, an echo and two cookies in Starlette, and the constructor that Knative's middleware calls."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fcbridge import bridge
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Hello</title>
<h1>Hello from a function of Knative</h1>
<p><a href="hello/世界">a greeting</a>
"""


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[dict[str, object]]:
    """Runs once an instance: the middleware's start and stop become the app's."""
    yield {"greeting": "Hello"}


async def page(request: Request) -> HTMLResponse:
    return HTMLResponse(PAGE)


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.state.greeting}, {request.path_params['name']}!\n")


async def echo(request: Request) -> JSONResponse:
    try:
        return JSONResponse(await request.json())
    except ValueError:
        raise HTTPException(400, "The body is not JSON.") from None


async def preferences(request: Request) -> Response:
    """Two cookies at once, and both reach the browser."""
    answer = Response(status_code=204)
    answer.set_cookie("theme", "dark", samesite="lax")
    answer.set_cookie("language", "zh", samesite="lax")
    return answer


app = Starlette(
    routes=[
        Route("/", page),
        Route("/hello/{name}", hello),
        Route("/echo", echo, methods=["POST"]),
        Route("/preferences", preferences, methods=["PUT"]),
    ],
    lifespan=lifespan,
)

new = bridge(app, platform="knative").entry()

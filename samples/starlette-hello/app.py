"""The smallest sample: a page, a greeting, an echo and a stream, and the handler that makes a function of them."""

from collections.abc import Iterator

from fcbridge import bridge
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Hello</title>
<h1>Hello from a function</h1>
<ul>
  <li><a href="hello/世界">a greeting</a></li>
  <li><a href="countdown?start=5">a countdown</a></li>
</ul>
"""


async def page(request: Request) -> HTMLResponse:
    return HTMLResponse(PAGE)


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"Hello, {request.path_params['name']}!\n")


async def echo(request: Request) -> JSONResponse:
    try:
        return JSONResponse(await request.json())
    except ValueError:
        raise HTTPException(400, "The body is not JSON.") from None


async def countdown(request: Request) -> StreamingResponse:
    """Sent in pieces. A function answers in one: the bridge collects them."""
    start = request.query_params.get("start", "3")
    if not (start.isascii() and start.isdigit()) or int(start) > 1000:
        raise HTTPException(400, "start is a number from 0 to 1000.")

    def lines() -> Iterator[str]:
        for number in range(int(start), 0, -1):
            yield f"{number}\n"
        yield "Lift-off!\n"

    return StreamingResponse(lines(), media_type="text/plain")


app = Starlette(
    routes=[
        Route("/", page),
        Route("/hello/{name}", hello),
        Route("/echo", echo, methods=["POST"]),
        Route("/countdown", countdown),
    ]
)

handler = bridge(app)
initialize = handler.initialize
pre_stop = handler.pre_stop

"""A page, a greeting, a picture and cookies in Starlette, and the handler that makes a function of them."""

from base64 import b64decode

from fcbridge import bridge
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Hello</title>
<h1>Hello from a function of Volcengine</h1>
<p><img src="dot.png" alt=""> <a href="hello/世界">a greeting</a>
"""

# One pixel.
DOT = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


async def page(request: Request) -> HTMLResponse:
    return HTMLResponse(PAGE)


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"Hello, {request.path_params['name']}!\n")


async def dot(request: Request) -> Response:
    return Response(DOT, media_type="image/png")


async def echo(request: Request) -> Response:
    """Sends back what it got, whatever it is."""
    return Response(await request.body(), media_type=request.headers.get("content-type"))


async def preferences(request: Request) -> Response:
    answer = Response(status_code=204)
    answer.set_cookie("theme", "dark")
    answer.set_cookie("session", "7")
    return answer


app = Starlette(
    routes=[
        Route("/", page),
        Route("/hello/{name}", hello),
        Route("/dot.png", dot),
        Route("/echo", echo, methods=["POST"]),
        Route("/preferences", preferences, methods=["PUT"]),
    ]
)

handler = bridge(app)
initialize = handler.initialize
pre_stop = handler.pre_stop

"""A page, a greeting, an echo, an image and two cookies, in Starlette. Nothing here knows Azure."""

from base64 import b64decode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Hello</title>
<h1>Hello from a function of Azure</h1>
<p><a href="hello/世界">a greeting</a>
"""

# One grey pixel.
PIXEL = b64decode("R0lGODlhAQABAIAAAMLCwgAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==")


async def page(request: Request) -> HTMLResponse:
    return HTMLResponse(PAGE)


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"Hello, {request.path_params['name']}!\n")


async def echo(request: Request) -> JSONResponse:
    return JSONResponse(await request.json())


async def pixel(request: Request) -> Response:
    return Response(PIXEL, media_type="image/gif")


async def visit(request: Request) -> Response:
    """Two cookies. The value of the first holds what the Functions host would encode."""
    response = Response(status_code=204)
    response.set_cookie("session", "eyJ2aXNpdHMiOjF9==.aBc/+", httponly=True, secure=True)
    response.set_cookie("visits", "1")
    return response


web = Starlette(
    routes=[
        Route("/", page),
        Route("/hello/{name}", hello),
        Route("/echo", echo, methods=["POST"]),
        Route("/pixel.gif", pixel),
        Route("/visit", visit, methods=["POST"]),
    ]
)

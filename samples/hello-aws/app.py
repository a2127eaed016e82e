"""One FastAPI app for every front door of Lambda: a greeting, an echo, an image, and two cookies."""

from base64 import b64decode
from typing import Annotated

from fastapi import Cookie, FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from fcbridge import bridge

app = FastAPI()

# One grey pixel. Bytes like these travel in base64, and the front door decodes them.
PIXEL = b64decode("R0lGODlhAQABAIAAAMLCwgAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==")


@app.get("/hello/{name}", response_class=PlainTextResponse)
async def hello(name: str) -> str:
    return f"Hello, {name}!\n"


@app.post("/echo")
async def echo(request: Request) -> Response:
    """Whatever was sent, in the type in which it was sent."""
    return Response(await request.body(), media_type=request.headers.get("content-type"))


@app.get("/pixel.gif")
async def pixel() -> Response:
    return Response(PIXEL, media_type="image/gif")


@app.post("/visit", status_code=204)
async def visit(response: Response, visits: Annotated[int, Cookie()] = 0) -> None:
    response.set_cookie("last", "today", httponly=True)
    response.set_cookie("visits", str(visits + 1), httponly=True)


@app.get("/")
async def whoami(request: Request) -> dict[str, str]:
    """What the front door says of the request."""
    return {
        "client": request.client.host if request.client else "",
        "url": str(request.url),
        "root_path": request.scope["root_path"],
    }


handler = bridge(app)

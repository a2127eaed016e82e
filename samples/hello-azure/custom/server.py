"""The server of a custom handler: the Functions host posts each request to it, as JSON, and reads JSON."""

import os

import uvicorn
from fcbridge import bridge
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hello import web

handler = bridge(web, platform="azure")


async def invoked(request: Request) -> Response:
    """The path is the name of the function, the headers tell the invocation."""
    answer = await handler.invoke(await request.body(), dict(request.headers))
    return Response(answer, media_type="application/json")


server = Starlette(routes=[Route("/{function}", invoked, methods=["POST"])])

if __name__ == "__main__":
    uvicorn.run(server, host="127.0.0.1", port=int(os.environ["FUNCTIONS_CUSTOMHANDLER_PORT"]))

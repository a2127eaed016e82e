"""A function of ASGI: a FastAPI app that tells what it was asked, and how often it was started."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response

from fcbridge import bridge

starts: list[int] = []


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[dict[str, int]]:
    starts.append(len(starts) + 1)
    yield {"start": starts[-1]}


app = FastAPI(lifespan=lifespan)


@app.get("/png")
async def png() -> Response:
    return Response(bytes(range(256)), media_type="image/png")


@app.get("/cookies")
async def cookies() -> Response:
    response = Response("set", media_type="text/plain")
    for name in ("a", "b", "c"):
        response.set_cookie(name, "1, 2", path="/", httponly=True)
    return response


@app.delete("/empty")
async def empty() -> Response:
    return Response(status_code=204)


@app.get("/moved")
async def moved() -> Response:
    return Response(status_code=302, headers={"location": "/caf%C3%A9?a=1"})


@app.get("/fail")
async def fail() -> Response:
    raise ValueError("no stock")


@app.get("/hang")
async def hang() -> None:
    await asyncio.Event().wait()


@app.get("/life")
async def life(request: Request) -> dict[str, object]:
    context = request.scope["fcbridge.context"]
    return {
        "starts": starts,
        "state": request.state.start,
        "request_id": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "memory": context.memory_limit_in_mb,
    }


@app.api_route("/{path:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def echo(request: Request) -> dict[str, Any]:
    scope = request.scope
    return {
        "method": scope["method"],
        "path": scope["path"],
        "raw_path": scope["raw_path"].decode("ascii"),
        "root_path": scope["root_path"],
        "query": scope["query_string"].decode("ascii"),
        "headers": sorted((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]),
        "client": scope["client"],
        "scheme": scope["scheme"],
        "body": b64encode(await request.body()).decode("ascii"),
    }


handler = bridge(app)
raising = bridge(app, on_error="raise")

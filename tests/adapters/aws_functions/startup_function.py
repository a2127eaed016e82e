"""A function whose app does not come up the first time."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from fcbridge import bridge

attempts: list[int] = []


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncGenerator[None]:
    attempts.append(len(attempts) + 1)
    if len(attempts) == 1:
        raise ConnectionError("the database is away")
    yield


async def count(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"attempts: {len(attempts)}")


handler = bridge(Starlette(routes=[Route("/", count)], lifespan=lifespan))

"""Posts from RabbitMQ are looked at and what was found is published; and the handler that makes a function of it."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from fcbridge import Handler, State, bridge
from fcbridge.events import MessageEvent
from fcbridge.once import SQLiteStore
from fcbridge.outcome import Outcome, reject
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from broker import Broker, BrokerGone
from checks import Checks
from settings import Settings
from tries import Tries


class Open(TypedDict):
    """What the lifespan opens, for as long as the instance lives."""

    broker: Broker


def function(settings: Settings) -> Handler:
    """The handler. Nothing is opened before its app is started."""
    checks = Checks(settings.words, settings.image_bytes, settings.image_side)
    tries = Tries(settings.state)
    done = SQLiteStore(settings.state, namespace="moderation")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[Open]:
        async with Broker(settings.url) as broker:
            yield {"broker": broker}

    async def look(request: Request) -> JSONResponse:
        """The same check over HTTP, for whoever wants to know before posting."""
        return JSONResponse(checks.verdict(await request.json()))

    handler = bridge(Starlette(routes=[Route("/", look, methods=["POST"])], lifespan=lifespan))

    @handler.on(MessageEvent, topic=settings.queue, once=done)
    async def moderate(event: MessageEvent, state: State) -> Outcome | None:
        post_id = event.header("messageId") or event.id
        try:
            verdict = checks.verdict(event.json())
            await state.broker.publish("verdicts", verdict["verdict"], post_id, verdict)
        except BrokerGone:
            raise  # no fault of the post's: the platform delivers it until the broker is back
        except Exception as error:
            number = await asyncio.to_thread(tries.another, post_id)
            if number < settings.tries:
                raise
            reason = f"{type(error).__name__} at try {number}"
            await state.broker.publish("posts.dead", settings.queue, post_id, event.body, {"x-reason": reason})
            await asyncio.to_thread(tries.forget, post_id)
            return reject(reason)
        return None

    return handler


handler = function(Settings.of(os.environ))
initialize = handler.initialize
pre_stop = handler.pre_stop

"""RabbitMQ, as far as the function publishes to it.

Published is what the broker has confirmed: it is on its disk then. Without a confirmation nobody knows whether it is,
so the function fails and publishes it again when its post is delivered again, under the same message id. Whoever reads
the verdicts keeps to the ids, as consumer.py does.
"""

import asyncio
import json
from contextlib import suppress
from contextvars import Context, copy_context
from types import TracebackType
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange
from aio_pika.exceptions import AMQPError
from aiormq.exceptions import ChannelInvalidStateError

# In seconds: for an answer of the broker.
_PATIENCE = 30
# Whatever says that the connection is of no use. RuntimeError: a channel or connection that is closed says so too.
_GONE = (AMQPError, ChannelInvalidStateError, OSError, TimeoutError, asyncio.TimeoutError, RuntimeError)


class BrokerGone(Exception):
    """The broker cannot be reached, or has not confirmed."""


class Broker:
    """A connection that is opened when it is needed, and opened anew when it is broken.

    No connection that mends itself in the background: between two invocations nothing of a function runs, so it would
    neither be mended nor answer the broker's heartbeats. The tasks of a connection live longer than the invocation that
    opens it: they are made in the context of whoever opened this, the lifespan's, so that no invocation waits for them.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._line: Line | None = None
        self._opening = asyncio.Lock()
        self._context = Context()

    async def publish(
        self, exchange: str, routing_key: str, message_id: str, content: Any, headers: dict[str, str] | None = None
    ) -> None:
        """Returns when the broker has the message and a queue for it. ``content`` is bytes or a JSON value.

        Raises BrokerGone.
        """
        body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
        message = aio_pika.Message(
            body,
            message_id=message_id,
            headers=dict(headers or {}),
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        known = self._line
        try:
            if known is not None:
                # It was opened by an earlier invocation, and may have been dead for hours.
                with suppress(*_GONE):
                    await known.publish(exchange, routing_key, message)
                    return
                await self._hang_up(known)
            line = await self._opened()
            try:
                await line.publish(exchange, routing_key, message)
            except BaseException:
                await self._hang_up(line)
                raise
        except _GONE as error:
            raise BrokerGone(type(error).__name__) from error

    async def _opened(self) -> "Line":
        async with self._opening:
            if self._line is None:
                self._line = await self._context.run(asyncio.create_task, Line.opened(self._url))
            return self._line

    async def _hang_up(self, line: "Line") -> None:
        if self._line is line:
            self._line = None
        with suppress(*_GONE):  # that is why
            await line.connection.close()

    async def __aenter__(self) -> "Broker":
        self._context = copy_context()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._line is not None:
            await self._hang_up(self._line)


class Line:
    """A connection and its channel."""

    def __init__(self, connection: AbstractConnection, channel: AbstractChannel) -> None:
        self.connection = connection
        self._channel = channel
        self._exchanges: dict[str, AbstractExchange] = {}

    @classmethod
    async def opened(cls, url: str) -> "Line":
        # heartbeat=0: a frozen instance answers none.
        connection = await aio_pika.connect(url, timeout=_PATIENCE, heartbeat=0)
        # Returned is a message for which there is no queue; it would be lost without a word.
        return cls(connection, await connection.channel(publisher_confirms=True, on_return_raises=True))

    async def publish(self, exchange: str, routing_key: str, message: aio_pika.Message) -> None:
        await asyncio.wait_for(self._publish(exchange, routing_key, message), _PATIENCE)

    async def _publish(self, exchange: str, routing_key: str, message: aio_pika.Message) -> None:
        if exchange not in self._exchanges:
            self._exchanges[exchange] = await self._channel.get_exchange(exchange)
        await self._exchanges[exchange].publish(message, routing_key, mandatory=True)

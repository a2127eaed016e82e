"""Plays the cloud on this machine: reads the queue and calls the function, ``python push.py``.

As ApsaraMQ for RabbitMQ does it through EventBridge: a message becomes the event that the platform documents, a
function that returns has done it, and for one that raises it goes back to the queue. What the broker has not been told
before it goes away, it delivers again.
"""

import asyncio
import logging
import os
import signal
import sys
from hashlib import sha256
from typing import Any

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from fcbridge.events import MessageEvent
from fcbridge.gateway import Settings as Description
from fcbridge.registry import gateway, platform

import app
from settings import Settings

# It is said below in one line that the broker is gone.
logging.getLogger("aiormq").setLevel(logging.CRITICAL)

# In seconds, between two tries to reach a broker that is gone.
_PAUSE = 0.5
_AT_ONCE = 4

RUNTIME = gateway("fc3-http").runtime
[TRIGGER] = [trigger for trigger in platform("aliyun").triggers if trigger.name == "aliyun-rabbitmq"]


def identity(message: AbstractIncomingMessage) -> str:
    """The same in each delivery, also of a message to which nobody has given an id."""
    return message.message_id or sha256(message.body).hexdigest()


def composed(message: AbstractIncomingMessage, queue: str) -> Any:
    """The event that the function is called with."""
    return TRIGGER.compose(
        [
            MessageEvent(
                id=identity(message),
                topic=queue,
                subject=message.routing_key,
                body=message.body,
                headers=(("messageId", identity(message)),),
                deliveries=2 if message.redelivered else 1,
            )
        ]
    )


def called(message: AbstractIncomingMessage, queue: str) -> str:
    """The kind of error with which the function has failed; empty where it has done it."""
    try:
        RUNTIME.call(app.handler, composed(message, queue), RUNTIME.context(Description(), identity(message)))
    except Exception as error:
        return type(error).__name__
    return ""


def tell(line: str) -> None:
    """In one piece: what the function logs may go to the same place at the same time."""
    print(f"{line}\n", end="", flush=True)


async def push(url: str, queue_name: str, ended: asyncio.Event) -> None:
    """Until ``ended`` is set; then what is under way comes to its end."""
    while not ended.is_set():
        try:
            async with await aio_pika.connect(url) as connection:
                await _push(connection, queue_name, ended)
        except (aio_pika.exceptions.AMQPError, OSError, RuntimeError) as error:
            print(f"the broker is gone ({type(error).__name__})", file=sys.stderr, flush=True)
            await asyncio.sleep(_PAUSE)


async def _push(connection: Any, queue_name: str, ended: asyncio.Event) -> None:
    gone = asyncio.Event()
    connection.close_callbacks.add(lambda *_: gone.set())
    channel = await connection.channel()
    await channel.set_qos(prefetch_count=_AT_ONCE)
    queue = await channel.get_queue(queue_name)
    under_way: set[asyncio.Task[None]] = set()

    async def deliver(message: AbstractIncomingMessage) -> None:
        error = await asyncio.to_thread(called, message, queue_name)
        tell(f"failed\t{identity(message)}\t{error}" if error else f"done\t{identity(message)}")
        if not gone.is_set():
            await (message.nack(requeue=True) if error else message.ack())

    def take(message: AbstractIncomingMessage) -> None:
        task = asyncio.create_task(deliver(message))
        under_way.add(task)
        task.add_done_callback(under_way.discard)

    tag = await queue.consume(take)
    print(f"reading {queue_name}", file=sys.stderr, flush=True)
    waiting = [asyncio.create_task(event.wait()) for event in (gone, ended)]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    if not gone.is_set():
        await queue.cancel(tag)
    await asyncio.gather(*under_way, return_exceptions=True)


async def main() -> None:
    settings, ended = Settings.of(os.environ), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    await push(settings.url, settings.queue, ended)
    await asyncio.to_thread(app.pre_stop, None)


if __name__ == "__main__":
    asyncio.run(main())

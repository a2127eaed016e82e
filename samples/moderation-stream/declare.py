"""Declares what the broker needs to have: ``python declare.py``. Once; it changes nothing that is there already.

posts       exchange and queue, where posts arrive
verdicts    exchange and queue, where the function publishes ``accepted`` and ``refused``
posts.dead  exchange and queue, for the posts that could not be looked at
"""

import asyncio
import os

import aio_pika

from settings import Settings

NAMES = ("posts", "verdicts", "posts.dead")


async def declare(url: str) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        for name in NAMES:
            exchange = await channel.declare_exchange(name, aio_pika.ExchangeType.TOPIC, durable=True)
            # Durable: a persistent message is on the disk when it is confirmed. With several brokers, make it a quorum
            # queue: arguments={"x-queue-type": "quorum"}.
            queue = await channel.declare_queue(name, durable=True)
            await queue.bind(exchange, "#")


if __name__ == "__main__":
    asyncio.run(declare(Settings.of(os.environ).url))

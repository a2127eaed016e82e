"""Reads a queue and prints each message once: ``python consumer.py verdicts``.

A message that was published twice, or delivered twice, has the same id both times. The id is remembered in a file
before the broker is told that the message is done with. Printing is what this one does with a message, and stands for
whatever you do with it: in the same transaction as the id, where that can be.
"""

import asyncio
import logging
import os
import sys
from contextlib import suppress
from pathlib import Path

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from fcbridge.once import SQLiteStore

from settings import Settings

# It is said below in one line that the broker is gone.
logging.getLogger("aiormq").setLevel(logging.CRITICAL)

# In seconds, between two tries to reach a broker that is gone.
_PAUSE = 0.5


async def consume(url: str, queue_name: str, seen: SQLiteStore) -> None:
    """Until it is cancelled."""
    while True:
        try:
            async with await aio_pika.connect(url) as connection:
                channel = await connection.channel()
                await channel.set_qos(prefetch_count=20)
                queue = await channel.get_queue(queue_name)
                print(f"reading {queue_name}", file=sys.stderr, flush=True)
                async with queue.iterator() as messages:
                    async for message in messages:
                        _take(message, seen)
                        await message.ack()
        except (aio_pika.exceptions.AMQPError, OSError, RuntimeError) as error:
            print(f"the broker is gone ({type(error).__name__})", file=sys.stderr, flush=True)
        await asyncio.sleep(_PAUSE)


def _take(message: AbstractIncomingMessage, seen: SQLiteStore) -> None:
    claim = seen.begin(message.message_id or message.body.decode())
    if claim.state == "new":
        parts = [message.message_id, message.body.decode(), message.headers.get("x-reason")]
        print("\t".join(str(part) for part in parts if part is not None), flush=True)
        seen.done(claim)


if __name__ == "__main__":
    name = sys.argv[1]
    file = Path(os.environ.get("CONSUMER_STATE", f"{name}.sqlite3"))
    with suppress(KeyboardInterrupt):
        asyncio.run(consume(Settings.of(os.environ).url, name, SQLiteStore(file, namespace=name)))

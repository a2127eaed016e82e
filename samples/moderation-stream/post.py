"""Sends posts, one for each argument: ``python post.py '{"id": "p-1", "text": "hello"}'``.

The id of the message is that of the post. What is no post is sent all the same, under an id made of what it is.
"""

import asyncio
import json
import os
import sys
from hashlib import sha256

from broker import Broker
from settings import Settings


def identity(post: bytes) -> str:
    try:
        return str(json.loads(post)["id"])
    except (ValueError, TypeError, KeyError):
        return sha256(post).hexdigest()


async def send(settings: Settings, posts: list[bytes]) -> None:
    """Returns when the broker has them. Raises BrokerGone."""
    async with Broker(settings.url) as broker:
        for post in posts:
            await broker.publish("posts", settings.queue, identity(post), post)


if __name__ == "__main__":
    asyncio.run(send(Settings.of(os.environ), [os.fsencode(argument) for argument in sys.argv[1:]]))

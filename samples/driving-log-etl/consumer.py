"""What is in the topics, each line of each event once, as an application would take it: ``python -m consumer``.

A message says in its header ``id`` which line of which event it is. An application that remembers what it has seen, a
bit for each line, takes nothing twice, whatever the brokers and the function have gone through.
"""

import os
from collections.abc import Iterable, Iterator
from typing import Any

from confluent_kafka import Consumer, Message, TopicPartition

from settings import Settings


class Seen:
    """Lines that were seen, as bits by event: two megabytes for a file of a gigabyte."""

    def __init__(self) -> None:
        self._events: dict[str, bytearray] = {}

    def is_new(self, identity: str) -> bool:
        """Whether ``<event>/<line>`` is seen for the first time."""
        event, _, number = identity.rpartition("/")
        place, bit = divmod(int(number), 8)
        bits = self._events.setdefault(event, bytearray())
        if place >= len(bits):
            bits.extend(bytes(max(place + 1 - len(bits), len(bits))))  # it grows by doubling
        if bits[place] & 1 << bit:
            return False
        bits[place] |= 1 << bit
        return True


def identity(message: Message) -> str:
    headers = dict(message.headers() or [])
    return headers["id"].decode()


def once(messages: Iterable[Message]) -> Iterator[Message]:
    """The messages without the repetitions."""
    seen = Seen()
    return (message for message in messages if seen.is_new(f"{message.topic()}:{identity(message)}"))


def messages(topics: Iterable[str], settings: Settings) -> Iterator[Message]:
    """All that is committed in the topics, to their present end."""
    options: dict[str, Any] = {
        "bootstrap.servers": settings.kafka_brokers,
        "group.id": "driving-log-consumer",
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        **settings.kafka_options,
    }
    consumer = Consumer(options)
    try:
        places = [
            TopicPartition(topic, partition, 0)
            for topic in topics
            for partition in consumer.list_topics(topic, timeout=30).topics[topic].partitions
        ]
        consumer.assign(places)
        ends = 0
        while ends < len(places):
            message = consumer.poll(30)
            if message is None:
                raise TimeoutError("the brokers say nothing")
            if message.error() is None:
                yield message
            else:
                ends += 1
    finally:
        consumer.close()


def main() -> None:
    settings = Settings.of(os.environ)
    for message in once(messages([settings.readings_topic], settings)):
        print("reading", (message.value() or b"").decode())
    for message in once(messages([settings.dead_letters_topic], settings)):
        headers = {name: value.decode() for name, value in message.headers() or []}
        print("broken", f"{headers['origin']}, line {headers['line']}: {headers['reason']}")


if __name__ == "__main__":
    main()

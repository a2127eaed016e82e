"""Kafka brokers in a process of their own, over TCP: librdkafka's mock cluster.

It keeps its topics in memory. A broker that is taken down closes its connections and refuses new ones, and comes back
on its port with what it had, as a real one has its disk; so :meth:`KafkaServer.kill` takes all brokers down. Requests
whose answers were under way are lost with the connections, and may have been carried out.

It is harder on clients than Kafka: what an idempotent producer sends twice is there twice, and what was aborted can be
read, also by those who want only what was committed. Offsets that are sent to a transaction are forgotten.

"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from .process import Telling

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Kinds of requests, for :meth:`KafkaServer.errors`: https://kafka.apache.org/protocol#protocol_api_keys
PRODUCE, FETCH, INIT_PRODUCER_ID, ADD_PARTITIONS, END_TRANSACTION = 0, 1, 22, 24, 26
#: Errors: https://kafka.apache.org/protocol#protocol_error_codes
LEADER_NOT_AVAILABLE, NOT_LEADER, TIMED_OUT, TOO_LARGE, NOT_AUTHORIZED = 5, 6, 7, 10, 29


class KafkaServer:
    """``address`` is the ``bootstrap.servers`` for clients."""

    def __init__(self, brokers: int = 3) -> None:
        self.brokers = range(1, brokers + 1)
        self.address = ""
        self._process: Telling | None = None

    def create(self, topic: str, partitions: int = 1) -> str:
        """A topic, with a replica on each broker."""
        self._do("topic", topic, partitions)
        return topic

    def kill(self, *brokers: int) -> None:
        """Take these brokers down, or all; their connections break."""
        for broker in brokers or self.brokers:
            self._do("down", broker)

    def restart(self, *brokers: int) -> None:
        """Bring these brokers back, or all, each on its port and with what it had."""
        for broker in brokers or self.brokers:
            self._do("up", broker)

    def delay(self, milliseconds: int) -> None:
        """Every answer takes as long."""
        for broker in self.brokers:
            self._do("delay", broker, milliseconds)

    def errors(self, request: int, codes: Sequence[int]) -> None:
        """The next requests of this kind are answered with these errors."""
        self._do("errors", request, list(codes))

    def recover(self, request: int) -> None:
        """No more of these errors."""
        self._do("well", request)

    def refuse(self, topic: str, code: int) -> None:
        """Clients that ask for the topic are told this error; with 0 they are told where it is."""
        self._do("topic_error", topic, code)

    def lead(self, topic: str, partition: int, broker: int) -> None:
        """The partition is led by this broker."""
        self._do("leader", topic, partition, broker)

    def freeze(self) -> None:
        """All brokers keep their connections and answer nothing, until :meth:`thaw`."""
        assert self._process is not None
        self._process.freeze()

    def thaw(self) -> None:
        assert self._process is not None
        self._process.thaw()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.services.kafka_program", len(self.brokers)]
        self._process = Telling(command, r'^\{"addresses": "(.+)"\}$', r"^\{")
        assert self._process.told is not None
        self.address = self._process.told[1]

    def stop(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            process.end()

    def __enter__(self) -> KafkaServer:
        self.start()
        return self

    def __exit__(self, *exception: Any) -> None:
        self.stop()

    def _do(self, *command: object) -> None:
        assert self._process is not None, "the brokers do not run"
        self._process.write(json.dumps(command))
        answer = json.loads(self._process.next())
        if "error" in answer:
            raise RuntimeError(answer["error"])

"""What one event brings to Kafka: all of it or nothing.

The producer numbers its messages, so that the brokers drop those that it has to send twice. All messages of an event
are one transaction, whose name is the event's: consumers that read what is committed see nothing of an attempt that
failed, and a second attempt shuts out a first one that still hangs somewhere. And each message says in its header
``id`` which line of which event it is, so that a consumer can do without the other two: see consumer.py.
"""

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from types import TracebackType

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from settings import Settings

#: What waits in this process to be sent is never more than this, in kilobytes.
WAITING = 32 * 1024

#: What is told of messages that have failed because another one did.
_ALONG = ("_PURGE_QUEUE", "_PURGE_INFLIGHT")

Header = tuple[str, str | bytes | None]


class NotDelivered(Exception):
    """Not everything has arrived, and so nothing counts. The invocation has to be repeated."""


class Delivery:
    """Messages that belong together; leaving the ``with`` block without an exception commits them.

    Raises NotDelivered, at the latest when the block is left.
    """

    def __init__(self, settings: Settings, event: str) -> None:
        self.produced = 0
        self._settings = settings
        self._event = event
        self._acknowledged = 0
        self._failure: str | None = None
        self._producer: Producer | None = None

    def send(self, topic: str, line: int, value: bytes, key: str | None = None, *headers: Header) -> None:
        """Hand a message over; it is on its way when this returns. ``line`` is its number within the event."""
        assert self._producer is not None
        every: list[Header] = [("id", f"{self._event}/{line}"), *headers]
        while True:
            try:
                self._producer.produce(topic, value, key, headers=every)
            except BufferError:
                self._look(1.0)  # until there is room
                continue
            except KafkaException as error:
                self._look(0.0)  # a transaction that has failed takes no more: the message that did it says why
                raise NotDelivered(_named(error)) from error
            break
        self.produced += 1
        if self.produced % 1000 == 0:
            self._look(0.0)

    def __enter__(self) -> "Delivery":
        producer = self._producer = Producer(self._options())
        if self._settings.kafka_transactions:
            self._attempted(producer.init_transactions, self._settings.kafka_patience)
            self._attempted(producer.begin_transaction)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._producer is not None
        try:
            if kind is None:
                self._finish(self._producer)
        except BaseException:
            self._abandon(self._producer)
            raise
        else:
            if kind is not None:
                self._abandon(self._producer)
        finally:
            self._producer = None

    def _finish(self, producer: Producer) -> None:
        producer.flush()  # the one wait: each message is acknowledged by now, or has failed
        self._look(0.0)
        if self._acknowledged != self.produced:
            raise NotDelivered(f"{self.produced - self._acknowledged} messages are not accounted for")
        if self._settings.kafka_transactions:
            self._attempted(producer.commit_transaction, self._settings.kafka_patience)

    def _abandon(self, producer: Producer) -> None:
        """Nothing of it counts. Where the brokers cannot be told, they find out when the transaction's time is up."""
        producer.purge(in_queue=True, in_flight=False, blocking=False)
        if self._settings.kafka_transactions:
            with suppress(KafkaException):
                producer.abort_transaction(min(self._settings.kafka_patience, 10.0))

    def _look(self, seconds: float) -> None:
        """Hear what has become of messages. Raises NotDelivered as soon as one has failed."""
        assert self._producer is not None
        self._producer.poll(seconds)
        if self._failure in _ALONG:
            self._producer.flush(self._settings.kafka_patience)  # until the one is told that failed of itself
        if self._failure is not None:
            raise NotDelivered(self._failure)

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        if error is None:
            self._acknowledged += 1
        elif self._failure is None or self._failure in _ALONG:
            self._failure = error.name()

    def _attempted(self, step: Callable[..., object], *arguments: object) -> None:
        try:
            step(*arguments)
        except KafkaException as error:
            raise NotDelivered(_named(error)) from error

    def _options(self) -> dict[str, object]:
        settings = self._settings
        milliseconds = int(settings.kafka_patience * 1000)
        options: dict[str, object] = {
            "bootstrap.servers": settings.kafka_brokers,
            "client.id": "driving-log-etl",
            "enable.idempotence": True,
            "message.timeout.ms": milliseconds,
            "queue.buffering.max.kbytes": WAITING,
            "queue.buffering.max.messages": 500_000,
            "compression.type": "lz4",
            "linger.ms": 20,
            "on_delivery": self._delivered,
        }
        if settings.kafka_transactions:
            # Names have at most 249 characters somewhere on their way, and events' ids can be longer.
            options["transactional.id"] = f"driving-log-etl-{sha256(self._event.encode()).hexdigest()}"
            # The brokers take a quarter of an hour at most, unless they are told otherwise.
            options["transaction.timeout.ms"] = max(900_000, milliseconds)
        return {**options, **settings.kafka_options}


def _named(error: KafkaException) -> str:
    reason = error.args[0]
    return reason.name() if isinstance(reason, KafkaError) else str(reason)

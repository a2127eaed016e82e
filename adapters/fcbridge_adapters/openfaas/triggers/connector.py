"""The connectors of OpenFaaS: they subscribe to topics and queues, and post each message to the functions that name its
topic in an annotation.

https://docs.openfaas.com/openfaas-pro/kafka-events/
https://docs.openfaas.com/openfaas-pro/rabbitmq-events/
The body is the message's; the rest is in header fields, in which the names of a message's own headers lose their case.
"""

from __future__ import annotations

from fcbridge.bodies import base64_text, decoded_base64
from fcbridge.codec import json_text, wire_text
from fcbridge.events import Event, MessageEvent
from fcbridge.model import Headers
from fcbridge.posted import PostedTrigger

from ..http import HTTP_TEMPLATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from fcbridge.model import Pair, Request

_KAFKA = "x-kafka-"
_PUBSUB = "x-pubsub-attr-"
# Of Kafka's, those that the connector writes by itself.
_OWN = frozenset({"partition", "offset", "key", "key-enc"})


class Connector(PostedTrigger):
    """Of Kafka, a message has its place in the topic, and an id that is made of it; of other sources it has neither."""

    kind = MessageEvent

    def carried(self, request: Request) -> bool:
        return "x-topic" in request.headers and "x-connector" in request.headers

    def events_of(self, request: Request) -> list[Event]:
        headers = request.headers
        topic = json_text(headers.get("x-topic") or "")
        partition, offset = _number(headers, "partition"), _number(headers, "offset")
        own = [
            (name[len(start) :], json_text(value))
            for name, value in headers
            for start in (_KAFKA, _PUBSUB)
            if name.startswith(start) and not (start == _KAFKA and name[len(start) :] in _OWN)
        ]
        return [
            MessageEvent(
                id=f"{topic}-{partition}-{offset}" if partition is not None and offset is not None else "",
                source=json_text(headers.get("x-connector") or ""),
                type="message",
                topic=topic,
                key=_key(headers),
                body=request.body,
                headers=tuple(own),
                partition=partition,
                offset=offset,
                raw=request,
            )
        ]

    def request_with(self, events: Sequence[Event]) -> tuple[Headers, bytes]:
        [event] = events
        assert isinstance(event, MessageEvent)
        start = _PUBSUB if event.partition is None else _KAFKA
        pairs: list[Pair] = [
            ("content-type", "text/plain"),
            ("x-topic", wire_text(event.topic)),
            ("x-connector", wire_text(event.source)),
            *((f"{start}{name.lower()}", wire_text(str(value))) for name, value in event.headers),
        ]
        if event.partition is not None:
            pairs.append(("x-kafka-partition", str(event.partition)))
        if event.offset is not None:
            pairs.append(("x-kafka-offset", str(event.offset)))
        if event.key is not None:
            text = _printable(event.key)
            pairs.append(("x-kafka-key", base64_text(event.key) if text is None else text))
            if text is None:
                pairs.append(("x-kafka-key-enc", "b64"))
        return Headers.of(pairs), event.body

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="orders-0-42",
                source="connector-sdk openfaasltd/kafka-connector",
                type="message",
                topic="orders",
                key=b"car-7",
                body=b'{"order": 17}',
                headers=(("kind", "order"),),
                partition=0,
                offset=42,
            )
        ]


def _number(headers: Headers, name: str) -> int | None:
    value = headers.get(_KAFKA + name)
    return None if value is None else int(value)


def _key(headers: Headers) -> bytes | None:
    value = headers.get("x-kafka-key")
    if value is None:
        return None
    return decoded_base64(value) if headers.get("x-kafka-key-enc") == "b64" else value.encode("latin-1")


def _printable(key: bytes) -> str | None:
    """The key as a header's value, where it can be one."""
    text = key.decode("latin-1")
    return text if text.isascii() and text.isprintable() and text.strip() == text and text else None


CONNECTOR = Connector("openfaas-connector", "OpenFaaS connectors", (HTTP_TEMPLATE,))

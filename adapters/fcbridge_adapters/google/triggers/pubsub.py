"""Pub/Sub: a message of a topic, through Eventarc as a CloudEvent, or pushed by a subscription of one's own.

https://docs.cloud.google.com/eventarc/standard/docs/run/route-trigger-cloud-pubsub
https://docs.cloud.google.com/pubsub/docs/push and https://docs.cloud.google.com/pubsub/docs/payload-unwrapping
A message has its fields twice, in both spellings, and no ``data`` where it has only attributes. A subscription does not
tell its topic: the message is of a queue then, which has the subscription's name.
"""

from __future__ import annotations

from fcbridge.bodies import base64_text, decoded_base64
from fcbridge.codec import json_text
from fcbridge.events import CloudEvent, Event, MessageEvent
from fcbridge.fields import mapping, text, text_if_any, whole_if_any
from fcbridge.instants import instant, rfc3339
from fcbridge.model import Headers

from .source import GoogleTrigger, TypedTrigger, posted_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypedDict

    from fcbridge.model import Request

    class Message(TypedDict, total=False):
        data: str  # base64
        attributes: dict[str, str]
        messageId: str
        message_id: str
        publishTime: str
        publish_time: str
        orderingKey: str

    class Wrapped(TypedDict, total=False):
        message: Message
        subscription: str
        deliveryAttempt: int  # where the subscription has a dead-letter topic


_TYPE = "google.cloud.pubsub.topic.v1.messagePublished"
_SERVICE = "//pubsub.googleapis.com/"


def _read(wrapped: dict[str, Any], attributes: dict[str, Any]) -> MessageEvent:
    """The message in its wrapping; ``attributes`` are those that it does not tell itself."""
    message = mapping(wrapped["message"])
    published = message.get("publishTime") or message.get("publish_time")
    if published:
        attributes["time"] = instant(published)
    number = message.get("messageId") or message.get("message_id")
    if number:
        attributes["id"] = text(number)
    key = text_if_any(message.get("orderingKey") or message.get("ordering_key"))
    subscription = text_if_any(wrapped.get("subscription"))
    return MessageEvent(
        **attributes,
        type=_TYPE,
        key=None if key is None else key.encode("utf-8"),
        body=decoded_base64(text(message.get("data") or "")),
        headers=tuple((name, text(value)) for name, value in mapping(message.get("attributes") or {}).items()),
        deliveries=whole_if_any(wrapped.get("deliveryAttempt")),
        group=_name(subscription) if subscription else None,
    )


def _written(event: MessageEvent, subscription: str) -> Wrapped:
    message: Message = {"messageId": event.id, "message_id": event.id}
    if event.body:
        message["data"] = base64_text(event.body)
    if event.headers:
        message["attributes"] = {name: str(value) for name, value in event.headers}
    if event.time is not None:
        message["publishTime"] = message["publish_time"] = rfc3339(event.time)
    if event.key is not None:
        message["orderingKey"] = event.key.decode("utf-8")
    wrapped: Wrapped = {"message": message}
    if subscription:
        wrapped["subscription"] = subscription
    if event.deliveries is not None:
        wrapped["deliveryAttempt"] = event.deliveries
    return wrapped


def _name(resource: str) -> str:
    return resource.rpartition("/")[2]


def _project(source: str) -> str:
    """The project in the name of a resource, or one that is made up."""
    return source.removeprefix(_SERVICE + "projects/").partition("/")[0] if source.startswith(_SERVICE) else "demo"


class PubSub(TypedTrigger):
    kind = MessageEvent

    def typed(self, event: CloudEvent) -> MessageEvent:
        attributes: dict[str, Any] = {
            "id": event.id,
            "source": event.source,
            "subject": event.subject,
            "time": event.time,
            "topic": _name(event.source),
            "raw": event,
        }
        return _read(mapping(event.data), attributes)

    def untyped(self, event: Event) -> CloudEvent:
        assert isinstance(event, MessageEvent)
        project = _project(event.source)
        subscription = f"projects/{project}/subscriptions/{event.group}" if event.group else ""
        return CloudEvent(
            id=event.id,
            source=f"{_SERVICE}projects/{project}/topics/{event.topic}",
            type=_TYPE,
            time=event.time,
            data=_written(event, subscription),
            datacontenttype="application/json",
        )

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="9000000000000018",
                source="//pubsub.googleapis.com/projects/demo/topics/orders",
                type=_TYPE,
                time=instant("2026-03-02T08:15:31.482Z"),
                topic="orders",
                key=b"car-7",
                body=b'{"order": 17}',
                headers=(("kind", "order"),),
                group="eventarc-orders-sub-001",
            )
        ]


class Push(GoogleTrigger):
    """With and without the wrapping. Without it, attributes cannot be told from the request's own header fields: they
    are in ``raw``, which is the request."""

    kind = MessageEvent

    def events_of(self, request: Request) -> list[Event]:
        headers = request.headers
        if "x-goog-pubsub-message-id" in headers:
            return [self._unwrapped(request)]
        document = mapping(posted_document(request))
        subscription = text(document["subscription"])
        attributes: dict[str, Any] = {
            "source": _SERVICE + subscription,
            "topic": _name(subscription),
            "raw": document,
        }
        return [_read(document, attributes)]

    def _unwrapped(self, request: Request) -> MessageEvent:
        def told(name: str) -> str | None:
            value = request.headers.get(f"x-goog-pubsub-{name}")
            return json_text(value) or None if value is not None else None

        subscription, published, key = told("subscription-name"), told("publish-time"), told("ordering-key")
        return MessageEvent(
            id=told("message-id") or "",
            source=_SERVICE + subscription if subscription else "",
            type=_TYPE,
            time=instant(published) if published else None,
            topic=_name(subscription) if subscription else "",
            key=None if key is None else key.encode("utf-8"),
            body=request.body,
            group=_name(subscription) if subscription else None,
            raw=request,
        )

    def request_with(self, events: Sequence[Event]) -> tuple[Headers, bytes]:
        import json

        [event] = events
        assert isinstance(event, MessageEvent)
        subscription = f"projects/{_project(event.source)}/subscriptions/{event.topic}"
        body = json.dumps(_written(event, subscription)).encode("ascii")
        return Headers.of([("content-type", "application/json"), ("user-agent", "CloudPubSub-Google")]), body

    def sample(self) -> list[Event]:
        return [
            MessageEvent(
                id="9000000000000019",
                source="//pubsub.googleapis.com/projects/demo/subscriptions/orders-push",
                type=_TYPE,
                time=instant("2026-03-02T08:15:31.482Z"),
                topic="orders-push",
                body=b'{"order": 17}',
                headers=(("kind", "order"),),
                deliveries=1,
                group="orders-push",
            )
        ]


PUBSUB = PubSub("google-pubsub", "Google Cloud Pub/Sub")
PUSH = Push("google-pubsub-push", "Google Cloud Pub/Sub, pushed")

"""Which source a request comes from, and what they have in common: CloudEvents of Google's own types.

https://github.com/googleapis/google-cloudevents
"""

from __future__ import annotations

from abc import abstractmethod

from fcbridge.cloudevents import from_http, to_http
from fcbridge.codec import is_object
from fcbridge.envelope import read_json
from fcbridge.errors import MalformedEvent
from fcbridge.events import CloudEvent, Event
from fcbridge.posted import PostedTrigger, claims_cloudevents

from ..asgi import ASGI_FUNCTION
from ..http import HTTP_FUNCTION
from .legacy import is_legacy, upgraded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from fcbridge.model import Headers, Request

DOORS = (HTTP_FUNCTION, ASGI_FUNCTION)

_TYPES = (
    ("google.cloud.storage.object.v1.", "google-storage"),
    ("google.cloud.pubsub.topic.v1.messagePublished", "google-pubsub"),
    ("google.cloud.firestore.document.v1.", "google-firestore"),
    ("google.cloud.audit.log.v1.written", "google-audit"),
)


def source_of(request: Request) -> str | None:
    """The name of the trigger whose events a POST carries, or None. Never raises."""
    headers = request.headers
    if claims_cloudevents(request):
        return _source_of_type(_type_of(request))
    if "x-goog-pubsub-message-id" in headers:
        return "google-pubsub-push"
    if (headers.get("x-cloudscheduler") or "").lower() == "true":
        return "google-scheduler"
    document = posted_document(request)
    if document is None:
        return None
    if is_legacy(document):
        try:
            return _source_of_type(upgraded(document).type)
        except (AttributeError, KeyError, TypeError, ValueError):
            return "google-cloudevent"
    return "google-pubsub-push"


def posted_document(request: Request) -> dict[str, object] | None:
    """The JSON object in a body that is a pushed message or an event of the first generation, or None."""
    body = request.body
    # Looked for before all of a body that is the app's is read.
    pushed = b'"message"' in body and b'"subscription"' in body
    if not pushed and b'"eventType"' not in body:
        return None
    document = read_json(body)
    if not is_object(document):
        return None
    if is_legacy(document):
        return document
    message, subscription = document.get("message"), document.get("subscription")
    if not is_object(message) or not isinstance(subscription, str) or not subscription.startswith("projects/"):
        return None
    return document if "messageId" in message or "message_id" in message else None


def _type_of(request: Request) -> str:
    """The type of the one event in a request, as far as it can be told."""
    if "ce-specversion" in request.headers and "ce-type" in request.headers:
        content_type = (request.headers.get("content-type") or "").lstrip(" \t").lower()
        if not content_type.startswith("application/cloudevents"):
            return (request.headers.get("ce-type") or "").strip(" \t")
    try:
        events = from_http(request.headers, request.body) or []
    except MalformedEvent:
        return ""
    return events[0].type if len(events) == 1 else ""


def _source_of_type(kind: str) -> str:
    return next((name for start, name in _TYPES if kind.startswith(start)), "google-cloudevent")


class GoogleTrigger(PostedTrigger):
    """A rejected event is acknowledged: every other answer than a success brings it again, for days."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__(name, title, DOORS)

    def carried(self, request: Request) -> bool:
        return source_of(request) == self.name


class TypedTrigger(GoogleTrigger):
    """A source of CloudEvents that mean an event of a kind; those of the first generation are made such first."""

    @abstractmethod
    def typed(self, event: CloudEvent) -> Event:
        """The neutral event. Raises KeyError, TypeError or ValueError for broken data."""

    @abstractmethod
    def untyped(self, event: Event) -> CloudEvent:
        """The CloudEvent of a neutral event."""

    def events_of(self, request: Request) -> list[Event]:
        found = from_http(request.headers, request.body)
        if found is None:
            found = [upgraded(posted_document(request) or {})]
        return [self.typed(event) for event in found]

    def request_with(self, events: Sequence[Event]) -> tuple[Headers, bytes]:
        [event] = events
        return to_http(self.untyped(event))

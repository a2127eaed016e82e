"""Sources that post their events to the function: each is an HTTP request, through a gateway like any other.

What the function gets is what the gateway gets, and the answer is a response that says what has become of the events.
Whoever can send a request to such a function can send it an event.
"""

from __future__ import annotations

from abc import abstractmethod

from .cloudevents import from_http, to_http
from .envelope import malformed
from .errors import MalformedEvent
from .events import CloudEvent, Event
from .gateway import SAMPLE_STAMP
from .model import Headers, Request, Response
from .trigger import Trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .gateway import Gateway, Runtime, Stamp
    from .model import Pair
    from .outcome import Outcome

# A day. RFC 9110 section 10.2.3 has whole seconds.
_LONGEST_WAIT = 24 * 60 * 60.0


class PostedTrigger(Trigger):
    """One source that posts.

    An event that is wanted again is answered with 503 and, where a time was named, ``Retry-After``. ``accepted`` and
    ``rejected`` are the statuses for the others.
    """

    over_http = True
    accepted = 204
    rejected = 204

    def __init__(self, name: str, title: str, gateways: tuple[Gateway, ...]) -> None:
        self.name = name
        self.title = title
        self.gateways = gateways
        self.runtime: Runtime | None = gateways[0].runtime

    # -- what a source adds --------------------------------------------------------------------------------------------

    @abstractmethod
    def carried(self, request: Request) -> bool:
        """Whether a POST is of this source."""

    @abstractmethod
    def events_of(self, request: Request) -> list[Event]:
        """The events in a request of this source. Raises MalformedEvent, KeyError, TypeError or ValueError."""

    @abstractmethod
    def request_with(self, events: Sequence[Event]) -> tuple[Headers, bytes]:
        """Header fields and body of the request that carries events."""

    # -- the three verbs -----------------------------------------------------------------------------------------------

    def matches(self, payload: Any) -> bool:
        request = self.request_of(payload)
        return request is not None and self.carried(request)

    def parse(self, payload: Any) -> list[Event]:
        request = self.request_of(payload)
        if request is None:
            raise malformed(self.title, "method", TypeError())
        try:
            return self.events_of(request)
        except MalformedEvent as error:
            raise MalformedEvent(f"{self.title}: {error.message}", hint=error.hint) from error
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            raise malformed(self.title, str(error.args[0]) if isinstance(error, KeyError) else "body", error) from error

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> object:
        gateway = next(gateway for gateway in self.gateways if gateway.matches(payload))
        return gateway.render(self.answer(outcomes), payload)

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
        headers, body = self.request_with(events)
        pairs: list[Pair] = [("host", "fn.example.com"), *headers, ("content-length", str(len(body)))]
        return self.gateways[0].compose(Request("POST", "/", headers=Headers.of(pairs), body=body), stamp)

    # -- the request and its answer ------------------------------------------------------------------------------------

    def request_of(self, payload: Any) -> Request | None:
        """The POST that a payload is, or None. Never raises."""
        return posted_request(self.gateways, payload)

    def answer(self, outcomes: Sequence[Outcome]) -> Response:
        """The response when the events have had these outcomes: where one has failed, the request has."""
        failed = [outcome for outcome in outcomes if outcome.failed]
        if failed:
            # The bound first: it takes the place of what is no number, too.
            waits = [max(0.0, min(_LONGEST_WAIT, outcome.after)) for outcome in failed if outcome.after is not None]
            seconds = -int(-max(waits) // 1) if waits else None
            return Response(503, Headers.of([] if seconds is None else [("retry-after", str(seconds))]))
        rejected = any(outcome.verb == "reject" for outcome in outcomes)
        return Response(self.rejected if rejected else self.accepted)


def posted_request(gateways: Sequence[Gateway], payload: Any) -> Request | None:
    """The POST that a payload of one of the gateways is, or None. Never raises."""
    for gateway in gateways:
        if gateway.matches(payload):
            try:
                request = gateway.parse(payload)
            except Exception:  # a broken request, or one whose client has gone: the gateway says it
                return None
            return request if request.method == "POST" else None
    return None


class CloudEventsTrigger(PostedTrigger):
    """CloudEvents 1.0 in binary, structured and batched mode, of any source. A function that returns a CloudEvent has
    answered with it, where there was one event."""

    kind = CloudEvent
    batched = True

    def carried(self, request: Request) -> bool:
        return claims_cloudevents(request)

    def events_of(self, request: Request) -> list[Event]:
        return [*(from_http(request.headers, request.body) or [])]

    def request_with(self, events: Sequence[Event]) -> tuple[Headers, bytes]:
        return posted_cloudevents([event for event in events if isinstance(event, CloudEvent)])

    def answer(self, outcomes: Sequence[Outcome]) -> Response:
        if len(outcomes) == 1 and outcomes[0].verb == "ack" and isinstance(outcomes[0].value, CloudEvent):
            return Response(200, *to_http(outcomes[0].value))
        return super().answer(outcomes)

    def sample(self) -> list[Event]:
        return [
            CloudEvent(
                id="a4f1c7e2-0001",
                source="/shop/orders",
                type="com.example.order.placed",
                subject="order/17",
                data={"order": 17, "total": 12.5},
                datacontenttype="application/json",
            )
        ]


def claims_cloudevents(request: Request) -> bool:
    """Whether a request says that it carries CloudEvents, right or wrong."""
    content_type = request.headers.get("content-type") or ""
    return "ce-specversion" in request.headers or content_type.lstrip(" \t").lower().startswith(
        "application/cloudevents"
    )


def posted_cloudevents(events: Sequence[CloudEvent]) -> tuple[Headers, bytes]:
    """Header fields and body of a request with these events: one in binary mode, as most senders do, unless that would
    change it; several in a batch."""
    if len(events) != 1:
        return to_http(events, "batched")
    [event] = events
    changed = event.datacontenttype is None and not (event.data is None or isinstance(event.data, bytes))
    if changed or event.data == b"" or not all(isinstance(value, str) for value in event.extensions.values()):
        return to_http(event, "structured")
    return to_http(event, "binary")

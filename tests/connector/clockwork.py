"""A platform for these tests: one trigger with partial results, one without, one in order, one over HTTP.

Its payloads are ``{"bells": "letters", "events": [{"id": ..., "body": ...}, ...]}``; the value of "bells" names the
trigger, and a request is ``{"http": path}``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fcbridge import TimerEvent
from fcbridge.codec import is_object
from fcbridge.envelope import malformed
from fcbridge.errors import MalformedEvent
from fcbridge.events import Event, MessageEvent
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Invocation, Platform
from fcbridge.model import Headers, Request, Response
from fcbridge.trigger import Trigger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fcbridge.gateway import Refusal, Stamp
    from fcbridge.outcome import Outcome


class Letters(Trigger):
    """Messages, several in a payload; what fails makes all of them come again."""

    name = "clockwork-letters"
    title = "Clockwork's letters"
    kind = MessageEvent
    batched = True

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and payload.get("bells") == self.name.partition("-")[2]

    def parse(self, payload: Any) -> list[Event]:
        try:
            return [
                MessageEvent(
                    id=record["id"], source="clockwork", topic=record.get("topic", "post"),
                    body=record["body"].encode(), group=record.get("group"), raw=record,
                )
                for record in payload["events"]
            ]  # fmt: skip
        except (AttributeError, KeyError, TypeError) as error:
            raise malformed(self.title, "events", error) from error

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
        return {"bells": self.name.partition("-")[2], "events": []}

    def sample(self) -> list[Event]:
        return []


class Registered(Letters):
    """Messages of which only the failed ones come again."""

    name = "clockwork-registered"
    partial = True

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> object:
        return {
            "failed": [
                record["id"] for record, outcome in zip(payload["events"], outcomes, strict=True) if outcome.failed
            ]
        }


class Chains(Registered):
    """The same, in order within a group."""

    name = "clockwork-chains"

    def ordered_by(self, event: Event) -> object:
        assert isinstance(event, MessageEvent)
        return event.group


class Bell(Trigger):
    """A timer, whose caller waits for the answer."""

    name = "clockwork-bell"
    title = "Clockwork's bell"
    kind = TimerEvent

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and payload.get("bells") == "bell"

    def parse(self, payload: Any) -> list[Event]:
        return [TimerEvent(name=payload.get("name", ""), payload=payload.get("payload"), raw=payload)]

    def render(self, outcomes: Sequence[Outcome], payload: Any) -> object:
        return outcomes[0].value

    def compose(self, events: Sequence[Event], stamp: Stamp = SAMPLE_STAMP) -> object:
        return {"bells": "bell"}

    def sample(self) -> list[Event]:
        return []


class Hatch(Bell):
    """A timer that knocks at the gateway."""

    name = "clockwork-hatch"
    over_http = True

    def matches(self, payload: Any) -> bool:
        return is_object(payload) and "http" in payload and "timer" in payload

    def parse(self, payload: Any) -> list[Event]:
        if not isinstance(payload["timer"], str):
            raise MalformedEvent("The event looks like one of Clockwork's bell.")
        return [TimerEvent(name=payload["timer"], raw=payload)]


class Door(Gateway):
    name = "clockwork-door"
    title = "Clockwork's door"

    def matches(self, event: Any) -> bool:
        return is_object(event) and "http" in event

    def parse(self, event: Any) -> Request:
        headers = Headers([("host", "example.com"), ("content-length", "0")])
        return Request("GET", event["http"], headers=headers, client=("203.0.113.24", 1))

    def render(self, response: Response, event: Any) -> object:
        return {"status": response.status, "body": response.body.decode()}

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> object:
        return {"http": request.path}

    def read(self, payload: bytes) -> Response:
        raise NotImplementedError

    def refuse(self, refusal: Refusal) -> Response:
        raise NotImplementedError


class Clockwork(Platform):
    name = "clockwork"
    title = "Clockwork"
    gateways = (Door(),)
    signs = ()
    triggers = (Letters(), Registered(), Chains(), Bell(), Hatch())
    events_over_http = True

    def invocation(self, context: object) -> Invocation:
        """The context is the seconds that remain."""
        remaining = context if isinstance(context, (int, float)) else None
        return Invocation("call-7", remaining)


CLOCKWORK = Clockwork()


def letters(trigger: str, *bodies: str, **fields: Any) -> dict[str, Any]:
    """A payload of messages, whose ids are numbers from 1 on."""
    records = [{"id": str(number), "body": body, **fields} for number, body in enumerate(bodies, 1)]
    return {"bells": trigger, "events": records}

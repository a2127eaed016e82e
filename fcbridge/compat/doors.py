"""AWS Lambda's gateways with what a peer's entry point changes on the way in and on the way out."""

from __future__ import annotations

from ..codec import is_object
from ..gateway import SAMPLE_STAMP, Gateway, Platform, lazy
from ..registry import platform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..gateway import Invocation, Refusal, Runtime, Stamp
    from ..losses import Loss
    from ..model import Request, Response


class Manner:
    """What a peer does otherwise; nothing, here."""

    def arrived(self, request: Request, event: Any) -> Request:
        """The request as the app is to see it."""
        return request

    def leaving(self, response: Response, event: Any) -> Response:
        """The response as it is to be rendered."""
        return response

    def door(self, event: Any, context: object) -> Gateway | None:
        """A gateway for an event that none of Lambda's own is asked about first."""
        return None


def stage_untold(request: Request, event: Any) -> Request:
    """The request without a base path, as most peers have it: the path is the event's own, which has the stage of an
    HTTP API and not that of a REST API. An app that looks at its path finds what it found before."""
    if request.base_path:
        if event.get("version") is None:
            request.path = request.path[len(request.base_path) :] or "/"
        request.base_path = ""
    return request


class Door(Gateway):
    """One of Lambda's gateways, in a manner."""

    def __init__(self, inner: Gateway, manner: Manner) -> None:
        self.name = inner.name
        self.title = inner.title
        self.limits = inner.limits
        self.text_only = inner.text_only
        self.vouched_by = inner.vouched_by
        self._inner = inner
        self._manner = manner

    @lazy
    def runtime(self) -> Runtime:
        return self._inner.runtime

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        return self._inner.loses

    def matches(self, event: Any) -> bool:
        return self._inner.matches(event)

    def parse(self, event: Any) -> Request:
        return self._manner.arrived(self._inner.parse(event), event)

    def render(self, response: Response, event: Any) -> object:
        return self._inner.render(self._manner.leaving(response, event), event)

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> object:
        return self._inner.compose(request, stamp)

    def read(self, payload: bytes) -> Response:
        return self._inner.read(payload)

    def refuse(self, refusal: Refusal) -> Response:
        return self._inner.refuse(refusal)

    def context(self, event: Any, context: object) -> object:
        return self._inner.context(event, context)

    def deliver(self, payload: object, context: Any) -> object:
        return self._inner.deliver(payload, context)


class _ByHand(Door):
    """The door of a REST API for events with less in them than it sends: apps have their handlers tested with such, and
    the peers answer them. Here the platform is known, so that nobody else's event can be meant."""

    def matches(self, event: Any) -> bool:
        if not is_object(event) or "httpMethod" not in event or "path" not in event:
            return False
        context = event.get("requestContext")
        return event.get("version") is None and not (is_object(context) and "connectionId" in context)

    def parse(self, event: Any) -> Request:
        whole: dict[str, Any] = dict(event)
        if whole.get("requestContext") is None:
            whole["requestContext"] = {}
        return self._manner.arrived(self._inner.parse(whole), event)


class Lambda(Platform):
    """AWS Lambda, in a manner."""

    name = "aws"

    def __init__(self, manner: Manner) -> None:
        self._inner = platform(self.name)
        self._manner = manner
        self.title = self._inner.title
        self.signs = self._inner.signs
        self._doors: dict[str, Door] = {}

    @lazy
    def gateways(self) -> tuple[Gateway, ...]:
        return tuple([self._in_manner(gateway) for gateway in self._inner.gateways])

    @lazy
    def _by_hand(self) -> Gateway:
        [rest] = [gateway for gateway in self._inner.gateways if gateway.name == "aws-rest"]
        return _ByHand(rest, self._manner)

    def door(self, event: Any, context: object) -> Gateway | None:
        own = self._manner.door(event, context)
        if own is None:
            own = super().door(event, context)
        if own is None and self.names(event) is None and self._by_hand.matches(event):
            own = self._by_hand
        return own

    def likely(self, event: Any) -> Gateway | None:
        inner = self._inner.likely(event)
        return None if inner is None else self._in_manner(inner)

    def invocation(self, context: object) -> Invocation:
        return self._inner.invocation(context)

    def names(self, event: Any) -> str | None:
        return self._inner.names(event)

    def _in_manner(self, inner: Gateway) -> Door:
        known = self._doors.get(inner.name)
        if known is None:
            known = self._doors[inner.name] = Door(inner, self._manner)
        return known


class OneWay(Gateway):
    """A format of which only the function's side is known: what a peer takes and no gateway of ours sends.

    ``Platform.door`` gives it for one event. It is in no platform's ``gateways``, so no command, test or server that
    plays the outside finds it, and its outer verbs do not exist.
    """

    @lazy
    def runtime(self) -> Runtime:
        return platform("aws").gateways[0].runtime

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> object:
        raise NotImplementedError(self.title)

    def read(self, payload: bytes) -> Response:
        raise NotImplementedError(self.title)

    def refuse(self, refusal: Refusal) -> Response:
        raise NotImplementedError(self.title)

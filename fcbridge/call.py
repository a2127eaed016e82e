"""One invocation, without running it: which gateway its event came through, the way from the event to the request, and
from the response to the payload.

Between platforms the environment decides which gateway it is, or which trigger, and inside a platform the event. Where
no platform shows, as on a laptop, all are asked and exactly one may claim the event: sniffing across clouds would make
the adapters know each other.
"""

from __future__ import annotations

from . import logs
from .bodies import is_named_type
from .codec import below_base, forwarded_client, is_object
from .gateway import Gateway, Platform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from .errors import AmbiguousEvent
    from .model import Request, Response
    from .options import Options
    from .trigger import Trigger

#: RFC 9110 section 6.4.1: responses that never have content, by their status.
NO_CONTENT = frozenset({204, 304})
# What status and headers add to a payload, unless there are very many of them.
_HEAD = 8192


def opened(
    recognition: Recognition, options: Options, event: Any, context: Any
) -> tuple[Gateway, object, Request, str, float | None]:
    """The gateway that ``event`` came through, the event as a JSON value, the request, the id of this invocation, and
    the seconds that the app has for it. Raises EventError."""
    if event.__class__ is not dict:
        from .document import load_event  # of a JSON text: some platforms hand over the object

        event = load_event(event)
    document: object = event
    platform, gateway = recognition.of(document, context)
    request = gateway.parse(document)
    request.event = document
    request.context = given = gateway.context(document, context)
    request.vouched_by = gateway.vouched_by
    if request.client is None and options.trusted_hops:
        request.client = forwarded_client(request.headers, options.trusted_hops)
    for base in options.bases:
        if below_base(request.path[len(request.base_path) :], base):
            request.base_path += base
    return gateway, document, request, *timed(platform, given, options)


def timed(platform: Platform, context: object, options: Options) -> tuple[str, float | None]:
    """The id of this invocation, and the seconds that the app has for it."""
    invocation = platform.invocation(context)
    remaining = invocation.remaining
    if remaining is not None:
        # Half of a timeout that is shorter than the margin, so that there is time to work at all.
        remaining -= min(options.deadline_margin, remaining / 2)
    return invocation.request_id, remaining


def closed(gateway: Gateway, options: Options, document: object, method: str, path: str, response: Response) -> object:
    """The payload. Raises ResponseLost where the gateway cannot carry the response and ``strict`` is on."""
    if response.status in NO_CONTENT or method == "HEAD":
        response.body = b""
    if options.text_types and response.text is None:
        response.text = _is_named(response, options)
    # What is worth a warning hits repeated names and values that are not ASCII; most responses have neither. Where
    # there is no base64, it hits bodies too.
    if response.headers.plain is None or (gateway.text_only and response.body):
        _warn_of_losses(gateway, options, method, path, response)
    payload = gateway.render(response, document)
    # Most responses are far too small: JSON makes at most six bytes of one.
    limits = gateway.limits
    most = limits.response_body
    if (most is not None and 6 * len(response.body) + _HEAD > most) or limits.response_headers is not None:
        _warn_of_limits(gateway, method, path, response, payload)
    return payload


def _is_named(response: Response, options: Options) -> bool | None:
    if response.headers.get("content-encoding") is not None:
        return None
    kind = response.headers.get("content-type")
    return True if kind is not None and is_named_type(kind, options.text_types) else None


def _warn_of_losses(gateway: Gateway, options: Options, method: str, path: str, response: Response) -> None:
    pairs = list(response.headers)
    if (
        len({name for name, _ in pairs}) == len(pairs)
        and all(value.isascii() for _, value in pairs)
        and not (gateway.text_only and response.body)
    ):
        return
    from .losses import lost_of_response

    for loss in lost_of_response(gateway.loses, response):
        if options.strict:
            from .errors import ResponseLost

            raise ResponseLost(f"{gateway.title}: {loss.says}.", hint=loss.cure)
        noted = logs.LOST.get()
        if noted is not None:
            noted.append(loss)
        logs.logger().warning(
            "%s %s: %s: %s%s", method, path, gateway.name, loss.says,
            f"; {loss.cure}" if loss.cure else "",
        )  # fmt: skip


def _warn_of_limits(gateway: Gateway, method: str, path: str, response: Response, payload: object) -> None:
    limits = gateway.limits
    # In an object the body is the bulk, and base64 makes a third more of it.
    body = payload.get("body") if is_object(payload) else payload
    size = _bytes(body) if isinstance(body, (str, bytes)) else len(response.body)
    if limits.response_body is not None and size > limits.response_body:
        _log_limit(gateway, method, path, "response payload", size, limits.response_body)
    # Headers are a part of a payload of text: a short payload has short headers.
    if limits.response_headers is not None and (size > limits.response_headers or not isinstance(payload, str)):
        size = sum(len(name) + len(value) + 4 for name, value in response.headers)
        if size > limits.response_headers:
            _log_limit(gateway, method, path, "response headers", size, limits.response_headers)


def _log_limit(gateway: Gateway, method: str, path: str, what: str, measured: int, allowed: int) -> None:
    logs.logger().error(
        "%s %s: the %s measure %d bytes and %s takes %d: the platform will refuse them",
        method, path, what, measured, gateway.title, allowed,
    )  # fmt: skip


def _bytes(body: str | bytes) -> int:
    """The length on the wire, where a character may be up to four bytes."""
    return len(body) if isinstance(body, bytes) or body.isascii() else len(body.encode("utf-8", "replace"))


# -- the gateway ------------------------------------------------------------------------------------------------------


class NotHttp(Exception):
    """No error: the event came through no gateway, and is to be asked of the triggers."""

    def __init__(self, event: object) -> None:
        super().__init__()
        self.event = event


class Recognition:
    """Of one handler. ``chosen`` is the platform's name, or the platform itself, or None to have it recognised.

    ``refuse`` makes the exception for an event that came through no gateway.
    """

    __slots__ = ("_by_event", "_platforms", "chosen", "last", "refuse")

    def __init__(self, chosen: str | Platform | None) -> None:
        self.chosen = _named(chosen) if isinstance(chosen, str) else chosen if chosen is not None else _recognised()
        self._platforms: tuple[Platform, ...] = (self.chosen,) if self.chosen is not None else ()
        # The events of an instance come through one gateway, as a rule: the last one is asked first, and as no two of a
        # platform claim the same event, the others need not be asked. Not where a platform decides by more than that.
        self._by_event = self.chosen is not None and type(self.chosen).door is Platform.door
        self.last: tuple[Platform, Gateway] | None = None
        self.refuse: Callable[[object], Exception] = self.unknown

    def of(self, event: object, context: object = None) -> tuple[Platform, Gateway]:
        """The platform and the gateway of an HTTP event.

        Raises UnknownEvent, or what ``refuse`` makes in its place, or AmbiguousEvent; they name keys and types and no
        values.
        """
        last = self.last
        if last is not None and last[1].matches(event):
            return last
        if self.chosen is not None:
            gateway = self.chosen.door(event, context)
            if gateway is None:
                raise self.refuse(event)
            found = self.chosen, gateway
            if self._by_event:
                self.last = found
            return found
        claims = [(owner, gateway) for owner in self.platforms() if (gateway := owner.door(event, context)) is not None]
        if len(claims) == 1:
            return claims[0]
        if not claims:
            raise self.refuse(event)
        raise _ambiguous(owner for owner, _ in claims)

    def source(self, event: object) -> tuple[Platform, Trigger] | None:
        """The platform and the trigger of an event that came through no gateway; None where no trigger claims it.

        Raises AmbiguousEvent.
        """
        claims = [(owner, trigger) for owner in self.platforms() if (trigger := owner.trigger(event)) is not None]
        if len(claims) > 1:
            raise _ambiguous(owner for owner, _ in claims)
        return claims[0] if claims else None

    def platforms(self) -> tuple[Platform, ...]:
        """Those that are asked: the chosen one, or all."""
        if not self._platforms:
            from .registry import platforms

            self._platforms = tuple(platforms().values())
        return self._platforms

    def short_cut(self) -> tuple[Platform, Gateway] | None:
        """The last gateway, if its next event may be read at a glance: where it does nothing that only the long way
        does."""
        last = self.last
        if last is None:
            return None
        gateway, kind = last[1], type(last[1])
        usual = (
            kind.glance is not Gateway.glance
            and kind.context is Gateway.context
            and kind.deliver is Gateway.deliver
            and gateway.vouched_by is None
            and not gateway.text_only
        )
        return last if usual else None

    def unknown(self, event: object) -> Exception:
        """The refusal of an event that nobody claims."""
        from .unrecognised import unknown

        return unknown(event, self.platforms(), named=self.chosen is not None)


# The registry knows those of other distributions too, and says what is wrong; most instances do without it.


def _named(name: str) -> Platform:
    built_in: Platform | None = __import__(_BUILT_IN).built_in(name)
    if built_in is None:
        from .registry import platform

        return platform(name)
    return built_in


def _recognised() -> Platform | None:
    from os import environ

    names: list[str] = __import__(_BUILT_IN).recognised(environ)
    if len(names) != 1:
        from .registry import detect

        return detect()
    return _named(names[0])


_BUILT_IN = "fcbridge_adapters"


def _ambiguous(claimants: Iterable[Platform]) -> AmbiguousEvent:
    names = sorted(owner.name for owner in claimants)
    from .errors import AmbiguousEvent

    return AmbiguousEvent(
        f"The event could be one of {' or '.join(names)}.", hint=f"say which: bridge(app, platform={names[0]!r})"
    )

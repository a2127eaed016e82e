"""One invocation, without running it: the way from the event to the request, and from the response to the payload."""

from __future__ import annotations

from . import logs
from .bodies import is_named_type
from .codec import below_base, forwarded_client, is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .gateway import Gateway, Platform
    from .model import Request, Response
    from .options import Options
    from .recognition import Recognition

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

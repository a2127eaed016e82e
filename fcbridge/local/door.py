"""The gateway, played: what happens to a client's request on its way to the function, and to the function's answer.

The door knows the limits; it starts no process and opens no socket.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from ..envelope import composed_body
from ..errors import MalformedEvent
from ..gateway import SAMPLE_STAMP, Refusal, Stamp
from ..losses import lost_of_request
from ..model import Headers
from ..played import is_packed_request

if TYPE_CHECKING:
    from ..gateway import Gateway, Handler
    from ..losses import Loss
    from ..model import Request, Response

# RFC 9110 section 6.4.1: these never have content.
_EMPTY = frozenset({204, 304})


class Exchange:
    """One request through the door, with everything worth showing of it."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.event: object = None
        self.payload: bytes | None = None
        self.response: Response | None = None
        self.refusal: Refusal | None = None
        self.lost: list[Loss] = []

    @property
    def answer(self) -> Response:
        """The response, which is there once the exchange is over."""
        assert self.response is not None, "the exchange is not over"
        return self.response


class Door:
    """One gateway with its limits on, or off."""

    def __init__(self, gateway: Gateway, *, limits: bool = True) -> None:
        self.gateway = gateway
        self.limits = limits

    def open(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Exchange:
        """Compose the event; where the gateway does not let the request in, the exchange is over already."""
        if "transfer-encoding" in request.headers:
            # It speaks of the connection that ends here (RFC 9112 section 6.1); the body is whole.
            request = request.replace(headers=request.headers.without("transfer-encoding"))
        exchange = Exchange(request)
        refusal = self._measure_request(request) if self.limits else None
        if refusal is None:
            exchange.lost = lost_of_request(self.gateway.loses, request)
            exchange.event = self.gateway.compose(request, stamp)
            refusal = self._measure_event(exchange.event) if self.limits else None
        if refusal is not None:
            self.refuse(exchange, refusal)
        return exchange

    def close(self, exchange: Exchange, payload: bytes) -> None:
        """Read the function's payload and answer with it, or with a refusal where the gateway cannot."""
        exchange.payload = payload
        try:
            response = self.gateway.read(payload)
        except MalformedEvent as error:
            self.refuse(exchange, Refusal(Refusal.BAD_PAYLOAD, error.message))
            return
        # Where HTTP is passed through, the payload here is a wrapping that the platform does not have.
        size = len(response.body) if is_packed_request(exchange.event) else len(payload)
        refusal = self._measure_response(response, size) if self.limits else None
        if refusal is not None:
            self.refuse(exchange, refusal)
            return
        exchange.response = _finished(exchange.request, response)

    def refuse(self, exchange: Exchange, refusal: Refusal) -> None:
        """Answer as the platform does in place of the function."""
        exchange.refusal = refusal
        exchange.response = _finished(exchange.request, self.gateway.refuse(refusal))

    def pass_through(
        self, request: Request, handler: Handler, context: object, stamp: Stamp = SAMPLE_STAMP
    ) -> Exchange:
        """The whole way in this process, through JSON both ways. An exception of the handler passes through."""
        exchange = self.open(request, stamp)
        if exchange.response is None:
            event = json.loads(json.dumps(exchange.event))
            self.close(exchange, self.gateway.runtime.call(handler, event, context))
        return exchange

    def _measure_request(self, request: Request) -> Refusal | None:
        limits = self.gateway.limits
        if limits.methods is not None and request.method not in limits.methods:
            return Refusal(Refusal.METHOD, f"method {request.method} is not open at this gateway")
        return (
            _over("path and query", len(request.target), limits.request_target, Refusal.REQUEST_TOO_LARGE)
            or _over("request headers", _size(request.headers), limits.request_headers, Refusal.REQUEST_TOO_LARGE)
            or _over("request body", len(request.body), limits.request_body, Refusal.REQUEST_TOO_LARGE)
            or self._measure_text(request)
        )

    def _measure_text(self, request: Request) -> Refusal | None:
        limit = self.gateway.limits.request_text
        # Not what the gateway hands over as text, which some decide in other ways, but what its documents call text.
        if limit is None or len(request.body) <= limit or composed_body(request)[1]:
            return None
        return _over("request body of text", len(request.body), limit, Refusal.REQUEST_TOO_LARGE)

    def _measure_event(self, event: object) -> Refusal | None:
        limit = self.gateway.limits.request_event
        if limit is None:
            return None
        size = len(json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
        return _over("event", size, limit, Refusal.REQUEST_TOO_LARGE)

    def _measure_response(self, response: Response, size: int) -> Refusal | None:
        limits = self.gateway.limits
        return _over(
            "response headers", _size(response.headers), limits.response_headers, Refusal.RESPONSE_TOO_LARGE
        ) or _over("response payload", size, limits.response_body, Refusal.RESPONSE_TOO_LARGE)


def stamp_now(request_id: str) -> Stamp:
    """The stamp of a request that is taken in now."""
    return Stamp(request_id, time.time_ns() // 1_000_000)


def _over(what: str, measured: int, allowed: int | None, kind: str) -> Refusal | None:
    if allowed is None or measured <= allowed:
        return None
    return Refusal(kind, f"{what}: {measured} bytes, and the gateway takes {allowed}")


def _size(headers: Headers) -> int:
    # "name: value" and a line end each.
    return sum(len(name) + len(value) + 4 for name, value in headers)


def _finished(request: Request, response: Response) -> Response:
    """What the gateway's own HTTP server adds: the length of the body, and no body where there is none."""
    if request.method == "HEAD" or response.status in _EMPTY:
        return response.replace(body=b"")
    headers = response.headers.without("content-length").pairs
    return response.replace(headers=Headers.of([*headers, ("content-length", str(len(response.body)))]))

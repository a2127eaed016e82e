"""The HTTP side: a request becomes an event, a payload becomes a response. An ASGI app on Starlette's classes."""

from __future__ import annotations

import json
import re
import uuid
from email.utils import formatdate
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect
from starlette.requests import Request as ServerRequest
from starlette.responses import Response as ServerResponse

from ..codec import scheme_of
from ..gateway import Refusal
from ..local.door import stamp_now
from ..model import Headers, Request
from .pages import failure_page, is_loopback

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from ..local.door import Door, Exchange
    from ..model import Response
    from .console import Console
    from .pool import Pool
    from .process import Outcome

# RFC 9110 section 5.1 and 5.5.
_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FIELD_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
# RFC 9112 section 3.2.2: a server takes "GET http://host/path" as well.
_ABSOLUTE = re.compile(r"https?://[^/?#]*(?=/|$)", re.IGNORECASE)


class Front:
    """One gateway's door on a real socket."""

    def __init__(self, door: Door, pool: Pool, console: Console, *, show_event: bool = False) -> None:
        self._door = door
        self._pool = pool
        self._console = console
        self._show_event = show_event

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request, measured = await self._received(ServerRequest(scope, receive))
        except ClientDisconnect:
            return
        if (request.headers.get("upgrade") or "").lower() == "websocket":
            self._console.warning(f"{request.path}: a function answers one request at a time, and no WebSocket")
        response = await self._answer(request, measured)
        await _sent(response)(scope, receive, send)

    async def _answer(self, request: Request, measured: int) -> Response:
        request_id = str(uuid.uuid4())
        door = self._door
        exchange = door.open(request, stamp_now(request_id))
        outcome: Outcome | None = None
        if measured > len(request.body) and exchange.response is None:
            limit = door.gateway.limits.request_body
            text = f"request body: {measured} bytes, and the gateway takes {limit}"
            door.refuse(exchange, Refusal(Refusal.REQUEST_TOO_LARGE, text))
        if exchange.response is None:
            if self._show_event:
                self._console.event(exchange.event)
            outcome = await self._pool.invoke(request_id, json.dumps(exchange.event).encode("ascii"))
            if outcome.refusal is not None:
                door.refuse(exchange, outcome.refusal)
            else:
                door.close(exchange, outcome.payload)
                self._refuse_unsendable(exchange)
        self._tell(exchange, outcome, request_id)
        return self._public(exchange, outcome)

    async def _received(self, incoming: ServerRequest) -> tuple[Request, int]:
        """The neutral request, and how long its body is: what is longer than the gateway takes is not kept."""
        limit = self._door.gateway.limits.request_body if self._door.limits else None
        body = bytearray()
        measured = 0
        async for chunk in incoming.stream():
            measured += len(chunk)
            if limit is None or measured <= limit:
                body += chunk
            else:
                body.clear()
        scope = incoming.scope
        pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        if not any(name == "x-forwarded-proto" for name, _ in pairs):
            # As a front door does; without it an app behind most gateways takes itself to be on https.
            pairs.append(("x-forwarded-proto", "http"))
        headers = Headers(pairs)
        return Request(
            scope["method"],
            _ABSOLUTE.sub("", scope["raw_path"].decode("latin-1")) or "/",
            scope["query_string"].decode("latin-1"),
            headers,
            bytes(body),
            (incoming.client.host, incoming.client.port) if incoming.client else None,
            scheme_of(headers),
            scope["http_version"],
        ), measured

    def _refuse_unsendable(self, exchange: Exchange) -> None:
        """What HTTP has no form for: a handler that was not made by bridge() may return anything."""
        response = exchange.answer
        for name, value in response.headers:
            if not _FIELD_NAME.fullmatch(name) or not _FIELD_VALUE.fullmatch(value):
                text = "The function's result has a header that HTTP does not allow"
                self._door.refuse(exchange, Refusal(Refusal.BAD_PAYLOAD, text))
                return
        if response.status < 200:
            text = f"The function's result has status {response.status}, which ends no response"
            self._door.refuse(exchange, Refusal(Refusal.BAD_PAYLOAD, text))

    def _public(self, exchange: Exchange, outcome: Outcome | None) -> Response:
        """The answer as this client may see it: what is not the app's own shows details to this machine only."""
        refusal = exchange.refusal
        if refusal is None:
            return exchange.answer
        if not is_loopback(exchange.request.headers.get("host")):
            self._door.refuse(exchange, Refusal(refusal.kind, "The reason is on the console of fcbridge dev."))
        elif refusal.kind == Refusal.INIT_FAILED and outcome is not None and outcome.traceback:
            gateway = self._door.gateway.title
            return failure_page(exchange.request, exchange.answer, refusal, outcome.traceback, gateway)
        return exchange.answer

    def _tell(self, exchange: Exchange, outcome: Outcome | None, request_id: str) -> None:
        refusal = exchange.refusal
        if refusal is not None and refusal.kind != Refusal.INIT_FAILED:  # that has been told by the pool
            self._console.failure(refusal, outcome.traceback if outcome else None)
        self._console.losses(exchange, exchange.lost)
        self._console.invocation(exchange, outcome, request_id)


def _sent(response: Response) -> ServerResponse:
    answer = ServerResponse(response.body, response.status)
    pairs = list(response.headers)
    if "date" not in response.headers:
        pairs.append(("date", formatdate(usegmt=True)))  # RFC 9110 section 6.6.1
    answer.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
    return answer

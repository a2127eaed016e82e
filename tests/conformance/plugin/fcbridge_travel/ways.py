"""The ways that a request of a test client can take to its app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fcbridge import bridge
from fcbridge.gateway import Gateway, Settings
from fcbridge.handler import Handler
from fcbridge.local.door import Door, stamp_now
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import gateway as gateway_named
from fcbridge.registry import platform_of

if TYPE_CHECKING:
    from fcbridge.losses import Loss

#: Seconds after which the played platform gives up: some tests wait for what a buffered function never gets.
TIMEOUT = 5


class ThroughGateway:
    """HTTP -> event -> JSON -> handler -> payload -> JSON -> HTTP, with the gateway's limits."""

    def __init__(self, gateway: Gateway) -> None:
        self.travelled = 0
        self.refusals: list[str] = []  # of the test that is running
        self._gateway = gateway
        self._platform = platform_of(gateway.name)
        self._door = Door(gateway)
        self._settings = Settings(timeout=TIMEOUT)
        self._handlers: list[Handler] = []

    def handler(self, app: Any, **options: Any) -> Handler:
        """A handler that lives until its test is over."""
        handler = bridge(app, platform=self._platform, **options)
        self._handlers.append(handler)
        return handler

    def answer(self, request: Request, handler: Handler) -> Response:
        self.travelled += 1
        request_id = f"1-67c1a2b3-{self.travelled:08x}"
        context = self._gateway.runtime.context(self._settings, request_id)
        exchange = self._door.pass_through(request, handler, context, stamp_now(request_id))
        if exchange.refusal is not None:
            self.refusals.append(exchange.refusal.kind)
        return exchange.answer

    def leave(self) -> list[str]:
        """The test is over: what the gateway refused in it."""
        while self._handlers:
            self._handlers.pop().pre_stop()
        refusals, self.refusals = self.refusals, []
        return refusals


class PastLoss:
    """The direct way, with one declared loss of a gateway in it."""

    def __init__(self, loss: Loss) -> None:
        self.travelled = 0
        self._loss = loss

    def sent(self, request: Request) -> Request:
        """What is left of the request."""
        self.travelled += 1
        left = request if self._loss.on_request is None else self._loss.on_request(request)
        if left.body != request.body:
            pairs = left.headers.without("content-length").pairs
            left = left.replace(headers=Headers.of([*pairs, ("content-length", str(len(left.body)))]))
        return left

    @property
    def spares_responses(self) -> bool:
        """Whether a response need not be looked at, and may stay the stream that it is."""
        return self._loss.on_response is None

    def received(self, response: Response) -> Response:
        """What is left of the response."""
        return response if self._loss.on_response is None else self._loss.on_response(response)

    def leave(self) -> list[str]:
        """The test is over."""
        return []


Way = ThroughGateway | PastLoss


def way_of(gateway_name: str, way: str) -> Way:
    """``way`` is "gateway", or the name of a loss that the gateway declares."""
    gateway = gateway_named(gateway_name)
    if way == "gateway":
        return ThroughGateway(gateway)
    return PastLoss(next(loss for loss in gateway.loses if loss.name == way))

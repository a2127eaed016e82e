"""The transport under both clients: HTTP -> event -> JSON -> handler -> payload -> JSON -> HTTP, in this process."""

from __future__ import annotations

import inspect
import uuid
import warnings
from typing import TYPE_CHECKING, Literal

import anyio.to_thread
import httpx

from .. import bridge
from ..gateway import Gateway, Refusal, Settings
from ..handler import Handler
from ..local.door import Door, stamp_now
from ..logs import LOST
from ..model import Headers, Request
from ..registry import gateway as gateway_named
from ..registry import platform_of

if TYPE_CHECKING:
    from ..gateway import Handler as HandlerFunction
    from ..local.door import Exchange
    from ..losses import Loss
    from ..model import Address

#: Who calls: an address of RFC 5737, which a test meets nowhere else.
CALLER: Address = ("203.0.113.24", 50712)


class LossWarning(UserWarning):
    """A part of a message was lost at the gateway, as it will be when the app is deployed there."""


class GatewayTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A handler behind a gateway, as httpx sees a server.

    Entering it initializes the handler and closing it runs its ``pre_stop``. Where it is not entered, the first request
    starts the app.
    """

    def __init__(
        self,
        app: object,
        gateway: str | Gateway = "fc3-http",
        *,
        limits: bool = True,
        settings: Settings | None = None,
        raise_app_exceptions: bool = True,
    ) -> None:
        self.gateway = gateway if isinstance(gateway, Gateway) else gateway_named(gateway)
        self.settings = settings or Settings()
        self.raise_app_exceptions = raise_app_exceptions
        self.handler = _handler_of(app, self.gateway, on_error="raise" if raise_app_exceptions else "respond")
        self._door = Door(self.gateway, limits=limits)
        self._last: Exchange | None = None

    @property
    def last(self) -> Exchange:
        """The exchange that ended last. Raises LookupError where there was none."""
        if self._last is None:
            raise LookupError("no request has been answered yet")
        return self._last

    def exchange(self, request: Request) -> Exchange:
        """The whole way of one request, in this thread."""
        request_id = str(uuid.uuid4())
        lost: list[Loss] = []
        token = LOST.set(lost)
        try:
            exchange = self._door.pass_through(request, self.handler, self._context(request_id), stamp_now(request_id))
        except Exception as error:
            if self.raise_app_exceptions:
                raise
            exchange = self._door.open(request, stamp_now(request_id))
            refusal = Refusal(Refusal.UNHANDLED, type(error).__name__, self.gateway.runtime.error(error))
            self._door.refuse(exchange, refusal)
        finally:
            LOST.reset(token)
        exchange.lost.extend(lost)
        self._last = exchange
        return exchange

    def start(self) -> None:
        """What the platform does before the first request. Raises StartupFailed."""
        if isinstance(self.handler, Handler):
            self.handler.initialize(self._context())

    def stop(self) -> None:
        """What the platform does before the instance goes."""
        if isinstance(self.handler, Handler):
            self.handler.pre_stop(self._context())

    def _context(self, request_id: str = "") -> object:
        return self.gateway.runtime.context(self.settings, request_id or str(uuid.uuid4()))

    # -- httpx ---------------------------------------------------------------------------------------------------------

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self._received(self.exchange(_sent(request)))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return self._received(await anyio.to_thread.run_sync(self.exchange, _sent(request)))

    def __enter__(self) -> GatewayTransport:
        self.start()
        return self

    async def __aenter__(self) -> GatewayTransport:
        await anyio.to_thread.run_sync(self.start)
        return self

    def close(self) -> None:
        self.stop()

    async def aclose(self) -> None:
        await anyio.to_thread.run_sync(self.stop)

    def _received(self, exchange: Exchange) -> httpx.Response:
        for loss in exchange.lost:
            cure = f"; {loss.cure}" if loss.cure else ""
            warnings.warn(LossWarning(f"{self.gateway.name}: {loss.says}{cure}"), stacklevel=_distance_to_the_test())
        answer = exchange.answer
        return httpx.Response(
            answer.status,
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers],
            # A stream, because for content httpx would add headers of its own.
            stream=httpx.ByteStream(answer.body),
            extensions={"http_version": b"HTTP/1.1", "fcbridge.exchange": exchange},
        )


def _sent(request: httpx.Request) -> Request:
    """The request as the gateway's server reads it from the wire."""
    path, _, query = request.url.raw_path.partition(b"?")
    return Request(
        method=request.method,
        path=path.decode("latin-1"),
        query=query.decode("latin-1"),
        headers=Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw),
        body=request.content,
        client=CALLER,
        scheme=request.url.scheme,
    )


def _handler_of(app: object, gateway: Gateway, on_error: Literal["respond", "raise"]) -> HandlerFunction:
    if isinstance(app, str):
        from ..runners.loading import load

        app = load(app)
    if isinstance(app, Handler) or _takes_an_event(app):
        return app  # type: ignore[return-value]
    return bridge(app, platform=platform_of(gateway.name), on_error=on_error)


def _takes_an_event(app: object) -> bool:
    """Whether a function is a handler by the name that every platform's documents give its first argument.

    A WSGI app takes two arguments as well, so their number tells nothing.
    """
    code = getattr(getattr(app, "__func__", app), "__code__", None)
    if code is None:
        return False
    names: tuple[str, ...] = code.co_varnames[: code.co_argcount]
    return "event" in (names[1:2] if inspect.ismethod(app) else names[:1])


def _distance_to_the_test() -> int:
    """The ``stacklevel`` of the first frame outside of httpx and of the test kit."""
    frame, level = inspect.currentframe(), 0
    while frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in ("httpx", "fcbridge"):
        frame, level = frame.f_back, level + 1
    return level

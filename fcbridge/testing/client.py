"""An httpx client whose every request travels through a gateway and a handler, and its asynchronous twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from .transport import GatewayTransport

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..gateway import Gateway, Settings
    from ..local.door import Exchange
    from .options import ClientOptions

_BASE_URL = "https://testserver"


class Client(httpx.Client):
    """``with Client(app) as client`` starts the app as the platform starts a function, and stops it at the end.

    ``app`` is an ASGI or WSGI app, a ``"module:attr"`` string, a handler that ``bridge`` made, or any function
    ``handler(event, context)``. A handler is called as it is; an app is bridged first, so that what it raises comes
    out here: with ``raise_app_exceptions=False`` the answer is what the client of the deployed function would get.
    ``settings`` are those of the played function. Everything else is httpx's own.
    """

    _transport: GatewayTransport

    def __init__(
        self,
        app: object,
        gateway: str | Gateway = "fc3-http",
        *,
        limits: bool = True,
        settings: Settings | None = None,
        raise_app_exceptions: bool = True,
        **options: Unpack[ClientOptions],
    ) -> None:
        options.setdefault("base_url", _BASE_URL)
        transport = GatewayTransport(
            app, gateway, limits=limits, settings=settings, raise_app_exceptions=raise_app_exceptions
        )
        super().__init__(transport=transport, **options)

    @property
    def last(self) -> Exchange:
        """The last exchange: its event, payload, losses and refusal. A response has its own in
        ``response.extensions["fcbridge.exchange"]``."""
        return self._transport.last


class AsyncClient(httpx.AsyncClient):
    """``Client`` for tests that await. The handler runs in a worker thread, so the test's loop stays free."""

    _transport: GatewayTransport

    def __init__(
        self,
        app: object,
        gateway: str | Gateway = "fc3-http",
        *,
        limits: bool = True,
        settings: Settings | None = None,
        raise_app_exceptions: bool = True,
        **options: Unpack[ClientOptions],
    ) -> None:
        options.setdefault("base_url", _BASE_URL)
        transport = GatewayTransport(
            app, gateway, limits=limits, settings=settings, raise_app_exceptions=raise_app_exceptions
        )
        super().__init__(transport=transport, **options)

    @property
    def last(self) -> Exchange:
        """The last exchange, as in ``Client``; of several at once, the one that ended last."""
        return self._transport.last

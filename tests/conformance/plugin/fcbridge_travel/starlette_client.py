"""Starlette's test client. WebSocket sessions stay on their own way: a function has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx2 as httpx
from starlette import testclient
from starlette.testclient import TestClient

from fcbridge.errors import StartupFailed
from fcbridge.model import Headers, Request, Response

from .ways import PastLoss, ThroughGateway

if TYPE_CHECKING:
    from fcbridge.handler import Handler

    from .ways import Way

# The client has no seam where another transport could be put in, so its own is changed.
_Transport: Any = testclient._TestClientTransport  # pyright: ignore[reportPrivateUsage]


def patch(way: Way) -> None:
    """Have every HTTP request of a TestClient take ``way``."""
    if isinstance(way, ThroughGateway):
        _through_gateway(way)
    else:
        _past_loss(way)


def _through_gateway(way: ThroughGateway) -> None:
    direct = _Transport.handle_request

    def handler_of(transport: Any, lifespan: str) -> Handler:
        return way.handler(
            transport.app,
            lifespan=lifespan,
            base_path=transport.root_path,
            on_error="raise" if transport.raise_server_exceptions else "respond",
            interface="asgi3",
        )

    def handle_request(transport: Any, sent: httpx.Request) -> httpx.Response:
        if sent.url.scheme in ("ws", "wss"):
            response: httpx.Response = direct(transport, sent)
            return response
        # A client that is not entered does not run the lifespan.
        handler: Handler | None = getattr(transport, "handler", None)
        if handler is None:
            handler = handler_of(transport, "off")
        return _httpx_response(way.answer(_request(transport, sent), handler), sent)

    def enter(client: TestClient) -> TestClient:
        transport: Any = client._transport  # pyright: ignore[reportPrivateUsage]
        transport.handler = handler_of(transport, "on")
        try:
            transport.handler.initialize()
        except StartupFailed as error:
            # The client shows what the app raised.
            raise error.__cause__ or error from None
        return client

    def leave(client: TestClient, *error: object) -> None:
        transport: Any = client._transport  # pyright: ignore[reportPrivateUsage]
        transport.handler.pre_stop()
        del transport.handler

    _Transport.handle_request = handle_request
    TestClient.__enter__ = enter  # type: ignore[method-assign]
    TestClient.__exit__ = leave  # type: ignore[method-assign]


def _past_loss(way: PastLoss) -> None:
    direct = _Transport.handle_request

    def handle_request(transport: Any, sent: httpx.Request) -> httpx.Response:
        if sent.url.scheme in ("ws", "wss"):
            response: httpx.Response = direct(transport, sent)
            return response
        request = way.sent(_request(transport, sent))
        client, transport.client = transport.client, request.client
        try:
            received: httpx.Response = direct(transport, _httpx_request(request, sent))
        finally:
            transport.client = client
        if way.spares_responses:
            return received
        raw = b"".join(received.iter_raw())
        left = way.received(Response(received.status_code, Headers(_latin1(received.headers.raw)), raw))
        answer = _httpx_response(left, sent)
        # What an app hands to the client in its own process is no part of the response.
        answer.extensions = received.extensions
        for name in vars(received).keys() & {"template", "context"}:
            setattr(answer, name, getattr(received, name))
        return answer

    _Transport.handle_request = handle_request


# -- between httpx and the model --------------------------------------------------------------------------------------


def _request(transport: Any, sent: httpx.Request) -> Request:
    path, _, query = sent.url.raw_path.partition(b"?")
    return Request(
        method=sent.method,
        path=path.decode("latin-1"),
        query=query.decode("latin-1"),
        headers=Headers(_latin1(sent.headers.raw)),
        body=sent.read(),
        client=transport.client,
        scheme=sent.url.scheme,
    )


def _httpx_request(request: Request, sent: httpx.Request) -> httpx.Request:
    # What httpx has as its default port it leaves out of the URL, and the client takes the scheme's own then.
    url = sent.url.copy_with(scheme=request.scheme, raw_path=request.target.encode("latin-1"))
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]
    return httpx.Request(request.method, url, headers=headers, stream=httpx.ByteStream(request.body))


def _httpx_response(response: Response, sent: httpx.Request) -> httpx.Response:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    return httpx.Response(response.status, headers=headers, stream=httpx.ByteStream(response.body), request=sent)


def _latin1(pairs: list[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs]

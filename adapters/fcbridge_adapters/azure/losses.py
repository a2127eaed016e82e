"""What both gateways lose: the front end, Kestrel and the host stand before either."""

from __future__ import annotations

from fcbridge.losses import Loss, refused_response_headers
from fcbridge.model import Headers, Request, Response

from .headers import ascii_text, forwarded, response_refused, typed
from .urls import host_path

FORWARDED = Loss(
    "forwarded",
    "the client's address comes as the last entry of X-Forwarded-For, with its port, the scheme also in "
    "X-Forwarded-Proto",
    on_request=forwarded,
    witness=Request(client=("203.0.113.24", 50712)),
    quiet=True,
)

# The host reads a body only where Content-Length is more than 0.
UNSIZED_BODY = Loss(
    "unsized-body",
    "a request body without Content-Length, as clients send it in chunks, does not arrive",
    cure="have the client send the body in one piece",
    on_request=lambda request: request if "content-length" in request.headers else request.replace(body=b""),
    witness=Request("POST", body=b"x"),
)

PATH_SPELLING = Loss(
    "path-spelling",
    "the host decodes the path and encodes it again: dot segments go, and %2541 arrives as %41",
    on_request=lambda request: request.replace(path=host_path(request.path)),
    witness=Request(path="/a%2541/./b%7E"),
)

REFUSED_RESPONSE_HEADERS = refused_response_headers(response_refused, "content-length")

ASCII_RESPONSE_HEADERS = Loss(
    "ascii-response-headers",
    "the host takes ASCII only in response headers: everything else is percent-encoded",
    cure="send the value percent-encoded (RFC 8187)",
    on_response=lambda response: response.replace(
        headers=Headers.of([(name, ascii_text(value)) for name, value in response.headers])
    ),
    witness=Response(headers=Headers([("x-name", "caf\xc3\xa9")])),
)

CONTENT_TYPE = Loss(
    "content-type",
    "a response without Content-Type is given one",
    on_response=lambda response: response.replace(headers=Headers.of(typed(response.headers.pairs, response.body))),
    witness=Response(body=b"x"),
    quiet=True,
)

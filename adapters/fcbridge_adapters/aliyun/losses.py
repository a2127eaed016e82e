"""What the doors of Function Compute lose."""

from __future__ import annotations

from fcbridge.losses import (
    CLIENT_PORT,
    FOLDED_RESPONSE_HEADERS,
    FORWARDED,
    HTTP_VERSION,
    ONE_SET_COOKIE,
    QUERY_SPELLING,
    REPEATED_QUERY_KEYS,
    REQUEST_HEADER_TEXT,
    RESPONSE_HEADER_TEXT,
    SCHEME,
    Loss,
    folded_request_headers,
    refused_request_headers,
    refused_response_headers,
)
from fcbridge.model import Headers, Request

from .fc2 import DEFAULT_TYPE
from .headers import request_refused, response_refused

HTTP_TRIGGER = (
    refused_request_headers(request_refused, "x-fc-access-key-id"),
    folded_request_headers(",", ","),
    REQUEST_HEADER_TEXT,
    QUERY_SPELLING,
    REPEATED_QUERY_KEYS,
    SCHEME,
    CLIENT_PORT,
    refused_response_headers(response_refused, "date"),
    ONE_SET_COOKIE,
    FOLDED_RESPONSE_HEADERS,
    RESPONSE_HEADER_TEXT,
)

API_GATEWAY = (
    refused_request_headers(request_refused, "x-fc-access-key-id"),
    FORWARDED,
    # Inferred: the maps are single-valued and no document says what becomes of repeats; joined, nothing is dropped.
    folded_request_headers(",", ","),
    REQUEST_HEADER_TEXT,
    QUERY_SPELLING,
    REPEATED_QUERY_KEYS,
    HTTP_VERSION,
    refused_response_headers(response_refused, "date"),
    ONE_SET_COOKIE,
    FOLDED_RESPONSE_HEADERS,
    RESPONSE_HEADER_TEXT,
)


def _content_headers(request: Request) -> Request:
    """The runtime fills in both content headers whether the client sent them or not."""
    kind = request.headers.get("content-type")
    pairs = request.headers.without("content-type", "content-length").pairs
    if request.body:
        pairs.append(("content-length", str(len(request.body))))
        pairs.append(("content-type", kind or DEFAULT_TYPE))
    elif kind and kind != DEFAULT_TYPE:
        pairs.append(("content-type", kind))
    return request.replace(headers=Headers.of(pairs))


_CONTENT_HEADERS = Loss(
    "content-headers",
    "the runtime fills in Content-Type and Content-Length where the client sent none",
    on_request=_content_headers,
    witness=Request("POST", body=b"x"),
    quiet=True,
)

_UNDERSCORES = Loss(
    "underscores",
    "an underscore in a header's name becomes a dash, as in every WSGI environ",
    on_request=lambda request: request.replace(
        headers=Headers.of([(name.replace("_", "-"), value) for name, value in request.headers])
    ),
    witness=Request(headers=Headers([("x_tag", "1")])),
    quiet=True,
)

HTTP_FUNCTION = (
    refused_request_headers(request_refused, "x-fc-access-key-id"),
    REQUEST_HEADER_TEXT,
    _UNDERSCORES,
    folded_request_headers(",", ","),
    _CONTENT_HEADERS,
    SCHEME,
    CLIENT_PORT,
    HTTP_VERSION,
    refused_response_headers(response_refused, "date"),
    RESPONSE_HEADER_TEXT,
)

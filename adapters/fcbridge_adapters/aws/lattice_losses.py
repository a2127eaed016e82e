"""What the two event structures of VPC Lattice lose."""

from __future__ import annotations

from fcbridge.losses import (
    FOLDED_RESPONSE_HEADERS,
    HTTP_VERSION,
    ONE_SET_COOKIE,
    QUERY_SPELLING,
    REPEATED_QUERY_KEYS,
    REQUEST_HEADER_TEXT,
    RESPONSE_HEADER_TEXT,
    SCHEME,
    Loss,
    folded_request_headers,
    refused_response_headers,
)
from fcbridge.model import Request

from .lattice import noted, refused

_FORWARDED_FOR = Loss(
    "forwarded-for",
    "the client's address comes as the last entry of X-Forwarded-For",
    on_request=noted,
    witness=Request(client=("203.0.113.24", 50712)),
    quiet=True,
)

_RESPONSE = (
    refused_response_headers(refused, "content-length"),
    ONE_SET_COOKIE,
    FOLDED_RESPONSE_HEADERS,
    RESPONSE_HEADER_TEXT,
)

LATTICE_V1 = (
    _FORWARDED_FOR,
    SCHEME,
    # Inferred: one value a name, so repeats are joined as by other proxies.
    folded_request_headers(",", "; "),
    REQUEST_HEADER_TEXT,
    QUERY_SPELLING,
    REPEATED_QUERY_KEYS,
    HTTP_VERSION,
    *_RESPONSE,
)

LATTICE_V2 = (_FORWARDED_FOR, SCHEME, REQUEST_HEADER_TEXT, QUERY_SPELLING, HTTP_VERSION, *_RESPONSE)

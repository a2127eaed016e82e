"""What the two modes of an Application Load Balancer lose."""

from __future__ import annotations

from fcbridge.losses import (
    FOLDED_RESPONSE_HEADERS,
    HTTP_VERSION,
    REQUEST_HEADER_TEXT,
    RESPONSE_HEADER_TEXT,
    Loss,
    refused_request_headers,
    refused_response_headers,
)
from fcbridge.model import Headers, Request

from .composing import raw_pairs
from .losses import added_fields
from .protocol import request_refused, response_refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from fcbridge.model import Pair

_CLIENT_IN_FORWARDED = Loss(
    "client-in-forwarded",
    "the client's address comes as the last entry of X-Forwarded-For alone",
    on_request=lambda request: request.replace(client=None),
    witness=Request(client=("203.0.113.24", 0)),
    quiet=True,
)


def _joined(pairs: Iterable[Pair]) -> str:
    return "&".join([f"{name}={value}" for name, value in pairs])


def _last_values(request: Request) -> Request:
    pairs = raw_pairs(request.query)
    last = dict(pairs)
    return request if len(last) == len(pairs) else request.replace(query=_joined(last.items()))


_LAST_QUERY_VALUE = Loss(
    "last-query-value",
    "of a repeated query key, only the last value arrives",
    cure="switch lambda.multi_value_headers.enabled on",
    on_request=_last_values,
    witness=Request(query="tag=red&tag=blue"),
)

_QUERY_ORDER = Loss(
    "query-order",
    "the query arrives as a mapping: the order of its keys is not kept, nor whether a blank value had an equals sign",
    on_request=lambda request: request.replace(
        query=_joined(sorted(raw_pairs(request.query), key=lambda pair: pair[0]))
    ),
    witness=Request(query="b=x%20y&a"),
    quiet=True,
)

_LAST_REQUEST_HEADER = Loss(
    "last-request-header",
    "of a repeated request header, only the last value arrives",
    cure="switch lambda.multi_value_headers.enabled on",
    on_request=lambda request: request.replace(headers=Headers.of(list(dict(request.headers.pairs).items()))),
    witness=Request(headers=Headers([("x-tag", "alpha"), ("x-tag", "beta")])),
)

SINGLE_VALUES = (
    refused_request_headers(request_refused, "connection"),
    added_fields(),
    _LAST_REQUEST_HEADER,
    REQUEST_HEADER_TEXT,
    _LAST_QUERY_VALUE,
    _QUERY_ORDER,
    _CLIENT_IN_FORWARDED,
    HTTP_VERSION,
    refused_response_headers(response_refused, "content-length"),
    FOLDED_RESPONSE_HEADERS,
    RESPONSE_HEADER_TEXT,
)

MULTIPLE_VALUES = (
    refused_request_headers(request_refused, "connection"),
    added_fields(),
    REQUEST_HEADER_TEXT,
    _QUERY_ORDER,
    _CLIENT_IN_FORWARDED,
    HTTP_VERSION,
    refused_response_headers(response_refused, "content-length"),
    RESPONSE_HEADER_TEXT,
)

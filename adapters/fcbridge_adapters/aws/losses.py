"""What API Gateway and function URLs lose, and what other front doors of Lambda lose as well."""

from __future__ import annotations

from fcbridge.codec import decoded_path, encoded_path
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.losses import (
    CLIENT_PORT,
    FOLDED_RESPONSE_HEADERS,
    QUERY_SPELLING,
    REQUEST_HEADER_TEXT,
    RESPONSE_HEADER_TEXT,
    Loss,
    folded_request_headers,
    refused_request_headers,
    refused_response_headers,
)
from fcbridge.model import Headers, Request, Response

from .composing import TLS, added, cookie_pairs
from .protocol import request_refused, response_refused, rest_request_refused, rest_response_refused
from .reading import renamed, typed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.model import Pair


def added_fields(*fields: Pair) -> Loss:
    """What :func:`added` does, as a loss."""
    return Loss(
        "added-fields",
        "the front door adds X-Forwarded-For, X-Forwarded-Port, X-Forwarded-Proto and X-Amzn-Trace-Id",
        on_request=lambda request: added(request, SAMPLE_STAMP, *fields),
        witness=Request(client=("203.0.113.24", 0)),
        quiet=True,
    )


def _default_type(kind: str) -> Loss:
    """The door writes a Content-Type where there is none."""
    return Loss(
        "default-content-type",
        f"a response without Content-Type is sent as {kind!r}",
        cure="set the Content-Type of every response",
        on_response=lambda response: typed(response, kind),
        witness=Response(204),
        quiet=True,
    )


_DEFAULT_TEXT = _default_type("text/plain; charset=utf-8")
_DEFAULT_JSON = _default_type("application/json")

_REMAPPED_FIELDS = Loss(
    "remapped-fields",
    "WWW-Authenticate and Authorization reach the client as X-Amzn-Remapped-...: no browser asks for a password",
    cure="use an HTTP API, which leaves them alone",
    on_response=renamed,
    witness=Response(401, Headers([("www-authenticate", "Basic")])),
)

_SEMICOLONS = Loss(
    "semicolons",
    "a semicolon in a query separates parameters, as an ampersand does",
    cure="percent-encode it as %3B",
    on_request=lambda request: request.replace(query=request.query.replace(";", "&")),
    witness=Request(query="a=1;b=2"),
)

REST_API = (
    refused_request_headers(rest_request_refused, "content-length"),
    added_fields(),
    REQUEST_HEADER_TEXT,
    _SEMICOLONS,
    QUERY_SPELLING,
    CLIENT_PORT,
    refused_response_headers(rest_response_refused, "date"),
    _REMAPPED_FIELDS,
    _DEFAULT_JSON,
    RESPONSE_HEADER_TEXT,
)

HTTP_API_1 = (
    refused_request_headers(request_refused, "connection"),
    added_fields(),
    REQUEST_HEADER_TEXT,
    QUERY_SPELLING,
    CLIENT_PORT,
    refused_response_headers(response_refused, "content-length"),
    _DEFAULT_TEXT,
    RESPONSE_HEADER_TEXT,
)


def _cookies_as_pairs(request: Request) -> Request:
    cookies = cookie_pairs(";".join(request.headers.get_all("cookie")))
    pairs = request.headers.without("cookie").pairs
    if cookies:
        pairs.append(("cookie", "; ".join(cookies)))
    return request.replace(headers=Headers.of(pairs))


_COOKIE_SPELLING = Loss(
    "cookie-spelling",
    "cookies arrive one by one: what stood between them is not kept",
    on_request=_cookies_as_pairs,
    witness=Request(headers=Headers([("cookie", "a=1;b=2;")])),
    quiet=True,
)

_ENCODED_SLASHES = Loss(
    "encoded-slashes",
    "the path arrives decoded: %2F in it cannot be told from a slash",
    cure="put the value into the query, or use a REST API or a function URL",
    on_request=lambda request: request.replace(path=request.path.replace("%2F", "/").replace("%2f", "/")),
    witness=Request(path="/files/a%2Fb"),
)


def _respelled(path: str) -> str:
    return "%2F".join([encoded_path(decoded_path(part)) for part in path.replace("%2f", "%2F").split("%2F")])


_PATH_SPELLING = Loss(
    "path-spelling",
    "the path arrives decoded: how it was escaped is not kept, nor are bytes that are not UTF-8",
    on_request=lambda request: request.replace(path=_respelled(request.path)),
    witness=Request(path="/caf%c3%a9"),
    quiet=True,
)

HTTP_API_2 = (
    refused_request_headers(request_refused, "connection"),
    added_fields(),
    _COOKIE_SPELLING,
    folded_request_headers(",", "; "),
    REQUEST_HEADER_TEXT,
    _ENCODED_SLASHES,
    _PATH_SPELLING,
    CLIENT_PORT,
    refused_response_headers(response_refused, "content-length"),
    FOLDED_RESPONSE_HEADERS,
    _DEFAULT_TEXT,
    RESPONSE_HEADER_TEXT,
)

FUNCTION_URL = (
    refused_request_headers(request_refused, "connection"),
    added_fields(*TLS),
    folded_request_headers(",", "; "),
    REQUEST_HEADER_TEXT,
    CLIENT_PORT,
    refused_response_headers(rest_response_refused, "date"),
    FOLDED_RESPONSE_HEADERS,
    _REMAPPED_FIELDS,
    _DEFAULT_JSON,
    RESPONSE_HEADER_TEXT,
)

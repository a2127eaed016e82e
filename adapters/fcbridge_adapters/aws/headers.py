"""The header fields that the front doors of Lambda keep to themselves.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html for REST APIs,
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html for load balancers.
"""

from __future__ import annotations

from fcbridge.model import Headers, Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# RFC 9110 section 7.6.1: they speak of the connection to the door.
_CONNECTION = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)

_REST_REQUEST = _CONNECTION | {
    "content-length", "content-md5", "expect", "max-forwards", "proxy-authenticate", "server", "www-authenticate",
}  # fmt: skip
#: What the door ignores of a function's fields: it counts the body itself.
RESPONSE_REFUSED = _CONNECTION | {"content-length"}
# They would come out as X-Amzn-Remapped-Date and X-Amzn-Remapped-Server, beside the door's own.
#: What a REST API and a function URL send on under another name.
REST_RESPONSE_REFUSED = RESPONSE_REFUSED | {"date", "server"}


def request_refused(name: str) -> bool:
    """Inferred for HTTP APIs, function URLs and load balancers: only what speaks of the connection is kept back."""
    return name in _CONNECTION


def rest_request_refused(name: str) -> bool:
    """A REST API keeps back the length of the body as well."""
    return name in _REST_REQUEST


def response_refused(name: str) -> bool:
    """Whether the door ignores a function's field: it counts the body itself."""
    return name in RESPONSE_REFUSED


def rest_response_refused(name: str) -> bool:
    """What a REST API and a function URL would send on under another name."""
    return name in REST_RESPONSE_REFUSED


def passed_on(request: Request, refused: Callable[[str], bool]) -> Request:
    """What of a client's headers reaches the function."""
    return request.replace(headers=Headers.of([pair for pair in request.headers if not refused(pair[0])]))

"""What the front doors have in common: how large a message may be, which of its header fields they keep to themselves,
how its version of HTTP is spelled, and where in the path an HTTP API's stage is.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html for REST APIs,
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html for load balancers,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html for stages.
Inferred: an event spells HTTP/2 ``HTTP/2.0``, as the access logs of API Gateway do; ``HTTP/2`` is read as well.
"""

from __future__ import annotations

from fcbridge.codec import below_base, wire_text
from fcbridge.model import Headers, Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: An invocation's event, and its result, in bytes. The event is measured whole, and a body in base64 is a third longer
#: in it. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
PAYLOAD = 6 * 1024 * 1024

#: The stage of an HTTP API that has no name, and does not stand in the path.
DEFAULT_STAGE = "$default"

#: Request line and headers at API Gateway, in bytes.
#: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
HEAD = 10_240


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


def http_version(protocol: object) -> str:
    """``2`` of ``HTTP/2.0``; 1.1 where nothing is told. Raises TypeError or ValueError for what is no text of a
    header."""
    if not protocol:
        return "1.1"
    if not isinstance(protocol, str):
        raise TypeError(type(protocol).__name__)
    version = wire_text(protocol).rpartition("/")[2]
    return version[:-2] if version.endswith(".0") and version != "1.0" else version


#: What the console's test button has in place of the client's address.
NO_ADDRESS = "test-invoke-source-ip"


def client_of(address: str | None) -> tuple[str, int] | None:
    """The client, whose port is not told."""
    if not address or address == NO_ADDRESS:
        return None
    # Blanks around it and what is not ASCII are nothing that a gateway writes, but a test may.
    return (address if address.isascii() and address.isprintable() else wire_text(address)).strip(), 0


def protocol_of(version: str) -> str:
    """``HTTP/2.0`` of ``2``."""
    return f"HTTP/{version}" if "." in version else f"HTTP/{version}.0"


def stage_of(path: str, context: Mapping[str, object]) -> str:
    """The base path of a path on the wire at an HTTP API: a segment that is the stage's name, and no part of one.

    Recorded events have it there behind the API's own domain; reports of custom domains contradict each other, so it is
    taken off where it stands, and never asked for.
    """
    stage = context.get("stage")
    if not isinstance(stage, str) or not stage or stage == DEFAULT_STAGE:
        return ""
    base = f"/{stage}"
    return base if below_base(path, base) else ""

"""How the front doors of Lambda read a function's result, field by field. Used outside the function only.

Every function takes the door's title for its errors and raises MalformedEvent where the door refuses the result.
"""

from __future__ import annotations

from fcbridge.bodies import body_bytes
from fcbridge.codec import field_name, is_list, is_object, wire_text
from fcbridge.errors import MalformedEvent
from fcbridge.model import Headers, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.model import Pair


def refused(title: str, field: str, wrong: str) -> MalformedEvent:
    return MalformedEvent(f"The function's result is not what {title} reads: {field!r} {wrong}.")


def status_of(title: str, status: object) -> int:
    """``"201"`` is a status too."""
    if isinstance(status, str) and len(status) == 3 and status.isascii() and status.isdigit():
        status = int(status)
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
        raise refused(title, "statusCode", "is no HTTP status")
    return status


def fields_of(title: str, headers: object) -> list[Pair]:
    """The fields of a map of single values; numbers and booleans are written out."""
    if headers is None:
        return []
    if not is_object(headers):
        raise refused(title, "headers", "is no map")
    return [_field(title, "headers", name, value) for name, value in headers.items()]


def lists_of(title: str, headers: object) -> list[Pair]:
    """The fields of a map of lists."""
    if headers is None:
        return []
    if not is_object(headers) or not all(is_list(values) for values in headers.values()):
        raise refused(title, "multiValueHeaders", "is no map of lists")
    return [_field(title, "multiValueHeaders", name, value) for name, values in headers.items() for value in values]


def cookies_of(title: str, cookies: object) -> list[Pair]:
    """One Set-Cookie an item."""
    if cookies is None:
        return []
    if not is_list(cookies):
        raise refused(title, "cookies", "is no list")
    return [_field(title, "cookies", "set-cookie", value) for value in cookies]


def content_of(title: str, body: object, encoded: object) -> bytes:
    if body is not None and not isinstance(body, str):
        raise refused(title, "body", "is no string")
    try:
        return body_bytes(body, encoded)
    except ValueError:
        raise refused(title, "body", "cannot be decoded") from None


def _field(title: str, field: str, name: str, value: object) -> Pair:
    if isinstance(value, bool):
        value = "true" if value else "false"
    elif isinstance(value, (int, float)):
        value = str(value)
    if not isinstance(value, str):
        raise refused(title, field, "has a value that is no text")
    try:
        return field_name(name), wire_text(value)
    except ValueError:
        raise refused(title, field, "has a name or a value that no header can have") from None


# -- what a door makes of the response --------------------------------------------------------------------------------


def typed(response: Response, kind: str) -> Response:
    """With a Content-Type, which the door writes where there is none."""
    if "content-type" in response.headers:
        return response
    return response.replace(headers=Headers.of([*response.headers, ("content-type", kind)]))


# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html; seen with function URLs.
_REMAPPED = frozenset({"authorization", "connection", "content-length", "date", "server", "www-authenticate"})


def renamed(response: Response) -> Response:
    """With some fields under another name."""
    return response.replace(
        headers=Headers.of(
            [(f"x-amzn-remapped-{name}" if name in _REMAPPED else name, value) for name, value in response.headers]
        )
    )

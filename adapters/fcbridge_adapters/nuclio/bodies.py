"""What the wrapper makes of a body of the type ``application/json``: a value, which must be bytes again for the app.

https://github.com/nuclio/nuclio-sdk-py/blob/master/nuclio_sdk/event.py
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.model import Request

#: The one type that is parsed; with a parameter behind it, it is another one.
JSON = "application/json"


def event_body(body: object, content_type: str, size: object) -> bytes:
    """The bytes of an event's body. Raises TypeError or ValueError."""
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    if content_type == JSON and (body is not None or size):
        import json

        return json.dumps(body, separators=(",", ":")).encode("ascii")
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode("utf-8")
    raise TypeError(type(body).__name__)


def parsed_body(body: bytes, content_type: str) -> object:
    """What the wrapper makes of the bytes of a body."""
    if content_type != JSON:
        return body
    import json

    try:
        return json.loads(body.decode("utf-8"))
    except Exception:  # the wrapper's own condition
        return body


def written_anew(request: Request) -> Request:
    """``request`` with the body that comes of the wrapper's value."""
    content_type = request.headers.get("content-type") or ""
    body = event_body(parsed_body(request.body, content_type), content_type, len(request.body))
    return request.replace(body=body)

"""The object that a web action returns: ``statusCode``, ``headers``, ``body``.

https://github.com/apache/openwhisk/blob/master/docs/webactions.md#handling-http-requests-with-actions
What a body must be follows from its type, see :mod:`.media`: text as a string, which the controller sends as UTF-8;
binary as base64; JSON as base64 too, since a string of JSON that looks like base64 would be decoded.
"""

from __future__ import annotations

from fcbridge.bodies import base64_text
from fcbridge.codec import field_name, is_list, is_object, json_text, wire_text
from fcbridge.errors import MalformedEvent
from fcbridge.model import Headers, Response

from .headers import sent_on
from .media import MediaType, media_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.model import Pair

OCTETS = "application/octet-stream"

# Those that Akka HTTP has registered: with any other one, the controller answers 400.
_STATUSES = frozenset(
    {*range(100, 104), *range(200, 209), 226, *range(300, 306), 307, 308, *range(400, 419), *range(420, 427), 428, 429,
     431, 449, 450, 451, *range(500, 512), 598, 599}
)  # fmt: skip
_EMPTY = frozenset({204, 205, 304})


# -- inside the function ----------------------------------------------------------------------------------------------


def rendered_result(response: Response) -> dict[str, Any]:
    """What the action returns, with as much of the response as the controller can carry."""
    response = carried(with_known_status(sent_on(response)))
    headers: dict[str, Any] = {}
    for name, value in response.headers.pairs:
        text = json_text(value)
        if name not in headers:
            headers[name] = text
        elif isinstance(headers[name], list):
            headers[name].append(text)
        else:
            headers[name] = [headers[name], text]
    result: dict[str, Any] = {"statusCode": response.status, "headers": headers}
    if response.body:
        kind = media_type(response.headers.get("content-type") or OCTETS)
        as_text = kind is not None and not kind.is_binary and not kind.is_json
        result["body"] = response.body.decode("utf-8") if as_text else base64_text(response.body)
    return result


def with_known_status(response: Response) -> Response:
    """The response with a status that the controller knows: the one of the same class (RFC 9110 section 15)."""
    status = response.status if response.status in _STATUSES else response.status // 100 * 100
    return Response(status, response.headers, b"" if status in _EMPTY else response.body)


def carried(response: Response) -> Response:
    """The response with a body that fits to its type."""
    status, headers, body = response.status, response.headers, response.body
    if not body:
        return Response(status, headers.without("content-type"))
    kind = media_type(headers.get("content-type") or OCTETS)
    if kind is None or kind.is_binary or kind.is_json:
        return _typed(status, headers, body, OCTETS if kind is None else kind.sent)
    encoding = headers.get("content-encoding")
    text = _utf8(body, kind, encoding)
    if text is None:
        return _typed(status, headers, body, OCTETS)
    if encoding is not None and encoding.lower() != "identity":
        headers = headers.without("content-encoding")
    return _typed(status, headers, text, kind.sent)


def _typed(status: int, headers: Headers, body: bytes, content_type: str) -> Response:
    pairs: list[Pair] = [("content-type", content_type)]
    pairs += [pair for pair in headers.pairs if pair[0] != "content-type"]
    return Response(status, Headers.of(pairs), body)


def _utf8(body: bytes, kind: MediaType, encoding: str | None) -> bytes | None:
    """A body of a text type as UTF-8: unpacked, and translated from its charset; None where that cannot be done."""
    if encoding is not None and encoding.lower() != "identity":
        unpacked = _unpacked(body) if encoding.lower() in ("gzip", "x-gzip", "deflate") else None
        if unpacked is None:
            return None
        body = unpacked
    try:
        text = body.decode(kind.charset or "utf-8")
        return body if kind.is_utf8 else text.encode("utf-8")
    except (LookupError, ValueError):
        return None


def _unpacked(body: bytes) -> bytes | None:
    import zlib

    # 32 more than the largest window: gzip or zlib, whichever it is.
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        unpacked = inflater.decompress(body)
    except zlib.error:
        return None
    return unpacked if inflater.eof and not inflater.unused_data else None


# -- outside ----------------------------------------------------------------------------------------------------------


def read_result(title: str, result: object) -> Response:
    """What the controller answers for an action's result. Raises MalformedEvent where it answers 400 instead."""
    if is_object(result) and "error" in result:
        result = result["error"]
    if not is_object(result):
        raise _unread(title, "is no object")
    status = _status(title, result)
    try:
        headers = Headers.of(_fields(result.get("headers", {})))
    except (AttributeError, TypeError, ValueError):
        raise _unread(title, "has 'headers' that are none") from None
    body = result.get("body")
    if body is None or body == "":
        return sent_on(Response(204 if status is None else status, headers.without("content-type")))
    answer = _answer(title, 200 if status is None else status, headers, body)
    if answer.status in _EMPTY or answer.status < 200:
        raise _unread(title, "has a body, which its status does not allow")
    return sent_on(answer)


def _status(title: str, result: dict[str, Any]) -> int | None:
    if "statusCode" not in result:
        return None
    status = result["statusCode"]
    if isinstance(status, str) and status.isascii() and status.isdigit() and len(status) == 3:
        status = int(status)
    if isinstance(status, float) and status.is_integer():
        status = int(status)
    if not isinstance(status, int) or isinstance(status, bool) or status not in _STATUSES:
        raise _unread(title, "has a 'statusCode' that is no registered one")
    return status


def _fields(headers: dict[str, Any]) -> list[Pair]:
    return [(field_name(name), wire_text(text)) for name, value in headers.items() for text in _texts(value)]


def _texts(value: object) -> list[str]:
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, (str, int, float)):
        return [str(value)]
    if is_list(value):
        return [text for item in value for text in _texts(item)]
    raise TypeError(type(value).__name__)


def _answer(title: str, status: int, headers: Headers, body: object) -> Response:
    """The type follows from the body where none is named: a string is HTML."""
    named = headers.get("content-type")
    kind = media_type(named or ("text/html" if isinstance(body, str) else "application/json"))
    if kind is None:
        raise _unread(title, "has a content type that is none")
    try:
        if isinstance(body, str):
            octets = _decoded(body) if kind.is_binary or (kind.is_json and _is_base64(body)) else body.encode("utf-8")
            return _typed(status, headers, octets, kind.sent)
        if kind.is_json:
            import json

            return _typed(status, headers, json.dumps(body, ensure_ascii=False).encode("utf-8"), kind.sent)
    except ValueError:
        pass
    raise _unread(title, "has a body that does not fit to its content type")


def _decoded(text: str) -> bytes:
    from base64 import b64decode

    return b64decode(text + "=" * (-len(text) % 4), validate=True)


def _is_base64(text: str) -> bool:
    """What the controller takes for base64, which is any text of that alphabet and length."""
    text = text.strip()
    try:
        return bool(text) and len(text) % 4 == 0 and bool(_decoded(text))
    except ValueError:
        return False


def _unread(title: str, wrong: str) -> MalformedEvent:
    return MalformedEvent(f"The function's result is not what {title} reads: it {wrong}.")

"""The JSON envelope that most gateways share: ``statusCode``, ``headers``, ``body``, ``isBase64Encoded``.

AWS made it, and Alibaba, Tencent, Huawei and Baidu took it over with small differences, which are the adapters' own.
"""

from __future__ import annotations

from .bodies import base64_text, body_bytes, body_text, enclosed_base64, is_text_type
from .codec import (
    LAYOUTS,
    canonical_name,
    field_name,
    is_list,
    is_object,
    json_text,
    layout_of,
    query_of_pairs,
    wire_text,
)
from .model import Headers, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from .errors import MalformedEvent
    from .model import Layout, Pair


# -- inside the function ----------------------------------------------------------------------------------------------


def event_headers(fields: Mapping[str, str]) -> Headers:
    """The header fields of an event. Raises ValueError, TypeError or AttributeError for what is no mapping of texts."""
    usual = laid_out(fields)
    return Headers.of(parsed_headers(fields)) if usual is None else Headers((), None, *usual)


def event_header_lists(fields: Mapping[str, object]) -> Headers:
    """:func:`event_headers` of a mapping in which a repeated field may be a list."""
    usual = laid_out_lists(fields)
    return Headers.of(parsed_header_lists(fields)) if usual is None else Headers((), None, *usual)


def laid_out(fields: Mapping[str, str]) -> tuple[Layout, list[str]] | None:
    """The layout of header fields, and their values; None where they are not as usual, and have to be looked at one by
    one: each name once, and values in ASCII without a line break or a NUL. Raises what ``event_headers`` does."""
    spelled = tuple(fields)
    layout = LAYOUTS.get(spelled) or layout_of(spelled)
    if layout is None:
        return None
    values = list(fields.values())
    try:
        text = "".join(values)  # all of them at once
    except TypeError:
        return None  # it is said one by one what is wrong
    if not text.isascii() or "\n" in text or "\r" in text or "\0" in text:
        return None
    return layout, values


def laid_out_lists(fields: Mapping[str, Any]) -> tuple[Layout, list[str]] | None:
    """:func:`laid_out` of a mapping in which a field may be a list."""
    spelled = tuple(fields)
    layout = LAYOUTS.get(spelled) or layout_of(spelled)
    if layout is None:
        return None
    try:
        # Of a list with one value it is the value, and of a text with one character.
        values = [value[0] for value in fields.values() if len(value) == 1]
        text = "".join(values)
    except (KeyError, TypeError):
        return None  # it is said one by one what is wrong
    if len(values) != len(spelled) or not text.isascii() or "\n" in text or "\r" in text or "\0" in text:
        return None
    return layout, values


def parsed_headers(headers: Mapping[str, str]) -> list[Pair]:
    """The fields of a mapping. Raises ValueError, TypeError or AttributeError where it is none of strings."""
    return [(field_name(name), wire_text(value)) for name, value in headers.items()]


def parsed_header_lists(headers: Mapping[str, object]) -> list[Pair]:
    """:func:`parsed_headers` of a mapping in which a repeated field may be a list."""
    pairs: list[Pair] = []
    for name, value in headers.items():
        if isinstance(value, str):
            pairs.append((field_name(name), wire_text(value)))
        elif is_list(value):
            lower = field_name(name)
            pairs.extend([(lower, wire_text(item)) for item in value])
        else:
            raise TypeError(type(value).__name__)
    return pairs


def parsed_query_lists(query: Mapping[str, object]) -> str:
    """The query string of a mapping, decoded, in which a repeated key may be a list of texts.

    Raises ValueError, TypeError or AttributeError for anything else.
    """
    pairs: list[Pair] = []
    for key, value in query.items():
        if isinstance(value, str):
            pairs.append((key, value))
        elif is_list(value):
            pairs.extend([(key, item) for item in value])
        else:
            raise TypeError(type(value).__name__)
    return query_of_pairs(pairs)


def rendered_headers(response: Response, refused: Callable[[str], bool]) -> dict[str, str]:
    """One value a name, in Go's spelling, without what the platform refuses."""
    return {
        canonical_name(name): json_text(value) for name, value in response.headers.fold().items() if not refused(name)
    }


def rendered(headers: Mapping[str, str], response: Response) -> str:
    """A finished JSON object: the status, ``headers``, whose names are tokens, and the body as text or base64.

    Put together here, because the encoder of ``json`` is made anew for each call, and neither base64 nor a token (RFC
    9110 section 5.6.2) holds anything that JSON would escape.
    """
    text = body_text(response)
    if text is not None:
        return rendered_text(response.status, headers, text)
    return enclosed_base64(
        f'{{"statusCode": {response.status:d}, "headers": {{{_fields(headers)}}}, "isBase64Encoded": true, "body": "',
        response.body,
        '"}',
    )


def rendered_text(status: int, headers: Mapping[str, str], text: str) -> str:
    """:func:`rendered` of a body that is text."""
    escaped = (_escapes or _escaping())[0]
    return (
        f'{{"statusCode": {status:d}, "headers": {{{_fields(headers)}}}, "isBase64Encoded": false, '
        f'"body": {escaped(text)}}}'
    )


def _fields(headers: Mapping[str, str]) -> str:
    escaped = (_escapes or _escaping())[1]
    return ", ".join([f'"{name}": {escaped(value)}' for name, value in headers.items()])


_escapes: tuple[Callable[[str], str], Callable[[str], str]] | None = None


def _escaping() -> tuple[Callable[[str], str], Callable[[str], str]]:
    """A text as JSON and as JSON in ASCII: CPython's functions in C, without the rest of ``json``."""
    global _escapes
    try:
        from _json import encode_basestring, encode_basestring_ascii
    except ImportError:
        from json.encoder import encode_basestring, encode_basestring_ascii
    _escapes = encode_basestring, encode_basestring_ascii
    return _escapes


def rendered_object(headers: Mapping[str, object], response: Response) -> dict[str, object]:
    """What :func:`rendered` makes, as an object: for the runtimes that make JSON of it themselves."""
    status, text = response.status, body_text(response)
    return {
        "statusCode": status if type(status) is int else int(status),  # of apps that answer with an HTTPStatus too
        "headers": headers,
        "isBase64Encoded": text is None,
        "body": base64_text(response.body) if text is None else text,
    }


def malformed(title: str, field: str, error: Exception) -> MalformedEvent:
    """Names the field and what is wrong with it, never its value."""
    if isinstance(error, KeyError):
        wrong = "is missing"
    elif isinstance(error, ValueError):
        wrong = "cannot be decoded"
    else:
        wrong = "is of a wrong type"
    from .errors import MalformedEvent

    return MalformedEvent(
        f"The event looks like one of {title}, but its field {field!r} {wrong}.",
        hint="compare it with the output of `fcbridge event generate`",
    )


# -- outside ----------------------------------------------------------------------------------------------------------


def composed_headers(headers: Headers, separator: str, cookie: str) -> dict[str, str]:
    """A mapping as Go's encoder writes it: canonical names, sorted, repeats joined."""
    folded = headers.fold(separator, cookie)
    return {canonical_name(name): json_text(folded[name]) for name in sorted(folded)}


def composed_body(request: Request) -> tuple[str, bool]:
    """Body and ``isBase64Encoded``: text where the type promises text and the bytes keep the promise."""
    if not request.body:
        return "", False
    if is_text_type(request.headers.get("content-type") or "") and "content-encoding" not in request.headers:
        try:
            return request.body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass
    return base64_text(request.body), True


def read_json(payload: bytes) -> Any:
    """The JSON value of a payload, or None where it is not JSON."""
    import json

    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None


def read_envelope(title: str, envelope: Mapping[str, Any], *, lists: bool = False) -> Response:
    """The response in an envelope; with ``lists``, a header may be a list of values.

    Raises MalformedEvent where a field is not what the gateways document.
    """
    status, headers, body = envelope.get("statusCode"), envelope.get("headers"), envelope.get("body")
    if isinstance(status, str) and len(status) == 3 and status.isascii() and status.isdigit():
        status = int(status)  # some documents show it as text
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
        raise _unread(title, "statusCode", "is no HTTP status")
    if headers is not None and not (
        is_object(headers)
        and all(isinstance(value, str) or (lists and _is_strings(value)) for value in headers.values())
    ):
        raise _unread(title, "headers", f"is no mapping of strings{' or lists of strings' if lists else ''}")
    if body is not None and not isinstance(body, str):
        raise _unread(title, "body", "is no string")
    try:
        fields = parsed_header_lists(headers or {})
        return Response(status, Headers.of(fields), body_bytes(body, envelope.get("isBase64Encoded")))
    except ValueError:
        raise _unread(title, "headers or body", "cannot be decoded") from None


def _is_strings(value: object) -> bool:
    return is_list(value) and all(isinstance(item, str) for item in value)


def _unread(title: str, field: str, wrong: str) -> MalformedEvent:
    from .errors import MalformedEvent

    return MalformedEvent(f"The function's result is not what {title} reads: {field!r} {wrong}.")

"""What raw and parsed web actions have in common: method, path and headers, and a body of its own.

https://github.com/apache/openwhisk/blob/master/docs/webactions.md#http-context
"""

from __future__ import annotations

from binascii import a2b_base64

from fcbridge.bodies import base64_text
from fcbridge.codec import json_text, method_name, scheme_of, wire_path
from fcbridge.envelope import event_headers, malformed
from fcbridge.model import Headers, Request

from .headers import request_refused, with_type
from .media import is_encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

#: The keys that every web action has.
META = frozenset({"__ow_headers", "__ow_method", "__ow_path"})


def parsed_meta(title: str, event: Mapping[str, Any]) -> Request:
    """The request without query and body. Raises MalformedEvent."""
    field = "__ow_method"
    try:
        method = method_name(event["__ow_method"])
        field = "__ow_path"
        path = wire_path(event["__ow_path"])
        field = "__ow_headers"
        headers = event_headers(event["__ow_headers"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise malformed(title, field, error) from error
    if headers.get("host") is None:
        headers.pairs.append(("host", "localhost"))
    return Request(method, path, "", headers, b"", None, scheme_of(headers))


def parsed_body(body: object, headers: Headers) -> bytes:
    """The bytes of ``__ow_body``. Raises TypeError or ValueError."""
    if not isinstance(body, str):
        if body is None:
            return b""
        raise TypeError(type(body).__name__)
    if body and is_encoded(headers.get("content-type")):
        try:
            octets = a2b_base64(body)
            # a2b_base64 passes over what is no base64. A body that does not come back was text after all: another
            # release of the controller may have other types registered.
            if base64_text(octets) == body:
                return octets
        except ValueError:
            pass
    return body.encode("utf-8")


def composed_meta(request: Request) -> tuple[dict[str, Any], bytes]:
    """The keys that every web action has, and the body."""
    from fcbridge.losses import FORWARDED, LAST_REQUEST_HEADER, request_behind

    from .losses import respelled_path

    pairs = [pair for pair in request.headers if not request_refused(pair[0])]
    # Inferred: that the front end notes client and scheme; nginx stands before the controller in every deployment.
    request = request_behind((FORWARDED, LAST_REQUEST_HEADER), with_type(request.replace(headers=Headers.of(pairs))))
    meta = {
        "__ow_method": request.method.lower(),
        "__ow_path": respelled_path(request.path),
        "__ow_headers": {name: json_text(value) for name, value in request.headers},
    }
    return meta, request.body


def composed_body(meta: Mapping[str, Any], body: bytes) -> str:
    """``__ow_body`` for bytes that the controller does not look into."""
    if body and is_encoded(meta["__ow_headers"].get("content-type")):
        return base64_text(body)
    return body.decode("utf-8", "replace")

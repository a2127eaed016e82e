"""Header fields as Tencent's gateways write them: one text a name, or a list of texts where a name is repeated.

https://cloud.tencent.com/document/product/583/12513, "integration response": a list is the only way to repeat a header,
and Content-Type must not be one.
"""

from __future__ import annotations

from fcbridge.codec import canonical_name, is_list, is_object, json_text, wire_text
from fcbridge.envelope import read_envelope
from fcbridge.errors import MalformedEvent
from fcbridge.model import Headers, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from fcbridge.model import Address

    Listed = dict[str, str | list[str]]


# -- inside the function ----------------------------------------------------------------------------------------------


def scheme_told(headers: Headers, *names: str) -> str:
    """The scheme in the first of ``names`` that is there; https where none is."""
    for name in names:
        value = headers.get(name)
        if value is not None:
            # Of several, the last was written by the proxy nearest to us.
            return "http" if value.rpartition(",")[2].strip().lower() == "http" else "https"
    return "https"


def last_written(headers: Headers, name: str) -> str:
    """The last of several values, since who appends one stands nearer to us than the caller; empty where none is."""
    values = headers.get_all(name)
    return values[-1].rpartition(",")[2].strip() if values else ""


def caller(address: Address) -> Address | None:
    """An address out of JSON as bytes-in-str. Raises ValueError where it holds a line of its own."""
    return (wire_text(address[0]), address[1]) if address[0] else None


def listed_headers(response: Response) -> Listed:
    """One text a name, a list of texts where it is repeated; Content-Type is a text, the last one."""
    headers: Listed = {}
    for name, value in response.headers.pairs:
        key = canonical_name(name)
        known = headers.get(key)
        if known is None or name == "content-type":
            headers[key] = json_text(value)
        elif isinstance(known, list):
            known.append(json_text(value))
        else:
            headers[key] = [known, json_text(value)]
    return headers


# -- outside ----------------------------------------------------------------------------------------------------------


def folded_headers(headers: Headers) -> dict[str, str]:
    """One text a name, in lower case. Inferred: that repeats are joined, and how; nothing is dropped that way."""
    return {name: json_text(value) for name, value in sorted(headers.fold().items())}


def read_response(title: str, envelope: Any) -> Response:
    """The response in an "integration response". Raises MalformedEvent where it is none."""
    if not is_object(envelope) or "statusCode" not in envelope:
        raise MalformedEvent(f"The function's result is not what {title} reads: it has no 'statusCode'.")
    headers = envelope.get("headers")
    if is_object(headers) and any(name.lower() == "content-type" and is_list(headers[name]) for name in headers):
        raise MalformedEvent(
            f"The function's result is not what {title} reads: 'Content-Type' is a list.", hint="make it a string"
        )
    return read_envelope(title, envelope, lists=True)


def with_headers(request: Request, added: Mapping[str, str]) -> Request:
    """The request with ``added`` in place of what the client sent under these names."""
    return request.replace(headers=Headers.of([*request.headers.without(*added).pairs, *added.items()]))

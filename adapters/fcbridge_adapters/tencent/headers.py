"""Header fields as Tencent's gateways write them: one text a name, or a list of texts where a name is repeated.

https://cloud.tencent.com/document/product/583/12513, "integration response": a list is the only way to repeat a header,
and Content-Type must not be one.
"""

from __future__ import annotations

from fcbridge.codec import canonical_name, field_name, is_object, json_text, wire_text
from fcbridge.envelope import read_envelope
from fcbridge.errors import MalformedEvent
from fcbridge.losses import Loss
from fcbridge.model import Headers, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypeGuard

    from fcbridge.model import Address, Pair

    Listed = dict[str, str | list[str]]


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Whether a JSON value is an array."""
    return isinstance(value, list)


# -- inside the function ----------------------------------------------------------------------------------------------


def request_fields(headers: Mapping[str, Any]) -> list[Pair]:
    """The fields of a mapping. Raises ValueError, TypeError or AttributeError where it is none of texts.

    Names come in lower case or in Title-Case. Lists are taken, too: no document says what becomes of repeats.
    """
    pairs: list[Pair] = []
    for name, value in headers.items():
        lower = field_name(name)
        if is_array(value):
            pairs.extend([(lower, wire_text(item)) for item in value])
        else:
            pairs.append((lower, wire_text(value)))
    return pairs


def scheme_told(headers: Headers, *names: str) -> str:
    """The scheme in the first of ``names`` that is there; https where none is."""
    for name in names:
        value = headers.get(name)
        if value is not None:
            # Of several, the last was written by the proxy nearest to us.
            return "http" if value.rpartition(",")[2].strip().lower() == "http" else "https"
    return "https"


def caller(address: Address | None) -> Address | None:
    """The address without what no header can hold."""
    return (wire_text(address[0]), address[1]) if address is not None and address[0] else None


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


def read_listed(title: str, envelope: Mapping[str, Any]) -> Response:
    """The response in an envelope whose headers may be lists. Raises MalformedEvent where the platform refuses it."""
    headers = envelope.get("headers")
    response = read_envelope(title, {**envelope, "headers": None})
    try:
        if headers is None:
            return response
        if not is_object(headers) or any(_is_listed_type(name, value) for name, value in headers.items()):
            raise TypeError
        return response.replace(headers=Headers.of(request_fields(headers)))
    except (AttributeError, TypeError, ValueError):
        raise MalformedEvent(
            f"The function's result is not what {title} reads: 'headers' is no mapping of texts and lists of texts.",
            hint="Content-Type must be a text, all values must be",
        ) from None


def _is_listed_type(name: str, value: object) -> bool:
    return isinstance(value, list) and name.lower() == "content-type"


def _one_content_type(response: Response) -> Response:
    kinds = response.headers.get_all("content-type")
    if len(kinds) < 2:
        return response
    others = response.headers.without("content-type").pairs
    return response.replace(headers=Headers.of([*others, ("content-type", kinds[-1])]))


ONE_CONTENT_TYPE = Loss(
    "one-content-type",
    "Content-Type cannot be repeated: the last one is kept",
    on_response=_one_content_type,
    witness=Response(headers=Headers([("content-type", "text/plain"), ("content-type", "text/html")])),
)


def added_headers(name: str, says: str, added: Mapping[str, str], witness: Request) -> Loss:
    """Headers that a gateway sets itself, in place of a client's of the same name."""
    own = list(added.items())
    return Loss(
        name,
        says,
        on_request=lambda request: request.replace(
            headers=Headers.of([*request.headers.without(*added).pairs, *own]),
        ),
        witness=witness,
        quiet=True,
    )

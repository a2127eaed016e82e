"""Events in HTTP messages: binary (attributes in header fields), structured (in JSON) and batched (an array of those).

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3-http-message-mapping
"""

from __future__ import annotations

from ..codec import decoded_path_bytes, is_list
from ..events import CloudEvent
from ..model import Headers
from .attributes import attributes_of, broken, event_of
from .contents import content_of, data_of, json_bytes, json_of
from .document import from_document, to_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from ..model import Pair

_STRUCTURED = "application/cloudevents"
_BATCHED = "application/cloudevents-batch"


# -- reading ----------------------------------------------------------------------------------------------------------


def from_http(headers: Headers, body: bytes) -> list[CloudEvent] | None:
    """The events in a message, or None where it carries none; a batch may be empty.

    The content type alone decides between structured, batched and binary, whatever ``ce-`` fields are there. A message
    of another type carries an event where it has a ``ce-specversion``.
    Raises MalformedEvent where it claims to carry one and breaks the specification.
    """
    content_type = headers.get("content-type") or ""
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith(_BATCHED):  # first: the other is the beginning of it
        documents = _json(kind, f"{_BATCHED}+json", content_type, body)
        if not is_list(documents):
            raise broken("batch is no JSON array")
        return [from_document(document) for document in documents]
    if kind.startswith(_STRUCTURED):
        return [from_document(_json(kind, f"{_STRUCTURED}+json", content_type, body))]
    if "ce-specversion" in headers:
        return [_binary(headers, body)]
    return None


def _json(kind: str, known: str, content_type: str, body: bytes) -> object:
    if kind != known:
        raise broken("content type names a format other than JSON")
    return json_of(body, content_type, "body")


def _binary(headers: Headers, body: bytes) -> CloudEvent:
    attributes: dict[str, object] = {}
    for name, value in headers:
        if name.startswith("ce-"):
            attribute = name[3:]
            if attribute in attributes or attribute == "datacontenttype":
                raise broken(f"attribute {attribute[:40]!r} is there twice or in the wrong place")
            try:
                attributes[attribute] = header_text(value)
            except ValueError:
                raise broken(f"attribute {attribute[:40]!r} is not UTF-8") from None
    content_type = (headers.get("content-type") or "").strip(" \t") or None
    if content_type is not None:
        attributes["datacontenttype"] = content_type
    data = data_of(body, content_type) if body else None
    return event_of(attributes, data, (headers, body))


def header_text(value: str) -> str:
    """The text in a header's value (section 3.1.3.2): without quotes, and percent-decoded once.

    A ``%`` that begins no escape stays, and UTF-8 need not be escaped: older SDKs write both as they are.
    Raises ValueError for what is not UTF-8.
    """
    value = value.strip(" \t")
    text = _unquoted(value).encode("latin-1").decode("utf-8")
    return decoded_path_bytes(text).decode("utf-8") if "%" in text else text


def _unquoted(value: str) -> str:
    """What is in a quoted-string (RFC 9110 section 5.6.4); what is none stays as it is."""
    if len(value) < 2 or value[0] != '"':
        return value
    characters: list[str] = []
    rest = iter(value[1:])
    for character in rest:
        if character == '"':
            # It has to be the last one.
            return value if next(rest, None) is not None else "".join(characters)
        characters.append(next(rest, "\\") if character == "\\" else character)
    return value


# -- writing ----------------------------------------------------------------------------------------------------------


def to_http(
    event: CloudEvent | Sequence[CloudEvent], mode: Literal["binary", "structured", "batched"] = "binary"
) -> tuple[Headers, bytes]:
    """The header fields and the body that carry an event, or a batch of events.

    In binary mode every attribute becomes text, and the type of JSON data is written where the event leaves it out.
    Raises AppProtocolError for what no CloudEvent can have.
    """
    if mode == "batched":
        events = [event] if isinstance(event, CloudEvent) else event
        return _typed(f"{_BATCHED}+json"), json_bytes([to_document(one) for one in events])
    if not isinstance(event, CloudEvent):
        raise TypeError(f"mode {mode!r} carries one event")
    if mode == "structured":
        return _typed(f"{_STRUCTURED}+json"), json_bytes(to_document(event))
    attributes = attributes_of(event)
    attributes.pop("datacontenttype", None)
    body, content_type = content_of(event.data, event.datacontenttype)
    pairs: list[Pair] = [(f"ce-{name}", header_value(_canonical(value))) for name, value in attributes.items()]
    if content_type is not None:
        pairs.append(("content-type", content_type))
    return Headers.of(pairs), body


def _typed(content_type: str) -> Headers:
    return Headers.of([("content-type", f"{content_type}; charset=utf-8")])


def _canonical(value: str | bool | int) -> str:
    """A value as text (section "Type system" of the specification)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def header_value(text: str) -> str:
    """``text`` as a header's value: spaces, quotes, percent signs and all that is not printable ASCII escaped."""
    if text.isascii() and text.isprintable() and " " not in text and '"' not in text and "%" not in text:
        return text
    return "".join(
        [chr(byte) if 0x21 <= byte <= 0x7E and byte not in b'"%' else f"%{byte:02X}" for byte in text.encode("utf-8")]
    )

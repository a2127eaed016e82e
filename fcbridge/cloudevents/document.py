"""An event as a JSON object: the JSON format of CloudEvents.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
"""

from __future__ import annotations

from ..bodies import base64_text
from ..codec import is_object
from .attributes import attributes_of, broken, event_of, unsendable
from .contents import data_of, is_json_type, json_bytes, text_data

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..events import CloudEvent


def from_document(document: object) -> CloudEvent:
    """The event in a JSON value. Raises MalformedEvent; does not change the value."""
    if not is_object(document):
        raise broken("JSON value is no object")
    attributes = {
        name: value for name, value in document.items() if value is not None and name not in ("data", "data_base64")
    }
    kind = attributes.get("datacontenttype")
    return event_of(attributes, _data(document, kind if isinstance(kind, str) else None), document)


def _data(document: dict[str, Any], kind: str | None) -> Any:
    encoded = document.get("data_base64")
    if encoded is not None:
        if "data" in document:
            raise broken("members 'data' and 'data_base64' are both there")
        return data_of(_decoded(encoded), kind)
    data = document.get("data")
    if data is None or kind is None or is_json_type(kind):
        return data
    return text_data(data, kind)


def _decoded(encoded: object) -> bytes:
    from binascii import a2b_base64

    try:
        if not isinstance(encoded, str):
            raise TypeError(type(encoded).__name__)
        octets = a2b_base64(encoded)
        # binascii skips what is no letter, and stops at the padding.
        if len(encoded) != (len(octets) + 2) // 3 * 4:
            raise ValueError("not of the length that the padding says")
    except (TypeError, ValueError):
        raise broken("member 'data_base64' is no base64") from None
    return octets


def to_document(event: CloudEvent) -> dict[str, Any]:
    """The JSON object of an event. Raises AppProtocolError for what no CloudEvent can have."""
    document: dict[str, Any] = dict(attributes_of(event))
    data, kind = event.data, event.datacontenttype
    if isinstance(data, (bytes, bytearray)):
        document["data_base64"] = base64_text(bytes(data))
    elif kind is None or is_json_type(kind):
        if data is not None or kind is not None:
            json_bytes(data)  # raises for what is no JSON value
            document["data"] = data
    elif isinstance(data, str):
        document["data"] = data
    elif data is not None:
        raise unsendable("data is neither text nor bytes, and its content type is not JSON")
    return document

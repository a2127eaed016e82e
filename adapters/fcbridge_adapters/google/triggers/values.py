"""The values of Firestore: in JSON each is an object that names its type, as ``{"integerValue": "1"}``.

https://docs.cloud.google.com/firestore/docs/reference/rest/v1/Value
"""

from __future__ import annotations

from datetime import datetime

from fcbridge.bodies import base64_text, decoded_base64
from fcbridge.codec import is_list, is_object
from fcbridge.fields import mapping, sequence, text
from fcbridge.instants import instant, rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def column(value: object) -> Any:
    """The value as Python has it: a timestamp is a datetime, a reference a text, a point a mapping of latitude and
    longitude. Raises KeyError, TypeError or ValueError; a type that is not known stays as it is."""
    tagged = mapping(value)
    if len(tagged) != 1:
        raise ValueError("a value of Firestore has one type")
    [(tag, content)] = tagged.items()
    if tag == "mapValue":
        return {name: column(inner) for name, inner in mapping(mapping(content).get("fields") or {}).items()}
    if tag == "arrayValue":
        return [column(inner) for inner in sequence(mapping(content).get("values") or [])]
    if tag == "integerValue":
        return int(content)
    if tag == "doubleValue":
        return float(content)
    if tag == "timestampValue":
        return instant(content)
    if tag == "bytesValue":
        return decoded_base64(text(content))
    if tag == "nullValue":
        return None
    return content


def written(value: object) -> dict[str, Any]:
    """The reverse of :func:`column`. Raises TypeError for what Firestore cannot hold."""
    if value is None:
        return {"nullValue": None}
    if isinstance(value, bool):
        return {"booleanValue": value}
    if isinstance(value, int):
        return {"integerValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    if isinstance(value, bytes):
        return {"bytesValue": base64_text(value)}
    if isinstance(value, datetime):
        return {"timestampValue": rfc3339(value)}
    if is_list(value):
        return {"arrayValue": {"values": [written(inner) for inner in value]}}
    if is_object(value):
        return {"mapValue": {"fields": {name: written(inner) for name, inner in value.items()}}}
    raise TypeError(type(value).__name__)

"""The attributes of an event: their names, their types, and what each of them may hold.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

from __future__ import annotations

import re

from ..codec import FIELD_NAMES, field_name
from ..errors import AppProtocolError, MalformedEvent
from ..events import CloudEvent
from ..instants import instant, rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

#: The attributes that the specification names, in the order in which they are written.
NAMED = ("id", "source", "type", "subject", "time", "datacontenttype", "dataschema")
_REQUIRED = ("id", "source", "type")
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
# RFC 3986, section 2: what may be in a URI.
_URI = frozenset("-._~:/?#[]@!$&'()*+,;=%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_SCHEME = frozenset("+-.0123456789abcdefghijklmnopqrstuvwxyz")
# RFC 3339 section 5.6, and nothing that is like it.
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII)
_INTEGERS = range(-(2**31), 2**31)


def broken(what: str) -> MalformedEvent:
    """The event claims to be a CloudEvent, and is none; ``what`` completes the sentence "The event: its ..."."""
    return MalformedEvent(
        f"The event claims to be a CloudEvent of version 1.0, but its {what}.",
        hint="see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md",
    )


def unsendable(what: str) -> AppProtocolError:
    """An event cannot be written as a CloudEvent; ``what`` completes the sentence "because its ..."."""
    return AppProtocolError(
        f"An event cannot be sent as a CloudEvent, because its {what}.",
        hint="see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md",
    )


# -- reading ----------------------------------------------------------------------------------------------------------


def event_of(attributes: Mapping[str, object], data: object, raw: object) -> CloudEvent:
    """The event that has these attributes, each once, and this data. Raises MalformedEvent."""
    version = attributes.get("specversion")
    if version != "1.0":
        raise broken(f"attribute 'specversion' is {'not known' if isinstance(version, str) else 'missing or no text'}")
    extensions: dict[str, Any] = {}
    for name, value in attributes.items():
        if name != "specversion":
            wrong = _wrong(name, value)
            if wrong:
                raise broken(f"attribute {name[:40]!r} {wrong}")
            if name not in NAMED:
                extensions[name] = value
    for name in _REQUIRED:
        if name not in attributes:
            raise broken(f"attribute {name!r} is missing")
    found: dict[str, Any] = {name: attributes[name] for name in NAMED if name in attributes}
    if "time" in found:
        found["time"] = moment(found["time"])
    return CloudEvent(**found, data=data, extensions=extensions, raw=raw)


def _wrong(name: str, value: object) -> str:
    """What is wrong with an attribute, or nothing."""
    if not name or not _NAME.issuperset(name) or name == "data":
        return "has a name that none can have"
    if name not in NAMED and (isinstance(value, bool) or (isinstance(value, int) and value in _INTEGERS)):
        return ""
    if not isinstance(value, str):
        return "has a type that it cannot have"
    if not is_text(value):
        return "holds characters that no text of an event can hold"
    return "" if name not in NAMED else _wrong_text(name, value)


def _wrong_text(name: str, value: str) -> str:
    if not value:
        return "is empty"
    if name == "source" and not _URI.issuperset(value):
        return "is no URI reference"
    if name == "dataschema" and not is_uri(value):
        return "is no URI"
    if name == "datacontenttype" and not is_media_type(value):
        return "is no media type"
    if name == "time":
        try:
            moment(value)
        except ValueError:
            return "is no timestamp of RFC 3339"
    return ""


def moment(value: str) -> datetime:
    """The time in a timestamp. Raises ValueError for what is none."""
    if _TIMESTAMP.fullmatch(value) is None:
        raise ValueError("no timestamp of RFC 3339")
    return instant(value)


def is_text(value: str) -> bool:
    """Whether it is a String of CloudEvents: no control characters, no surrogates, none that Unicode keeps unassigned
    for ever."""
    if value.isascii():
        return value.isprintable()
    return not any(
        code < 0x20
        or 0x7F <= code < 0xA0
        or 0xD800 <= code < 0xE000
        or 0xFDD0 <= code < 0xFDF0
        or code & 0xFFFE == 0xFFFE
        for code in map(ord, value)
    )


def is_uri(value: str) -> bool:
    """Whether it is an absolute URI, as far as its characters and its scheme tell (RFC 3986 section 3)."""
    scheme, colon, rest = value.partition(":")
    return (
        bool(colon and rest and scheme[:1].isalpha()) and _SCHEME.issuperset(scheme.lower()) and _URI.issuperset(value)
    )


def is_media_type(value: str) -> bool:
    """Whether it begins as a media type does (RFC 2046), and can be a header's value."""
    kind, slash, subtype = value.partition(";")[0].strip().partition("/")
    return bool(slash) and value.isascii() and value.isprintable() and _is_token(kind) and _is_token(subtype)


def _is_token(text: str) -> bool:
    try:
        return text in FIELD_NAMES or bool(field_name(text))
    except ValueError:
        return False


# -- writing ----------------------------------------------------------------------------------------------------------


def attributes_of(event: CloudEvent) -> dict[str, str | bool | int]:
    """The attributes of an event as JSON has them. Raises AppProtocolError for what no CloudEvent can have."""
    found: dict[str, str | bool | int] = {"specversion": "1.0"}
    for name in NAMED:
        value: Any = getattr(event, name)
        if value is None or (value == "" and name not in _REQUIRED):
            continue
        found[name] = _written(name, value)
    for name, value in event.extensions.items():
        if name in NAMED or name == "specversion":
            raise unsendable(f"extension {name!r} has the name of an attribute")
        if value is not None:
            found[name] = _written(name, value)
    return found


def _written(name: str, value: object) -> str | bool | int:
    from datetime import datetime

    if isinstance(value, datetime) and (name == "time" or name not in NAMED):
        if value.tzinfo is None:
            raise unsendable(f"attribute {name[:40]!r} has no time zone")
        return rfc3339(value)
    if isinstance(value, bytes) and name not in NAMED:
        from ..bodies import base64_text

        value = base64_text(value)
    wrong = _wrong(name, value)
    if wrong or not isinstance(value, (str, int)):
        raise unsendable(f"attribute {name[:40]!r} {wrong}")
    return value

"""Events as people may see them: credentials are struck out, long texts are cut short."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from typing import cast

#: Names whose values are credentials, wherever in an event they stand: headers, query keys, fields of the platform.
_SECRET = re.compile(
    r"authorization|cookie|password|passwd|secret|token|signature|credential|api[-_]?key|access[-_]?key|session|\bsid\b",
    re.IGNORECASE,
)
# The same in a query that is one text.
_QUERY = re.compile(r"(?<=[?&])([^=&#]*)=([^&#]*)")
_STRUCK = "***"
#: Longer texts are cut; a body of megabytes tells nothing on a console.
_LONGEST = 1000


def redacted(value: object) -> object:
    """A copy of a JSON value without the credentials in it."""
    if isinstance(value, dict):
        return {
            name: _strike(inner) if _SECRET.search(str(name)) else redacted(inner)
            for name, inner in cast("dict[object, object]", value).items()
        }
    if isinstance(value, list):
        return [redacted(inner) for inner in cast("list[object]", value)]
    if isinstance(value, str):
        packed = _unpacked(value)
        if packed is not None:
            return redacted(packed)
        return _shortened(_QUERY.sub(_without_secret, value) if "?" in value[:4096] else value)
    return value


def pretty(event: object) -> str:
    """A redacted event, indented."""
    return json.dumps(redacted(event), indent=2, ensure_ascii=False)


def _strike(value: object) -> object:
    """Struck out, but still a list or a mapping where it was one: its shape is what one looks for."""
    if isinstance(value, dict):
        return {name: _strike(inner) for name, inner in cast("dict[object, object]", value).items()}
    if isinstance(value, list):
        return [_strike(inner) for inner in cast("list[object]", value)]
    return _STRUCK if value not in ("", None) else value


def _unpacked(text: str) -> object:
    """The object in base64 of JSON, as some events carry their headers; "eyJ" is how ``{"`` looks in base64."""
    if not text.startswith("eyJ"):
        return None
    try:
        value: object = json.loads(b64decode(text, validate=True))
    except ValueError:
        return None
    return cast("object", value) if isinstance(value, dict) else None


def _without_secret(match: re.Match[str]) -> str:
    return f"{match[1]}={_STRUCK if _SECRET.search(match[1]) else match[2]}"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"

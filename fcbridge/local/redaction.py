"""Events and payloads for the eye: what they carry in secret is not shown."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from typing import cast

#: What stands in place of a secret.
HIDDEN = "***"

# Parts of names, without dashes and underscores: headers, the credentials that platforms inject, form and query fields.
_SECRET = (
    "accesskey", "apikey", "authorization", "cookie", "credential", "passwd", "password", "secret", "signature",
    "token",
)  # fmt: skip
_PAIR = re.compile(r"(?P<lead>^|[?&;])(?P<name>[^=&;?\s]{1,64})=(?P<value>[^&;#\s]+)")
# Longer strings are bodies, which nobody reads on a terminal.
_LONGEST = 64 * 1024


def redacted(value: object) -> object:
    """A copy of a JSON value with ``***`` for every value whose name sounds like a secret.

    Names are those of objects and of ``name=value`` pairs in strings. A string that is base64 of a JSON object is shown
    as ``{"base64": {...}}``: that is how some platforms hand over headers.
    """
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return {name: _hidden(item) if is_secret(name) else redacted(item) for name, item in items}
    if isinstance(value, list):
        return [redacted(item) for item in cast("list[object]", value)]
    if isinstance(value, str) and len(value) <= _LONGEST:
        packed = _unpacked(value)
        return {"base64": redacted(packed)} if packed is not None else _PAIR.sub(_hide_pair, value)
    return value


def redacted_payload(payload: bytes) -> object:
    """A payload as a JSON value without its secrets: text where it is no JSON, its length where it is no text."""
    try:
        return redacted(json.loads(payload))
    except (ValueError, RecursionError):
        pass
    try:
        return redacted(payload.decode("utf-8"))
    except UnicodeDecodeError:
        return f"{len(payload)} bytes that are no text"


def is_secret(name: str) -> bool:
    """Whether a field of this name is not for showing."""
    plain = name.lower().replace("-", "").replace("_", "")
    return any(part in plain for part in _SECRET)


def _hidden(value: object) -> object:
    if isinstance(value, dict):
        return {name: _hidden(item) for name, item in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_hidden(item) for item in cast("list[object]", value)]
    # Whether a credential is there at all is worth knowing.
    return HIDDEN if value else value


def _hide_pair(match: re.Match[str]) -> str:
    if not is_secret(match["name"]):
        return match[0]
    return f"{match['lead']}{match['name']}={HIDDEN}"


def _unpacked(text: str) -> dict[str, object] | None:
    # base64 of `{"` begins with eyJ.
    if not text.startswith("eyJ"):
        return None
    try:
        value: object = json.loads(b64decode(text, validate=True))
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, object]", value) if isinstance(value, dict) else None

"""Events and payloads for the eye: what they carry in secret is not shown."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from typing import cast

from ..model import is_secret

#: What stands in place of a secret.
HIDDEN = "***"

_PAIR = re.compile(r"(?P<lead>^|[?&;])(?P<name>[^=&;?\s]{1,64})=(?P<value>[^&;#\s]+)")
_MEMBER = re.compile(r'(?P<lead>"(?P<name>[^"\\]{1,64})"\s{0,8}:\s{0,8})(?:"(?:[^"\\]|\\.)*"?|[^\s",\[\]{}]+)')
# A part of a form (RFC 7578 section 4.2), up to the boundary behind it or the end of what is there. Its header lines
# are bounded, so that a text that is none is not read to its end again and again.
_PART = re.compile(
    r'(?P<lead>\bname="(?P<name>[^"\r\n]{1,64})"[^\r\n]{0,300}\r?\n(?:[^\r\n]{1,300}\r?\n){0,8}\r?\n)'
    r"(?P<value>.+?)(?=\r?\n--|\Z)",
    re.DOTALL,
)
# Also where it was cut short for the eye.
_BASE64 = re.compile(r"(?P<code>[A-Za-z0-9+/]{16,}={0,2})(?:\.{3} .*)?")
_CONTROLS = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A))}
# A caller may nest what he sends as deep as he likes; json.dumps and repr follow him so far and then raise.
_DEEPEST = 100


def redacted(value: object, deepest: int = _DEEPEST) -> object:
    """A copy of a JSON value with ``***`` for every value whose name sounds like a secret.

    Names are those of objects, also in strings of JSON, of ``[name, value]`` lists, of ``name=value`` in strings and of
    the parts of forms. A string that is base64 of a JSON object is shown as ``{"base64": {...}}``: that is how some
    platforms hand over headers. Other base64 is shown like that where there is a secret in it.
    """
    if isinstance(value, (dict, list)) and not deepest:
        return HIDDEN
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return {
            name: _hidden(item, deepest - 1) if is_secret(name) else redacted(item, deepest - 1) for name, item in items
        }
    if isinstance(value, list):
        listed = cast("list[object]", value)
        if len(listed) == 2 and isinstance(name := listed[0], str) and is_secret(name):
            return [name, _hidden(listed[1], deepest - 1)]  # a header, where repeats are kept
        return [redacted(item, deepest - 1) for item in listed]
    if isinstance(value, str):
        return _redacted_text(value, deepest)
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


def laid_out(value: object) -> str:
    """JSON for the eye. json.dumps escapes C0 controls alone; a terminal obeys C1 (U+009B begins an escape sequence)
    and bidirectional ones, too, and it is the caller who wrote them (https://trojansource.codes)."""
    return json.dumps(value, ensure_ascii=False, indent=2).translate(_CONTROLS)


def _redacted_text(text: str, deepest: int) -> object:
    try:
        packed = _unpacked(text)
        if packed is not None:
            return {"base64": redacted(packed, max(0, deepest - 1))}
        if text.lstrip()[:1] in ("{", "["):
            return _redacted_json(text)
    except RecursionError:
        return HIDDEN
    decoded = _decoded(text) if deepest else None
    if decoded is not None:
        shown = _redacted_text(decoded, deepest - 1)
        return text if shown == decoded else {"base64": shown}
    return _PART.sub(_hide_part, _PAIR.sub(_hide_pair, text))


def _redacted_json(text: str) -> str:
    """The text itself where nothing in it is to be hidden."""
    try:
        value: object = json.loads(text)
    except ValueError:  # cut short, or several values one after another
        return _MEMBER.sub(_hide_member, text)
    shown = redacted(value)
    return text if shown == value else json.dumps(shown, ensure_ascii=False)


def _hidden(value: object, deepest: int) -> object:
    # Whether a credential is there at all is worth knowing.
    plain = HIDDEN if value else value
    if isinstance(value, dict) and deepest:
        return {name: _hidden(item, deepest - 1) for name, item in cast("dict[str, object]", value).items()}
    if isinstance(value, list) and deepest:
        return [_hidden(item, deepest - 1) for item in cast("list[object]", value)]
    return plain


def _hide_pair(match: re.Match[str]) -> str:
    if not is_secret(match["name"]):
        return match[0]
    return f"{match['lead']}{match['name']}={HIDDEN}"


def _hide_part(match: re.Match[str]) -> str:
    return match["lead"] + HIDDEN if is_secret(match["name"]) else match[0]


def _hide_member(match: re.Match[str]) -> str:
    return f'{match["lead"]}"{HIDDEN}"' if is_secret(match["name"]) else match[0]


def _decoded(text: str) -> str | None:
    """What a text is base64 of; bytes that are no text, as those of a file in a form, become U+FFFD."""
    match = _BASE64.fullmatch(text)
    if match is None:
        return None
    code = match["code"]
    try:
        return b64decode(code[: len(code) // 4 * 4], validate=True).decode("utf-8", "replace")
    except ValueError:
        return None


def _unpacked(text: str) -> dict[str, object] | None:
    # base64 of `{"` begins with eyJ.
    if not text.startswith("eyJ"):
        return None
    try:
        value: object = json.loads(b64decode(text, validate=True))
    except ValueError:
        return None
    return cast("dict[str, object]", value) if isinstance(value, dict) else None

"""Bodies of messages in JSON: text or base64, which every platform tells apart by the same rules.

base64 is all the work that a long binary body makes. pybase64 (https://pybase64.readthedocs.io), which the extra
``fast`` installs, does it 20 to 30 times as fast as the standard library. It is used where it is there, and the
results are the same.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    from .model import Response

# The cache is keyed by strings that a client may choose: bounded in entries and in the length of a key.
_CACHE_ENTRIES = 1024
_CACHE_KEY = 64


# Past the methods of a BinaryEvent, which would make a text of its body.
_entry: Callable[[dict[str, Any], str], Any] = dict.get  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


# -- what an event holds ----------------------------------------------------------------------------------------------


def event_body(event: Any) -> bytes:
    """The bytes of an event's ``body``, which is base64 where ``isBase64Encoded`` says so.

    Raises ValueError for broken base64, TypeError or AttributeError where the body is no text.
    """
    body = _entry(event, "body")
    return body.octets if isinstance(body, EncodedBody) else body_bytes(body, event.get("isBase64Encoded"))


def body_bytes(body: str | None, encoded: object) -> bytes:
    """:func:`event_body` where it goes by other names: the text, and whether it is base64."""
    if not body:
        if body is None or body == "":
            return b""
        raise TypeError(type(body).__name__)
    if is_encoded(encoded):
        return decoded_base64(body)
    return body.encode("utf-8")


def is_encoded(flag: object) -> bool:
    """Whether an ``isBase64Encoded`` says yes. Some gateways send it as a string."""
    return flag is True or (isinstance(flag, str) and flag.lower() == "true")


class EncodedBody:
    """What stands in an event for a base64 text that has been decoded already, without having been a ``str``.

    No ``str``, so that code which comes across it by accident refuses it and takes nothing wrong for the body.
    """

    __slots__ = ("octets",)

    def __init__(self, octets: bytes) -> None:
        self.octets = octets

    def text(self) -> str:
        """The text as it was sent."""
        return base64_text(self.octets)


# -- text or base64 ---------------------------------------------------------------------------------------------------

# Types that are text although they are not text/*. Whatever ends in +json, +xml or +yaml is text too (RFC 6839).
_TEXT_TYPES = frozenset(
    {
        "application/ecmascript", "application/graphql", "application/javascript", "application/json",
        "application/json-seq", "application/jsonl", "application/ndjson", "application/sql", "application/toml",
        "application/x-javascript", "application/x-json", "application/x-ndjson", "application/x-sh",
        "application/x-www-form-urlencoded", "application/x-yaml", "application/xml", "application/xml-dtd",
        "application/yaml",
    }
)  # fmt: skip
_UTF8 = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})

#: By Content-Type. To look one up without a call; not to be changed.
TEXT_TYPES: dict[str, bool] = {}


def is_text_type(content_type: str) -> bool:
    """Whether a Content-Type promises UTF-8 text."""
    known = TEXT_TYPES.get(content_type)
    if known is None:
        known = _promises_text(content_type)
        if len(content_type) <= _CACHE_KEY and len(TEXT_TYPES) < _CACHE_ENTRIES:
            TEXT_TYPES[content_type] = known
    return known


def _promises_text(content_type: str) -> bool:
    kind, _, parameters = content_type.partition(";")
    kind = kind.strip().lower()
    if not (kind.startswith("text/") or kind in _TEXT_TYPES or kind.endswith(("+json", "+xml", "+yaml"))):
        return False
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower() in _UTF8
    return True


def is_named_type(content_type: str, names: tuple[str, ...]) -> bool:
    """Whether a Content-Type is one of ``names``, which are in lower case; one that ends in ``*`` is a prefix."""
    kind = content_type.partition(";")[0].strip().lower()
    return any(kind.startswith(name[:-1]) if name.endswith("*") else kind == name for name in names)


def body_text(response: Response) -> str | None:
    """The body as text, or None where it must travel as base64.

    Decided by what the response says and by its bytes, never by luck: a Content-Encoding, a charset that is not UTF-8
    and bytes that are not UTF-8 are binary whatever the type says; a body without a type is binary too (RFC 9110
    section 8.3: the recipient may assume application/octet-stream).
    """
    if not response.body:
        return ""
    if response.text is False:
        return None
    if response.text is None:
        plain = response.headers.plain
        if plain is None or "content-encoding" in plain:
            kind = ""
            for name, value in response.headers:
                if name == "content-type":
                    kind = value
                elif name == "content-encoding" and value.lower() != "identity":
                    return None
        else:
            kind = plain.get("content-type", "")
        known = TEXT_TYPES.get(kind)
        if not (is_text_type(kind) if known is None else known):
            return None
    try:
        return response.body.decode("utf-8")
    except UnicodeDecodeError:
        return None


# -- base64 -----------------------------------------------------------------------------------------------------------

# Above this length a text is put together of pieces: it is in memory once then, and not twice as bytes and as text.
_LONG = 1024 * 1024
# A multiple of 3, so that no piece but the last is padded.
_PIECE = 48 * 1024


def base64_text(body: bytes) -> str:
    """``body`` as base64 on one line."""
    pybase64 = _pybase64(len(body))
    if pybase64 is not None:
        text: str = pybase64.b64encode_as_string(body)
        return text
    if len(body) > _LONG:
        return enclosed_base64("", body, "")
    import binascii  # a library of its own in most builds of Python, and most events have no base64

    return binascii.b2a_base64(body, newline=False).decode("ascii")


def enclosed_base64(opening: str, body: bytes, end: str) -> str:
    """``opening``, ``body`` as base64 on one line, and ``end`` as one text, however long, that is in memory once.

    CPython grows a string in place that nobody else holds. It takes one ``+=`` to a local variable that has run before
    (the specialised instruction of 3.11 and later), hence one and the same for the pieces and the end.
    """
    text = opening
    for start in range(0, len(body) + _PIECE, _PIECE):
        text += base64_text(body[start : start + _PIECE]) if start < len(body) else end
    return text


def decoded_base64(text: str | memoryview) -> bytes:
    """The bytes that a base64 text stands for. Raises ValueError for broken padding.

    As ``binascii`` has it: what is no letter of the alphabet is skipped, and all after the padding.
    """
    pybase64 = _pybase64(len(text))
    if pybase64 is not None:
        try:
            octets: bytes = pybase64.b64decode(text, validate=True)
            return octets
        except ValueError:
            pass  # line breaks, as in MIME, or really broken
    import binascii

    return binascii.a2b_base64(text)


# -- pybase64 ---------------------------------------------------------------------------------------------------------

# In bytes. A call of pybase64 costs as much as 50 bytes by binascii. Its import costs 0.5 ms, and of a body of 16 KB
# binascii would take 9 us (to encode) or 20 us (to decode): it pays after some 40 of them.
_WORTH_CALLING = 256
_WORTH_IMPORTING = 16 * 1024

_module: ModuleType | None = None
_wanted = True


def use_pybase64(wanted: bool) -> None:
    """Whether pybase64 is used from now on where it is installed, which it is by default."""
    global _module, _wanted
    _module, _wanted = None, wanted


def _pybase64(length: int) -> ModuleType | None:
    """The module, where it is there and a body of ``length`` bytes gains by it."""
    global _module, _wanted
    if length < _WORTH_CALLING:
        return None
    if _module is None and _wanted and (length >= _WORTH_IMPORTING or "pybase64" in sys.modules):
        try:
            import pybase64
        except ImportError:
            _wanted = False
        else:
            _module = pybase64
    return _module

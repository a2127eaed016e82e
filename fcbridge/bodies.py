"""Bodies of messages in JSON: text or base64, which every platform tells apart by the same rules."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .model import Response

# The cache is keyed by strings that a client may choose: bounded in entries and in the length of a key.
_CACHE_ENTRIES = 1024
_CACHE_KEY = 64


def body_bytes(body: str | None, encoded: object) -> bytes:
    """The bytes of an event's body. ``encoded`` is ``isBase64Encoded``, which some gateways send as a string.

    Raises ValueError for broken base64, TypeError where the body is no text.
    """
    if not body:
        if body is None or body == "":
            return b""
        raise TypeError(type(body).__name__)
    if encoded is True or (isinstance(encoded, str) and encoded.lower() == "true"):
        return a2b_base64(body)
    return body.encode("utf-8")


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

_kinds: dict[str, bool] = {}


def is_text_type(content_type: str) -> bool:
    """Whether a Content-Type promises UTF-8 text."""
    known = _kinds.get(content_type)
    if known is None:
        known = _promises_text(content_type)
        if len(content_type) <= _CACHE_KEY and len(_kinds) < _CACHE_ENTRIES:
            _kinds[content_type] = known
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
        kind = ""
        for name, value in response.headers.pairs:
            if name == "content-type":
                kind = value
            elif name == "content-encoding" and value.lower() != "identity":
                return None
        if not is_text_type(kind):
            return None
    try:
        return response.body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def base64_text(body: bytes) -> str:
    """``body`` as base64 on one line."""
    return b2a_base64(body, newline=False).decode("ascii")

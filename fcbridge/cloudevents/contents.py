"""The data of an event, as bytes and as JSON."""

from __future__ import annotations

from .attributes import broken, unsendable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

JSON = "application/json"


def is_json_type(content_type: str) -> bool:
    """Whether content of this type is a JSON value (JSON format, section 3.1)."""
    subtype = content_type.partition(";")[0].strip().lower().partition("/")[2]
    return subtype == "json" or subtype.endswith("+json")


def charset_of(content_type: str) -> str:
    """The charset that a content type names, or UTF-8."""
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"')
    return "utf-8"


def json_of(content: bytes, content_type: str, what: str) -> Any:
    """The JSON value in ``content``. Raises MalformedEvent, which says that ``what`` is none."""
    import json

    try:
        text = content.decode(charset_of(content_type)).removeprefix("\ufeff")
        return json.loads(text, parse_constant=_no_json)
    except (LookupError, ValueError, RecursionError):
        raise broken(f"{what} is no JSON value, as its content type says it is") from None


def _no_json(constant: str) -> object:
    raise ValueError(f"{constant} is not of JSON")


def data_of(content: bytes, content_type: str | None) -> Any:
    """The data in the bytes of an event: a JSON value where the type says so, else the bytes. Raises MalformedEvent."""
    if content_type is not None and is_json_type(content_type):
        return json_of(content, content_type, "data")
    return content


def text_data(text: object, content_type: str) -> bytes:
    """The bytes of data that is written as a JSON string because its type is not JSON. Raises MalformedEvent."""
    if not isinstance(text, str):
        raise broken("member 'data' is no string, which it has to be beside a 'datacontenttype' that is not JSON")
    try:
        return text.encode(charset_of(content_type))
    except (LookupError, ValueError):
        raise broken("member 'data' cannot be encoded in the charset of 'datacontenttype'") from None


def content_of(data: object, content_type: str | None) -> tuple[bytes, str | None]:
    """Bytes and content type of data, for binary mode. Raises AppProtocolError for what has no bytes."""
    if isinstance(data, (bytes, bytearray)):
        return bytes(data), content_type
    if content_type is None:
        return (b"", None) if data is None else (json_bytes(data), JSON)
    if is_json_type(content_type):
        text = json_bytes(data)
        charset = charset_of(content_type)
        return text if charset.lower() in ("utf-8", "utf8") else _encoded(text.decode("utf-8"), charset), content_type
    if data is None:
        return b"", content_type
    if isinstance(data, str):
        return _encoded(data, charset_of(content_type)), content_type
    raise unsendable("data is neither text nor bytes, and its content type is not JSON")


def _encoded(text: str, charset: str) -> bytes:
    try:
        return text.encode(charset)
    except (LookupError, ValueError):
        raise unsendable("data cannot be encoded in the charset of its content type") from None


def json_bytes(value: object) -> bytes:
    """A JSON value as UTF-8. Raises AppProtocolError for what is none."""
    import json

    try:
        try:
            return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")
        except UnicodeEncodeError:  # lone surrogates, which JSON can have and UTF-8 cannot
            return json.dumps(value, allow_nan=False, separators=(",", ":")).encode("ascii")
    except (TypeError, ValueError, RecursionError):
        raise unsendable("data is no JSON value") from None

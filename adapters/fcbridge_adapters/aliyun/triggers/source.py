"""What the sources have in common: a payload is read record by record, and an error names the field that is wrong."""

from __future__ import annotations

from abc import abstractmethod

from fcbridge.envelope import malformed
from fcbridge.fields import mapping, text
from fcbridge.instants import instant, instant_since_epoch
from fcbridge.trigger import Trigger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Any, TypeVar

    from fcbridge.events import Event

    Value = TypeVar("Value")

#: The account of composed payloads.
ACCOUNT = "1357900000024680"
#: Their region.
REGION = "cn-hangzhou"


class Unread(Exception):
    """A field that is not what it has to be."""

    def __init__(self, field: str, error: Exception) -> None:
        super().__init__(field)
        self.field = field
        self.error = error


class Source(Trigger):
    """A trigger whose payload is a list of records."""

    @abstractmethod
    def records(self, payload: Any) -> list[Any]:
        """Raises Unread."""

    @abstractmethod
    def event(self, record: Any) -> Event:
        """Raises Unread."""

    def parse(self, payload: Any) -> list[Event]:
        try:
            return [self.event(record) for record in self.records(payload)]
        except Unread as unread:
            raise malformed(self.title, unread.field, unread.error) from unread.error


def field(record: Mapping[str, Any], name: str, read: Callable[[object], Value]) -> Value:
    """Raises Unread where ``record`` has no such field, or it cannot be read."""
    try:
        return read(record[name])
    except (KeyError, TypeError, ValueError) as error:
        raise Unread(name, error) from error


def field_if_any(record: Mapping[str, Any], name: str, read: Callable[[object], Value]) -> Value | None:
    """:func:`field`, or None where it is absent or null."""
    return None if record.get(name) is None else field(record, name, read)


def record_of(value: object, place: str) -> dict[str, Any]:
    """A record that has to be an object. Raises Unread, which names the ``place`` where it was found."""
    try:
        return mapping(value)
    except TypeError as error:
        raise Unread(place, error) from error


# -- how fields are read ----------------------------------------------------------------------------------------------


def count(value: object) -> int:
    """A whole number, which the documents call a text here and there. Raises TypeError or ValueError."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(type(value).__name__)
    return value


def milliseconds(value: object) -> datetime:
    """A time in milliseconds since 1970, or as text where a peer has written it anew: the Go SDK has a ``time.Time``
    for what the platform sends as a number. Raises TypeError or ValueError."""
    if isinstance(value, str) and not value.isdigit():
        return instant(value)
    return instant_since_epoch(count(value), 1000)


def body(value: object) -> bytes:
    """The body in a field that has text, or the JSON value of what was JSON. Raises TypeError or ValueError."""
    if value is None:
        return b""
    return text(value).encode() if isinstance(value, str) else json_bytes(value)


def json_bytes(value: object) -> bytes:
    """Raises TypeError or ValueError."""
    import json

    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def json_value(value: str) -> Any:
    """Raises ValueError for what is not JSON."""
    import json

    try:
        return json.loads(value)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


# -- outside ----------------------------------------------------------------------------------------------------------


def body_text(content: bytes) -> str:
    """A body in a field of text: as it is where it is UTF-8, else as base64, which nothing in the payload tells."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        from base64 import b64encode

        return b64encode(content).decode("ascii")

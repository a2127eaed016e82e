"""How the records of a payload are found, and what several triggers read in the same way."""

from __future__ import annotations

from fcbridge.codec import is_list, is_object
from fcbridge.fields import text, whole
from fcbridge.instants import instant_since_epoch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

#: What a composed payload says of where it comes from.
REGION = "cn-north-4"
PROJECT = "0a1b2c3d4e5f"

# Of seconds since 1970 this is the year 5138, of milliseconds it is 1973.
_MILLISECONDS = 100_000_000_000


def first_of(payload: object, name: str) -> dict[str, Any] | None:
    """The first of a list of objects, by which the others are judged; None where there is none."""
    records: object = payload.get(name) if is_object(payload) else None
    first = records[0] if is_list(records) and records else None
    return first if is_object(first) else None


def moment(value: object) -> datetime:
    """A time since 1970: of one and the same field there are captures in seconds and in milliseconds. Raises TypeError
    or ValueError."""
    count = whole(value)
    return instant_since_epoch(count, 1000 if abs(count) >= _MILLISECONDS else 1)


def json_within(value: object) -> Any:
    """The JSON value that a text holds. Raises TypeError or ValueError."""
    import json

    try:
        return json.loads(text(value), parse_constant=_no_value)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _no_value(constant: str) -> Any:
    raise ValueError("no JSON (RFC 8259 section 6)")

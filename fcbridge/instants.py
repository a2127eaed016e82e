"""Points in time as events tell them, and back: all are aware ``datetime`` in UTC, cut to microseconds.

RFC 3339 is https://www.rfc-editor.org/rfc/rfc3339. Python reads no ``Z`` before 3.11, and no fraction of any length.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?\s?([Zz]|[+-]\d\d:?\d\d)", re.ASCII)


def instant(text: object) -> datetime:
    """The time that a text of RFC 3339 tells; a second of 60 is the next minute. Raises TypeError or ValueError."""
    if not isinstance(text, str):
        raise TypeError(type(text).__name__)
    found = _RFC3339.fullmatch(text)
    if found is None:
        raise ValueError("no time of RFC 3339")
    day, clock, seconds, fraction, zone = found.groups()
    if zone in "Zz":
        zone = "+00:00"
    elif len(zone) == 5:
        zone = f"{zone[:3]}:{zone[3:]}"
    leap = seconds == "60"
    try:
        time = datetime.fromisoformat(f"{day}T{clock}:{'59' if leap else seconds or '00'}{zone}")
        if leap:
            return (time + timedelta(seconds=1)).astimezone(timezone.utc)
        return time.astimezone(timezone.utc).replace(microsecond=int((fraction or "0")[:6].ljust(6, "0")))
    except OverflowError:
        raise ValueError("a time beyond what Python can tell") from None


def instant_since_epoch(count: object, per_second: int = 1) -> datetime:
    """The time so many parts of a second after 1970; ``per_second`` is 1000 for milliseconds. Raises TypeError or
    ValueError."""
    if not isinstance(count, (int, float)) or isinstance(count, bool):
        raise TypeError(type(count).__name__)
    try:
        if isinstance(count, float):
            return EPOCH + timedelta(seconds=count / per_second)
        return EPOCH + timedelta(microseconds=count * 1_000_000 // per_second)
    except OverflowError:
        raise ValueError("a time beyond what Python can tell") from None


def rfc3339(time: datetime, digits: int | None = None) -> str:
    """A time as RFC 3339 in UTC, with so many digits of the second (up to six, the rest is cut off); by itself with as
    many as it has: none, three or six."""
    time = time.astimezone(timezone.utc)
    if digits is None:
        digits = 0 if not time.microsecond else 3 if time.microsecond % 1000 == 0 else 6
    seconds = time.replace(tzinfo=None, microsecond=0).isoformat()
    return f"{seconds}.{time.microsecond:06d}"[: 19 + (digits and digits + 1)] + "Z"


def since_epoch(time: datetime, per_second: int = 1) -> int:
    """The whole parts of a second from 1970 to a time: ``since_epoch(time, 1000)`` are milliseconds."""
    return (time - EPOCH) // timedelta(microseconds=1) * per_second // 1_000_000

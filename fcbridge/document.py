"""The JSON document that an event is, where a platform hands over text or bytes.

The package ``json`` is gone around where the result is the same: its import takes longer than the rest of a first
answer, because it compiles regular expressions, and each call of ``loads`` passes through layers that use them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Scan = Callable[[str, int], tuple[object, int]]

# In bytes. In an event of this length it pays to look for a body that need not become a str.
_LONG = 32 * 1024


def load_event(event: object) -> object:
    """The JSON value in an event that arrives as text or bytes; anything else, and what is not JSON, as it is.

    Equal to what ``json.loads`` makes of it, whatever it is. The object in bytes whose bulk is a base64 body is a
    :class:`~fcbridge.binary.BinaryEvent`.
    """
    if isinstance(event, (bytes, bytearray)):
        if len(event) >= _LONG:
            from .binary import binary_event

            binary = binary_event(event, _value)
            if binary is not None:
                return binary
        try:
            return _value(event.decode())
        except ValueError:
            return _loaded(event)
    if isinstance(event, str):
        try:
            return _value(event)
        except ValueError:
            return _loaded(event)
    return event


def _value(text: str) -> object:
    """The value of a text that is JSON from its first character on. Raises ValueError for any other."""
    try:
        value, end = (_scan or _scanner())(text, 0)
    except (StopIteration, RecursionError) as error:
        raise ValueError from error
    if end != len(text) and text[end:].strip(" \t\n\r"):
        raise ValueError
    return value


def _loaded(event: str | bytes | bytearray) -> object:
    """For the rare rest, of which ``json`` knows the rules: UTF-16, a byte order mark, blanks before the value."""
    import json

    try:
        return json.loads(event)
    except (ValueError, RecursionError):
        return event


class _Defaults:
    """What ``json.JSONDecoder()`` tells its scanner."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = {"-Infinity": float("-inf"), "Infinity": float("inf"), "NaN": float("nan")}.__getitem__


_scan: Scan | None = None


def _scanner() -> Scan:
    """The function that reads one JSON value, which is CPython's in C."""
    global _scan
    decoder: Any = _Defaults
    scan: Scan
    try:
        from _json import make_scanner
    except ImportError:
        from json import JSONDecoder

        decoder = JSONDecoder()
        scan = decoder.scan_once
    else:
        scan = make_scanner(decoder)
    _scan = scan
    return scan

"""The JSON document that an event is, where a platform hands over text or bytes."""

from __future__ import annotations


def load_event(event: object) -> object:
    """The JSON value in an event that arrives as text or bytes; anything else, and what is not JSON, as it is."""
    if isinstance(event, (bytes, bytearray, str)):
        import json

        try:
            return json.loads(event)
        except (ValueError, RecursionError):
            return event
    return event

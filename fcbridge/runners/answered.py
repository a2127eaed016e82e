"""The header fields that an app answers with, checked.

The rules are those of ``response_fields`` and ``end_to_end`` of the codec. Most responses have names that
were seen before and values that are ASCII; then the names are looked up and all values are checked at once.
"""

from __future__ import annotations

from ..codec import end_to_end, response_fields
from ..model import Headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..model import Pair

#: The names of fields that a response keeps, in lower case, by the app's spelling, as text (WSGI) or bytes (ASGI).
KNOWN: dict[str | bytes, str] = {}

# Bounded in entries and in the length of a name: apps pass on what clients send.
_CACHE_ENTRIES = 1024
_CACHE_NAME = 64


def checked(pairs: list[Pair], spelled: Sequence[str | bytes]) -> Headers:
    """Headers of ``pairs``, one by one; ``spelled`` are their names as the app has them. Raises AppProtocolError."""
    fields = response_fields(pairs)
    kept = end_to_end(fields)
    if len(kept) == len(fields):
        if len(KNOWN) + len(kept) > _CACHE_ENTRIES:
            KNOWN.clear()
        for name, (lower, _) in zip(spelled, kept, strict=True):
            if len(name) <= _CACHE_NAME:
                KNOWN[name] = lower
    return Headers.of(kept)

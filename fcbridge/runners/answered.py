"""The header fields that an app answers with, checked.

The rules are those of ``response_fields`` and ``end_to_end`` of the codec. Most responses have fields that were seen
before, name and value; then each is looked up, and nothing is left to check.
"""

from __future__ import annotations

from ..codec import end_to_end, response_fields
from ..model import Headers, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..model import Pair, Plain

_CACHE_NAMES = 1024
_CACHE_FIELDS = 128  # an app has some types and a few dozen lengths
_CACHE_LENGTH = 64

# Fields of which an app has a few values and sends them again and again.
_STEADY = frozenset(
    {
        "accept-ranges", "access-control-allow-credentials", "access-control-allow-origin", "allow", "cache-control",
        "content-language", "content-length", "content-security-policy", "content-type", "cross-origin-opener-policy",
        "expires", "pragma", "referrer-policy", "server", "strict-transport-security", "vary",
        "x-content-type-options", "x-frame-options",
    }
)  # fmt: skip


class Answered:
    """What was seen of the header fields of apps: those of WSGI are texts, those of ASGI bytes.

    Apps pass on what clients send, so what is kept is bounded in entries and in length.
    """

    __slots__ = ("_fields", "_names")

    def __init__(self) -> None:
        # By what the app has said: fields as they leave, and names in lower case.
        self._fields: dict[Any, Pair] = {}
        self._names: dict[Any, str] = {}

    def plain(self, pairs: list[Any]) -> dict[str, str] | None:
        """The fields as a mapping, where that says all that there is to say: names that were seen before, each once,
        and values in ASCII. None: the pairs have to be looked at."""
        fields: dict[str, str] = {}
        known = self._fields
        try:
            for pair in pairs:
                name, value = known.get(pair) or self._plain_field(pair)
                fields[name] = value
        except TypeError:  # a pair that is none is not hashable, as a rule
            return None
        return fields if len(fields) == len(pairs) else None

    def _plain_field(self, pair: Any) -> Pair:
        """Raises TypeError for one that has to be looked at."""
        if pair.__class__ is not tuple or len(pair) != 2:
            raise TypeError
        name, value = pair
        lower = self._names.get(name)
        text: str = value if type(value) is str else value.decode("latin-1") if type(value) is bytes else "\n"
        if lower is None or not text.isascii() or "\n" in text or "\r" in text or "\0" in text:
            raise TypeError
        field = lower, text.strip(" \t")
        if lower in _STEADY and len(text) <= _CACHE_LENGTH:
            if len(self._fields) >= _CACHE_FIELDS:
                self._fields.clear()  # whoever fills it with fields of his own must not slow down everybody for good
            self._fields[pair] = field
        return field

    def checked(self, pairs: list[Pair], spelled: Iterable[str | bytes]) -> Headers:
        """The fields one by one; ``spelled`` are their names as the app has them. Raises AppProtocolError."""
        fields = response_fields(pairs)
        kept = end_to_end(fields)
        if len(kept) == len(fields):
            if len(self._names) + len(kept) > _CACHE_NAMES:
                self._names.clear()
            for name, (lower, _) in zip(spelled, kept, strict=True):
                if len(name) <= _CACHE_LENGTH:
                    self._names[name] = lower
        return Headers.of(kept)


def whole(answer: Plain | Response) -> Response:
    """The response, in the words of the model."""
    if isinstance(answer, Response):
        return answer
    status, fields, body = answer
    return Response(status, Headers((), fields), body)

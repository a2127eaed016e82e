"""Events of which most is a body in base64, read without making a ``str`` of it.

As bytes such an event is in memory once, and its body as the app gets it once more. By way of ``json`` the text is
there as well, which takes more memory than the body and, with a fast decoder, ten times as long as all else.
"""

from __future__ import annotations

from .bodies import EncodedBody, base64_text, decoded_base64, is_encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _collections_abc import dict_items, dict_values
    from collections.abc import Callable, Iterator
    from typing import Any, SupportsIndex, TypeGuard

# Where the body begins at the latest. What stands before it is short, or the body is not most of the event.
_HEAD = 64 * 1024
_KEY, _COLON, _QUOTE, _BLANKS = b'"body"', ord(":"), ord('"'), b" \t\n\r"


class BinaryEvent(dict[str, "Any"]):
    """An event with a base64 body that is kept as the bytes for which it stands.

    It is the event as it was: whoever looks at ``event["body"]``, in this way or another, sees the text that was sent.
    The text is made at the first look, and most apps never look. Only code in C that reads a dict past its methods,
    as that of orjson and msgspec does, meets an :class:`~fcbridge.bodies.EncodedBody`, which it refuses because that
    is no string; ``dict(event)`` is an ordinary dict.
    """

    __slots__ = ()

    def _whole(self) -> None:
        body = super().get("body")
        if isinstance(body, EncodedBody):
            super().__setitem__("body", body.text())

    def __getitem__(self, key: str) -> Any:
        if key == "body":
            self._whole()
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        if key == "body":
            self._whole()
        return super().get(key, default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        self._whole()
        return super().setdefault(key, default)

    def pop(self, key: str, *default: Any) -> Any:
        self._whole()
        return super().pop(key, *default)

    def popitem(self) -> tuple[str, Any]:
        self._whole()
        return super().popitem()

    def items(self) -> dict_items[str, Any]:
        self._whole()
        return super().items()

    def values(self) -> dict_values[str, Any]:
        self._whole()
        return super().values()

    def __iter__(self) -> Iterator[str]:
        # What copies and merges dicts, as dict(event) and {**event}, goes past the methods where this is that of dict.
        return super().__iter__()

    def __eq__(self, other: object) -> bool:
        self._whole()
        if isinstance(other, BinaryEvent):
            other._whole()
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # as that of every dict

    def __repr__(self) -> str:
        self._whole()
        return super().__repr__()

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return dict, (dict(self),)  # pickles, and the module copy copies it, as an ordinary dict


def binary_event(event: bytes | bytearray, read: Callable[[str], object]) -> BinaryEvent | None:
    """The event, if a base64 body is most of it and can be cut out; None where it is to be read as a whole.

    ``read`` makes the value of a text that is JSON, or raises ValueError.
    """
    cut = _cut(event)
    if cut is None:
        return None
    start, end = cut
    # Names and values may be a client's, so anything in an event may look like the body. But if the body is "" with
    # nothing between the two quotes, and "1" with that between them, it is what stands between them: nothing may follow
    # the end of a string directly, so the place is inside of one, and what is put there changes that string alone. A
    # key it is not: one that ends at this place is empty or ends with a quote.
    head, tail = event[:start], event[end:]
    try:
        document, probe = read((head + tail).decode()), read((head + b"1" + tail).decode())
    except ValueError:
        return None
    if not (_is_object(document) and _is_object(probe) and document.get("body") == "" and probe.get("body") == "1"):
        return None
    if not is_encoded(document.get("isBase64Encoded")):
        return None
    text = memoryview(event)[start:end]
    try:
        octets = decoded_base64(text)
    except ValueError:
        return None
    # Only a text that comes out again in the same way is cut. Whatever the decoder skips, as the backslash of an
    # escape, makes the result shorter; a stray bit in the last letter makes the end another one.
    rest = octets[len(octets) - (len(octets) % 3 or 3) :]
    if (len(octets) + 2) // 3 * 4 != len(text) or base64_text(rest) != str(text[-4:], "ascii", "replace"):
        return None
    document["body"] = EncodedBody(octets)
    return BinaryEvent(document)


def _is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _cut(event: bytes | bytearray) -> tuple[int, int] | None:
    """Where the value of a key "body" begins and ends that is most of the event, at whatever depth."""
    at = 0
    while (at := event.find(_KEY, at, _HEAD)) >= 0:
        at = _next(event, at + len(_KEY))
        if event[at] == _COLON:
            at = _next(event, at + 1)
            if event[at] == _QUOTE:
                end = event.find(_QUOTE, at + 1)
                if end - at > len(event) // 2:
                    return at + 1, end
    return None


def _next(event: bytes | bytearray, at: int) -> int:
    """Where the next byte stands that is no blank of JSON; at the end, that of the last one."""
    last = len(event) - 1
    while at < last and event[at] in _BLANKS:
        at += 1
    return min(at, last)

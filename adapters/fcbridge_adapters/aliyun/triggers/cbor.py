"""CBOR, as much of it as has a place in JSON or in a table: https://www.rfc-editor.org/rfc/rfc8949

Whole numbers of any size, floats, byte and text strings, arrays, maps with texts as keys, true, false and null. The
rest is refused: undefined and the other simple values, and all tags but those of bignums. So is what is not well-formed
or not valid: bytes behind the item, lengths beyond the end, text that is not UTF-8, a key that comes twice.
"""

from __future__ import annotations

from struct import error as StructError
from struct import pack, unpack_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: How deep arrays and maps may be nested.
DEPTH = 64

_INDEFINITE = 31
_BREAK = 0xFF
_FLOATS = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}
_SIMPLE: dict[int, bool | None] = {20: False, 21: True, 22: None}


class CborError(ValueError):
    """What is no CBOR, or CBOR of what is refused."""


def decode(encoded: bytes) -> Any:
    """The value of the one item in ``encoded``. Raises CborError."""
    decoder = _Decoder(encoded)
    try:
        value = decoder.item(0)
    except (IndexError, StructError) as error:
        raise CborError("the item does not end") from error
    if decoder.at != len(encoded):
        raise CborError("there is something behind the item")
    return value


class _Decoder:
    def __init__(self, encoded: bytes) -> None:
        self.encoded = encoded
        self.at = 0

    def item(self, depth: int) -> Any:
        if depth > DEPTH:
            raise CborError("nested too deep")
        major, info = divmod(self._byte(), 32)
        if major == 7:
            return self._float_or_simple(info)
        if info == _INDEFINITE:
            if major not in (2, 3, 4, 5):
                raise CborError("a length is indefinite where none is")
            return self._indefinite(major, depth)
        argument = self._argument(info)
        if major == 0:
            return argument
        if major == 1:
            return -1 - argument
        if major in (2, 3):
            return self._string(major, argument)
        if major == 4:
            return [self.item(depth + 1) for _ in range(argument)]
        if major == 5:
            pairs: dict[str, Any] = {}
            for _ in range(argument):
                self._pair(pairs, depth)
            return pairs
        return self._bignum(argument, depth)

    def _byte(self) -> int:
        self.at += 1
        return self.encoded[self.at - 1]

    def _argument(self, info: int) -> int:
        if info < 24:
            return info
        if info > 27:
            raise CborError("a reserved additional information")
        return int.from_bytes(self._bytes(1 << (info - 24)), "big")

    def _bytes(self, length: int) -> bytes:
        start, self.at = self.at, self.at + length
        if self.at > len(self.encoded):
            raise CborError("a length is beyond the end")
        return self.encoded[start : self.at]

    def _string(self, major: int, length: int) -> bytes | str:
        content = self._bytes(length)
        if major == 2:
            return content
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise CborError("a text is not UTF-8") from error

    def _pair(self, pairs: dict[str, Any], depth: int) -> None:
        key = self.item(depth + 1)
        if not isinstance(key, str):
            raise CborError("a key is no text")
        if key in pairs:
            raise CborError("a key comes twice")
        pairs[key] = self.item(depth + 1)

    def _ended(self) -> bool:
        if self.encoded[self.at] != _BREAK:
            return False
        self.at += 1
        return True

    def _indefinite(self, major: int, depth: int) -> Any:
        if major == 4:
            values: list[Any] = []
            while not self._ended():
                values.append(self.item(depth + 1))
            return values
        if major == 5:
            pairs: dict[str, Any] = {}
            while not self._ended():
                self._pair(pairs, depth)
            return pairs
        chunks: list[Any] = []
        while not self._ended():
            kind, info = divmod(self._byte(), 32)
            if kind != major or info == _INDEFINITE:
                raise CborError("a chunk is of another type than its string")
            chunks.append(self._string(kind, self._argument(info)))
        return b"".join(chunks) if major == 2 else "".join(chunks)

    def _bignum(self, tag: int, depth: int) -> int:
        content = self.item(depth + 1) if tag in (2, 3) else None
        if not isinstance(content, bytes):
            raise CborError("a tag that is none of a bignum")
        value = int.from_bytes(content, "big")
        return value if tag == 2 else -1 - value

    def _float_or_simple(self, info: int) -> float | bool | None:
        if info in _FLOATS:
            form, length = _FLOATS[info]
            (value,) = unpack_from(form, self.encoded, self.at)
            self.at += length
            return float(value)
        if info in _SIMPLE:
            return _SIMPLE[info]
        raise CborError("a simple value that is neither true nor false nor null")


def encode(value: object) -> bytes:
    """The item of a value, with lengths ahead and in as few bytes as they take; a float takes eight.

    Raises TypeError for what has no item, and for keys that are no texts; ValueError for lone surrogates.
    """
    encoded = bytearray()
    _encode(value, encoded)
    return bytes(encoded)


def _encode(value: object, encoded: bytearray) -> None:
    if value is None:
        encoded.append(0xF6)
    elif isinstance(value, bool):
        encoded.append(0xF5 if value else 0xF4)
    elif isinstance(value, int):
        _encode_int(value, encoded)
    elif isinstance(value, float):
        encoded += pack(">Bd", 0xFB, value)
    elif isinstance(value, bytes):
        _head(2, len(value), encoded)
        encoded += value
    elif isinstance(value, str):
        content = value.encode()
        _head(3, len(content), encoded)
        encoded += content
    elif isinstance(value, (list, tuple)):
        items: list[object] = [*value]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        _head(4, len(items), encoded)
        for item in items:
            _encode(item, encoded)
    elif isinstance(value, dict):
        pairs: dict[object, object] = {**value}  # pyright: ignore[reportUnknownArgumentType]
        _head(5, len(pairs), encoded)
        for key, item in pairs.items():
            if not isinstance(key, str):
                raise TypeError(f"a key is of type {type(key).__name__}")
            _encode(key, encoded)
            _encode(item, encoded)
    else:
        raise TypeError(type(value).__name__)


def _encode_int(value: int, encoded: bytearray) -> None:
    argument = value if value >= 0 else -1 - value
    if argument < 1 << 64:
        _head(0 if value >= 0 else 1, argument, encoded)
        return
    encoded.append(0xC2 if value >= 0 else 0xC3)
    content = argument.to_bytes((argument.bit_length() + 7) // 8, "big")
    _head(2, len(content), encoded)
    encoded += content


def _head(major: int, argument: int, encoded: bytearray) -> None:
    if argument < 24:
        encoded.append(major << 5 | argument)
        return
    size = 0 if argument < 1 << 8 else 1 if argument < 1 << 16 else 2 if argument < 1 << 32 else 3
    encoded.append(major << 5 | 24 + size)
    encoded += argument.to_bytes(1 << size, "big")

"""Firestore's events in protobuf, without the library: they become what they would be in JSON.

https://protobuf.dev/programming-guides/encoding/
https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto
"""

from __future__ import annotations

import struct
from datetime import timedelta

from fcbridge.bodies import base64_text
from fcbridge.instants import EPOCH, rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Field = tuple[int, int | bytes]


def document_event(message: bytes) -> dict[str, Any]:
    """A DocumentEventData as JSON has it. Raises ValueError for what is none."""
    event: dict[str, Any] = {}
    for number, value in _fields(message):
        if number == 1:
            event["value"] = _document(_octets(value))
        elif number == 2:
            event["oldValue"] = _document(_octets(value))
        elif number == 3:
            event["updateMask"] = {"fieldPaths": [_text(path) for at, path in _fields(_octets(value)) if at == 1]}
    return event


def _document(message: bytes) -> dict[str, Any]:
    document: dict[str, Any] = {"fields": {}}
    for number, value in _fields(message):
        if number == 1:
            document["name"] = _text(value)
        elif number == 2:
            _add_entry(document["fields"], _octets(value))
        elif number in (3, 4):
            document["createTime" if number == 3 else "updateTime"] = _timestamp(_octets(value))
    return document


def _add_entry(fields: dict[str, Any], message: bytes) -> None:
    """An entry of a map: its key is 1, its value 2."""
    key, value = "", b""
    for number, content in _fields(message):
        if number == 1:
            key = _text(content)
        elif number == 2:
            value = _octets(content)
    fields[key] = _value(value)


def _value(message: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {"nullValue": None}
    for number, value in _fields(message):
        if number == 1:
            found = {"booleanValue": _number(value) != 0}
        elif number == 2:
            found = {"integerValue": str(_signed(_number(value)))}
        elif number == 3:
            found = {"doubleValue": _double(value)}
        elif number == 5:
            found = {"referenceValue": _text(value)}
        elif number == 6:
            fields: dict[str, Any] = {}
            for at, entry in _fields(_octets(value)):
                if at == 1:
                    _add_entry(fields, _octets(entry))
            found = {"mapValue": {"fields": fields}}
        elif number == 8:
            point = {"latitude": 0.0, "longitude": 0.0}
            for at, angle in _fields(_octets(value)):
                point["latitude" if at == 1 else "longitude"] = _double(angle)
            found = {"geoPointValue": point}
        elif number == 9:
            values = [_value(_octets(inner)) for at, inner in _fields(_octets(value)) if at == 1]
            found = {"arrayValue": {"values": values}}
        elif number == 10:
            found = {"timestampValue": _timestamp(_octets(value))}
        elif number == 17:
            found = {"stringValue": _text(value)}
        elif number == 18:
            found = {"bytesValue": base64_text(_octets(value))}
    return found


def _timestamp(message: bytes) -> str:
    seconds = nanoseconds = 0
    for number, value in _fields(message):
        if number == 1:
            seconds = _signed(_number(value))
        elif number == 2:
            nanoseconds = _number(value)
    try:
        return rfc3339(EPOCH + timedelta(seconds=seconds, microseconds=nanoseconds // 1000))
    except OverflowError:
        raise ValueError("a time outside of the calendar") from None


# -- the wire ---------------------------------------------------------------------------------------------------------


def _fields(message: bytes) -> Iterator[Field]:
    """Number and value of each field: a whole number, or bytes of a length or of 4 or 8."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == 0:
            number, at = _varint(message, at)
            yield key >> 3, number
            continue
        if kind == 2:
            length, at = _varint(message, at)
        elif kind in (1, 5):
            length = 8 if kind == 1 else 4
        else:
            raise ValueError("a wire type that is not known")
        if at + length > len(message):
            raise ValueError("a field is cut off")
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while shift < 70:
        if at >= len(message):
            break
        byte = message[at]
        number |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return number, at
    raise ValueError("a number is cut off")


def _octets(value: int | bytes) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError("a number in place of bytes")  # broken data is a ValueError
    return value


def _number(value: int | bytes) -> int:
    if not isinstance(value, int):
        raise ValueError("bytes in place of a number")
    return value


def _signed(number: int) -> int:
    number &= 2**64 - 1
    return number - 2**64 if number >= 2**63 else number


def _double(value: int | bytes) -> float:
    octets = _octets(value)
    if len(octets) != 8:
        raise ValueError("a number is cut off")
    [number] = struct.unpack("<d", octets)
    return float(number)


def _text(value: int | bytes) -> str:
    return _octets(value).decode("utf-8")

"""CBOR, held to the test vectors of RFC 8949, appendix A (https://www.rfc-editor.org/rfc/rfc8949#appendix-A)."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcbridge_adapters.aliyun.triggers.cbor import DEPTH, CborError, decode, encode
from tests.examples import Examples, event_of

#: Those that are encoded and decoded, in the order of the appendix.
BOTH_WAYS: list[tuple[str, Any]] = [
    ("00", 0),
    ("01", 1),
    ("0a", 10),
    ("17", 23),
    ("1818", 24),
    ("1819", 25),
    ("1864", 100),
    ("1903e8", 1000),
    ("1a000f4240", 1000000),
    ("1b000000e8d4a51000", 1000000000000),
    ("1bffffffffffffffff", 18446744073709551615),
    ("c249010000000000000000", 18446744073709551616),
    ("3bffffffffffffffff", -18446744073709551616),
    ("c349010000000000000000", -18446744073709551617),
    ("20", -1),
    ("29", -10),
    ("3863", -100),
    ("3903e7", -1000),
    ("fb3ff199999999999a", 1.1),
    ("fb7e37e43c8800759c", 1.0e300),
    ("fbc010666666666666", -4.1),
    ("fb7ff0000000000000", math.inf),
    ("fbfff0000000000000", -math.inf),
    ("f4", False),
    ("f5", True),
    ("f6", None),
    ("40", b""),
    ("4401020304", b"\x01\x02\x03\x04"),
    ("60", ""),
    ("6161", "a"),
    ("6449455446", "IETF"),
    ("62225c", '"\\'),
    ("62c3bc", "\u00fc"),
    ("63e6b0b4", "\u6c34"),
    ("64f0908591", "\U00010151"),
    ("80", []),
    ("83010203", [1, 2, 3]),
    ("8301820203820405", [1, [2, 3], [4, 5]]),
    ("98190102030405060708090a0b0c0d0e0f101112131415161718181819", [*range(1, 26)]),
    ("a0", {}),
    ("a26161016162820203", {"a": 1, "b": [2, 3]}),
    ("826161a161626163", ["a", {"b": "c"}]),
    ("a56161614161626142616361436164614461656145", {"a": "A", "b": "B", "c": "C", "d": "D", "e": "E"}),
]
#: Those that are decoded, and of which the encoder makes another item: shorter floats, indefinite lengths.
ONE_WAY: list[tuple[str, Any]] = [
    ("f90000", 0.0),
    ("f98000", -0.0),
    ("f93c00", 1.0),
    ("f93e00", 1.5),
    ("f97bff", 65504.0),
    ("fa47c35000", 100000.0),
    ("fa7f7fffff", 3.4028234663852886e38),
    ("f90001", 5.960464477539063e-8),
    ("f90400", 0.00006103515625),
    ("f9c400", -4.0),
    ("f97c00", math.inf),
    ("f97e00", math.nan),
    ("f9fc00", -math.inf),
    ("fa7f800000", math.inf),
    ("fa7fc00000", math.nan),
    ("faff800000", -math.inf),
    ("fb7ff8000000000000", math.nan),
    ("5f42010243030405ff", b"\x01\x02\x03\x04\x05"),
    ("7f657374726561646d696e67ff", "streaming"),
    ("9fff", []),
    ("9f018202039f0405ffff", [1, [2, 3], [4, 5]]),
    ("9f01820203820405ff", [1, [2, 3], [4, 5]]),
    ("83018202039f0405ff", [1, [2, 3], [4, 5]]),
    ("83019f0203ff820405", [1, [2, 3], [4, 5]]),
    ("9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff", [*range(1, 26)]),
    ("bf61610161629f0203ffff", {"a": 1, "b": [2, 3]}),
    ("826161bf61626163ff", ["a", {"b": "c"}]),
    ("bf6346756ef563416d7421ff", {"Fun": True, "Amt": -2}),
]
#: Those of what has no place in a table: undefined, simple values, tags, keys that are no texts.
REFUSED = [
    "f7", "f0", "f8ff", "c074323031332d30332d32315432303a30343a30305a", "c11a514b67b0", "c1fb41d452d9e8200000",
    "d74401020304", "d818456449455446", "d82076687474703a2f2f7777772e6578616d706c652e636f6d", "a201020304",
]  # fmt: skip
#: What is not well-formed or not valid: appendix F of the RFC has the like.
BROKEN = [
    "", "18", "19ff", "1a00", "41", "61", "5affffffff00", "5bffffffffffffffff01", "81", "8201", "a1", "a16161", "c2",
    "f9", "fa00", "fb000000", "1c", "1d", "1e", "3c", "5c", "7d", "9e", "bc", "dd", "fc", "f800", "f818", "ff", "1f",
    "3f", "df", "9f", "bf", "5f", "7f", "9f01", "bf6161", "5f41", "5f6161ff", "7f4161ff", "5f5f4101ffff", "81ff",
    "a1ff00", "a161ff", "bf6161ff", "0000", "a0a0", "61ff", "62c328", "7f61c361bcff", "63eda080", "c201", "c26101",
    "c2f6",
]  # fmt: skip


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isnan(one) == math.isnan(other) and repr(one) == repr(other)  # -0.0 is not 0.0
    return type(one) is type(other) and one == other


@pytest.mark.parametrize(("encoded", "value"), BOTH_WAYS + ONE_WAY)
def test_an_item_is_its_value(encoded: str, value: object) -> None:
    assert same(decode(bytes.fromhex(encoded)), value)


@pytest.mark.parametrize(("encoded", "value"), BOTH_WAYS)
def test_a_value_is_its_item(encoded: str, value: object) -> None:
    assert encode(value).hex() == encoded


@pytest.mark.parametrize("encoded", REFUSED)
def test_what_has_no_place_in_a_table_is_refused(encoded: str) -> None:
    with pytest.raises(CborError):
        decode(bytes.fromhex(encoded))


@pytest.mark.parametrize("encoded", BROKEN)
def test_what_is_no_cbor_is_refused(encoded: str) -> None:
    with pytest.raises(CborError):
        decode(bytes.fromhex(encoded))


def test_a_key_that_comes_twice_is_refused() -> None:
    for encoded in ("a2616101616102", "bf616101616102ff"):
        with pytest.raises(CborError, match="twice"):
            decode(bytes.fromhex(encoded))


def test_no_item_is_nested_deeper_than_the_limit() -> None:
    nested = b"\x81" * DEPTH + b"\x00"
    assert encode(decode(nested)) == nested
    for opening in (b"\x81", b"\x9f", b"\xa1\x61a", b"\xc2"):
        with pytest.raises(CborError):
            decode(opening * 100_000)


def test_every_tablestore_event_is_the_same_as_json_and_as_cbor() -> None:
    example = Examples("aliyun/other")
    encoded = event_of(example.folder / "tablestore.cbor")
    assert decode(encoded) == example("tablestore")
    assert encode(json.loads((example.folder / "tablestore.json").read_bytes())) == encoded


@pytest.mark.parametrize("value", [object(), {1: 2}, {None: 0}, {b"a": 0}, bytearray(b"a"), {1}])
def test_what_has_no_item_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError):
        encode(value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(), values, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_every_value_survives(value: Any) -> None:
    assert same(decode(encode(value)), value)


@given(VALUES, st.data())
def test_no_item_that_is_cut_off_is_a_value(value: Any, choice: st.DataObject) -> None:
    encoded = encode(value)
    with pytest.raises(CborError):
        decode(encoded[: choice.draw(st.integers(0, len(encoded) - 1))])


@given(st.binary(max_size=60))
def test_any_bytes_are_a_value_or_refused(encoded: bytes) -> None:
    try:
        value = decode(encoded)
    except CborError:
        return
    assert decode(encode(value)) == value or "nan" in repr(value)

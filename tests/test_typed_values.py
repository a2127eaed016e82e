"""The typed values of DynamoDB's interface: what each stands for, and what there is no type for."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcbridge.testing.strategies import json_values
from fcbridge.typed_values import columns, typed
from tests.contract.triggers.parts import rows_of_typed_values


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ({"S": "tea"}, "tea"),
        ({"N": "12345678901234567890123456789012345678"}, Decimal("12345678901234567890123456789012345678")),
        ({"N": "-1.5E-7"}, Decimal("-1.5E-7")),
        ({"B": "AQI="}, b"\1\2"),
        ({"BOOL": False}, False),
        ({"NULL": True}, None),
        ({"L": [{"S": "a"}, {"NULL": True}]}, ["a", None]),
        ({"M": {"no": {"BOOL": False}}}, {"no": False}),
        ({"SS": ["b", "a"]}, {"a", "b"}),
        ({"NS": ["1", "2.50"]}, {Decimal(1), Decimal("2.5")}),
        ({"BS": ["AQI=", "/w=="]}, {b"\1\2", b"\xff"}),
    ],
)
def test_a_type_tells_the_value(told: object, value: object) -> None:
    found = columns({"column": told})["column"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "told",
    [
        None, "a", [], {}, {"S": "a", "N": "1"}, {"X": "a"}, {"s": "a"}, {"S": 1}, {"N": 1}, {"N": "NaN"}, {"N": "1,5"},
        {"N": "-Infinity"}, {"B": "a"}, {"B": 1}, {"BOOL": 1}, {"L": "a"}, {"L": ["a"]}, {"M": []}, {"M": {"a": 1}},
        {"SS": "ab"}, {"SS": [1]}, {"SS": [{"S": "a"}]}, {"NS": ["NaN"]}, {"BS": [None]},
    ],
)  # fmt: skip
def test_what_is_no_typed_value_is_refused(told: object) -> None:
    with pytest.raises((TypeError, ValueError, ArithmeticError)):
        columns({"column": told})


@given(json_values())
def test_any_json_is_columns_or_refused(told: object) -> None:
    try:
        found = columns(told)
    except (TypeError, ValueError, ArithmeticError):
        return
    assert isinstance(found, dict)


@given(rows_of_typed_values())
def test_reading_undoes_typing(row: dict[str, Any]) -> None:
    assert columns(json.loads(json.dumps(typed(row)))) == row


def test_a_whole_number_may_be_an_int() -> None:
    assert typed({"stock": 4, "sizes": {3, Decimal("2.5")}}) == {"stock": {"N": "4"}, "sizes": {"NS": ["2.5", "3"]}}


@given(st.sets(st.text("ab1", min_size=1), min_size=1))
def test_the_same_set_is_always_the_same_json(members: set[str]) -> None:
    assert typed({"tags": members}) == {"tags": {"SS": sorted(members)}}


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        (1,),
        object(),
        bytearray(b"a"),
        frozenset[str](),
        {True},
        {None},
        {(1,)},
        {"a", b"a"},
        {"a", 1},
        frozenset((1, "1")),
    ],
)
def test_a_value_that_has_no_type_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        typed({"column": value})
    with pytest.raises(TypeError):
        typed({"list": [{"column": value}]})

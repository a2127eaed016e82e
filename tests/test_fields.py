"""The fields of events, each as the type that it has to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fcbridge.fields import mapping, sequence, text, text_if_any, whole, whole_if_any

TAKES: dict[Callable[[object], object], list[object]] = {
    text: ["", "a"],
    whole: [0, -1, 2**70],
    mapping: [{}, {"a": 1}],
    sequence: [[], [1]],
    text_if_any: [None, "a"],
    whole_if_any: [None, 0],
}
VALUES: list[object] = [None, "", "a", 0, -1, 2**70, True, 1.0, {}, {"a": 1}, [], [1], b"a", object()]


@pytest.mark.parametrize("read", TAKES)
def test_what_a_field_may_be_comes_through_and_nothing_else(read: Callable[[object], Any]) -> None:
    def is_one_of(value: object, values: list[object]) -> bool:
        return any(type(value) is type(other) and value == other for other in values)

    for value in VALUES:
        if is_one_of(value, TAKES[read]) or (value in (-1, 2**70) and read is whole_if_any):
            assert read(value) is value
        elif value == "" and read is text_if_any:
            assert read(value) is None
        else:
            with pytest.raises(TypeError, match=type(value).__name__):
                read(value)

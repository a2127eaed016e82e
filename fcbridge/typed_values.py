"""The typed values of DynamoDB's interface, which other databases speak too, as values of Python.

Each is an object with one member, whose name is the type
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html):

======================  =========================================================
``S`` ``N`` ``B``       text, ``Decimal`` (up to 38 digits), bytes
``BOOL`` ``NULL``       a truth value, None
``L`` ``M``             a list, a mapping
``SS`` ``NS`` ``BS``    a set of text, of ``Decimal``, of bytes
======================  =========================================================
"""

from __future__ import annotations

from decimal import Decimal

from .bodies import base64_text, decoded_base64
from .codec import is_list, is_object
from .fields import mapping, sequence, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from typing import Any

    Typed = dict[str, Any]  # one member, whose name is the type


# -- into Python ------------------------------------------------------------------------------------------------------


def columns(values: object) -> dict[str, Any]:
    """Columns by name. Raises TypeError, ValueError or ArithmeticError for what are none."""
    return {name: _value(value) for name, value in mapping(values).items()}


def _value(told: object) -> Any:
    ((kind, value),) = mapping(told).items()  # another number of members is a ValueError
    reader = _READERS.get(kind)
    if reader is None:
        raise ValueError("a type that there is not")
    return reader(value)


def _number(value: object) -> Decimal:
    number = Decimal(text(value))
    if not number.is_finite():
        raise ValueError("no number")
    return number


def _octets(value: object) -> bytes:
    return decoded_base64(text(value))


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(type(value).__name__)
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "S": text,
    "N": _number,
    "B": _octets,
    "BOOL": _truth,
    "NULL": lambda value: None,
    "L": lambda values: [_value(each) for each in sequence(values)],
    "M": columns,
    "SS": lambda values: {text(each) for each in sequence(values)},
    "NS": lambda values: {_number(each) for each in sequence(values)},
    "BS": lambda values: {_octets(each) for each in sequence(values)},
}


# -- out of Python ----------------------------------------------------------------------------------------------------


def typed(values: Mapping[str, Any]) -> dict[str, Typed]:
    """What :func:`columns` reads; whole numbers may be ``int``. Raises TypeError for values that have no type."""
    return {name: _typed(value) for name, value in values.items()}


def _typed(value: Any) -> Typed:
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, (int, Decimal)):
        return {"N": str(value)}
    if isinstance(value, bytes):
        return {"B": base64_text(value)}
    if is_list(value):
        return {"L": [_typed(each) for each in value]}
    if is_object(value):
        return {"M": typed(value)}
    if isinstance(value, (set, frozenset)):
        return _set(value)  # pyright: ignore[reportUnknownArgumentType]  # of any members
    raise TypeError(f"no typed value is a {type(value).__name__}")


def _set(values: Collection[Any]) -> Typed:
    """In order, so that the same set is always the same JSON."""
    members = [_typed(each) for each in sorted(values)]
    kinds = {kind for member in members for kind in member}
    if len(kinds) != 1 or not kinds <= {"S", "N", "B"}:
        raise TypeError("a set is of text, of numbers or of bytes, and has a member")
    (kind,) = kinds
    return {f"{kind}S": [member[kind] for member in members]}

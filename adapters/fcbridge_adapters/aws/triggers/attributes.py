"""The typed values of DynamoDB, and the values of Python that they stand for.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html

======================  =========================================================
``S`` ``N`` ``B``       text, ``Decimal`` (up to 38 digits), bytes
``BOOL`` ``NULL``       a truth value, None
``L`` ``M``             a list, a mapping
``SS`` ``NS`` ``BS``    a set of text, of ``Decimal``, of bytes
======================  =========================================================
"""

from __future__ import annotations

from decimal import Decimal

from fcbridge.bodies import base64_text
from fcbridge.fields import mapping, sequence, text

from .source import octets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    Typed = dict[str, Any]  # one member, whose name is the type


# -- into Python ------------------------------------------------------------------------------------------------------


def columns(values: object) -> dict[str, Any]:
    """Columns by name. Raises TypeError, ValueError or ArithmeticError for what are none."""
    return {name: _value(value) for name, value in mapping(values).items()}


def _value(attribute: object) -> Any:
    typed = mapping(attribute)
    if len(typed) != 1:
        raise ValueError("a value has one type")
    ((kind, value),) = typed.items()
    reader = _READERS.get(kind)
    if reader is None:
        raise ValueError("a type that there is not")
    return reader(value)


def _number(value: object) -> Decimal:
    number = Decimal(text(value))
    if not number.is_finite():
        raise ValueError("no number")
    return number


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(type(value).__name__)
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "S": text,
    "N": _number,
    "B": octets,
    "BOOL": _truth,
    "NULL": lambda value: None,
    "L": lambda values: [_value(each) for each in sequence(values)],
    "M": columns,
    "SS": lambda values: {text(each) for each in sequence(values)},
    "NS": lambda values: {_number(each) for each in sequence(values)},
    "BS": lambda values: {octets(each) for each in sequence(values)},
}


# -- out of Python ----------------------------------------------------------------------------------------------------


def typed(values: Mapping[str, Any]) -> dict[str, Typed]:
    """Columns as DynamoDB has them; whole numbers may be ``int``. Raises TypeError for what DynamoDB cannot hold."""
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
    if isinstance(value, list):
        return {"L": [_typed(each) for each in value]}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, (set, frozenset)):
        return _set(value)  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, dict):
        return {"M": typed(value)}  # pyright: ignore[reportUnknownArgumentType]
    raise TypeError(f"DynamoDB holds no {type(value).__name__}")


def _set(values: Iterable[Any]) -> Typed:
    """In order, so that the same set is always the same JSON."""
    members = sorted(values)
    if all(isinstance(each, str) for each in members):
        return {"SS": members}
    if all(isinstance(each, bytes) for each in members):
        return {"BS": [base64_text(each) for each in members]}
    return {"NS": [str(each) for each in members]}

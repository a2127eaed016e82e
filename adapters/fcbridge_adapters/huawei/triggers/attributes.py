"""The columns of GeminiDB's DynamoDB interface: each value is an object with one member, whose name is the type.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html, with which GeminiDB is
compatible (https://support.huaweicloud.com/dynamodbug-nosql/nosql_dynamodb_0003.html). ``N`` is a ``Decimal``, ``B`` is
bytes, ``SS``, ``NS`` and ``BS`` are sets.
"""

from __future__ import annotations

from decimal import Decimal

from fcbridge.bodies import base64_text, decoded_base64
from fcbridge.codec import is_list, is_object
from fcbridge.fields import mapping, sequence, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

_SCALARS = {"SS": "S", "NS": "N", "BS": "B"}  # what the sets are of


def columns(told: object) -> dict[str, Any]:
    """Raises TypeError, ValueError or ArithmeticError."""
    return {name: _value(value) for name, value in mapping(told).items()}


def typed(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What :func:`columns` reads. Raises TypeError or ValueError for values that there is no type for."""
    return {name: _typed(value) for name, value in values.items()}


def _value(told: object) -> Any:
    ((kind, value),) = mapping(told).items()  # another number of members is a ValueError
    if kind == "S":
        return text(value)
    if kind == "N":
        number = Decimal(text(value))
        if not number.is_finite():
            raise ValueError("no number")
        return number
    if kind == "B":
        return decoded_base64(text(value))
    if kind == "BOOL" and isinstance(value, bool):
        return value
    if kind == "NULL":
        return None
    if kind == "L":
        return [_value(each) for each in sequence(value)]
    if kind == "M":
        return columns(value)
    if kind in _SCALARS:
        return {_value({_SCALARS[kind]: each}) for each in sequence(value)}
    raise ValueError("no type of DynamoDB")


def _typed(value: Any) -> dict[str, Any]:
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
    raise TypeError(type(value).__name__)


def _set(values: Collection[Any]) -> dict[str, Any]:
    """In order, so that the same set is always the same JSON. One without members has no type."""
    members = [_typed(each) for each in sorted(values)]
    ((kind, *_),) = {tuple(member) for member in members}
    return {f"{kind}S": [member[kind] for member in members]}

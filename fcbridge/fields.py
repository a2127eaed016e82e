"""The fields of events, each as the type that it has to be. All raise TypeError, which names the type and no value."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def whole(value: object) -> int:
    """A whole number; JSON has booleans for what is yes or no."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(type(value).__name__)
    return value


def mapping(value: object) -> dict[str, Any]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise TypeError(type(value).__name__)
    return value  # pyright: ignore[reportUnknownVariableType]  # a JSON value


def sequence(value: object) -> list[Any]:
    """A JSON array."""
    if not isinstance(value, list):
        raise TypeError(type(value).__name__)
    return value  # pyright: ignore[reportUnknownVariableType]  # a JSON value


def text_if_any(value: object) -> str | None:
    """A text, or None where the field is absent, null or empty."""
    return text(value) or None if value is not None else None


def whole_if_any(value: object) -> int | None:
    """A whole number, or None where the field is absent or null."""
    return None if value is None else whole(value)

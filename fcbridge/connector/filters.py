"""Which events a registration takes, by their attributes.

A pattern of text is one of the shell: ``*`` is any text, slashes and nothing included, ``?`` one character, ``[abc]``
one of these, ``[!abc]`` none of these; ``[*]`` is a star. Large and small letters differ. So ``raw/*.jpg`` takes
``raw/2026/a.jpg`` too, as the prefix and suffix filters of the clouds do: a key has no folders.
"""

from __future__ import annotations

from fnmatch import translate
from re import compile as compiled_expression

from ..errors import InvalidOption
from ..nearest import nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from ..events import Event

    Test = Callable[[Any], bool]


class Filters:
    """Tests of attributes, all of which an event has to pass. Raises InvalidOption for one that the kind has not."""

    __slots__ = ("_given", "_tests")

    def __init__(self, kind: type[Event], given: Mapping[str, object]) -> None:
        names = attributes_of(kind)
        for name in given:
            if name not in names:
                meant = nearest(name, names)
                raise InvalidOption(
                    f"{kind.__name__} has no attribute {name!r} to filter by.",
                    hint=f"did you mean {meant!r}?" if meant else f"it has {', '.join(sorted(names))}",
                )
        self._given = given
        self._tests = [(name, test_of(name, pattern)) for name, pattern in given.items()]

    def take(self, event: Event) -> bool:
        """Whether an event of the kind passes. Raises what a predicate raises."""
        return all(test(getattr(event, name)) for name, test in self._tests)

    def __str__(self) -> str:
        return "".join(f", {name}={_shown(pattern)}" for name, pattern in self._given.items())


def attributes_of(kind: type[Event]) -> set[str]:
    """What can be filtered by: the fields, ``raw``, and what is made of them."""
    return {*kind.fields, "raw", *[name for name in dir(kind) if isinstance(getattr(kind, name), property)]}


def test_of(name: str, pattern: Any) -> Test:
    """The test for a pattern, for several of which one has to fit, or for a predicate."""
    if isinstance(pattern, str):
        return _text_test(pattern)
    if isinstance(pattern, (list, tuple, set, frozenset)):
        tests = [test_of(name, one) for one in pattern]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        if not tests:
            raise InvalidOption(f"The filter {name} is an empty list, which no event passes.", hint="leave it away")
        return lambda value: any(test(value) for test in tests)
    if isinstance(pattern, type):
        raise InvalidOption(f"The filter {name} is a class.", hint="give a pattern, a list of them, or a function")
    if callable(pattern):
        predicate: Callable[[Any], object] = pattern
        return lambda value: bool(predicate(value))
    return lambda value: bool(value == pattern)


def _text_test(pattern: str) -> Test:
    fits = compiled_expression(translate(pattern)).match

    def test(value: Any) -> bool:
        if isinstance(value, bytes):
            # The key of a message. What is not UTF-8 is no text that a pattern could mean.
            try:
                value = value.decode("utf-8")
            except UnicodeDecodeError:
                return False
        return value is not None and fits(str(value)) is not None

    return test


def _shown(pattern: object) -> str:
    if callable(pattern):
        return str(getattr(pattern, "__name__", type(pattern).__name__))
    return repr(pattern)

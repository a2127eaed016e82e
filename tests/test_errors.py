from __future__ import annotations

import pickle

from fcbridge import errors
from fcbridge.errors import BridgeError, UnknownPlatform


def test_the_hint_stands_on_a_line_of_its_own() -> None:
    assert str(UnknownPlatform("There is no platform 'x'.", hint="use y")) == "There is no platform 'x'.\nhint: use y"
    assert str(BridgeError("It broke.")) == "It broke."


def test_an_error_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(UnknownPlatform("a", hint="b")))
    assert (type(error), error.message, error.hint) == (UnknownPlatform, "a", "b")


def test_the_tree_drawn_at_the_top_is_the_tree() -> None:
    drawing = errors.__doc__ or ""
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and issubclass(kind, BridgeError):
            assert kind.__doc__, name
            depth = len(kind.__mro__) - len(BridgeError.__mro__)
            line = next(line for line in drawing.splitlines() if name in line.split())
            assert line.index(name) == 4 + 4 * depth, name

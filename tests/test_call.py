"""Events that nobody answers: what is said of them."""

from __future__ import annotations

from typing import Any

import pytest

from fcbridge.call import Recognition
from fcbridge.errors import UnknownEvent
from fcbridge.gateway import Invocation, Platform


class Knowing(Platform):
    """A platform without doors that knows what some event is."""

    name = "knowing"
    title = "Knowing"
    gateways = ()
    signs = (frozenset({"KNOWING"}),)

    def invocation(self, context: object) -> Invocation:
        return Invocation()

    def names(self, event: Any) -> str | None:
        return "a letter of the king" if event == {"seal": "red"} else None


def test_an_event_that_the_platform_knows_and_nobody_answers_is_named() -> None:
    with pytest.raises(UnknownEvent) as caught:
        Recognition(Knowing()).of({"seal": "red"})
    assert caught.value.message == ("The event is a letter of the king, which fcbridge recognises but does not answer.")
    assert "a handler of its own" in str(caught.value.hint)


def test_any_other_event_is_told_by_its_keys() -> None:
    with pytest.raises(UnknownEvent, match=r"No gateway recognises the event \(an object with the keys seal\)"):
        Recognition(Knowing()).of({"seal": "blue"})


def test_a_key_that_somebody_chose_writes_no_line_of_its_own() -> None:
    with pytest.raises(UnknownEvent) as caught:
        Recognition(Knowing()).of({"a\nERROR forged": 1, "\x1b[2J": 2, "\u62a5": 3, "b, c": 4})
    assert "the keys '\\x1b[2J', 'a\\nERROR forged', b, c, \u62a5)" in caught.value.message


def test_a_platform_knows_no_event_unless_it_says_so() -> None:
    assert Platform.names(Knowing(), {"seal": "red"}) is None

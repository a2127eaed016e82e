"""No garbage collection comes between the imports of a cold start, and none is missing afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from fcbridge.runners import Undisturbed

NEW = "a_module_that_is_not_there"


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    gc.unfreeze()  # what the test run has frozen, and Python 3.12 of itself
    gc.enable()
    yield
    gc.enable()
    gc.freeze()


def test_nothing_is_collected_while_a_module_is_imported_and_then_it_is_again() -> None:
    with Undisturbed(NEW):
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_was_made_meanwhile_is_old() -> None:
    with Undisturbed(NEW):
        made: list[object] = [[]]
    assert any(one is made for one in gc.get_objects(generation=2))
    assert gc.get_freeze_count() == 0


def test_an_import_that_fails_leaves_it_on() -> None:
    with pytest.raises(ImportError), Undisturbed(NEW):
        raise ImportError
    assert gc.isenabled()


def test_a_module_that_is_there_needs_nothing() -> None:
    with Undisturbed("sys"):
        assert gc.isenabled()


def test_who_has_turned_it_off_has_it_off_afterwards() -> None:
    gc.disable()
    with Undisturbed(NEW):
        assert not gc.isenabled()
    assert not gc.isenabled()


def test_what_somebody_has_frozen_stays_frozen() -> None:
    gc.freeze()
    frozen = gc.get_freeze_count()
    try:
        with Undisturbed(NEW):
            pass
        assert gc.get_freeze_count() == frozen
    finally:
        gc.unfreeze()

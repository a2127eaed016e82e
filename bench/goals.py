"""What is to be reached, and whether it is."""

from __future__ import annotations

from typing import NamedTuple


class Goal(NamedTuple):
    case: str
    figure: str
    """What was measured."""
    goal: str
    reached: bool

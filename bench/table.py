"""Medians, and a table of them: Markdown that also reads well in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple


class Table(NamedTuple):
    """A column whose name ends in a colon is one of numbers, to the right."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    medians: Mapping[str, object]
    """What the rows show, as JSON: in seconds, and ratios."""

    def __str__(self) -> str:
        return printed(self.title, self.columns, self.rows)


class Goal(NamedTuple):
    """What is to be reached, and what is. ``case`` names what is compared; the others are as they are printed.

    A figure without a goal, which is ``reached`` neither way, is there for what it adds to the one before it.
    """

    case: str
    figure: str
    goal: str
    reached: bool | None


def against(times: Sequence[float], limits: Sequence[float]) -> str:
    """``5.2x (+4.1)``: of times in seconds, the ratio and the difference in microseconds."""
    over = above(times, limits) * 1e6
    return f"{_rounded(ratio(times, limits))}x ({over:+,.{_decimals(over)}f})"


def ratio(times: Sequence[float], base: Sequence[float]) -> float:
    """The median of the ratio of each round."""
    return median(time / other for time, other in zip(times, base, strict=True))


def above(times: Sequence[float], base: Sequence[float]) -> float:
    """The median of the difference of each round."""
    return median(time - other for time, other in zip(times, base, strict=True))


def microseconds(times: Sequence[float]) -> str:
    return f"{_rounded(median(times) * 1e6)} us"


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.1f}"


def printed(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return f"**{title}**\n\n{grid(columns, rows)}"


def grid(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    heads = [column.removesuffix(":") for column in columns]
    right = [column.endswith(":") for column in columns]
    widths = [max(len(row[index]) for row in [heads, *rows]) for index in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        placed = [
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(cells, widths, right, strict=True)
        ]
        return f"| {' | '.join(placed)} |"

    rule = ["-" * (width - 1) + ":" if to_right else "-" * width for width, to_right in zip(widths, right, strict=True)]
    return "\n".join([line(heads), line(rule), *map(line, rows), ""])


def listed(title: str, goals: Sequence[Goal]) -> str:
    rows = [[goal.case, goal.figure, goal.goal, _VERDICTS[goal.reached]] for goal in goals]
    return printed(title, ["case", "figure:", "goal:", "reached"], rows)


_VERDICTS = {True: "yes", False: "no", None: ""}


def _rounded(value: float) -> str:
    return f"{value:,.{_decimals(value)}f}"


def _decimals(value: float) -> int:
    """So many that three digits are left."""
    return 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0

"""Columns for the eye."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .environment import Environment


def table(head: Sequence[str], rows: Sequence[Sequence[str]], environment: Environment) -> str:
    """Rows below a head, in columns as wide as their widest cell."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()

    return "\n".join([environment.styled(line(head), "bold", data=True), *map(line, rows)])

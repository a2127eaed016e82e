"""The tables of docs/performance.md, of the records of one run on each Python.

What is between ``<!-- bench: NAME -->`` and ``<!-- bench: end -->`` is made anew; the text around it is written by
hand. A name is ``runs``, ``goals``, or a part, whose tables stand in a tab for each Python; the place of one that no
record has stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .record import Record
from .table import grid

_PLACE = re.compile(r"(<!-- bench: (?!end)(\w+) -->\n).*?(<!-- bench: end -->)", re.DOTALL)


def rewritten(page: str, records: Sequence[Record]) -> str:
    """``page`` with the tables of ``records``, the older Python first."""
    ordered = sorted(records, key=lambda record: [int(number) for number in record.python.split(".")[:2]])
    makers = {"runs": _runs, "goals": _goals}

    def filled(place: re.Match[str]) -> str:
        start, name, end = place.groups()
        made = makers[name](ordered) if name in makers else _tabs(name, ordered)
        if not made:
            return place.group()
        return f"{start}\n{made.strip()}\n\n{end}"

    return _PLACE.sub(filled, page)


def _runs(records: Sequence[Record]) -> str:
    columns = ["Python", "machine", "command"]
    rows = [[record.python, record.machine, f"`{record.command}`"] for record in records]
    return f"{grid(columns, rows)}\n{_versions(records)}\n"


def _versions(records: Sequence[Record]) -> str:
    """``mangum 0.22.0, flask 3.1.3``; where the runs differ, all that there were."""
    names = list(dict.fromkeys(name for record in records for name in record.versions))
    found = {
        name: list(dict.fromkeys(record.versions[name] for record in records if name in record.versions))
        for name in names
    }
    return ", ".join(f"{name} {' and '.join(numbers)}" for name, numbers in found.items())


def _goals(records: Sequence[Record]) -> str:
    """A row for each goal, a column for each Python. What is not reached is in bold."""
    rows: dict[str, dict[str, str]] = {}
    bounds: dict[str, list[str]] = {}
    for record in records:
        for goals in record.goals.values():
            for goal in goals:
                figure = f"**{goal.figure}**" if goal.reached is False else goal.figure
                rows.setdefault(goal.case, {})[record.python] = figure
                bounds.setdefault(goal.case, []).append(goal.goal)
    pythons = list(dict.fromkeys(record.python for record in records if record.goals))
    columns = ["case", "goal:", *(f"{_short(python)}:" for python in pythons)]
    if not rows:
        return ""
    return grid(
        columns,
        [
            [case, " or ".join(dict.fromkeys(bounds[case])), *(figures.get(python, "") for python in pythons)]
            for case, figures in rows.items()
        ],
    )


def _tabs(part: str, records: Sequence[Record]) -> str:
    tabs: list[str] = []
    for record in records:
        if part not in record.tables:
            continue
        lines = "\n".join(record.tables[part]).splitlines()
        tabs.append(f'=== "Python {_short(record.python)}"\n')
        tabs += [f"    {line}" if line else "" for line in lines]
        tabs.append("")
    return "\n".join(tabs)


def _short(python: str) -> str:
    return ".".join(python.split(".")[:2])

"""The scores: a table to read, and JSON."""

from __future__ import annotations

from typing import Any

from .suites import SUITES
from .verdict import Verdict

_COLUMNS: tuple[str, ...] = (
    "gateway",
    "suite",
    "tests",
    "pass plainly",
    "the same",
    "losses",
    "limits",
    "capabilities",
    "requests",
)


def table(verdicts: dict[tuple[str, str], Verdict]) -> str:
    """A row for each gateway and suite."""
    rows = [_COLUMNS]
    for (gateway, name), verdict in verdicts.items():
        counts = (verdict.tests, verdict.plain_passed, verdict.same)
        kinds = (verdict.kinds["losses"], verdict.kinds["limits"], verdict.kinds["capabilities"])
        rows.append((gateway, f"{name} {SUITES[name].version}", *map(str, (*counts, *kinds, verdict.travelled))))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def document(verdicts: dict[tuple[str, str], Verdict]) -> list[dict[str, Any]]:
    """The same as JSON, with the number of tests for each reason."""
    return [
        {
            "gateway": gateway,
            "suite": name,
            "version": SUITES[name].version,
            "tests": verdict.tests,
            "plain_passed": verdict.plain_passed,
            "same": verdict.same,
            "differences": dict(sorted(verdict.reasons.items())),
            "requests": verdict.travelled,
            "faults": verdict.faults,
        }
        for (gateway, name), verdict in verdicts.items()
    ]

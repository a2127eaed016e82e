"""The scores: a table to read, and JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .suites import HERE, SUITES
from .verdict import Verdict

#: The page of the documentation that shows the table.
PAGE = HERE.parent.parent / "docs" / "conformance.md"
_BEGIN, _END = "<!-- scores -->", "<!-- end of scores -->"

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


def write_page(verdicts: dict[tuple[str, str], Verdict], page: Path = PAGE) -> None:
    """Put the table between the marks of the page."""
    before, begin, rest = page.read_text("utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    assert begin and end, f"{page.name} has no place for the scores: {_BEGIN} ... {_END}"
    page.write_text(f"{before}{begin}\n\n{markdown(verdicts)}\n{end}{after}", "utf-8")


def markdown(verdicts: dict[tuple[str, str], Verdict]) -> str:
    """A row for each gateway, with the suites side by side."""
    suites = list(dict.fromkeys(name for _, name in verdicts))
    head = ["gateway"]
    for name in suites:
        head += [f"{name.capitalize()} {SUITES[name].version}: the same", "losses", "limits", "capabilities"]
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    for gateway in dict.fromkeys(gateway for gateway, _ in verdicts):
        row = [f"`{gateway}`"]
        for name in suites:
            verdict = verdicts[gateway, name]
            row.append(f"{verdict.same} of {verdict.tests}")
            row += [str(verdict.kinds[kind]) for kind in ("losses", "limits", "capabilities")]
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


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

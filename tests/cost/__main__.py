"""``python -m tests.cost``: prints what invocations cost; ``--write`` records it for this Python."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.cost", description="What an invocation costs, counted.")
    parser.add_argument("case", nargs="*", help="by its name; all by default")
    parser.add_argument("--write", action="store_true", help="record the figures of all cases for this Python")
    parser.add_argument("--record", type=Path, default=figures.RECORD, help="the file with the figures")
    options = parser.parse_args()

    if options.write and options.case:
        parser.error("--write records all cases together; name none")
    measured, apps = figures.measured(options.case)
    known = figures.recorded(options.record)
    title = f"Python {figures.VERSION}"
    print(f"{title:52} {'instructions':>12} {'recorded':>9} {'app':>5}   {'C calls':>7} {'app':>5}")
    for name, figure in measured.items():
        before = f"{known[name].instructions:g}" if name in known else "-"
        print(
            f"{name:52} {figure.instructions:12g} {before:>9} {apps[name].instructions:5g}"
            f"   {figure.calls:7g} {apps[name].calls:5g}"
        )
    if options.write:
        figures.record(measured, options.record)
        return 0
    if not known:
        print(f"Python {figures.VERSION} has no figures.\nhint: {figures.COMMAND}", file=sys.stderr)
        return 1
    wrong = [problem for name, figure in measured.items() if (problem := figures.verdict(name, figure, known))]
    print(*wrong, sep="\n", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

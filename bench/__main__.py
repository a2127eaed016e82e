"""``python -m bench``: prints the tables.

A part is a module, imported when it is asked for, with one or both of

- ``tables(quick)``, which yields what ``str`` makes Markdown of: text, or a ``table.Table``, whose medians are kept;
- ``goals(quick)``, which yields ``table.Goal``.

``quick`` sees that everything works, and takes as little time as it can.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import Any

from .record import Record, machine
from .table import listed

TABLES = ("invocation", "cold", "concurrency", "memory")
LONG = ("soak", "etl")
"""Run by their names only."""
GOALS = {"invocation": "goals", "cold": "cold", "memory": "memory"}
"""The parts that have goals, and the module of each."""
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


def main() -> None:
    parser = _parser()
    options = parser.parse_args()
    unknown = [name for name in options.what if name not in ("goals", *TABLES, *LONG)]
    if unknown:
        parser.error(f"there is no part {unknown[0]!r}; there are {', '.join(('goals', *TABLES, *LONG))}")
    if options.page:
        from .page import rewritten

        text = rewritten(PAGE.read_text("utf-8"), [Record.read(file) for file in options.page])
        PAGE.write_text(text, "utf-8")
        return

    record = Record(machine(), _command(options.what, options.app or []))
    print(f"Python {record.python}, {record.machine}")
    print(", ".join(f"{name} {number}" for name, number in record.versions.items()), end="\n\n")
    try:
        _measure(options, record)
    finally:
        if options.json:
            record.write(options.json)


def _measure(options: argparse.Namespace, record: Record) -> None:
    what = options.what or ["goals", *TABLES]
    parts = [part for part in (*TABLES, *LONG) if part in what]
    if "goals" in what:
        for part in [part for part in parts if part in GOALS and options.what] or GOALS:
            goals = record.goals[part] = [*_module(GOALS[part]).goals(options.quick)]
            print(listed(f"Goals: {part}", goals), flush=True)
        if options.what:
            return
    own = {"invocation": {"names": options.app}, "soak": {"count": options.count}}
    for part in parts:
        for table in _module(part).tables(options.quick, **own.get(part, {})):
            record.add(part, table)
            print(table, flush=True)


def _command(what: list[str], apps: list[str]) -> str:
    return " ".join(["python -m bench", *what, *(f"--app {app}" for app in apps)])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="What an adapter adds to an app.")
    parser.add_argument(
        "what",
        nargs="*",
        metavar="PART",
        help=f"some of {', '.join(TABLES)} and {', '.join(LONG)}, or goals; goals PART: those of a part alone. "
        f"By default all but {', '.join(LONG)}",
    )
    parser.add_argument("--quick", action="store_true", help="see that everything works; the numbers mean little")
    parser.add_argument("--app", action="append", metavar="NAME", help="of the invocations: this app alone")
    parser.add_argument("--count", type=int, metavar="NUMBER", help="of the soak: how many invocations")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the medians and the tables")
    parser.add_argument(
        "--page", type=Path, nargs="+", metavar="FILE", help=f"measure nothing; make {PAGE.name} of what --json kept"
    )
    return parser


def _module(name: str) -> Any:
    return import_module(f"{__package__}.{name}")


if __name__ == "__main__":
    main()

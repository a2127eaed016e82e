"""``python -m bench``: prints the tables.

A part is a module with ``tables(quick)``, which yields Markdown, or with ``goals(quick)``, which yields ``table.Goal``.
It is imported when it is asked for.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

PARTS = ("invocation", "cold", "concurrency", "memory")
LONG = ("soak",)
"""Run by its name only."""
GOALS = {"invocation": "goals", "cold": "cold", "memory": "memory"}
"""Where the goals of a part are."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="What an adapter adds to an app.")
    parser.add_argument(
        "what", nargs="*", choices=["goals", *PARTS, *LONG, []], help=f"by default {' '.join(PARTS)}; goals, of some"
    )
    parser.add_argument("--quick", action="store_true", help="see that everything works; the numbers mean little")
    options = parser.parse_args()

    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} CPUs")
    if "goals" in options.what:
        tables = _goals([part for part in GOALS if part in options.what] or [*GOALS], options.quick)
    else:
        tables = _tables(options.what or [*PARTS], options.quick)
    for table in tables:
        print(table, flush=True)


def _tables(parts: list[str], quick: bool) -> Iterator[str]:
    for part in parts:
        if find_spec(f"{__package__}.{part}"):
            yield from _module(part).tables(quick)


def _goals(parts: list[str], quick: bool) -> Iterator[str]:
    for part in parts:
        if find_spec(f"{__package__}.{GOALS[part]}"):
            rows = [*_module(GOALS[part]).goals(quick)]
            yield _module("table").listed(f"Goals: {part}", rows)


def _module(name: str) -> Any:
    return import_module(f"{__package__}.{name}")


if __name__ == "__main__":
    main()

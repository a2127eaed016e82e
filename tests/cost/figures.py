"""The figures that are recorded, those that are measured, and what is said when they differ."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .counting import Count

ROOT = Path(__file__).parents[2]
RECORD = Path(__file__).with_name("figures.json")
#: The minor versions that have figures.
VERSIONS = ("3.10", "3.11", "3.12", "3.13")
VERSION = "{}.{}".format(*sys.version_info)
COMMAND = "python -m tests.cost --write"
# What a change may cost before somebody has to say that it is meant: a fifth.
TOLERANCE = 0.2

Figures = dict[str, Count]
"""By the name of the case."""


def measured(names: Iterable[str] = (), burden: int = 0) -> tuple[Figures, Figures]:
    """What the cases cost now, and the share of their apps, counted in a fresh process with only fcbridge in it.

    ``burden`` is a number of idle loop turns that are put on the way.
    """
    # -S: no site packages. The hashes of strings decide in which order sets are gone through.
    program = [sys.executable, "-S", "-c", _PROGRAM, str(burden), *names]
    run = subprocess.run(program, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"The program that counts has failed:\n{run.stderr}")
    found: dict[str, dict[str, list[float]]] = json.loads(run.stdout)
    return (
        {name: Count(*counts["invocation"]) for name, counts in found.items()},
        {name: Count(*counts["app"]) for name, counts in found.items()},
    )


_PROGRAM = f"""
import sys
sys.path[:0] = {[str(ROOT), str(ROOT / "adapters")]!r}
from tests.cost.program import main
main(sys.argv[2:], int(sys.argv[1]))
"""


def _environment() -> dict[str, str]:
    # Of the caller's only what a program needs to start; a platform's variables would be recognised.
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


def recorded(path: Path = RECORD, version: str = VERSION) -> Figures:
    """The figures of a Python version; empty where it has none."""
    figures: dict[str, list[float]] = _read(path).get(version, {})
    return {name: Count(*figure) for name, figure in figures.items()}


def record(figures: Figures, path: Path = RECORD) -> None:
    """Write the figures of this Python down, beside those of the others."""
    everything: dict[str, dict[str, Count]] = {**_read(path), VERSION: figures}
    lines = [
        f'  "{version}": {{\n'
        + ",\n".join(
            f"    {json.dumps(name)}: [{figure[0]:g}, {figure[1]:g}]" for name, figure in everything[version].items()
        )
        + "\n  }"
        for version in sorted(everything, key=lambda version: int(version.partition(".")[2]))
    ]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def verdict(case: str, figure: Count, known: Figures) -> str | None:
    """What is wrong with a figure; None where it is near the recorded one."""
    if case not in known:
        return f"No figures are recorded for Python {VERSION} and the case {case!r}.\nhint: {COMMAND}, with this Python"
    found: list[str] = []
    for what, now, before in zip(("instructions", "calls into C"), figure, known[case], strict=True):
        if abs(now - before) <= TOLERANCE * before:
            continue
        change, meant = ("more", "is wanted") if now > before else ("less", "is real")
        found.append(
            f"{case}: {now:g} {what} an invocation on Python {VERSION}; {before:g} are recorded, "
            f"{abs(now / before - 1):.0%} {change}.\nhint: where that {meant}, record it: {COMMAND}"
        )
    return "\n".join(found) or None


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

"""The time of a process from nothing to its first answer, and the memory that it takes.

Each program runs in a fresh process, all of them in every round, in random order. Two clocks:

process     the processor's time of the whole process, user and system, its end included. Nothing here waits for a disk
            or a network, and the clock on the wall would measure what else the machine does.
inside      ``perf_counter`` in the process: around the imports, the making of the handler, the first answer.

The interpreter runs without ``site``'s search for ``.pth`` files, because those of a development environment import
modules that an adapter would have to pay for in a function; what ``site`` itself imports is imported. Every module has
its bytecode: a round before the first one writes it. Without it all of this takes several times as long, whatever the
adapter.

The peak of the resident memory is VmHWM of /proc/self/status, read at the end of each program: ``ru_maxrss`` counts the
pages that a child shares with its parent before ``exec``. It is left out where there is no /proc.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

from .programs import FASTAPI, FCBRIDGE, GROUPS, MANGUM, RAW_ASGI, RAW_WSGI, Group, Program
from .table import Goal, above, milliseconds, printed

ROOT = Path(__file__).parents[1]

NOTHING = Program("nothing", "", "", "", "")


class Start(NamedTuple):
    """One process: seconds, and bytes."""

    process: float
    imported: float
    made: float
    answered: float
    peak: int

    @property
    def inside(self) -> float:
        return self.imported + self.made + self.answered


Starts = dict[tuple[Group, Program], list[Start]]


def tables(quick: bool = False) -> Iterator[str]:
    """One table an app."""
    nothing = (RAW_WSGI, NOTHING)
    chosen = [nothing]
    for group in GROUPS:
        chosen += [(group, program) for program in (NOTHING, group.alone, *group.programs) if program is not NOTHING]
        if group is not RAW_WSGI:
            chosen.append((group, NOTHING))
    starts = measured(chosen, *(_QUICK if quick else _FULL))
    for group in GROUPS:
        base = starts[group, NOTHING]
        shown = () if group is RAW_WSGI else (NOTHING,)
        rows = [
            _row(group, program, starts[group, program], base, starts[nothing])
            for program in (*shown, group.alone, *group.programs)
        ]
        yield printed(
            f"{group.name}: ms from nothing to the first answer ({_nothing(starts[nothing])})", _COLUMNS, rows
        )


def goals(quick: bool = False) -> list[Goal]:
    """What fcbridge's cold start is to stay below. Some ten processes a round."""
    chosen = [(group, program) for group in (RAW_WSGI, RAW_ASGI) for program in (NOTHING, *FCBRIDGE)]
    starts = measured([*chosen, (FASTAPI, FCBRIDGE[0]), (FASTAPI, MANGUM[0])], *(_QUICK if quick else _FULL))
    rows: list[Goal] = []
    for group, over in (RAW_WSGI, "`python -c pass`"), (RAW_ASGI, "`import asyncio`"):
        base = _processes(starts[group, NOTHING])
        for program in FCBRIDGE:
            taken = above(_processes(starts[group, program]), base)
            inside = median(start.inside for start in starts[group, program])
            rows.append(
                Goal(
                    f"{group.name}, {program.event}: process above {over}",
                    f"{milliseconds(taken)} ms (inside {inside * 1e3:.2f})",
                    f"at most {milliseconds(_FIRST)} ms",
                    taken <= _FIRST,
                )
            )
    added = median(start.imported + start.made for start in starts[FASTAPI, FCBRIDGE[0]])
    peer = median(start.imported + start.made for start in starts[FASTAPI, MANGUM[0]])
    rows.append(
        Goal(
            "import and bridge(...) added to FastAPI, inside",
            f"{added * 1e3:.2f} ms (Mangum {peer * 1e3:.2f})",
            f"at most {milliseconds(_ADDED)} ms",
            added <= _ADDED,
        )
    )
    return rows


# Rounds, and whether there is one before the first, which writes the bytecode.
_FULL = 11, True
_QUICK = 1, False

_FIRST = 0.003
_ADDED = 0.0008


def measured(chosen: Iterable[tuple[Group, Program]], rounds: int, warm: bool = True) -> Starts:
    """Every program in every round. Raises RuntimeError where one fails, which a wrong answer makes it do."""
    starts: Starts = {key: [] for key in chosen}
    texts = {key: _text(*key) for key in starts}
    order = list(starts)
    random = Random(7)
    for turn in range(rounds + warm):
        random.shuffle(order)
        for key in order:
            start = _start(texts[key])
            if turn >= warm:
                starts[key].append(start)
    return starts


# -- the table --------------------------------------------------------------------------------------------------------

_COLUMNS = ["", "event", "above pass:", "above the base:", "import:", "make:", "answer:", "peak MB:"]


def _row(group: Group, program: Program, own: list[Start], base: list[Start], nothing: list[Start]) -> list[str]:
    peak = median(start.peak for start in own)
    cells = ["", "", "", ""]
    if program is not NOTHING:
        over = above(_processes(own), _processes(base))
        parts = [median(part) for part in zip(*(start[1:4] for start in own), strict=True)]
        cells = [f"{over * 1e3:+.1f}", *(f"{part * 1e3:.2f}" for part in parts)]
    return [
        f"base: `{group.base}`" if program is NOTHING else program.name,
        program.event,
        milliseconds(above(_processes(own), _processes(nothing))),
        *cells,
        f"{peak / 1e6:.1f}" if peak else "",
    ]


def _nothing(starts: list[Start]) -> str:
    peak = median(start.peak for start in starts)
    memory = f", {peak / 1e6:.1f} MB" if peak else ""
    return f"`python -c pass`: {milliseconds(median(_processes(starts)))} ms{memory}"


def _processes(starts: Sequence[Start]) -> list[float]:
    return [start.process for start in starts]


# -- one process ------------------------------------------------------------------------------------------------------

_PROGRAM = """
import site
from time import perf_counter
{base}
{app}
begin = perf_counter()
{imports}
imported = perf_counter()
{make}
made = perf_counter()
{answer}
answered = perf_counter()
peak = 0
try:
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                peak = int(line.split()[1]) * 1024
except OSError:
    pass
print(imported - begin, made - imported, answered - made, peak)
"""


def _text(group: Group, program: Program) -> str:
    app = "" if program is NOTHING else group.app
    return _PROGRAM.format(base=group.base, app=app, imports=program.imports, make=program.make, answer=program.answer)


def _start(text: str) -> Start:
    installed = sysconfig.get_paths()
    paths = dict.fromkeys([str(ROOT), str(ROOT / "adapters"), installed["purelib"], installed["platlib"]])
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    outlet, inlet = os.pipe()
    with open(outlet, "rb") as outcome:
        try:
            process = os.posix_spawn(
                sys.executable,
                [sys.executable, "-S", "-c", text],
                environ,
                file_actions=[(os.POSIX_SPAWN_DUP2, inlet, 1)],
            )
        finally:
            os.close(inlet)
        printed_line = outcome.read()
    _, status, usage = os.wait4(process, 0)
    if status:
        raise RuntimeError(f"a program of the cold start failed:\n{text}")
    *times, peak = printed_line.split()
    imported, made, answered = map(float, times)
    return Start(usage.ru_utime + usage.ru_stime, imported, made, answered, int(peak))

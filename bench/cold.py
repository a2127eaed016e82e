"""The time of a process from nothing to its first answer, and the memory that it takes.

Each program runs in a fresh process, all of them in every round, in random order. The time is that of the processor,
user and system: nothing here waits for a disk or a network, and the clock on the wall would measure what else the
machine does. It is taken twice:

process     of the whole process, its end included
inside      by the process itself: around the imports, the making of the handler, the first answer

The interpreter runs without ``site``'s search for ``.pth`` files, because those of a development environment import
modules that an adapter would have to pay for in a function; what ``site`` itself imports is imported. Every module has
its bytecode: a round before the first one writes it. Without it all of this takes several times as long, whatever the
adapter. The programs are bytecode too: else the compiling of the event that one of them holds, which the runtime brings
in a function, would count for the adapter.

The peak of the resident memory is VmHWM of /proc/self/status, read at the end of each program: ``ru_maxrss`` counts the
pages that a child shares with its parent before ``exec``. It is left out where there is no /proc.
"""

from __future__ import annotations

import os
import py_compile
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from .programs import FASTAPI, FCBRIDGE, GROUPS, MANGUM, RAW_ASGI, RAW_WSGI, Group, Program
from .table import Goal, Table, above, milliseconds

ROOT = Path(__file__).parents[1]

NOTHING = Program("nothing", "", "", "", "")


class Start(NamedTuple):
    """One process: seconds, and bytes."""

    process: float
    imported: float
    made: float
    answered: float
    peak: int


Starts = dict[tuple[Group, Program], list[Start]]


def tables(quick: bool = False) -> Iterator[Table]:
    """One table an app."""
    chosen = [(group, program) for group in GROUPS for program in (NOTHING, group.alone, *group.programs)]
    starts = measured(chosen, *(_QUICK if quick else _FULL))
    nothing = starts[RAW_WSGI, NOTHING]
    for group in GROUPS:
        base = starts[group, NOTHING]
        figures = {(f"`{_PASS}`", ""): _figures(nothing, nothing, nothing)}
        if group is not RAW_WSGI:
            figures[f"`{group.base}`", ""] = _figures(base, base, nothing)
        bases = len(figures)
        for program in (group.alone, *group.programs):
            figures[program.name, program.event] = _figures(starts[group, program], base, nothing)
        rows = [[*key, *_cells(own, place < bases)] for place, (key, own) in enumerate(figures.items())]
        medians = {" | ".join(filter(None, key)): own for key, own in figures.items()}
        yield Table(f"{group.name}: ms from nothing to the first answer", _COLUMNS, rows, medians)


def goals(quick: bool = False) -> list[Goal]:
    """What fcbridge's cold start is to stay below. Some ten processes a round."""
    chosen = [(group, program) for group in (RAW_WSGI, RAW_ASGI) for program in (NOTHING, *FCBRIDGE)]
    starts = measured([*chosen, (FASTAPI, FCBRIDGE[0]), (FASTAPI, MANGUM[0])], *(_QUICK if quick else _FULL))
    rows: list[Goal] = []
    for group, over in (RAW_WSGI, _PASS), (RAW_ASGI, RAW_ASGI.base):
        for program in FCBRIDGE:
            own = _figures(starts[group, program], starts[group, NOTHING], starts[RAW_WSGI, NOTHING])
            inside = own["import"] + own["make"] + own["answer"]
            rows.append(
                Goal(
                    f"{group.name} cold, {program.event}: process above `{over}`",
                    f"{own['above base'] * 1e3:.1f} ms (inside {inside * 1e3:.2f})",
                    f"<= {_FIRST * 1e3:.1f} ms",
                    own["above base"] <= _FIRST,
                )
            )
    ours, peer = starts[FASTAPI, FCBRIDGE[0]], starts[FASTAPI, MANGUM[0]]
    for part, what, bound in (
        ("imported", "import", _ADDED),
        ("made", "then the handler's making", None),
        ("answered", "then the first answer", None),
    ):
        own, other = (median(getattr(start, part) for start in of) for of in (ours, peer))
        figure = f"{own * 1e3:.2f} ms (Mangum {other * 1e3:.2f})"
        rows.append(Goal(f"added to FastAPI, inside: {what}", figure, *_reached(own, bound)))
    return rows


def _reached(figure: float, bound: float | None) -> tuple[str, bool | None]:
    return ("", None) if bound is None else (f"<= {bound * 1e3} ms", figure <= bound)


# Rounds, and whether there is one before the first, which writes the bytecode.
_FULL = 25, True
_QUICK = 1, False

_FIRST = 0.003
_ADDED = 0.0008


def measured(chosen: Iterable[tuple[Group, Program]], rounds: int, warm: bool = True) -> Starts:
    """Every program in every round. Raises RuntimeError where one fails, which a wrong answer makes it do."""
    starts: Starts = {key: [] for key in chosen}
    with TemporaryDirectory() as folder:
        files = {key: _compiled(_text(*key), Path(folder, str(number))) for number, key in enumerate(starts)}
        order = list(starts)
        random = Random(7)
        for turn in range(rounds + warm):
            random.shuffle(order)
            for key in order:
                start = _start(files[key])
                if turn >= warm:
                    starts[key].append(start)
    return starts


# -- the table --------------------------------------------------------------------------------------------------------

_PASS = "python -c pass"
_COLUMNS = ["", "event", "process:", "above pass:", "above base:", "import:", "make:", "answer:", "peak MB:"]


def _figures(own: Sequence[Start], base: Sequence[Start], nothing: Sequence[Start]) -> dict[str, float]:
    """Medians, in seconds; the peak in bytes."""
    processes, bases, nothings = ([start.process for start in starts] for starts in (own, base, nothing))
    return {
        "process": median(processes),
        "above pass": above(processes, nothings),
        "above base": above(processes, bases),
        "import": median(start.imported for start in own),
        "make": median(start.made for start in own),
        "answer": median(start.answered for start in own),
        "peak": median(start.peak for start in own),
    }


def _cells(figures: dict[str, float], is_base: bool) -> list[str]:
    cells = [milliseconds(figures["process"]), milliseconds(figures["above pass"])]
    if is_base:
        cells += ["", "", "", ""]
    else:
        cells += [f"{figures['above base'] * 1e3:+.1f}"]
        cells += [f"{figures[part] * 1e3:.2f}" for part in ("import", "make", "answer")]
    return [*cells, f"{figures['peak'] / 1e6:.1f}" if figures["peak"] else ""]


# -- one process ------------------------------------------------------------------------------------------------------

_PROGRAM = """
import site
from time import process_time
{base}
{app}
begin = process_time()
{imports}
imported = process_time()
{make}
made = process_time()
{answer}
answered = process_time()
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


def _compiled(text: str, path: Path) -> Path:
    """A program as bytecode, which the interpreter runs as it runs a source."""
    source, bytecode = path.with_suffix(".py"), path.with_suffix(".pyc")
    source.write_text(text, "utf-8")
    py_compile.compile(str(source), str(bytecode), doraise=True)
    return bytecode


def _start(program: Path) -> Start:
    installed = sysconfig.get_paths()
    paths = dict.fromkeys([str(ROOT), str(ROOT / "adapters"), installed["purelib"], installed["platlib"]])
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    outlet, inlet = os.pipe()
    with open(outlet, "rb") as outcome:
        try:
            process = os.posix_spawn(
                sys.executable,
                [sys.executable, "-S", str(program)],
                environ,
                file_actions=[(os.POSIX_SPAWN_DUP2, inlet, 1)],
            )
        finally:
            os.close(inlet)
        printed_line = outcome.read()
    _, status, usage = os.wait4(process, 0)
    if status:
        text = program.with_suffix(".py").read_text("utf-8")
        raise RuntimeError(f"a program of the cold start failed:\n{text}")
    *times, peak = printed_line.split()
    imported, made, answered = map(float, times)
    return Start(usage.ru_utime + usage.ru_stime, imported, made, answered, int(peak))

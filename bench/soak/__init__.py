"""A million invocations, to see that nothing grows: memory, objects, descriptors, threads, tasks, event loops.

``python -m bench soak [--count 1000000]``; it exits with 1 where something grew, was left behind or was answered
wrongly. No two events are alike, every answer is checked, and a good tenth of them has an error in it.

apps        the ways in which an app behaves
cases       the events, and what has to come back
ways        how the handlers are called
samples     what the process holds, and how much more of it there may be at the end

The first tenth fills every cache and is not looked at. With ``GLIBC_TUNABLES=glibc.malloc.tcache_count=0`` in the
environment what C's malloc has given out is held to a closer bound.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from time import perf_counter
from typing import Any, NamedTuple

from ..table import printed
from . import apps
from .cases import cases
from .samples import BOUNDS, Sample, Series, grown, left
from .ways import Ways

COUNT = 1_000_000
QUICK = 20_000

_BATCH = 50
_SAMPLES = 100
# Invocations that fill every cache, however few there are in all.
_WARM = 5_000
_COMPLAINTS = 20


class Report(NamedTuple):
    seconds: float
    samples: Sequence[tuple[int, Sample]]
    """With the number of invocations by then: without a handler, from full caches to the end, after ``pre_stop``."""
    wrong: Sequence[str]
    """What was answered wrongly, grew or was left behind."""
    kinds: Counter[str]
    logged: Counter[str]


def tables(quick: bool = False, count: int | None = None) -> Iterator[str]:
    """Exits with 1 after the last one where something is wrong."""
    report = soak(count or (QUICK if quick else COUNT), progress=lambda line: print(line, file=sys.stderr, flush=True))
    shown = [report.samples[0], *report.samples[1:-1:10], report.samples[-1]]
    rows = [_row(done, one) for done, one in shown]
    rows[0][0], rows[-1][0] = "before", "after pre_stop"
    rows.append(["allowed growth", *_row(0, BOUNDS)[1:]])
    number = sum(report.kinds.values())
    title = f"{number:,} invocations in {report.seconds:,.0f} s"
    yield printed(title, ["after", "resident MB:", "large MB:", *(f"{name}:" for name in Sample._fields[2:])], rows)
    yield "\n".join(["By kind: " + _counted(report.kinds), "", "Logged: " + _counted(report.logged), ""])
    for complaint in report.wrong:
        yield f"WRONG: {complaint}"
    if report.wrong:
        raise SystemExit(1)


def soak(
    count: int,
    asgi: Callable[..., Any] = apps.asgi,
    wsgi: Callable[..., Any] = apps.wsgi,
    progress: Callable[[str], object] = lambda line: None,
) -> Report:
    """Invoke apps that answer as those of ``apps`` do. For the main thread, whose signals end synchronous work."""
    warm = max(count // 10, _WARM)
    targets = [warm + (count - warm) * step // _SAMPLES for step in range(_SAMPLES + 1)]
    wrong: list[str] = []
    kinds: Counter[str] = Counter()
    series = Series()
    ways = Ways(asgi, wsgi)
    with _watched(wrong) as logged:
        series.take(0)
        ways.open()
        stream = cases()
        start = perf_counter()
        done = 0
        for target in targets:
            while done < target:
                batch = list(islice(stream, min(_BATCH, target - done)))
                done += len(batch)
                kinds.update(case.kind.name for case in batch)
                for complaint in ways.invoke(batch):
                    if len(wrong) < _COMPLAINTS:
                        wrong.append(complaint)
                del batch
            series.take(done)
            progress(f"{done:,} of {count:,}, {perf_counter() - start:,.0f} s: {_line(series.last)}")
        seconds = perf_counter() - start
        ways.stop()
        series.take(done)
    ways.close()
    samples = list(series)
    wrong += grown([one for _, one in samples[1:-1]])
    wrong += left(samples[0][1], samples[-1][1])
    wrong += [f"{number} of {what!r} did not end" for what, number in apps.tally.open.items() if number]
    return Report(seconds, samples, wrong, kinds, logged)


class _Counting(logging.Handler):
    """Counts the records of each logger and level; whatever asyncio warns of is wrong."""

    def __init__(self, wrong: list[str]) -> None:
        super().__init__()
        self.wrong = wrong
        self.counts: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        self.counts[f"{record.name} {record.levelname}"] += 1
        if record.name == "asyncio" and record.levelno >= logging.WARNING and len(self.wrong) < _COMPLAINTS:
            self.wrong.append(f"asyncio logged: {record.getMessage()[:200]}")


@contextmanager
def _watched(wrong: list[str]) -> Generator[Counter[str]]:
    """The records by logger. Warnings, and exceptions that nobody could be told of, are wrong."""
    counting = _Counting(wrong)
    root, hook = logging.getLogger(), sys.unraisablehook

    def unraisable(what: sys.UnraisableHookArgs) -> None:
        wrong.append(f"could not be raised: {type(what.exc_value).__name__} {what.exc_value}")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        root.addHandler(counting)
        sys.unraisablehook = unraisable
        try:
            yield counting.counts
        finally:
            sys.unraisablehook = hook
            root.removeHandler(counting)


def _row(done: int, one: Sample) -> list[str]:
    resident, large, *others = one
    return [f"{done:,}", f"{resident / 1e6:.1f}", f"{large / 1e6:.2f}", *(f"{number:,}" for number in others)]


def _line(one: Sample) -> str:
    names = ["MB", "MB large", *Sample._fields[2:]]
    return ", ".join(f"{cell} {name}" for cell, name in zip(_row(0, one)[1:], names, strict=True))


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in counts.most_common()) or "nothing"

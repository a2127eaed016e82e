"""The time of one invocation: all contestants in one process, a short batch of each in every round, in random order.

The rounds are short so that whatever else the machine does meets all of them alike, and the ratio to LIMIT is taken
within a round. The garbage collector stays on, as it does in a function.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from random import Random
from time import perf_counter

from .apps import App
from .contestants import Entry, contestants, entered
from .events import CASES, Case
from .table import against, microseconds, printed


def tables(apps: Iterable[App], rounds: int, batch: float) -> Iterator[str]:
    """One table an app: a row for each contestant, a column for each request; ``batch`` in seconds."""
    for app in apps:
        running = contestants(app)
        times = [_measured(app, case, rounds, batch) for case in CASES]
        rows = [
            [contestant.name, contestant.event]
            + [microseconds(case[0]) if index == 0 else against(case[index], case[0]) for case in times]
            for index, contestant in enumerate(running)
        ]
        yield printed(f"{app.name}: x LIMIT (+us)", ["", "event", *(f"{case.name}:" for case in CASES)], rows)


def _measured(app: App, case: Case, rounds: int, batch: float) -> list[list[float]]:
    """The seconds of one call of each contestant, in each round."""
    with ExitStack() as stack:
        entries: list[Entry] = []
        for contestant in contestants(app):
            entry = entered(contestant, app.make(), app.interface, case)
            stack.callback(entry.close)
            entries.append(entry)
        return _rounds(entries, rounds, batch)


def _rounds(entries: Sequence[Entry], rounds: int, batch: float) -> list[list[float]]:
    sizes = [max(1, round(batch / _batch(entry, 5))) for entry in entries]
    sizes = [max(1, round(batch / _batch(entry, size))) for entry, size in zip(entries, sizes, strict=True)]
    times: list[list[float]] = [[] for _ in entries]
    order = list(range(len(entries)))
    random = Random(7)
    for _ in range(rounds):
        random.shuffle(order)
        for index in order:
            times[index].append(_batch(entries[index], sizes[index]))
    return times


def _batch(entry: Entry, size: int) -> float:
    """The seconds of one call, on average of so many."""
    call = entry.call
    calls = range(size)
    start = perf_counter()
    for _ in calls:
        call()
    return (perf_counter() - start) / size

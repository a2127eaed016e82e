"""The time of one invocation: all contestants in one process, a short batch of each in every round, in random order.

The rounds are short so that whatever else the machine does meets all of them alike, and the ratio to LIMIT is taken
within a round. The garbage collector stays on, as it does in a function.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from random import Random
from statistics import median
from time import perf_counter

from .apps import APPS, App
from .contestants import LIMIT, Contestant, contestants, entered
from .entry import Entry
from .events import LARGE, REQUEST_1, RESPONSE_1, SMALL, Case
from .progress import progress
from .table import Table, above, against, microseconds, ratio

Key = tuple[str, str]
"""Of a contestant: its name and event format."""
Times = dict[Key, list[float]]
"""The seconds of one call of each contestant, in each round."""


class Effort:
    """How long it may take: rounds for small bodies and for large ones, and the seconds of a batch."""

    def __init__(self, small: int, large: int, batch: float) -> None:
        self.small = small
        self.large = large
        self.batch = batch

    def of(self, case: Case) -> int:
        return self.large if case in LARGE else self.small


FULL = Effort(60, 15, 0.002)
QUICK = Effort(1, 1, 0.0)


def tables(quick: bool = False, names: Sequence[str] | None = None) -> Iterator[Table]:
    """Of each app: a row for each contestant, a column for each request; one more table for bodies of megabytes."""
    effort, large = (QUICK, (REQUEST_1, RESPONSE_1)) if quick else (FULL, LARGE)
    for app in APPS:
        if not names or app.name in names:
            yield _table(f"{app.name}: x LIMIT (+us)", _all(app, SMALL, effort), _against)
            if app.large:
                yield _table(f"{app.name}, large bodies: ms", _all(app, large, effort), _taken)


def measured(app: App, case: Case, running: Sequence[Contestant], effort: Effort) -> Times:
    """All of them in one run, after each one's answer is checked. Raises ValueError where one is wrong."""
    logging.getLogger("fcbridge").setLevel(logging.CRITICAL)  # of 5 MB it says that the platform takes less
    with ExitStack() as stack, progress(f"{app.name}, {case.name}"):
        entries: list[Entry] = []
        for contestant in running:
            entry = entered(contestant, app.make(), app.interface, case)
            stack.callback(entry.close)
            entries.append(entry)
        times = _rounds(entries, effort.of(case), effort.batch)
        return dict(zip([contestant.key for contestant in running], times, strict=True))


def _all(app: App, cases: Sequence[Case], effort: Effort) -> dict[str, Times]:
    return {case.name: measured(app, case, contestants(app, case), effort) for case in cases}


def _table(title: str, measured: Mapping[str, Times], cell: Callable[[Times, Key], str]) -> Table:
    keys = list(dict.fromkeys(key for times in measured.values() for key in times))
    return Table(
        title,
        ["", "event", *(f"{name}:" for name in measured)],
        [[*key, *(cell(times, key) if key in times else "" for times in measured.values())] for key in keys],
        {name: _medians(times) for name, times in measured.items()},
    )


def _medians(times: Times) -> dict[str, dict[str, float]]:
    limit = times[LIMIT]
    return {
        " | ".join(key): {"seconds": median(own), "above LIMIT": above(own, limit), "x LIMIT": ratio(own, limit)}
        for key, own in times.items()
    }


def _against(times: Times, key: Key) -> str:
    return microseconds(times[key]) if key == LIMIT else against(times[key], times[LIMIT])


def _taken(times: Times, key: Key) -> str:
    return f"{median(times[key]) * 1e3:.3f}"


def _rounds(entries: Sequence[Entry], rounds: int, batch: float) -> list[list[float]]:
    sizes = [_size(entry, batch) for entry in entries]
    times: list[list[float]] = [[] for _ in entries]
    order = list(range(len(entries)))
    random = Random(7)
    for _ in range(rounds):
        random.shuffle(order)
        for index in order:
            times[index].append(_batch(entries[index], sizes[index]))
    return times


def _size(entry: Entry, batch: float) -> int:
    """How many calls fill a batch. Asked more than once: the first calls are slower."""
    size = 1
    if not batch:
        return size
    for _ in range(3):
        size = max(1, min(round(batch / _batch(entry, size)), 10 * size))
    return size


def _batch(entry: Entry, size: int) -> float:
    """The seconds of one call, on average of so many."""
    entry.prepare()
    call = entry.call
    calls = range(size)
    start = perf_counter()
    for _ in calls:
        call()
    return (perf_counter() - start) / size

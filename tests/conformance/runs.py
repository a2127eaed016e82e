"""All runs of the suites: plainly, behind each gateway, and past one loss alone."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from fcbridge.gateway import Gateway
from fcbridge.losses import Loss

from .differences import Differences, Reason, listed
from .outcomes import Outcomes, run
from .suites import Suite
from .verdict import Verdict, judge
from .workshop import Workshop

# Runs wait for the deadlines of tests that have no answer, so two at once take half the time even on one core.
_AT_ONCE = 2


class Runs:
    """Each run is made once: a loss that two gateways share is one run."""

    def __init__(self, workshop: Workshop, known: list[Gateway], doors: list[Gateway], suites: list[Suite]) -> None:
        self.doors = doors
        self.suites = suites
        self._workshop = workshop
        self._pool = ThreadPoolExecutor(_AT_ONCE)
        self._listed = {suite.name: listed(suite, known) for suite in suites}
        self._plain = {suite.name: self._submit(suite, doors[0], "plain") for suite in suites}
        self._behind: dict[tuple[str, str], Future[Outcomes]] = {}
        self._past: dict[tuple[str, Loss], Future[Outcomes]] = {}
        for door in doors:  # in the order in which the verdicts are asked for
            for suite in suites:
                self._behind[door.name, suite.name] = self._submit(suite, door, "gateway")
                for name in self.listed(suite).losses_of(door):
                    self._past_loss(suite, door, name)

    def listed(self, suite: Suite) -> Differences:
        return self._listed[suite.name]

    def plain(self, suite: Suite) -> Outcomes:
        return self._plain[suite.name].result()

    def behind(self, door: Gateway, suite: Suite) -> Outcomes:
        return self._behind[door.name, suite.name].result()

    def verdicts(self) -> Iterator[tuple[Gateway, Suite, Verdict]]:
        for number, door in enumerate(self.doors, 1):
            for suite in self.suites:
                print(f"{number} of {len(self.doors)}: {door.name} {suite.name}", file=sys.stderr, flush=True)
                yield door, suite, self.verdict(door, suite)

    def verdict(self, door: Gateway, suite: Suite) -> Verdict:
        differences = self.listed(suite)
        past = {name: self._past_loss(suite, door, name).result() for name in differences.losses_of(door)}
        return judge(door, self.plain(suite), self.behind(door, suite), differences, past)

    def alone(self, door: Gateway, suite: Suite, loss: Loss, tests: Iterable[str]) -> Outcomes:
        """``tests`` with nothing but ``loss`` in their way, now."""
        return run(self._workshop, suite, door.name, loss.name, tests)

    def _submit(self, suite: Suite, door: Gateway, way: str, tests: Iterable[str] = ()) -> Future[Outcomes]:
        return self._pool.submit(run, self._workshop, suite, door.name, way, tests)

    def _past_loss(self, suite: Suite, door: Gateway, name: str) -> Future[Outcomes]:
        loss = next(loss for loss in door.loses if loss.name == name)
        key = (suite.name, loss)
        if key not in self._past:
            self._past[key] = self._submit(suite, door, name, self.listed(suite).of(Reason("losses", name)))
        return self._past[key]

    def __enter__(self) -> Runs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

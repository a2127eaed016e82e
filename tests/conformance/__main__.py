"""``python -m tests.conformance``: see the package's docstring."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from fcbridge.errors import BridgeError
from fcbridge.gateway import Gateway
from fcbridge.registry import gateway as gateway_named
from fcbridge.registry import gateways

from .differences import Reason, listed
from .outcomes import Outcomes, RunFailed, run
from .report import document, table
from .suites import SUITES, Suite
from .verdict import Verdict, judge
from .workshop import Workshop, WorkshopError

# Runs wait for the deadlines of tests that have no answer, so two at once take half the time even on one core.
_AT_ONCE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """0: everything is as listed. 1: it is not. 2: the suites could not be run."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance", description="Run suites that others wrote through gateways."
    )
    parser.add_argument("gateways", nargs="*", metavar="GATEWAY", help="names of gateways (all)")
    parser.add_argument("--suite", action="append", choices=sorted(SUITES), help="one suite only (all)")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="where to write the scores (.conformance/scores.json)"
    )
    told = parser.parse_args(arguments)
    workshop = Workshop()
    try:
        doors = [gateway_named(name) for name in told.gateways] or list(gateways().values())
        workshop.prepare()
        verdicts = _verdicts(workshop, doors, [SUITES[name] for name in told.suite or SUITES])
    except (BridgeError, RunFailed, WorkshopError) as error:
        print(f"conformance: {error}", file=sys.stderr)
        return 2
    (told.json or workshop.folder / "scores.json").write_text(json.dumps(document(verdicts), indent=2) + "\n", "utf-8")
    print(table(verdicts))
    faults = [f"{gateway} {suite}: {fault}" for (gateway, suite), one in verdicts.items() for fault in one.faults]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _verdicts(workshop: Workshop, doors: list[Gateway], suites: list[Suite]) -> dict[tuple[str, str], Verdict]:
    with ThreadPoolExecutor(_AT_ONCE) as runs:
        plain = {suite.name: runs.submit(run, workshop, suite, doors[0].name, "plain") for suite in suites}
        pending = [_Pending(workshop, suite, door, runs) for door in doors for suite in suites]
        return {(one.door.name, one.suite.name): one.verdict(plain[one.suite.name].result()) for one in pending}


class _Pending:
    """The runs of one suite behind one gateway."""

    def __init__(self, workshop: Workshop, suite: Suite, door: Gateway, runs: ThreadPoolExecutor) -> None:
        self.suite = suite
        self.door = door
        self._differences = listed(suite, door)
        self._behind = runs.submit(run, workshop, suite, door.name, "gateway")
        declared = {loss.name for loss in door.loses}
        self._past_losses: dict[str, Future[Outcomes]] = {
            name: runs.submit(run, workshop, suite, door.name, name, self._differences.of(Reason("losses", name)))
            for name in self._differences.losses
            if name in declared
        }

    def verdict(self, plain: Outcomes) -> Verdict:
        past_losses = {name: outcomes.result() for name, outcomes in self._past_losses.items()}
        return judge(plain, self._behind.result(), self._differences, past_losses)


if __name__ == "__main__":
    sys.exit(main())

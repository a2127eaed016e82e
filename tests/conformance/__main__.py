"""``python -m tests.conformance``: see the package's docstring."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from fcbridge.errors import BridgeError
from fcbridge.registry import gateway as gateway_named
from fcbridge.registry import gateways

from .differences import file_of, written
from .outcomes import RunFailed
from .proposal import proposed
from .report import PAGE, document, table, write_page
from .runs import Runs
from .suites import SUITES
from .verdict import stale
from .workshop import Workshop, WorkshopError


def main(arguments: Sequence[str] | None = None) -> int:
    """0: everything is as listed. 1: it is not. 2: the suites could not be run."""
    told = _parser().parse_args(arguments)
    workshop = Workshop()
    try:
        known = list(gateways().values())
        doors = [gateway_named(name) for name in told.gateways] or known
        workshop.prepare()
        with Runs(workshop, known, doors, [SUITES[name] for name in told.suite or SUITES]) as runs:
            verdicts = {(door.name, suite.name): verdict for door, suite, verdict in runs.verdicts()}
            if told.write:
                for suite in runs.suites:
                    file_of(suite).write_text(written(proposed(runs, suite), suite.name.capitalize()), "utf-8")
            faults = [f"{suite.name}: {mistake}" for suite in runs.suites for mistake in runs.listed(suite).mistakes]
            faults += [f"{names[0]} {names[1]}: {fault}" for names, one in verdicts.items() for fault in one.faults]
            for suite in runs.suites:
                seen = [(door, verdicts[door.name, suite.name]) for door in doors]
                faults += [f"{suite.name}: {fault}" for fault in stale(runs.listed(suite), seen, known)]
    except (BridgeError, RunFailed, WorkshopError) as error:
        print(f"conformance: {error}", file=sys.stderr)
        return 2
    (told.json or workshop.folder / "scores.json").write_text(json.dumps(document(verdicts), indent=2) + "\n", "utf-8")
    print(table(verdicts))
    for fault in faults:
        print(fault, file=sys.stderr)
    if told.page and not faults:
        write_page(verdicts)
    return 1 if faults else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance", description="Run suites that others wrote through gateways."
    )
    parser.add_argument("gateways", nargs="*", metavar="GATEWAY", help="names of gateways (all)")
    parser.add_argument("--suite", action="append", choices=sorted(SUITES), help="one suite only (all)")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="where to write the scores (.conformance/scores.json)"
    )
    parser.add_argument("--page", action="store_true", help=f"put the table into {PAGE.name}, if nothing failed")
    parser.add_argument(
        "--write",
        action="store_true",
        help="add the differences that are not listed, each under a limit or a loss that is seen to cause it alone",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

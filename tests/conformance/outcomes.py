"""One run of one suite."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from .suites import HERE, Suite
from .workshop import ROOT, Workshop

#: Seconds after which a run is taken for hanging.
PATIENCE = 900


class RunFailed(Exception):
    """pytest did not come to the end of the suite."""


@dataclass
class Outcomes:
    """What became of each test, by its id."""

    outcomes: dict[str, str]
    #: Why a test failed, in one line.
    messages: dict[str, str] = field(default_factory=dict[str, str])
    #: What the gateway refused in a test.
    refusals: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    #: How many requests took the way that was chosen.
    travelled: int = 0

    @property
    def passed(self) -> int:
        return sum(outcome == "passed" for outcome in self.outcomes.values())


def run(workshop: Workshop, suite: Suite, gateway: str, way: str, tests: Iterable[str] = ()) -> Outcomes:
    """``way`` is "plain", "gateway", or the name of a loss. Raises RunFailed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("PYTEST_", "FC_", "FCBRIDGE_"))
            },
            "FCBRIDGE_TRAVEL": json.dumps({"suite": suite.name, "gateway": gateway, "way": way, "report": str(report)}),
            "PYTHONPATH": os.pathsep.join([str(HERE / "plugin"), str(ROOT), str(ROOT / "adapters")]),
        }
        # The caller's pytest may have set a temporary folder by a variable that is gone above; this is its own.
        command = [
            str(workshop.python), "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", "-p", "fcbridge_travel",
            f"--basetemp={folder}/tmp", *tests,
        ]  # fmt: skip
        try:
            ended = subprocess.run(
                command,
                cwd=workshop.source(suite),
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            raise RunFailed(f"{suite.name} {suite.version}, {way} {gateway}: no end after {PATIENCE} s") from None
        # 0: all passed, 1: some failed; anything else is a broken run.
        if ended.returncode not in (0, 1) or not report.exists():
            raise RunFailed(
                f"{suite.name} {suite.version}, {way} {gateway}: pytest ended with {ended.returncode}\n{ended.stdout}"
            )
        return Outcomes(**json.loads(report.read_text("utf-8")))

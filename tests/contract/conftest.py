"""The table of tests/contract/test_equality.py, printed at the end of the run."""

from __future__ import annotations

import pytest

from tests.contract.equality import REQUESTS, Tally, table

_TALLIES = pytest.StashKey[dict[str, Tally]]()


@pytest.fixture
def tallies(pytestconfig: pytest.Config) -> dict[str, Tally]:
    return pytestconfig.stash.setdefault(_TALLIES, {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    counted = config.stash.get(_TALLIES, dict[str, Tally]())
    if counted:
        terminalreporter.section(f"{len(REQUESTS)} requests through every gateway")
        terminalreporter.write_line(table(counted))

"""What becomes of an event that several processes get, or one that does not survive it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.once.child import opened

ROOT = Path(__file__).parents[2]
CHILD = Path(__file__).with_name("child.py")
NOW = 1_800_000_000.0


def started(address: str, key: str, *arguments: str) -> subprocess.Popen[str]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-W", "error", str(CHILD), address, key, str(NOW), *arguments]
    return subprocess.Popen(line, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_of_processes_that_get_an_event_at_once_one_runs_it(address: str, key: str) -> None:
    processes = [started(address, key, "race") for _ in range(5)]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()

    told = [process.communicate()[0].split() for process in processes]

    assert [Counter(states) for states in zip(*told, strict=True)] == [{"new": 1, "busy": 4}] * 100


def test_a_crash_between_effect_and_mark_lets_the_event_run_again_after_the_lease(
    address: str, key: str, tmp_path: Path
) -> None:
    effect = tmp_path / "effect"
    crashed = started(address, key, "crash", str(effect))
    crashed.communicate()
    assert crashed.returncode == 9

    within, after = opened(address, NOW + 59), opened(address, NOW + 60)
    assert within.begin(key).state == "busy"
    again = after.begin(key)
    assert again.state == "new"
    assert after.done(again)
    assert within.begin(key).state == "done"
    # The price of a crash: once before it, and once more now. Exactly once is what nobody can promise.
    assert effect.read_text() == "effect\n"
    for store in (within, after):
        store.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_shares_what_is_known_and_not_the_connection(address: str, key: str) -> None:
    process = started(address, key, "fork")

    assert process.communicate()[0] == "busy new busy\n"
    assert process.returncode == 0

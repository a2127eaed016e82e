"""The soak in its short form; and that it would notice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bench import soak
from bench.soak.samples import Sample

ROOT = Path(__file__).parents[1]


def soaked(program: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, which holds nothing but the soak."""
    paths = [str(ROOT), str(ROOT / "adapters")]
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_twenty_thousand_invocations_of_all_kinds_leave_nothing_behind() -> None:
    run = soaked("from bench import soak\nfor table in soak.tables(quick=True): print(table)")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "**20,000 invocations" in run.stdout
    for kind in ("echo", "binary", "head", "broken", "raises", "late", "headers", "deadline", "tasks", "generators"):
        assert f" {kind}" in run.stdout


# An app around that of the soak, which answers as it does and keeps something each time or now and then.
LEAKING = """
import asyncio, os, socket, threading
from bench import soak
from bench.soak import apps

kept = []
ever = threading.Event()
count = 0

async def leaking(scope, receive, send):
    global count
    count += 1
    {leak}
    await apps.asgi(scope, receive, send)

report = soak.soak(7_000, asgi=leaking)
ever.set()
print(*report.wrong, sep="\\n")
"""


@pytest.mark.parametrize(
    ("leak", "complaint"),
    [
        ("kept.append(scope)", "objects grew"),
        ("kept.extend(os.urandom(16) for _ in range(5))", "blocks grew"),
        ("kept.append(bytearray(10_000))", "large grew|resident grew"),  # the C library may not tell of large pieces
        ("count % 20 or kept.append(socket.socket())", "descriptors grew"),
        ("count % 20 or threading.Thread(target=ever.wait).start()", "threads grew"),
        ("count % 20 or kept.append(asyncio.create_task(asyncio.sleep(3600)))", "tasks grew"),
        ("count % 20 or kept.append(asyncio.new_event_loop())", "loops grew"),
    ],
)
def test_the_soak_notices_an_app_that_keeps_what_it_should_not(leak: str, complaint: str) -> None:
    run = soaked(LEAKING.format(leak=leak))
    assert any(words in run.stdout for words in complaint.split("|")), run.stdout + run.stderr


def test_the_soak_notices_a_wrong_answer() -> None:
    leak = 'scope = dict(scope, query_string=b"other") if scope["type"] == "http" else scope'
    run = soaked(LEAKING.format(leak=leak))
    assert "a wrong body" in run.stdout, run.stdout + run.stderr


def test_what_is_left_after_the_stop_is_named() -> None:
    run = soaked(LEAKING.format(leak="count % 1000 or kept.append(socket.socket())"))
    assert "descriptors are left after pre_stop" in run.stdout, run.stdout + run.stderr


def test_a_soak_in_which_something_is_wrong_ends_with_one_after_its_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = [(0, Sample(0, 0, 0, 0, 0, 0, 0, 0))] * 12
    report = soak.Report(1.0, samples, ["it grew"], Counter(echo=1), Counter())
    monkeypatch.setattr(soak, "soak", lambda count, progress: report)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    tables = soak.tables(quick=True)
    assert "1 invocations" in str(next(tables))
    assert "By kind: 1 echo" in str(next(tables))
    assert next(tables) == "WRONG: it grew"
    with pytest.raises(SystemExit, match="1"):
        next(tables)

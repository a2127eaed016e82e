"""The benchmark runs. What it measures depends on the machine and is not asserted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.contestants import Contestant, Entry, entered
from bench.events import CASES, Answer
from fcbridge.model import Request

ROOT = Path(__file__).parent.parent


def test_the_quick_form_checks_every_contestant_and_prints_a_table_for_each_app() -> None:
    paths = [str(ROOT), str(ROOT / "adapters")]  # also works in a checkout that was never installed
    run = subprocess.run(
        [sys.executable, "-m", "bench", "--quick"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    for title in ("raw-asgi", "starlette", "fastapi", "raw-wsgi", "flask"):
        assert f"**{title}: x LIMIT (+us)**" in run.stdout
    for title in ("raw-asgi", "fastapi", "raw-wsgi", "flask"):
        assert f"**{title}: ms to the first answer" in run.stdout
    for name in ("LIMIT", "fcbridge", "Mangum", "apig-wsgi", "serverless-wsgi", "awsgi", "Express pattern"):
        assert f"\n| {name}" in run.stdout


def test_a_contestant_that_answers_wrongly_is_not_measured() -> None:
    closed: list[bool] = []

    def read(_: object) -> Answer:
        return Answer(200, "text/plain", b"{}")

    def enter(app: object, interface: str, request: Request) -> Entry:
        return Entry(lambda: None, read, lambda: closed.append(True))

    with pytest.raises(ValueError, match=r"wrong \(none\) answers GET with a wrong body"):
        entered(Contestant("wrong", "none", ("asgi",), "", enter), None, "asgi", CASES[0])
    assert closed == [True]

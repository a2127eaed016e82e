"""What one WSGI request loads, in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys
sys.path.insert(0, {root!r})
before = set(sys.modules)
from fcbridge.model import Headers, Request
from fcbridge.runners.wsgi import WsgiRunner

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.input"].read()]

request = Request("POST", "/a", "b=1", Headers([("host", "a.example"), ("x-tag", "1")]), b"hello", ("203.0.113.24", 0))
assert WsgiRunner(app)(request{remaining}).body == b"hello"
loaded = sorted(set(sys.modules) - before)
import json
print(json.dumps(loaded))
"""

HEAVY = {
    "asyncio", "collections", "contextlib", "dataclasses", "enum", "functools", "inspect", "json", "logging", "re",
    "signal", "threading", "traceback", "typing", "urllib", "urllib.parse",
}  # fmt: skip


def loaded(remaining: str) -> set[str]:
    # -S: without site packages, whose .pth files load what they like.
    program = PROGRAM.format(root=str(ROOT), remaining=remaining)
    run = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout))


@pytest.mark.parametrize("remaining", ["", ", 30.0"], ids=["without a deadline", "with a deadline"])
def test_a_request_loads_nothing_that_takes_time(remaining: str) -> None:
    modules = loaded(remaining)
    assert "fcbridge.runners.wsgi" in modules
    assert not modules & HEAVY


def test_without_a_deadline_its_module_is_not_loaded() -> None:
    assert "fcbridge.runners.deadline" not in loaded("")
    assert "fcbridge.runners.deadline" in loaded(", 30.0")

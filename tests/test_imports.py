"""What a cold start loads. Measured in a fresh process each, against what Python itself has loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EVENT = ROOT / "tests" / "events" / "aliyun" / "http-v1-get.json"

ONE_WSGI_EVENT = f"""
import sys
before = set(sys.modules)
from fcbridge import bridge

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]

handler = bridge(app, platform="aliyun")
with open({str(EVENT)!r}, "rb") as file:
    payload = handler(file.read(), None)
assert '"body": "hello"' in payload, payload
import json
print(json.dumps(sorted(set(sys.modules) - before)))
"""

ONE_IMPORT = """
import sys
before = set(sys.modules)
import fcbridge
loaded = sorted(set(sys.modules) - before)
import json
print(json.dumps(loaded))
"""


ONE_PLATFORM = """
import os  # site has it in every runtime
import sys
import fcbridge.registry
before = set(sys.modules)
fcbridge.registry.platform({name!r})
loaded = sorted(set(sys.modules) - before)
import json
print(json.dumps(loaded))
"""


def loaded(program: str) -> set[str]:
    path = f"import sys; sys.path[:0] = {[str(ROOT), str(ROOT / 'adapters')]!r}\n"
    # -S: no site packages, so a third-party import would fail outright; -E: no environment either.
    run = subprocess.run(
        [sys.executable, "-S", "-E", "-c", path + program], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout))


def test_one_wsgi_event_loads_no_asyncio_no_logging_and_no_third_party_module() -> None:
    modules = loaded(ONE_WSGI_EVENT)
    heavy = {
        "asyncio", "logging", "typing", "dataclasses", "inspect", "contextlib", "threading", "base64",
        "importlib.metadata", "urllib.parse", "email", "http", "socket", "ssl", "concurrent",
    }  # fmt: skip
    assert not modules & heavy
    own = {name for name in modules if name.partition(".")[0] in {"fcbridge", "fcbridge_adapters"}}
    assert "fcbridge.bridge" in own
    assert "fcbridge.runners.asgi" not in own
    standard = set(sys.stdlib_module_names) | {"_sitebuiltins"}
    assert {name.partition(".")[0] for name in modules - own} <= standard


def test_importing_fcbridge_loads_nothing_but_fcbridge() -> None:
    others = {name for name in loaded(ONE_IMPORT) if name.partition(".")[0] != "fcbridge"}
    # contextvars is a thin module over one that Python is built with.
    assert others <= {"contextvars", "_contextvars", "binascii", "abc", "_abc", "__future__"}


@pytest.mark.parametrize("name", ["aws", "azure", "google", "knative"])
def test_a_platform_loads_nothing_but_itself(name: str) -> None:
    others = {module for module in loaded(ONE_PLATFORM.format(name=name)) if not module.startswith("fcbridge")}
    assert others <= {"binascii", "abc", "_abc", "__future__"}

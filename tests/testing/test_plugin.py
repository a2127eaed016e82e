"""Facts of the pytest plugin, each in a pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

SUITE = """
events = []

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            event = (await receive())["type"]
            events.append(event)
            await send({"type": event + ".complete"})
            if event == "lifespan.shutdown":
                return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})

def test_a_client(function_client):
    assert function_client(app).get("/").content == b"hello"
    assert events == ["lifespan.startup"]

def test_that_was_closed_when_its_test_was_over():
    assert events == ["lifespan.startup", "lifespan.shutdown"]

def test_the_gateway(function_client, pytestconfig):
    client = function_client(app)
    client.get("/")
    chosen = "x-fc-http-params" if pytestconfig.getoption("--fcbridge-gateway") == "fc2-http" else "rawPath"
    assert chosen in client.last.event

def test_a_gateway_of_its_own_and_options_of_httpx(function_client):
    client = function_client(app, "fc-apigw", base_url="https://api.example.com")
    client.get("/x")
    assert client.last.event["headers"]["Host"] == "api.example.com"
"""

LIGHT = """
import sys

def test_that_the_plugin_brings_nothing_of_weight_along():
    assert not {"httpx", "hypothesis", "starlette", "asyncio"} & {*sys.modules}
"""


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "adapters")]),
        # An installed fcbridge brings the plugin along, and pytest takes it once only.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    command = [sys.executable, "-m", "pytest", "-p", "fcbridge.testing.plugin", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_function_client_gives_clients_that_are_closed_in_the_end(tmp_path: Path) -> None:
    (tmp_path / "test_app.py").write_text(SUITE)
    run = pytest_in(tmp_path)
    assert "4 passed" in run.stdout, run.stdout


def test_an_option_chooses_the_gateway_for_a_whole_suite(tmp_path: Path) -> None:
    (tmp_path / "test_app.py").write_text(SUITE)
    run = pytest_in(tmp_path, "--fcbridge-gateway", "fc2-http")
    assert "4 passed" in run.stdout, run.stdout


def test_the_plugin_is_light(tmp_path: Path) -> None:
    (tmp_path / "test_light.py").write_text(LIGHT)
    run = pytest_in(tmp_path)
    assert "1 passed" in run.stdout, run.stdout


def test_without_httpx_the_client_says_what_to_install() -> None:
    program = """
import sys
sys.modules["httpx"] = None
from fcbridge import BridgeError
import fcbridge.testing
try:
    fcbridge.testing.Client
except BridgeError as error:
    print(type(error).__name__, error)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "adapters")])}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert run.stdout == (
        'MissingExtra fcbridge.testing.Client needs the package httpx.\nhint: pip install "fcbridge[testing]"\n'
    ), run.stderr

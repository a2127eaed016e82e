from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

import fcbridge
from fcbridge.cli import dev
from fcbridge.cli.exits import Exit
from fcbridge.dev import DevOptions
from fcbridge.errors import MissingExtra, UnknownGateway
from tests.cli.shell import Shell

ROOT = Path(fcbridge.__file__).parent.parent


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[DevOptions]:
    """What the server was started with, in place of a server."""
    served: list[DevOptions] = []

    def serve(options: DevOptions) -> int:
        served.append(options)
        return 0

    monkeypatch.setattr(dev, "serve", serve)
    return served


def test_nothing_typed_leaves_everything_to_the_options(shell: Shell, served: list[DevOptions]) -> None:
    result = shell("dev")

    assert (result.code, result.data, result.talk) == (0, b"", "")
    assert served == [DevOptions(directory=str(shell.folder))]


def test_every_option_arrives(shell: Shell, served: list[DevOptions]) -> None:
    shell(
        "dev web:app --gateway fc-apigw --host ::1 --port 0 --timeout 5 --memory 256 --instances 3 --no-reload"
        " --reload-dir a --reload-dir b --env-file other.env --show-event --no-limits",
        environ={"NO_COLOR": "1"},
    )

    assert served == [
        DevOptions(
            target="web:app",
            gateway="fc-apigw",
            host="::1",
            port=0,
            timeout=5,
            memory=256,
            instances=3,
            reload=False,
            reload_dirs=("a", "b"),
            env_file="other.env",
            show_event=True,
            limits=False,
            color=False,
            directory=str(shell.folder),
        )
    ]


def test_the_project_is_the_default_and_the_line_overrides_it(shell: Shell, served: list[DevOptions]) -> None:
    shell.write(
        "pyproject.toml",
        '[tool.fcbridge]\ngateway = "fc2-http"\nport = 8000\ntimeout = 9\nmemory = 1024\ninstances = 2\n',
    )

    shell("dev --port 8001")

    options = served[0]
    assert (options.gateway, options.port, options.timeout) == ("fc2-http", 8001, 9)
    assert (options.memory, options.instances) == (1024, 2)


@pytest.mark.parametrize(
    ("code", "gateway"),
    [
        ("app = bridge(web, platform='google').entry()\n", "gcf-http"),
        ("app = fcbridge.bridge(web, base_path='/v1', platform='azure').entry()\n", "azure-python"),
        ("from fcbridge.compat.mangum import Mangum\napp = Mangum(web)\n", "aws-http-v2"),
        ("app = bridge(web)\n", "fc3-http"),
        ("app = bridge(web, platform=NAME)\n", "fc3-http"),
        ("app = bridge(web, platform='nowhere')\n", "fc3-http"),
        ("a = bridge(web, platform='aws')\napp = bridge(web, platform='azure')\n", "fc3-http"),
    ],
)
def test_a_platform_that_the_app_names_has_its_first_gateway_played(
    shell: Shell, served: list[DevOptions], code: str, gateway: str
) -> None:
    shell.write("main.py", code)

    shell("dev")
    shell("dev --gateway scf-url")
    shell.write("pyproject.toml", '[tool.fcbridge]\ngateway = "fc2-http"\n')
    shell("dev")

    assert [options.gateway for options in served] == [gateway, "scf-url", "fc2-http"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "laptop.example.com"])
def test_a_host_that_others_can_reach_is_warned_about(shell: Shell, served: list[DevOptions], host: str) -> None:
    result = shell(f"dev --host {host}")

    assert result.code == 0
    assert result.talk == (
        f"warning: everyone who can reach {host} can call the app and read its tracebacks\n"
        "hint: leave --host away to listen on this machine only\n"
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "[::1]", "localhost"])
def test_a_loopback_host_is_not(shell: Shell, served: list[DevOptions], host: str) -> None:
    assert shell(f"dev --host {host}").talk == ""


def test_a_server_that_cannot_start_is_a_refusal(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def serve(options: DevOptions) -> int:
        raise MissingExtra("fcbridge dev needs the package uvicorn", hint='pip install "fcbridge[dev]"')

    monkeypatch.setattr(dev, "serve", serve)

    assert shell("dev").refusal == (
        Exit.CONFIGURATION, "fcbridge dev needs the package uvicorn", 'pip install "fcbridge[dev]"',
    )  # fmt: skip


def test_an_unknown_gateway_is_refused_by_the_server(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def serve(options: DevOptions) -> int:
        raise UnknownGateway(f"There is no gateway {options.gateway!r}.")

    monkeypatch.setattr(dev, "serve", serve)

    assert shell("dev --gateway x").refusal[:2] == (Exit.CONFIGURATION, "There is no gateway 'x'.")


def test_the_real_thing_answers_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    pytest.importorskip("uvicorn")
    (tmp_path / "index.py").write_text(
        "def app(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        "    return [environ['PATH_INFO'].encode()]\n"
    )
    with subprocess.Popen(
        [sys.executable, "-m", "fcbridge", "dev", "--port", "0"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'adapters'}"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        try:
            match = next(found for line in process.stderr if (found := re.search(r"http://\S+", line)))
            with urlopen(f"{match[0]}/items/7") as response:
                assert response.read() == b"/items/7"
        finally:
            process.send_signal(signal.SIGINT)
        talk = process.stderr.read()

        assert process.stdout.read() == ""
    assert (process.returncode, "Traceback" in talk) == (Exit.OK, False)

"""What is built, and what it does where nothing else is installed.

The wheel is made from the sdist, as it is for a release. ``FCBRIDGE_DIST`` names a folder with both, made already.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import pytest

from fcbridge_adapters import SIGNS

ROOT = Path(__file__).parent.parent

# One WSGI app and one event through it, on the standard library alone.
ONE_REQUEST = """
from wsgiref.simple_server import demo_app
from fcbridge import bridge
from fcbridge.gateway import Settings
from fcbridge.local.door import Door
from fcbridge.model import Request
from fcbridge.registry import gateway

door = gateway("fc3-http")
context = door.runtime.context(Settings(), "1-67c1a2b3")
exchange = Door(door).pass_through(Request(path="/hello"), bridge(demo_app), context)
print(exchange.answer.status, exchange.answer.body.split(b"\\n")[0].decode())
"""


class Distribution(NamedTuple):
    sdist: Path
    wheel: Path
    scripts: Path
    """The folder of the executables of an environment that has the wheel and nothing else."""

    def run(self, *command: str) -> str:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        program, *arguments = command
        done = subprocess.run(
            [self.scripts / program, *arguments],
            cwd=self.scripts.parent,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="module")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> Distribution:
    folder = tmp_path_factory.mktemp("packaging")
    built = Path(os.environ["FCBRIDGE_DIST"]).absolute() if "FCBRIDGE_DIST" in os.environ else _build(folder / "dist")
    [sdist], [wheel] = built.glob("*.tar.gz"), built.glob("*.whl")

    environment = folder / "environment"
    venv.create(environment, clear=True, with_pip=True)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    distribution = Distribution(sdist, wheel, scripts)
    distribution.run("python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    return distribution


def _build(folder: Path) -> Path:
    # Without isolation, so that no test run downloads the build backend: it is in the dependency group.
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_wheel_holds_both_packages_with_their_type_markers(distribution: Distribution) -> None:
    names = set(ZipFile(distribution.wheel).namelist())
    assert {
        "fcbridge/__init__.py",
        "fcbridge/py.typed",
        "fcbridge_adapters/__init__.py",
        "fcbridge_adapters/py.typed",
        "fcbridge_adapters/aliyun/__init__.py",
    } <= names


def test_the_wheel_holds_every_file_of_both_packages(distribution: Distribution) -> None:
    packages = {"fcbridge": ROOT, "fcbridge_adapters": ROOT / "adapters"}
    sources = {
        path.relative_to(root).as_posix()
        for package, root in packages.items()
        for path in (root / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sources == {name for name in ZipFile(distribution.wheel).namelist() if ".dist-info/" not in name}


def test_the_wheel_installs_two_packages_and_nothing_beside_them(distribution: Distribution) -> None:
    tops = {name.split("/")[0] for name in ZipFile(distribution.wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"fcbridge", "fcbridge_adapters"}


def test_the_wheel_needs_nothing_to_be_installed_with_it(distribution: Distribution) -> None:
    with ZipFile(distribution.wheel) as wheel:
        [path] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = wheel.read(path).decode("utf-8")
    needed = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert needed == []


def test_the_sdist_holds_all_that_a_distributor_needs(distribution: Distribution) -> None:
    with tarfile.open(distribution.sdist) as sdist:
        tops = {name.split("/")[1] for name in sdist.getnames()}
    assert {
        "fcbridge", "adapters", "samples", "tests", "scripts", "docs", "mkdocs.yml", "Makefile", "pyproject.toml",
        "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE",
    } <= tops  # fmt: skip


def test_an_installed_fcbridge_knows_its_platforms(distribution: Distribution) -> None:
    listed = distribution.run("python", "-c", "from fcbridge.registry import platforms; print(*sorted(platforms()))")
    assert listed.split() == sorted(SIGNS)


def test_an_installed_fcbridge_answers_a_request_without_any_other_package(distribution: Distribution) -> None:
    assert distribution.run("python", "-W", "error", "-c", ONE_REQUEST) == "200 Hello world!"


def test_the_console_script_tells_the_version(distribution: Distribution) -> None:
    version = distribution.run("python", "-c", "import fcbridge; print(fcbridge.__version__)")
    assert version in distribution.run("fcbridge", "--version")

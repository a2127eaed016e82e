"""The folder .conformance/: the source distributions, unpacked, and an environment for them. All of it is made once."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import venv
from pathlib import Path

from .suites import HERE, PINS, REQUIREMENTS, SUITES, Suite

ROOT = HERE.parent.parent
#: Starlette's own minimum.
PYTHON = (3, 11)


class WorkshopError(Exception):
    """The suites cannot be set up."""


class Workshop:
    """``prepare`` first; then ``python`` runs the suites and ``source`` is where one lies."""

    def __init__(self, folder: Path = ROOT / ".conformance") -> None:
        self.folder = folder
        self._downloads = folder / "downloads"
        pins = hashlib.sha256(PINS.read_bytes() + REQUIREMENTS.read_bytes()).hexdigest()[:8]
        self._environment = folder / f"venv-{sys.version_info.major}.{sys.version_info.minor}-{pins}"

    @property
    def python(self) -> Path:
        scripts = "Scripts" if sys.platform == "win32" else "bin"
        return self._environment / scripts / "python"

    def source(self, suite: Suite) -> Path:
        return self.folder / "sources" / suite.folder

    def prepare(self) -> None:
        """Raises WorkshopError where something cannot be fetched or is not what is pinned."""
        if sys.version_info < PYTHON:
            raise WorkshopError(
                f"Starlette {SUITES['starlette'].version} needs Python {PYTHON[0]}.{PYTHON[1]} or newer, and this is "
                f"{sys.version_info.major}.{sys.version_info.minor}.\nhint: make conformance PYTHON=python3.12"
            )
        stamp = self._environment / ".complete"
        if not stamp.exists():
            self._make_environment()
        for suite in SUITES.values():
            self._unpack(suite)
        if not stamp.exists():
            archives = [str(self._downloads / suite.archive) for suite in SUITES.values()]
            self._pip("install", "--no-deps", "--no-build-isolation", *archives)
            stamp.touch()

    def _make_environment(self) -> None:
        print(f"making {self._environment.relative_to(ROOT)}", file=sys.stderr)
        shutil.rmtree(self._environment, ignore_errors=True)
        venv.create(self._environment, with_pip=True)
        self._pip("install", "--no-deps", "-r", str(REQUIREMENTS))

    def _unpack(self, suite: Suite) -> None:
        archive = self._downloads / suite.archive
        if not archive.exists():
            print(f"fetching {suite.archive}", file=sys.stderr)
            # Without build isolation: pip asks the source distribution for its metadata, and the environment has what
            # that takes. The hashes in the file are checked by pip.
            self._pip(
                "download", "--no-deps", "--no-build-isolation", "--no-binary", ",".join(SUITES), "--require-hashes",
                "-d", str(self._downloads), "-r", str(PINS),
            )  # fmt: skip
        if hashlib.sha256(archive.read_bytes()).hexdigest() != suite.sha256:
            raise WorkshopError(f"{archive} is not what is pinned.\nhint: remove it, and it is fetched again")
        source = self.source(suite)
        if not source.exists():
            with tarfile.open(archive) as files:
                files.extractall(source.parent, filter="data")

    def _pip(self, *arguments: str) -> None:
        command = [str(self.python), "-m", "pip", "-qq", "--disable-pip-version-check", *arguments]
        if subprocess.run(command).returncode:
            raise WorkshopError(f"pip {arguments[0]} did not succeed")

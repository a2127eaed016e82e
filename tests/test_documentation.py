"""What the pages show works: their commands are run, their files are read by whoever reads them.

Not run are the commands of other programs, and ``fcbridge dev``, which does not end: its command line is parsed.
``fcbridge trigger``, which needs it, says what it would send.
"""

from __future__ import annotations

import os
import pkgutil
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from inspect import getdoc
from pathlib import Path
from typing import NamedTuple

import pytest

from fcbridge.cli import dev
from fcbridge.cli.environment import Environment
from fcbridge.local.project import read_project
from fcbridge_adapters import SIGNS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


class Block(NamedTuple):
    """A fenced block: its language, its title where it has one, its text."""

    language: str
    title: str
    text: str


def blocks(page: Path) -> list[Block]:
    found = re.findall(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```', page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [Block(*groups) for groups in found]


def commands(page: Path) -> Iterator[str]:
    """The lines of a page that begin with ``fcbridge``, without prompt and comment."""
    for block in blocks(page):
        if block.language in ("console", "sh"):
            for line in block.text.splitlines():
                command = re.sub(r"\s+# .*", "", line.removeprefix("$ "))
                if command.startswith("fcbridge "):
                    yield command


APP = next(block.text for block in blocks(ROOT / "docs" / "getting-started.md") if block.title == "index.py")


class Folder(NamedTuple):
    """A folder with the app of "Getting started", and a shell that knows ``fcbridge``."""

    path: Path
    environ: dict[str, str]

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            shell=True,
            cwd=self.path,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    path = tmp_path / "app"
    path.mkdir()
    (path / "index.py").write_text(APP, "utf-8")
    (path / "driving.log").write_text('{"carID": "car-7", "speed": 87}\n', "utf-8")
    (path / "lines").write_text('{"order": 1}\n{"order": 2}\n', "utf-8")
    program = tmp_path / "bin" / "fcbridge"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m fcbridge "$@"\n')
    program.chmod(0o755)
    environ = {
        **os.environ,
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "adapters")]),
    }
    return Folder(path, environ)


@pytest.mark.parametrize("page", [page for page in PAGES if list(commands(page))], ids=lambda page: page.stem)
def test_the_commands_of_a_page_work_one_after_the_other(page: Path, folder: Folder) -> None:
    for block in blocks(page):
        if block.title == "index.py":
            (folder.path / "index.py").write_text(block.text, "utf-8")
    for command in commands(page):
        if command.startswith("fcbridge dev"):
            dev.parser(Environment.of_process()).parse(shlex.split(command)[2:])
        else:
            if command.startswith("fcbridge trigger "):
                # Of the platform that `fcbridge dev` plays where nothing else is said.
                command = f"{' '.join(f'{name}=x' for name in SIGNS['aliyun'][0])} {command} --dry-run"
            done = folder.run(command)
            assert done.returncode == 0, f"$ {command}\n{done.stdout}"


def test_the_test_of_getting_started_passes(folder: Folder) -> None:
    for block in blocks(ROOT / "docs" / "getting-started.md"):
        if block.title.endswith(".py"):
            (folder.path / block.title).write_text(block.text, "utf-8")
    done = folder.run(f'"{sys.executable}" -m pytest -q -p no:cacheprovider')
    assert "1 passed" in done.stdout, done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_python_on_a_page_is_python(page: Path) -> None:
    for block in blocks(page):
        if block.language == "python":
            compile(block.text, str(page), "exec")


def test_the_settings_of_a_project_are_the_ones_that_are_read(tmp_path: Path) -> None:
    [text] = [block.text for block in blocks(ROOT / "docs" / "dev-server.md") if block.title == "pyproject.toml"]
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")
    project = read_project(tmp_path)
    assert None not in vars(project).values()


def test_docstrings_that_the_reference_shows_are_markdown() -> None:
    """Sphinx has roles, as in :func:`bridge`; mkdocs prints them as they stand."""
    shown = re.findall(r"^::: (\S+)", (ROOT / "docs" / "reference.md").read_text("utf-8"), re.MULTILINE)
    assert shown
    for name in shown:
        found: object = pkgutil.resolve_name(name)
        members = [found, *(getattr(found, member) for member in vars(found))]
        assert [text for text in map(getdoc, members) if text and re.search(r":[a-z]+:`", text)] == [], name

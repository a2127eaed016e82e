"""The README's five minutes, typed into an empty folder."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dev.server import DevServer

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def fenced(language: str, holding: str) -> str:
    """The README's first block of a language that holds a text."""
    blocks: list[str] = re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return next(block for block in blocks if holding in block)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index.py").write_text(fenced("python", "app = FastAPI()"), "utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> str:
    path = os.pathsep.join([str(ROOT), str(ROOT / "adapters")])
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_first_example_answers_behind_the_local_gateway(folder: Path) -> None:
    typed = shlex.split(fenced("sh", "fcbridge dev\n"))
    assert typed == ["fcbridge", "dev"]
    server = DevServer(folder, command=["-m", "fcbridge", *typed[1:]])
    try:
        server.wait_until_ready()
        path = re.search(r"curl -i http://127\.0\.0\.1:9000(\S+)", README)
        assert path is not None
        answer = server.get(path[1])
        assert (answer.status_code, answer.json()) == (200, {"hello": "world"})
        server.wait_for(r"GET\s+/hello/world\s+200\s+cold")
        server.save("index.py", fenced("python", "app = FastAPI()").replace('"hello": name', '"changed": name'))
        assert server.get(path[1]).json() == {"changed": "world"}
        assert server.interrupt() == 0
    finally:
        server.close()


def test_the_commands_without_a_server_work(folder: Path) -> None:
    block = fenced("sh", "fcbridge request")
    lines = [line.partition("#")[0].strip() for line in block.splitlines()]
    assert len(lines) == 4
    for line in lines:
        command, _, file = line.partition(" > ")
        printed = run(folder, "-m", *shlex.split(command))
        if file:
            (folder / file).write_text(printed, "utf-8")
        assert "hello" in printed


def test_the_test_of_the_readme_passes(folder: Path) -> None:
    (folder / "test_index.py").write_text(fenced("python", "def test_hello"), "utf-8")
    assert "1 passed" in run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder))


def test_the_files_that_the_readme_names_are_there() -> None:
    named = re.findall(r"\]\(([^):]+)\)", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []

"""Saved files."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from watchfiles import Change

from fcbridge.dev.watch import SourceFilter
from tests.dev.conftest import StartServer

VERSION = """
import json

def pre_stop(context):
    print("pre_stop of version {version}")

def handler(event, context):
    return json.dumps({{"statusCode": 200, "body": "version {version}"}})
"""
#: Says that it has begun, and ends when somebody writes to a pipe.
SLOW = """
import json, pathlib

def handler(event, context):
    if json.loads(event)["rawPath"] == "/slow":
        print("begun")
        pathlib.Path("go").read_text()
    return json.dumps({"statusCode": 200, "body": "old"})
"""


def version(number: int) -> str:
    return VERSION.format(version=number)


def test_a_saved_file_is_what_answers_next(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(version(1), "utf-8")
    server = start_server()
    assert server.get("/").text == "version 1"
    server.save("index.py", version(2))
    assert server.get("/").text == "version 2"
    server.wait_for("^pre_stop of version 1$")


def test_a_save_of_the_same_size_within_the_same_second_counts(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(version(1), "utf-8")
    server = start_server()
    for number in (2, 3, 4, 5):
        server.save("index.py", version(number), modified=1_700_000_000)
        assert server.get("/").text == f"version {number}"


def test_a_request_that_is_being_answered_when_a_file_is_saved_is_answered_by_the_old_code(
    start_server: StartServer, tmp_path: Path
) -> None:
    (tmp_path / "index.py").write_text(SLOW, "utf-8")
    os.mkfifo(tmp_path / "go")
    server = start_server()
    with ThreadPoolExecutor() as threads:
        old = threads.submit(server.get, "/slow")
        server.wait_for("^begun$")
        server.save("index.py", version(2))
        assert server.get("/").text == "version 2"
        (tmp_path / "go").write_text("now", "utf-8")
        assert old.result().text == "old"


def test_no_request_fails_while_files_are_saved(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(version(1), "utf-8")
    server = start_server()
    with ThreadPoolExecutor(4) as threads, server.client() as client:
        done = False

        def ask() -> list[tuple[int, str]]:
            answers: list[tuple[int, str]] = []
            while not done or not answers:
                answer = client.get("/")
                answers.append((answer.status_code, answer.text))
            return answers

        asked = [threads.submit(ask) for _ in range(4)]
        for number in (2, 3, 4):
            server.save("index.py", version(number))
            assert server.get("/").text == f"version {number}"
        done = True
        answers = [answer for future in asked for answer in future.result()]
    assert {status for status, _ in answers} == {200}


def test_a_syntax_error_is_shown_and_its_repair_answers(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(version(1), "utf-8")
    server = start_server()
    assert server.get("/").text == "version 1"
    server.save("index.py", version(2) + "def broken(:\n")
    answer = server.get("/", accept="text/html")
    assert answer.status_code == 502 and "SyntaxError" in answer.text and "def broken(:" in answer.text
    server.wait_for("SyntaxError")
    server.save("index.py", version(3))
    assert server.get("/").text == "version 3"


def test_an_app_that_is_broken_from_the_start_answers_when_it_is_repaired(
    start_server: StartServer, tmp_path: Path
) -> None:
    (tmp_path / "index.py").write_text("import nothing_of_the_kind\n\ndef handler(event, context): ...\n", "utf-8")
    server = start_server()
    assert "ModuleNotFoundError: No module named 'nothing_of_the_kind'" in server.get("/").text
    server.save("index.py", version(1))
    assert server.get("/").text == "version 1"


def test_a_module_that_the_app_imports_counts_too(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text("from pages import handler as handler\n", "utf-8")
    (tmp_path / "pages.py").write_text(version(1), "utf-8")
    server = start_server()
    assert server.get("/").text == "version 1"
    server.save("pages.py", version(2))
    assert server.get("/").text == "version 2"


def test_without_reload_the_code_stays(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(version(1), "utf-8")
    server = start_server(reload=False)
    assert server.get("/").text == "version 1"
    (tmp_path / "index.py").write_text(version(2), "utf-8")
    assert server.get("/").text == "version 1"


def test_the_env_file_is_read_again_when_it_is_saved(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "index.py").write_text(
        "import os\ndef handler(event, context):\n    return {'statusCode': 200, 'body': os.environ['COLOR']}\n",
        "utf-8",
    )
    (tmp_path / ".env").write_text("COLOR=red\n", "utf-8")
    server = start_server()
    assert server.get("/").text == "red"
    server.save(".env", "COLOR=blue\n")
    assert server.get("/").text == "blue"


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("/code/index.py", True),
        ("/code/templates/page.html", True),
        ("/code/pyproject.toml", True),
        ("/code/.env", True),
        ("/code/notes.db", False),
        ("/code/uploads/photo.png", False),
        ("/code/other/.env", False),
        ("/code/.venv/lib/module.py", False),
        ("/code/__pycache__/index.cpython-311.pyc", False),
        ("/code/.git/config.toml", False),
    ],
)
def test_sources_count_and_what_the_app_writes_does_not(path: str, counts: bool) -> None:
    assert SourceFilter(Path("/code/.env"))(Change.modified, path) is counts

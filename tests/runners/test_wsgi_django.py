"""Django, behind the validator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FINISHED = ["started", "finished"]

Answers = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def answers() -> Answers:
    """What the project answered, by the name of the request."""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.runners.django_project"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    found: Answers = json.loads(run.stdout)
    return found


def seen(answers: Answers, name: str) -> dict[str, Any]:
    """What the echoing view saw."""
    assert answers[name]["status"] == 200, answers[name]
    view: dict[str, Any] = json.loads(answers[name]["body"].encode("latin-1"))
    return view


def test_path_base_query_and_client_are_what_was_sent(answers: Answers) -> None:
    view = seen(answers, "echo")
    assert view["rest"] == "café/a b"
    assert view["path"] == "/prod/echo/café/a b"
    assert view["uri"] == "https://api.example.com/prod/echo/caf%C3%A9/a%20b?tag=1&tag=2"
    assert view["query"] == ["1", "2"]
    assert view["client"] == "203.0.113.24"


def test_links_contain_the_base_path(answers: Answers) -> None:
    assert seen(answers, "echo")["link"] == "/prod/echo/x"


def test_two_cookie_lines_are_two_cookies(answers: Answers) -> None:
    assert seen(answers, "cookie")["cookies"] == {"a": "1", "b": "2"}


@pytest.mark.parametrize("name", ["post", "post with a wrong length"])
def test_the_body_is_whole_whatever_the_event_says_of_its_length(answers: Answers, name: str) -> None:
    assert (seen(answers, name)["body"], seen(answers, name)["length"]) == ("hello", "5")


def test_a_post_of_nothing_is_empty(answers: Answers) -> None:
    assert seen(answers, "post of nothing")["body"] == ""


def test_a_multipart_upload_arrives_without_a_content_length(answers: Answers) -> None:
    assert answers["upload"]["body"].encode("latin-1").decode() == "Käse"


def test_a_request_is_finished_after_its_stream(answers: Answers) -> None:
    assert answers["stream"]["body"] == "0 False\n1 False\n2 False\n"
    assert answers["stream"]["signals"] == FINISHED


@pytest.mark.parametrize("name", ["echo", "post", "upload", "stream", "cookies", "download", "empty", "foreign host"])
def test_request_finished_is_sent_once(answers: Answers, name: str) -> None:
    assert answers[name]["signals"].count("finished") == 1


def test_request_finished_is_sent_for_a_view_that_raises(answers: Answers) -> None:
    assert answers["broken"]["status"] == 500
    assert answers["broken"]["signals"] == ["started", "failed", "finished"]


def test_request_finished_is_sent_for_a_stream_that_raises(answers: Answers) -> None:
    assert answers["broken stream"] == {"raised": "mine", "signals": FINISHED}


def test_several_cookies_are_several_fields(answers: Answers) -> None:
    cookies = [value.partition(";")[0] for name, value in answers["cookies"]["headers"] if name == "set-cookie"]
    assert cookies == ["a=1", "b=2"]


def test_a_file_is_sent_whole(answers: Answers) -> None:
    source = (Path(__file__).parent / "django_project.py").read_bytes()
    assert answers["download"]["body"].encode("latin-1") == source
    assert ["content-length", str(len(source))] in answers["download"]["headers"]


def test_an_empty_response_is_empty(answers: Answers) -> None:
    assert (answers["empty"]["status"], answers["empty"]["body"]) == (204, "")


def test_a_host_that_is_not_allowed_is_refused(answers: Answers) -> None:
    # Two Host lines reach Django as one that it allows to nobody.
    assert answers["foreign host"]["status"] == 400

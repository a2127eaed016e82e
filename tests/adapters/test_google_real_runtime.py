"""Handlers under Google's own Functions Framework, over a real socket.

The test stands where the front end stands: it sends what ``compose`` says that the container gets. What comes back must
be what the played runtime gives for the same event.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fcbridge import bridge
from fcbridge.gateway import Gateway, Settings
from fcbridge.losses import same_response
from fcbridge.model import Request, Response
from fcbridge.native import packed_response
from fcbridge.registry import gateway

from . import odd
from .child import Child, answered

MAIN = """
from fcbridge import bridge
from odd import app

main = bridge(app, platform="google").entry({options})
"""
_LISTENS = r"Listening at: http://127\.0\.0\.1:(\d+)"
_FORMS = {"gcf-http": "", "gcf-asgi": "asgi=True"}


class Framework:
    """``functions-framework`` with a module that ``entry()`` has made, on a free port."""

    def __init__(self, door: Gateway, directory: Path, **environ: str) -> None:
        self.door = door
        options = _FORMS[door.name]
        (directory / "main.py").write_text(MAIN.format(options=options), "utf-8")
        command = [
            sys.executable,
            "-m",
            "functions_framework",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--target",
            "main",
        ]
        self.child = Child(
            [*command, *(["--asgi"] if options else [])], directory, {"GUNICORN_LOG_LEVEL": "info", **environ}
        )
        self.port = int(self.child.wait_for(_LISTENS)[1])

    def answer(self, request: Request, *, chunked: bool = False) -> Response:
        """What the client of the front end gets."""
        event = self.door.compose(request)
        response = answered(self.port, event, chunked=chunked)
        return self.door.read(packed_response(response.status, response.headers, response.body))


@pytest.fixture(scope="module", params=_FORMS)
def framework(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Framework]:
    framework = Framework(gateway(request.param), tmp_path_factory.mktemp("google"))
    yield framework
    framework.child.stop()


@pytest.mark.parametrize("name", odd.REQUESTS)
def test_the_frameworks_answer_is_that_of_the_played_one(framework: Framework, name: str) -> None:
    request, door = odd.REQUESTS[name], framework.door
    with bridge(odd.app, platform="google") as handler:
        context = door.runtime.context(Settings(), "1-67c1a2b3")
        played = door.read(door.runtime.call(handler, door.compose(request), context))
    real = framework.answer(request)
    if request.method == "HEAD":
        played.body = b""
    assert (real.status, real.body[:2000]) == (played.status, played.body[:2000])
    assert same_response(real, played), (real.headers, played.headers)


def test_what_the_app_was_asked_is_what_the_client_sent(framework: Framework) -> None:
    headers = ("content-type", "application/json"), ("x-forwarded-for", "198.51.100.7")
    request = odd.ask("/caf%C3%A9/a%2Fb", "tag=1&tag=2", *headers, method="POST", body=b"{}")
    asked = json.loads(framework.answer(request).body)
    assert (asked["method"], asked["raw_path"], asked["path"]) == ("POST", "/caf%C3%A9/a%2Fb", "/café/a/b")
    assert (asked["query"], asked["body"], asked["root_path"]) == ("tag=1&tag=2", "{}", "")
    assert (asked["client"], asked["scheme"]) == (["203.0.113.24", 0], "https")
    assert asked["request_id"] == "1-67c1a2b3-15b2f0aa-0c9d8e7f6a5b"


def test_every_cookie_reaches_the_client(framework: Framework) -> None:
    assert framework.answer(odd.ask("/cookies")).headers.get_all("set-cookie") == ["a=1; Path=/", "b=2; HttpOnly"]


@pytest.mark.parametrize(("path", "length"), [("/measured", "8"), ("/untyped", "2"), ("/empty", "0"), ("/none", None)])
def test_an_answer_is_sent_with_its_length_and_not_in_chunks(
    framework: Framework, path: str, length: str | None
) -> None:
    response = answered(framework.port, framework.door.compose(odd.ask(path)))
    assert response.headers.get("content-length") == length


def test_bytes_come_through_in_both_directions(framework: Framework) -> None:
    request = odd.REQUESTS["binary"]
    assert json.loads(framework.answer(request).body)["body"].encode("latin-1") == odd.EVERY_BYTE
    assert framework.answer(odd.ask("/big")).body == odd.BIG


def test_a_body_in_chunks_arrives_whole(framework: Framework) -> None:
    request = odd.ask("/", "", ("content-type", "text/plain"), method="POST", body=b"hello, world")
    assert json.loads(framework.answer(request, chunked=True).body)["body"] == "hello, world"


def test_a_crash_tells_the_client_nothing(framework: Framework) -> None:
    answer = framework.answer(odd.ask("/boom"))
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    framework.child.wait_for("a secret that no client may read")  # the log has it


@pytest.mark.parametrize("path", ["/robots.txt", "/favicon.ico"])
def test_the_framework_answers_for_crawlers_itself(framework: Framework, path: str) -> None:
    door = framework.door
    played = door.runtime.call(lambda event, context: pytest.fail("called"), door.compose(odd.ask(path)), None)
    assert framework.answer(odd.ask(path)).status == door.read(played).status == 404


def test_a_line_feed_in_a_path_is_no_path_of_the_framework(framework: Framework) -> None:
    assert framework.answer(odd.ask("/a%0Ab")).status == 404


def test_a_response_without_a_type_gets_none(framework: Framework) -> None:
    assert "content-type" not in framework.answer(odd.ask("/untyped")).headers


def test_only_the_asgi_form_refuses_a_method(framework: Framework) -> None:
    request = odd.ask("/", method="PROPFIND")
    methods = framework.door.limits.methods
    assert (framework.answer(request).status == 405) == (methods is not None)


@pytest.mark.parametrize("name", _FORMS)
def test_the_app_is_up_before_its_first_request_and_down_after_sigterm(name: str, tmp_path: Path) -> None:
    framework = Framework(gateway(name), tmp_path)
    assert "the app is up" not in framework.child.console
    assert framework.answer(odd.ask("/")).status == 200
    assert framework.answer(odd.ask("/")).status == 200
    assert framework.child.stop() == 0
    console = framework.child.console
    assert (console.count("the app is up"), console.count("the app is down")) == (1, 1), console


@pytest.mark.parametrize("name", _FORMS)
def test_an_app_that_does_not_start_tells_the_client_nothing(name: str, tmp_path: Path) -> None:
    framework = Framework(gateway(name), tmp_path, ODD_STARTUP="fails")
    try:
        answer = framework.answer(odd.ask("/"))
        assert (answer.status, answer.body) == (500, b"Internal Server Error")
        framework.child.wait_for("a secret that no client may read")
    finally:
        framework.child.stop()


def test_the_decorator_of_the_framework_takes_the_place_of_its_option(tmp_path: Path) -> None:
    """``@functions_framework.aio.http`` notes the function's name, which is ``main``."""
    (tmp_path / "main.py").write_text(
        "import functions_framework.aio\n"
        + MAIN.format(options="asgi=True")
        + "\nmain = functions_framework.aio.http(main)\n",
        "utf-8",
    )
    command = [sys.executable, "-m", "functions_framework", "--host", "127.0.0.1", "--port", "0", "--target", "main"]
    child = Child(command, tmp_path, {"GUNICORN_LOG_LEVEL": "info"})
    try:
        port = int(child.wait_for(_LISTENS)[1])
        assert answered(port, gateway("gcf-asgi").compose(odd.ask("/cookies"))).status == 200
    finally:
        child.stop()

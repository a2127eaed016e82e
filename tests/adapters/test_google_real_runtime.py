"""Handlers under Google's own Functions Framework, over a real socket."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fcbridge.gateway import Gateway
from fcbridge.registry import gateway

from . import odd
from .child import Child, answered
from .real_server import RealServer, ServerLaws

MAIN = """
from fcbridge import bridge
from odd import app

main = bridge(app, platform="google").entry({options})
"""
_LISTENS = r"Listening at: http://127\.0\.0\.1:(\d+)"
_FORMS = {"gcf-http": "", "gcf-asgi": "asgi=True"}


class Framework(RealServer):
    """``functions-framework`` with a module that ``entry()`` has made, on a free port."""

    def __init__(self, door: Gateway, directory: Path, **environ: str) -> None:
        options = _FORMS[door.name]
        (directory / "main.py").write_text(MAIN.format(options=options), "utf-8")
        arguments = ["--host", "127.0.0.1", "--port", "0", "--target", "main", *(["--asgi"] if options else [])]
        child = Child(
            [sys.executable, "-m", "functions_framework", *arguments],
            directory,
            {"GUNICORN_LOG_LEVEL": "info", **environ},
        )
        super().__init__(door, child, int(child.wait_for(_LISTENS)[1]))


@pytest.fixture(scope="module", params=_FORMS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Framework]:
    framework = Framework(gateway(request.param), tmp_path_factory.mktemp("google"))
    yield framework
    framework.child.stop()


class TestFramework(ServerLaws):
    """Both forms."""


@pytest.mark.parametrize("path", ["/robots.txt", "/favicon.ico"])
def test_the_framework_answers_for_crawlers_itself(server: Framework, path: str) -> None:
    door = server.door
    played = door.runtime.call(lambda event, context: pytest.fail("called"), door.compose(odd.ask(path)), None)
    assert server.answer(odd.ask(path)).status == door.read(played).status == 404


def test_a_line_feed_in_a_path_is_no_path_of_the_framework(server: Framework) -> None:
    assert server.answer(odd.ask("/a%0Ab")).status == 404


def test_a_response_without_a_type_gets_none(server: Framework) -> None:
    assert "content-type" not in server.answer(odd.ask("/untyped")).headers


def test_only_the_asgi_form_refuses_a_method(server: Framework) -> None:
    request = odd.ask("/", method="PROPFIND")
    methods = server.door.limits.methods
    assert (server.answer(request).status == 405) == (methods is not None)


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

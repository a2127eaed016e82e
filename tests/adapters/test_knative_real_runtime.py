"""Handlers under the middleware that Knative's ``func`` puts around a Python function, over a real socket.

The test stands where the queue-proxy stands: it sends what ``compose`` says that the container gets. What comes back
must be what the played middleware gives for the same event.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fcbridge import bridge
from fcbridge.gateway import Settings
from fcbridge.losses import same_response
from fcbridge.model import Request, Response
from fcbridge.native import packed_response
from fcbridge.registry import gateway

from . import odd
from .child import Child, answered

FUNCTION = """
from fcbridge import bridge
from odd import app

new = bridge(app, platform="knative").entry()
"""
# What `func` generates beside a function.
SERVICE = """
from func_python.http import serve
from func import new

serve(new)
"""
DOOR = gateway("knative-func")


class Middleware:
    """``func_python.http.serve`` with what ``entry()`` has made, on a free port."""

    def __init__(self, directory: Path, **environ: str) -> None:
        (directory / "func.py").write_text(FUNCTION, "utf-8")
        (directory / "main.py").write_text(SERVICE, "utf-8")
        self.child = Child([sys.executable, "main.py"], directory, {"LISTEN_ADDRESS": "127.0.0.1:0", **environ})
        self.port = int(self.child.wait_for(r"Running on http://127\.0\.0\.1:(\d+)")[1])

    def answer(self, request: Request, *, chunked: bool = False) -> Response:
        """What the client of the service gets."""
        response = answered(self.port, DOOR.compose(request), chunked=chunked)
        return DOOR.read(packed_response(response.status, response.headers, response.body))


@pytest.fixture(scope="module")
def middleware(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Middleware]:
    middleware = Middleware(tmp_path_factory.mktemp("knative"))
    yield middleware
    middleware.child.stop()


@pytest.mark.parametrize("name", odd.REQUESTS)
def test_the_middlewares_answer_is_that_of_the_played_one(middleware: Middleware, name: str) -> None:
    request = odd.REQUESTS[name]
    with bridge(odd.app, platform="knative") as handler:
        context = DOOR.runtime.context(Settings(), "1-67c1a2b3")
        played = DOOR.read(DOOR.runtime.call(handler, DOOR.compose(request), context))
    real = middleware.answer(request)
    if request.method == "HEAD":
        played.body = b""
    assert (real.status, real.body[:2000]) == (played.status, played.body[:2000])
    assert same_response(real, played), (real.headers, played.headers)


def test_what_the_app_was_asked_is_what_the_client_sent(middleware: Middleware) -> None:
    headers = ("content-type", "application/json"), ("x-forwarded-for", "198.51.100.7")
    request = odd.ask("/caf%C3%A9/a%2Fb", "tag=1&tag=2", *headers, method="POST", body=b"{}")
    asked = json.loads(middleware.answer(request).body)
    assert (asked["method"], asked["raw_path"], asked["path"]) == ("POST", "/caf%C3%A9/a%2Fb", "/café/a/b")
    assert (asked["query"], asked["body"], asked["root_path"]) == ("tag=1&tag=2", "{}", "")
    assert (asked["client"], asked["scheme"]) == (["203.0.113.24", 0], "https")
    assert asked["request_id"] == "1-67c1a2b3-15b2f0aa-0c9d8e7f6a5b"


def test_every_cookie_reaches_the_client(middleware: Middleware) -> None:
    assert middleware.answer(odd.ask("/cookies")).headers.get_all("set-cookie") == ["a=1; Path=/", "b=2; HttpOnly"]


@pytest.mark.parametrize(("path", "length"), [("/measured", "8"), ("/untyped", "2"), ("/empty", "0"), ("/none", None)])
def test_an_answer_is_sent_with_its_length_and_not_in_chunks(
    middleware: Middleware, path: str, length: str | None
) -> None:
    response = answered(middleware.port, DOOR.compose(odd.ask(path)))
    assert response.headers.get("content-length") == length


def test_bytes_come_through_in_both_directions(middleware: Middleware) -> None:
    request = odd.REQUESTS["binary"]
    assert json.loads(middleware.answer(request).body)["body"].encode("latin-1") == odd.EVERY_BYTE
    assert middleware.answer(odd.ask("/big")).body == odd.BIG


def test_a_body_in_chunks_arrives_whole(middleware: Middleware) -> None:
    request = odd.ask("/", "", ("content-type", "text/plain"), method="POST", body=b"hello, world")
    assert json.loads(middleware.answer(request, chunked=True).body)["body"] == "hello, world"


def test_a_crash_tells_the_client_nothing(middleware: Middleware) -> None:
    answer = middleware.answer(odd.ask("/boom"))
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    middleware.child.wait_for("a secret that no client may read")  # the log has it


@pytest.mark.parametrize("path", ["/health/liveness", "/health/readiness"])
def test_the_probes_are_answered_by_the_middleware(middleware: Middleware, path: str) -> None:
    real = middleware.answer(odd.ask(path))
    played = DOOR.runtime.call(lambda event, context: pytest.fail("called"), DOOR.compose(odd.ask(path)), None)
    assert (real.status, real.body) == (200, b"OK")
    assert same_response(real, DOOR.read(played))


def test_the_app_is_up_before_its_first_request_and_down_after_sigterm(tmp_path: Path) -> None:
    middleware = Middleware(tmp_path)
    assert middleware.child.console.count("the app is up") == 1
    assert middleware.answer(odd.ask("/")).status == 200
    assert middleware.child.stop() == 0
    console = middleware.child.console
    assert (console.count("the app is up"), console.count("the app is down")) == (1, 1), console


def test_an_app_that_does_not_start_is_told_to_the_probes_and_not_to_the_client(tmp_path: Path) -> None:
    middleware = Middleware(tmp_path, ODD_STARTUP="fails")
    try:
        for path in ("/health/liveness", "/health/readiness"):
            assert middleware.answer(odd.ask(path)).status == 500
        answer = middleware.answer(odd.ask("/"))
        assert (answer.status, answer.body) == (500, b"Internal Server Error")
        middleware.child.wait_for("a secret that no client may read")
    finally:
        middleware.child.stop()

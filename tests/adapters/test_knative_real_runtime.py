"""Handlers under the middleware that Knative's ``func`` puts around a Python function, over a real socket."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fcbridge.losses import same_response
from fcbridge.registry import gateway

from . import odd
from .child import Child
from .real_server import RealServer, ServerLaws

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


class Middleware(RealServer):
    """``func_python.http.serve`` with what ``entry()`` has made, on a free port."""

    def __init__(self, directory: Path, **environ: str) -> None:
        (directory / "func.py").write_text(FUNCTION, "utf-8")
        (directory / "main.py").write_text(SERVICE, "utf-8")
        child = Child([sys.executable, "main.py"], directory, {"LISTEN_ADDRESS": "127.0.0.1:0", **environ})
        super().__init__(DOOR, child, int(child.wait_for(r"Running on http://127\.0\.0\.1:(\d+)")[1]))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Middleware]:
    middleware = Middleware(tmp_path_factory.mktemp("knative"))
    yield middleware
    middleware.child.stop()


class TestMiddleware(ServerLaws):
    pass


@pytest.mark.parametrize("path", ["/health/liveness", "/health/readiness"])
def test_the_probes_are_answered_by_the_middleware(server: Middleware, path: str) -> None:
    real = server.answer(odd.ask(path))
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

"""The handler behind waitress and Flask, with the routes and the event of OpenFaaS's template, over a real socket.

The template is no package; its two dozen lines of glue are written after it. The test stands where of-watchdog stands
and sends what ``compose`` says that the function gets. https://github.com/openfaas/python-flask-template
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from fcbridge import Handler, bridge
from fcbridge.gateway import Settings
from fcbridge.losses import same_response
from fcbridge.model import Request, Response
from fcbridge.played import packed_response
from fcbridge.registry import gateway

from . import odd
from .child import Child, answered

DOOR = gateway("openfaas-http")
HANDLER = """
from fcbridge import bridge
from odd import app

handle = bridge(app, platform="openfaas").entry()
"""
SERVER = """
import handler
from flask import Flask, request
from waitress.server import create_server

app = Flask(__name__)


class Event:
    def __init__(self):
        self.body, self.headers, self.method = request.get_data(), request.headers, request.method
        self.query, self.path = request.args, request.path


class Context:
    hostname = "pod"


@app.route("/", defaults={"path": ""}, methods=["GET", "PUT", "POST", "PATCH", "DELETE"])
@app.route("/<path:path>", methods=["GET", "PUT", "POST", "PATCH", "DELETE"])
def call_handler(path):
    return handler.handle(Event(), Context())


server = create_server(app, listen="127.0.0.1:0", threads=2)
print(f"serving on {server.effective_port}", flush=True)
server.run()
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    directory = tmp_path_factory.mktemp("openfaas")
    (directory / "handler.py").write_text(HANDLER, "utf-8")
    (directory / "index.py").write_text(SERVER, "utf-8")
    child = Child([sys.executable, "index.py"], directory, {"fprocess": "python index.py", "mode": "http"})
    yield int(child.wait_for(r"serving on (\d+)")[1])
    child.stop()


def answer(port: int, request: Request) -> Response:
    """What of-watchdog gets, and what it passes on."""
    response = answered(port, DOOR.compose(request))
    pairs = [pair for pair in response.headers if pair[0] != "content-length"]
    return DOOR.read(packed_response(response.status, pairs, response.body))


@pytest.fixture(scope="module")
def handler() -> Iterator[Handler]:
    with bridge(odd.app, platform="openfaas") as handler:
        yield handler


def played(handler: Handler, request: Request) -> Response:
    response = DOOR.read(DOOR.runtime.call(handler, DOOR.compose(request), DOOR.runtime.context(Settings(), "")))
    return response.replace(headers=response.headers.without("content-length"))


@pytest.mark.parametrize("name", [name for name in odd.REQUESTS if name != "options"])
def test_the_played_server_answers_as_the_real_one(port: int, handler: Handler, name: str) -> None:
    request = odd.REQUESTS[name]
    real, own = answer(port, request), played(handler, request)
    assert same_response(real, own), f"{real!r} {real.body!r}\n{own!r} {own.body!r}"


def test_head_reaches_the_function_and_options_does_not(port: int) -> None:
    assert answer(port, odd.ask("/", method="HEAD")).status == 200
    options = answer(port, odd.ask("/", method="OPTIONS"))
    assert set((options.headers.get("allow") or "").split(", ")) == {
        "OPTIONS", "HEAD", "GET", "PUT", "POST", "PATCH", "DELETE",
    }  # fmt: skip
    assert options.body == b""


def test_what_a_proxy_says_of_the_client_is_taken_out_before_the_function(port: int) -> None:
    wire = DOOR.compose(odd.ask("/"))
    wire["headers"] += [["x-forwarded-for", "203.0.113.24"], ["x-forwarded-proto", "http"]]  # type: ignore[index]
    assert b"x-forwarded" not in answered(port, wire).body

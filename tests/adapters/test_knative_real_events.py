"""Events under the middlewares that Knative's ``func`` puts around a Python function, over a real socket: the one for
HTTP, and the one for CloudEvents, which reads them itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from fcbridge.cloudevents import to_http
from fcbridge.events import CloudEvent
from fcbridge.model import Headers, Request, Response
from fcbridge.played import packed_request
from tests.examples import Examples

from .child import Child, answered

FUNCTION = """
from event_function import handler

new = handler("knative").entry()
"""
SERVICE = """
from func_python.{middleware} import serve
from func import new

serve(new)
"""
example = Examples("knative/other")


class Middleware:
    """``func_python.http`` or ``func_python.cloudevent`` on a free port, with a function of events."""

    def __init__(self, middleware: str, directory: Path) -> None:
        self.middleware = middleware
        (directory / "func.py").write_text(FUNCTION, "utf-8")
        (directory / "main.py").write_text(SERVICE.format(middleware=middleware), "utf-8")
        self.child = Child([sys.executable, "main.py"], directory, {"LISTEN_ADDRESS": "127.0.0.1:0"})
        self.port = int(self.child.wait_for(r"Running on http://127\.0\.0\.1:(\d+)")[1])

    def post(self, body: bytes, headers: Any, path: str = "/") -> Response:
        pairs = [("host", "fn.example.com"), *headers, ("content-length", str(len(body)))]
        return answered(self.port, packed_request(Request("POST", path, headers=Headers(pairs), body=body)))

    def send(self, event: CloudEvent, mode: Literal["binary", "structured"] = "binary", path: str = "/") -> Response:
        headers, body = to_http(event, mode)
        return self.post(body, headers, path)


@pytest.fixture(scope="module", params=["http", "cloudevent"])
def middleware(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Middleware]:
    running = Middleware(request.param, tmp_path_factory.mktemp("knative"))
    yield running
    running.child.stop()


@pytest.mark.parametrize("mode", ["binary", "structured"])
def test_an_event_reaches_its_function_and_what_that_returns_is_the_reply(
    middleware: Middleware, mode: Literal["binary", "structured"]
) -> None:
    number = f"41-{mode}"
    sent = CloudEvent(
        id=number, source="/shop", type="com.example.order.placed", subject='Order € "17" 50%', data={"order": 17},
        datacontenttype="application/json", extensions={"x": "y"},
    )  # fmt: skip
    response = middleware.send(sent, mode)
    line = middleware.child.wait_for(rf"^ordered (.*{number}.*)")[1]
    assert json.loads(line) == [number, sent.subject, {"order": 17}, {"x": "y"}]
    assert (response.status, response.body) == (200, b'{"ok":true}')
    assert [response.headers.get(f"ce-{name}") for name in ("id", "source", "type")] == [
        "r-1", "/fn", "com.example.accepted",
    ]  # fmt: skip


def test_what_no_function_takes_is_a_request_to_the_app(middleware: Middleware) -> None:
    sent = CloudEvent(id="42", source="/shop", type="com.example.other", data={"n": 1}, datacontenttype="text/json")
    response = middleware.send(sent, path="/events")
    assert (response.status, response.body) == (200, b"of the app")
    middleware.child.wait_for(r"^the app got /events .*\"n\":\s?1")
    assert middleware.send(sent, path="/no").status == 404


def test_a_batch_reaches_its_functions_under_the_middleware_for_http(middleware: Middleware) -> None:
    events = [CloudEvent(id=f"batch-{place}", source="/shop", type="com.example.order.placed") for place in (1, 2)]
    headers, body = to_http(events, "batched")
    response = middleware.post(body, headers)
    if middleware.middleware == "http":
        assert (response.status, response.body) == (202, b"")
        for sent in events:
            assert middleware.child.wait_for(rf'^ordered \["{sent.id}"')
    else:
        assert response.status == 400


def test_a_broken_event_is_for_the_app_to_refuse(middleware: Middleware) -> None:
    told = example("cloudevent-binary-invalid-utf8-header-http")
    response = middleware.post(told["body"].encode(), told["headers"].items(), "/no")
    assert response.status == 404

"""Fission's environment as it is played here, and its function under Flask's own routes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import flask
import pytest

from fcbridge import bridge
from fcbridge.errors import MalformedEvent, MissingExtra
from fcbridge.gateway import Refusal, Settings
from fcbridge.registry import gateway
from fcbridge_adapters.fission.runtime import FLASK_RUNTIME, FlaskRuntime

from . import odd

DOOR = gateway("fission-http")


@pytest.fixture
def main() -> Iterator[Any]:
    bridged = bridge(odd.app, platform="fission")
    yield bridged.entry()
    bridged.pre_stop()


@pytest.fixture
def server(main: Any) -> Any:
    """Flask with the environment's route, which is for these methods only."""
    server = flask.Flask("environment")

    def call(**parts: str) -> Any:
        return main()

    for rule in ("/", "/<path:path>"):
        server.add_url_rule(rule, "call", call, methods=["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE"])
    return server.test_client()


def test_the_entry_takes_the_request_from_flask(server: Any) -> None:
    answer = server.post("/items/7?a=1", data=b"\xff", headers={"X-Fission-Function-Name": "hello"})
    asked = answer.get_json()
    assert (asked["method"], asked["path"], asked["query"], asked["body"]) == ("POST", "/items/7", "a=1", "\xff")


def test_a_call_that_did_not_come_through_the_router_is_answered_too(server: Any) -> None:
    assert server.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/cookies", "/bytes", "/none", "/created", "/unchanged", "/teapot", "/untyped"])
def test_flask_sends_what_the_app_has_answered(server: Any, path: str) -> None:
    real = server.get(path)
    with bridge(odd.app, platform="fission") as handler:
        own = DOOR.read(FLASK_RUNTIME.call(handler, DOOR.compose(odd.ask(path)), FLASK_RUNTIME.context(Settings(), "")))
    assert (real.status_code, real.data) == (own.status, own.body)
    assert sorted((name.lower(), value) for name, value in real.headers) == sorted(own.headers)


@pytest.mark.parametrize(("method", "status"), [("OPTIONS", 200), ("HEAD", 200), ("PATCH", 405)])
def test_options_and_head_reach_the_function_and_patch_does_not(server: Any, method: str, status: int) -> None:
    assert server.open("/", method=method).status_code == status
    methods = DOOR.limits.methods
    assert methods is not None and (method in methods) == (status == 200)


def test_the_entry_leads_back_to_its_handler_and_takes_no_websocket(main: Any) -> None:
    assert main.handler.app is odd.app
    with pytest.raises(TypeError):
        main(object())


def test_without_flask_the_missing_package_is_named(main: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flask", None)
    with pytest.raises(MissingExtra, match="Flask, which is not installed"):
        main()
    with pytest.raises(MissingExtra, match="Flask, which is not installed"):
        FlaskRuntime().call(lambda event, context: None, DOOR.compose(DOOR.sample()), None)


@pytest.mark.parametrize("event", [b"not json", {"a": 1}, []])
def test_what_is_no_request_is_refused_with_what_to_type(event: object) -> None:
    with pytest.raises(MalformedEvent) as caught:
        FLASK_RUNTIME.call(lambda event, context: None, event, None)
    assert "fcbridge event generate fission-http" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("kind", "status"), [(Refusal.METHOD, 405), (Refusal.UNHANDLED, 500), (Refusal.TIMEOUT, 504), (Refusal.EXITED, 502)]
)
def test_flask_or_the_router_answers_in_place_of_the_function(kind: str, status: int) -> None:
    assert DOOR.refuse(Refusal(kind, "why")).status == status

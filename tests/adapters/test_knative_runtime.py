"""The middleware of Knative's ``func`` as it is played here, and what a function's module exports for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from fcbridge import Handler, bridge
from fcbridge.errors import InvalidOption, MalformedEvent, UnknownEvent
from fcbridge.gateway import Refusal, Settings
from fcbridge.played import server_scope
from fcbridge.registry import detect, gateway
from fcbridge_adapters.google import PLATFORM as GOOGLE

from . import odd

DOOR = gateway("knative-func")

Message = dict[str, Any]


def handler() -> Handler:
    return bridge(odd.app, platform="knative")


def receiver(*messages: Message) -> Callable[[], Awaitable[Message]]:
    waiting = iter(messages)

    async def receive() -> Message:
        return next(waiting)

    return receive


def sent_by(function: Any, scope: Message, *messages: Message) -> list[Message]:
    """What a function sends that is called with ``scope`` and receives ``messages``."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(function.handle(scope, receiver(*messages), send))
    return sent


WHOLE = {"type": "http.request", "body": b"", "more_body": False}


# -- the entry --------------------------------------------------------------------------------------------------------


def test_the_entry_is_called_new_because_the_middleware_looks_at_the_name() -> None:
    bridged = handler()
    new = bridged.entry()
    assert new.__name__ == "new"
    assert new.handler is bridged


def test_an_option_that_the_entry_does_not_know_is_an_error() -> None:
    with pytest.raises(TypeError, match="Knative functions takes no option 'asgi'"):
        handler().entry(asgi=True)


def test_the_platform_has_to_be_named() -> None:
    """Nothing in its environment is not in that of a Cloud Run service, too."""
    environment = DOOR.runtime.environment(Settings(name="orders"), "/workspace")
    assert environment == {
        "K_SERVICE": "orders", "K_REVISION": "orders-00001", "K_CONFIGURATION": "orders", "PORT": "8080",
    }  # fmt: skip
    assert detect(environment) is None
    assert detect({**environment, "FUNCTION_TARGET": "main"}) is GOOGLE
    with pytest.raises(InvalidOption, match="Which entry is meant is not known"):
        bridge(odd.app).entry()


def test_start_and_stop_are_the_apps_lifespan(capfd: pytest.CaptureFixture[str]) -> None:
    function = handler().entry()()
    function.start({})
    assert capfd.readouterr().err == "the app is up\n"
    assert function.alive() == function.ready() == (True, "OK")
    function.stop()
    assert capfd.readouterr().err == "the app is down\n"


def test_a_body_that_comes_in_pieces_is_one() -> None:
    function = handler().entry()()
    pieces: list[Message] = [
        {"type": "http.request", "body": b"hello, ", "more_body": True},
        {"type": "http.request", "more_body": True},
        {"type": "http.request", "body": b"world"},
    ]
    _, body = sent_by(function, server_scope(odd.ask("/", method="POST")), *pieces)
    assert json.loads(body["body"])["body"] == "hello, world"
    function.stop()


def test_nothing_is_sent_to_a_client_that_has_gone() -> None:
    function = handler().entry()()
    gone: list[Message] = [{"type": "http.request", "body": b"hel", "more_body": True}, {"type": "http.disconnect"}]
    assert sent_by(function, server_scope(odd.ask("/", method="POST")), *gone) == []


def test_a_websocket_is_closed_before_it_opens() -> None:
    function = handler().entry()()
    sent = sent_by(function, {"type": "websocket"}, {"type": "websocket.connect"})
    assert sent == [{"type": "websocket.close", "code": 1003, "reason": ""}]


def test_another_scope_is_an_error_that_says_so() -> None:
    with pytest.raises(UnknownEvent, match="neither HTTP nor a WebSocket"):
        sent_by(handler().entry()(), {"type": "lifespan"})


def test_an_app_that_did_not_start_is_told_to_the_probes_until_it_does(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("ODD_STARTUP", "fails")
    function = handler().entry()()
    function.start({})
    assert function.alive() == function.ready() == (False, "The app did not start.")
    start, body = sent_by(function, server_scope(odd.ask("/")), WHOLE)
    assert (start["status"], body["body"]) == (500, b"Internal Server Error")
    assert "a secret that no client may read" in caplog.text
    monkeypatch.delenv("ODD_STARTUP")
    start, _ = sent_by(function, server_scope(odd.ask("/")), WHOLE)
    assert start["status"] == 200
    assert function.alive() == function.ready() == (True, "OK")
    function.stop()


# -- the played middleware --------------------------------------------------------------------------------------------


def test_there_is_no_context_argument() -> None:
    def function(event: Any, context: Any) -> list[Message]:
        assert context is None
        return [{"status": 204, "headers": []}, {"body": b""}]

    payload = DOOR.runtime.call(function, DOOR.compose(DOOR.sample()), DOOR.runtime.context(Settings(), "r-1"))
    assert DOOR.read(payload).status == 204


def test_an_event_of_another_shape_is_refused() -> None:
    events: list[object] = [{}, b"{}", b"not json", [1]]
    for event in events:
        with pytest.raises(MalformedEvent, match="called with HTTP itself"):
            DOOR.runtime.call(lambda event, context: None, event, None)


@pytest.mark.parametrize(("kind", "status"), [(Refusal.TIMEOUT, 504), (Refusal.EXITED, 502), (Refusal.UNHANDLED, 500)])
def test_knative_answers_with_its_own_status(kind: str, status: int) -> None:
    assert DOOR.refuse(Refusal(kind, "why", DOOR.runtime.error(ValueError("no stock")))).status == status

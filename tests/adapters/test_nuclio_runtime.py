"""Nuclio's wrapper as it is played here, and what a function's module exports."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from fcbridge import bridge
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import Refusal, Settings
from fcbridge.registry import detect, gateway
from fcbridge_adapters.nuclio import PLATFORM
from fcbridge_adapters.nuclio.runtime import WRAPPER, Answer
from tests.apps import environ_app

DOOR = gateway("nuclio-http")


def result(value: object) -> tuple[int, str | None, bytes]:
    """What the client gets of a result."""
    payload = WRAPPER.call(lambda event, context: value, DOOR.compose(DOOR.sample()), None)
    answer = DOOR.read(payload)
    return answer.status, answer.headers.get("content-type"), answer.body


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("text", (200, "text/plain", b"text")),
        (b"\xff", (200, "text/plain", b"\xff")),
        ({"a": 1}, (200, "application/json", b'{"a": 1}')),
        ([1], (200, "application/json", b"[1]")),
        ((201, "made"), (201, "text/plain", b"made")),
        ((201, {"a": 1}), (201, "application/json", b'{"a": 1}')),
        (Answer(body={"a": 1}, status_code=202), (202, "application/json", b'{"a": 1}')),
        (None, (200, "text/plain", b"None")),
    ],
)
def test_a_result_is_answered_as_the_wrapper_does(value: object, answer: tuple[int, str, bytes]) -> None:
    assert result(value) == answer


def test_the_entry_has_its_arguments_in_nuclios_order() -> None:
    bridged = bridge(environ_app, platform="nuclio")
    handler: Any = bridged.entry()
    assert handler.handler is bridged
    context = WRAPPER.context(Settings(), "")
    payload = WRAPPER.call(lambda event, context: handler(context, event), DOOR.compose(DOOR.sample()), context)
    assert DOOR.read(payload).status == 200
    bridged.pre_stop()


def test_the_entry_says_that_it_is_of_the_module_that_made_it() -> None:
    # The wrapper looks there for init_context.
    handler: Any = bridge(environ_app, platform="nuclio").entry()
    assert handler.__module__ == handler.init_context.__module__ == __name__


def test_init_context_starts_the_app() -> None:
    events: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        events.append((await receive())["type"])
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    handler: Any = bridge(app, platform="nuclio").entry()
    handler.init_context(WRAPPER.context(Settings(), ""))
    assert events == ["lifespan.startup"]
    handler.handler.pre_stop()


def test_the_app_sees_nuclios_context_and_the_id_of_the_event() -> None:
    nuclio = SimpleNamespace(user_data="pool", logger=object())
    context: Any = DOOR.context(SimpleNamespace(id="event-1"), nuclio)
    assert (context.user_data, context.logger) == ("pool", nuclio.logger)
    assert PLATFORM.invocation(context).request_id == "event-1"
    with pytest.raises(AttributeError):
        _ = context.nothing


def test_the_environment_of_the_runtime_is_the_sign_of_the_platform() -> None:
    environment = WRAPPER.environment(Settings(handler="main.handler"), "/opt/nuclio")
    assert detect(environment) is PLATFORM
    assert environment["NUCLIO_FUNCTION_HANDLER"] == "main:handler"


@pytest.mark.parametrize("event", [b"not json", {"id": "1"}, [], None])
def test_what_is_no_message_is_refused_with_what_to_type(event: object) -> None:
    with pytest.raises(MalformedEvent) as caught:
        WRAPPER.call(lambda event, context: None, event, None)
    assert "fcbridge event generate nuclio-http" in str(caught.value.hint)


def test_an_exception_is_a_500_with_the_traceback_as_text() -> None:
    try:
        raise ValueError("no stock")
    except ValueError as error:
        document = WRAPPER.error(error)
    answer = DOOR.refuse(Refusal(Refusal.UNHANDLED, "why", document))
    assert answer.status == 500
    assert answer.body.startswith(b'Exception caught in handler "no stock"')


def test_a_handler_that_does_not_end_is_a_408() -> None:
    assert DOOR.refuse(Refusal(Refusal.TIMEOUT, "why")).status == 408

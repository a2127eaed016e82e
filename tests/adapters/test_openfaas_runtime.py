"""OpenFaaS's template as it is played here, and what is known of a call."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from fcbridge.errors import MalformedEvent, MissingExtra
from fcbridge.gateway import Refusal, Settings
from fcbridge.model import Headers, Request
from fcbridge.registry import detect, gateway
from fcbridge_adapters.openfaas import PLATFORM
from fcbridge_adapters.openfaas.context import seconds
from fcbridge_adapters.openfaas.runtime import TEMPLATE_RUNTIME, TemplateRuntime

DOOR = gateway("openfaas-http")


def result(value: object) -> tuple[int, bytes]:
    payload = TEMPLATE_RUNTIME.call(lambda event, context: value, DOOR.compose(DOOR.sample()), None)
    answer = DOOR.read(payload)
    return answer.status, answer.body


def test_the_event_has_what_flask_has_read() -> None:
    seen: list[Any] = []
    request = Request("POST", "/a%20b", "x=1&x=2", Headers([("host", "h"), ("x-tag", "1")]), b"\xff")

    def handle(event: Any, context: Any) -> None:
        seen.append((event.body, event.method, event.path, event.query.getlist("x"), event.headers.get("X-Tag")))
        seen.append(context.hostname)

    TEMPLATE_RUNTIME.call(handle, DOOR.compose(request), TEMPLATE_RUNTIME.context(Settings(name="shop"), "call-1"))
    assert seen == [(b"\xff", "POST", "/a b", ["1", "2"], "1"), "shop-6d4cf56db6-x7k2p"]


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (None, (200, b"")),
        ("text", (200, b"text")),
        ({"statusCode": 418}, (418, b"")),
        ({"body": 7}, (200, b"7")),
        # What fcbridge goes around: the template makes text of bytes.
        ({"body": b"\x89PNG"}, (200, b"b'\\x89PNG'")),
        ((b"\x89PNG", 201), (201, b"\x89PNG")),
    ],
)
def test_a_result_is_answered_as_the_template_does(value: object, answer: tuple[int, bytes]) -> None:
    assert result(value) == answer


def test_the_call_has_the_id_of_the_gateway_and_the_time_of_the_watchdog(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("exec_timeout", "1m30s")
    event = SimpleNamespace(headers={"X-Call-Id": "call-2"})
    invocation = PLATFORM.invocation(DOOR.context(event, SimpleNamespace(hostname="pod")))
    assert (invocation.request_id, invocation.remaining) == ("call-2", 90.0)


@pytest.mark.parametrize(
    ("duration", "expected"),
    [("10s", 10.0), ("1m30s", 90.0), ("1.5h", 5400.0), ("500ms", 0.5), ("60", 60.0), ("", None), ("soon", None),
     ("1m 3s", None), ("s", None)],
)  # fmt: skip
def test_a_duration_is_one_of_go(duration: str, expected: float | None) -> None:
    assert seconds(duration) == expected


def test_the_environment_of_the_runtime_is_the_sign_of_the_platform() -> None:
    assert detect(TEMPLATE_RUNTIME.environment(Settings(), "/home/app")) is PLATFORM
    assert detect({"OPENFAAS_NAME": "shop"}) is PLATFORM


@pytest.mark.parametrize("event", [b"not json", {"a": 1}, []])
def test_what_is_no_request_is_refused_with_what_to_type(event: object) -> None:
    with pytest.raises(MalformedEvent) as caught:
        TEMPLATE_RUNTIME.call(lambda event, context: None, event, None)
    assert "fcbridge event generate openfaas-http" in str(caught.value.hint)


def test_without_flask_the_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flask", None)
    with pytest.raises(MissingExtra, match="Flask, which is not installed"):
        TemplateRuntime().call(lambda event, context: None, DOOR.compose(DOOR.sample()), None)


@pytest.mark.parametrize(
    ("kind", "status"), [(Refusal.METHOD, 405), (Refusal.UNHANDLED, 500), (Refusal.TIMEOUT, 504), (Refusal.EXITED, 500)]
)
def test_what_stands_before_the_function_answers_in_its_place(kind: str, status: int) -> None:
    assert DOOR.refuse(Refusal(kind, "why")).status == status

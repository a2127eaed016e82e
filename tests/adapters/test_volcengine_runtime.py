"""veFaaS' runtime and gateway as they are played here."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from fcbridge.errors import MalformedEvent
from fcbridge.gateway import Refusal, Settings
from fcbridge.model import Headers, Response
from fcbridge.registry import detect, gateway
from fcbridge_adapters.volcengine import PLATFORM
from fcbridge_adapters.volcengine.runtime import EVENT_RUNTIME
from fcbridge_adapters.volcengine.runtime_context import FunctionContext

DOOR = gateway("vefaas-http")


def result(value: object) -> bytes:
    return EVENT_RUNTIME.call(lambda event, context: value, {}, None)


def test_the_event_arrives_as_a_json_value() -> None:
    seen: list[object] = []
    EVENT_RUNTIME.call(lambda event, context: seen.append((event, context)), {"a": "报"}, "context")
    EVENT_RUNTIME.call(lambda event, context: seen.append((event, context)), b'{"a": 1}', "context")
    assert seen == [({"a": "报"}, "context"), ({"a": 1}, "context")]


def test_of_a_result_three_fields_are_passed_on() -> None:
    value = {"statusCode": 201, "headers": {"X-Tag": "1"}, "body": "报", "isBase64Encoded": True, "cookies": ["a=1"]}
    assert json.loads(result(value)) == {"statusCode": 201, "headers": {"X-Tag": "1"}, "body": "报"}
    assert DOOR.read(result(value)) == Response(201, Headers([("x-tag", "1")]), "报".encode())


def test_nothing_is_a_200() -> None:
    assert DOOR.read(result(None)) == Response(200)


@pytest.mark.parametrize("body", [b"\x89PNG\xff", bytearray(b"\x89PNG\xff")])
def test_the_bytes_of_a_body_are_sent_as_they_are(body: bytes) -> None:
    value = {"statusCode": 200, "body": body}
    assert DOOR.read(result(value)) == Response(200, None, b"\x89PNG\xff")
    assert value == {"statusCode": 200, "body": body}


def test_a_result_that_is_no_object_is_refused() -> None:
    with pytest.raises(MalformedEvent, match="it is no object"):
        DOOR.read(result("hello"))


def test_the_context_has_a_request_id_and_the_environment_the_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("_FAAS_FUNC_TIMEOUT", raising=False)
    invocation = PLATFORM.invocation(FunctionContext("request-1"))
    assert (invocation.request_id, invocation.remaining) == ("request-1", None)
    monkeypatch.setenv("_FAAS_FUNC_TIMEOUT", "30")
    assert PLATFORM.invocation(FunctionContext("request-1")).remaining == 30.0


@pytest.mark.parametrize("seconds", ["", "0", "-1", "30s", "1e3", "٣", "99999999"])
def test_a_timeout_that_is_none_does_not_count(monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    monkeypatch.setenv("_FAAS_FUNC_TIMEOUT", seconds)
    assert PLATFORM.invocation(None).remaining is None


@pytest.mark.parametrize("context", [None, object(), {"request_id": "request-1"}, SimpleNamespace(request_id=7)])
def test_a_context_that_tells_nothing_is_no_error(context: object) -> None:
    assert PLATFORM.invocation(context).request_id == ""


@pytest.mark.parametrize("variable", ["_FAAS_RUNTIME_PORT", "_FAAS_FUNC_TIMEOUT", "_BYTEFAAS_RUNTIME_PORT"])
def test_one_variable_of_the_platform_is_its_sign(variable: str) -> None:
    assert detect({variable: "8000"}) is PLATFORM


def test_the_environment_of_the_runtime_is_the_sign_of_the_platform() -> None:
    environment = EVENT_RUNTIME.environment(Settings(timeout=30), "/code")
    assert detect(environment) is PLATFORM
    assert environment == {"_FAAS_RUNTIME_PORT": "8000", "_FAAS_FUNC_TIMEOUT": "30"}


def test_a_function_that_fails_is_answered_with_two_headers_and_no_body() -> None:
    document = EVENT_RUNTIME.error(ValueError("no stock:\n钢笔"))
    answer = DOOR.refuse(Refusal(Refusal.UNHANDLED, "why", document))
    assert (answer.status, answer.body) == (500, b"")
    assert answer.headers.get("x-faas-response-error-code") == "function_execution_error"
    message = answer.headers.get("x-faas-response-error-message") or ""
    assert message.encode("latin-1").decode() == "Function returns error, no stock: 钢笔."


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (Refusal.METHOD, 405, None),
        (Refusal.REQUEST_TOO_LARGE, 413, None),
        (Refusal.BAD_PAYLOAD, 500, "function_no_response"),
        (Refusal.TIMEOUT, 504, "function_execution_error"),
        (Refusal.EXITED, 500, "function_panic"),
        (Refusal.INIT_FAILED, 500, "function_start_timeout"),
    ],
)
def test_a_refusal_names_its_code(kind: str, status: int, code: str | None) -> None:
    answer = DOOR.refuse(Refusal(kind, "why"))
    assert (answer.status, answer.headers.get("x-faas-response-error-code")) == (status, code)

"""The runtimes of Function Compute as they are played here."""

from __future__ import annotations

import datetime
import decimal
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from fcbridge.errors import MalformedEvent
from fcbridge.gateway import Refusal, Settings
from fcbridge.registry import detect, gateway
from fcbridge_adapters.aliyun import PLATFORM
from fcbridge_adapters.aliyun.runtime import EVENT_RUNTIME
from fcbridge_adapters.aliyun.runtime_context import FCContext

KEYS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "STS.EXAMPLEID",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "EXAMPLESECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN": "EXAMPLETOKEN",
}


def result(value: object) -> bytes:
    return EVENT_RUNTIME.call(lambda event, context: value, {}, None)


def test_the_event_arrives_as_bytes() -> None:
    seen: list[object] = []
    EVENT_RUNTIME.call(lambda event, context: seen.append((event, context)), {"a": "报"}, "context")
    EVENT_RUNTIME.call(lambda event, context: seen.append((event, context)), b"\xa1raw", "context")
    assert seen == [('{"a": "报"}'.encode(), "context"), (b"\xa1raw", "context")]


def test_text_and_bytes_are_sent_as_they_are_and_all_else_as_json() -> None:
    assert result("报") == "报".encode()
    assert result(b"\xff") == b"\xff"
    assert result(None) == b"null"
    value = {
        "price": decimal.Decimal("1.5"),
        "day": datetime.date(2026, 3, 2),
        "own": SimpleNamespace(to_json=lambda: 7),
    }
    assert json.loads(result(value)) == {"price": 1.5, "day": "2026-03-02", "own": 7}
    with pytest.raises(TypeError, match="bytes is not JSON serializable"):
        result({"a": b"x"})


def test_the_context_of_python_3_10_has_credentials_and_that_of_3_12_has_none() -> None:
    old = FCContext(Settings(timeout=30), "request-1", KEYS, modern=False)
    assert old.credentials.access_key_id == "STS.EXAMPLEID"
    assert old.function.timeout == "30"
    new = FCContext(Settings(timeout=30), "request-1", KEYS, modern=True)
    assert not hasattr(new, "credentials")
    assert not hasattr(new, "service")
    assert new.function.timeout == 30


@pytest.mark.parametrize("modern", [False, True])
def test_request_id_and_timeout_are_read_from_either_context(modern: bool) -> None:
    invocation = PLATFORM.invocation(FCContext(Settings(timeout=30), "request-1", {}, modern=modern))
    assert (invocation.request_id, invocation.remaining) == ("request-1", 30.0)


def test_the_environment_of_the_runtime_is_the_sign_of_the_platform() -> None:
    environment = EVENT_RUNTIME.environment(Settings(), "/code")
    assert detect(environment) is PLATFORM
    assert environment["FC_FUNC_CODE_PATH"] == "/code"


def test_an_error_document_has_message_type_and_stack() -> None:
    try:
        raise ValueError("no stock")
    except ValueError as error:
        document = EVENT_RUNTIME.error(error)
    assert document["errorMessage"] == "no stock"
    assert document["errorType"] == "ValueError"
    stack = document["stackTrace"]
    assert stack == [[f'File "{__file__}"', stack[0][1], f"in {test_an_error_document_has_message_type_and_stack.__name__}", 'raise ValueError("no stock")']]  # type: ignore[index]  # noqa: E501  # fmt: skip


@pytest.mark.parametrize("kind", Refusal.KINDS)
@pytest.mark.parametrize("name", ["fc3-http", "fc-apigw", "fc2-http"])
def test_every_refusal_has_an_answer(name: str, kind: str) -> None:
    answer = gateway(name).refuse(Refusal(kind, "why", {"errorMessage": "no stock"}))
    assert answer.status >= 400
    assert json.loads(answer.body)["errorMessage"]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Refusal.METHOD, 403),
        (Refusal.REQUEST_TOO_LARGE, 400),
        (Refusal.RESPONSE_TOO_LARGE, 502),
        (Refusal.UNHANDLED, 502),
        (Refusal.TIMEOUT, 502),
    ],
)
def test_function_compute_answers_with_the_documented_status(kind: str, status: int) -> None:
    answer = gateway("fc3-http").refuse(Refusal(kind, "why"))
    assert answer.status == status
    assert answer.headers.get("x-fc-error-type") == ("FcCommonError" if status < 500 else "UnhandledInvocationError")


def test_the_api_gateway_answers_503_for_a_function_that_fails() -> None:
    assert gateway("fc-apigw").refuse(Refusal(Refusal.UNHANDLED, "why")).status == 503


def test_the_http_runtime_of_fc2_refuses_an_event_of_another_shape() -> None:
    runtime = gateway("fc2-http").runtime
    events: list[object] = [{}, b"{}", b"not json", [1]]
    for event in events:
        with pytest.raises(MalformedEvent, match="x-fc-http-params"):
            runtime.call(lambda environ, start_response: [], event, None)
    assert runtime.accepts({"x-fc-http-params": ""})
    assert not runtime.accepts({})
    assert not EVENT_RUNTIME.accepts({"x-fc-http-params": ""})


def test_the_code_directory_is_where_the_platform_says(tmp_path: Path) -> None:
    assert EVENT_RUNTIME.environment(Settings(name="orders", memory=256), str(tmp_path)) == {
        "FC_FUNC_CODE_PATH": str(tmp_path),
        "FC_FUNCTION_NAME": "orders",
        "FC_FUNCTION_HANDLER": "index.handler",
        "FC_FUNCTION_MEMORY_SIZE": "256",
        "FC_ACCOUNT_ID": "1357900000024680",
        "FC_REGION": "local",
        "FC_INSTANCE_ID": "c-67c1a2b3-15b2f0aa",
    }

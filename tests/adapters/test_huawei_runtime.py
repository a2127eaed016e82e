"""FunctionGraph's runtime and gateway as they are played here."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from fcbridge.codec import is_list
from fcbridge.gateway import Refusal, Settings
from fcbridge.registry import detect, gateway
from fcbridge_adapters.huawei import PLATFORM
from fcbridge_adapters.huawei.runtime import EVENT_RUNTIME
from fcbridge_adapters.huawei.runtime_context import FunctionContext


def result(value: object) -> bytes:
    return EVENT_RUNTIME.call(lambda event, context: value, {}, None)


def test_the_event_arrives_as_a_json_value() -> None:
    seen: list[object] = []
    EVENT_RUNTIME.call(lambda event, context: seen.append((event, context)), {"a": "报"}, "context")
    EVENT_RUNTIME.call(lambda event, context: seen.append((event, context)), b'{"a": 1}', "context")
    assert seen == [({"a": "报"}, "context"), ({"a": 1}, "context")]


def test_nothing_is_an_empty_body_text_goes_as_it_is_and_all_else_as_json() -> None:
    assert result(None) == b""
    assert result("报") == "报".encode()
    assert json.loads(result({"price": 1.5})) == {"price": 1.5}
    with pytest.raises(TypeError, match="bytes is not JSON serializable"):
        result(b"\xff")


def test_the_context_is_made_of_methods() -> None:
    context = FunctionContext(Settings(name="orders", memory=256, timeout=30), "request-1", {"STAGE": "test"})
    assert context.getRequestID() == "request-1"
    assert context.getFunctionName() == "orders"
    assert context.getMemorySize() == 256
    assert context.getCPUNumber() == 300
    assert (context.getPackage(), context.getVersion(), context.getAlias()) == ("default", "latest", "")
    assert context.getProjectID() == EVENT_RUNTIME.environment(Settings(), "/code")["RUNTIME_PROJECT_ID"]
    assert (context.getUserData("STAGE"), context.getUserData("NONE")) == ("test", None)


def test_the_running_time_is_the_timeout_and_the_remaining_time_runs_out() -> None:
    context = FunctionContext(Settings(timeout=30), "request-1", {})
    assert context.getRunningTimeInSeconds() == 30
    assert 0 < context.getRemainingTimeInMilliSeconds() <= 30_000
    assert FunctionContext(Settings(timeout=-1), "request-1", {}).getRemainingTimeInMilliSeconds() == 0


def test_without_an_agency_there_are_no_credentials() -> None:
    context = FunctionContext(Settings(), "request-1", {})
    names = ("Token", "AccessKey", "SecretKey", "SecurityAccessKey", "SecuritySecretKey", "SecurityToken")
    assert {getattr(context, f"get{name}")() for name in names} == {""}


def test_the_logger_of_the_context_writes_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    log = FunctionContext(Settings(), "request-1", {}).getLogger()
    for level in ("debug", "info", "warn", "error"):
        getattr(log, level)("no stock")
    assert capsys.readouterr().out == "[DEBUG] no stock\n[INFO] no stock\n[WARN] no stock\n[ERROR] no stock\n"


def test_request_id_and_remaining_time_are_read_from_the_context() -> None:
    invocation = PLATFORM.invocation(
        SimpleNamespace(getRequestID=lambda: "request-1", getRemainingTimeInMilliSeconds=lambda: 29_500)
    )
    assert (invocation.request_id, invocation.remaining) == ("request-1", 29.5)


def broken() -> str:
    raise RuntimeError("no such thing")


@pytest.mark.parametrize(
    "context",
    [
        None,
        object(),
        {"request_id": "request-1"},
        SimpleNamespace(getRequestID="request-1", getRemainingTimeInMilliSeconds=29_500),
        SimpleNamespace(getRequestID=lambda: 7, getRemainingTimeInMilliSeconds=lambda: True),
        SimpleNamespace(getRequestID=broken, getRemainingTimeInMilliSeconds=broken),
        SimpleNamespace(getRemainingTimeInMilliSeconds=lambda: float("nan")),
        SimpleNamespace(getRemainingTimeInMilliSeconds=lambda: -1),
    ],
)
def test_a_context_that_tells_nothing_is_no_error(context: object) -> None:
    invocation = PLATFORM.invocation(context)
    assert (invocation.request_id, invocation.remaining) == ("", None)


def test_the_environment_of_the_runtime_is_the_sign_of_the_platform() -> None:
    environment = EVENT_RUNTIME.environment(Settings(name="orders", memory=256, timeout=30), "/code")
    assert detect(environment) is PLATFORM
    assert environment == {
        "RUNTIME_CODE_ROOT": "/code",
        "RUNTIME_FUNC_NAME": "orders",
        "RUNTIME_FUNC_VERSION": "latest",
        "RUNTIME_HANDLER": "index.handler",
        "RUNTIME_MEMORY": "256",
        "RUNTIME_PACKAGE": "default",
        "RUNTIME_PROJECT_ID": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "RUNTIME_TIMEOUT": "30",
        "RUNTIME_MAX_RESP_BODY_SIZE": "6291456",
    }


def test_an_error_document_has_message_type_and_stack() -> None:
    try:
        raise KeyError("sku")
    except KeyError as error:
        document = EVENT_RUNTIME.error(error)
    stack = document.pop("stackTrace")
    assert document == {"errorMessage": "'sku'", "errorType": "KeyError"}
    assert is_list(stack)
    [frame] = stack
    assert frame.startswith(f'  File "{__file__}", line ')
    assert 'raise KeyError("sku")' in frame


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (Refusal.METHOD, 404, "APIG.0101"),
        (Refusal.REQUEST_TOO_LARGE, 413, "APIG.0201"),
        (Refusal.TIMEOUT, 504, "APIG.0201"),
        (Refusal.BAD_PAYLOAD, 500, "APIG.9999"),
        (Refusal.UNHANDLED, 500, "APIG.9999"),
    ],
)
def test_the_gateway_answers_with_a_code_and_says_nothing_of_the_function(kind: str, status: int, code: str) -> None:
    answer = gateway("huawei-apig").refuse(Refusal(kind, "why", {"errorMessage": "no stock"}))
    assert answer.status == status
    document = json.loads(answer.body)
    assert document["error_code"] == code
    assert "stock" not in document["error_msg"]

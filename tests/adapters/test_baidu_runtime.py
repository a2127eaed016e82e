"""CFC's runtime and HTTP trigger as they are played here."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from fcbridge.gateway import Refusal, Settings
from fcbridge.registry import detect, gateway
from fcbridge_adapters.baidu import PLATFORM
from fcbridge_adapters.baidu.runtime import EVENT_RUNTIME
from fcbridge_adapters.baidu.runtime_context import FunctionContext

BRN = "brn:bce:cfc:bj:1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d:function:orders:$LATEST"


def result(value: object) -> bytes:
    return EVENT_RUNTIME.call(lambda event, context: value, {}, None)


def test_the_event_arrives_as_a_json_value() -> None:
    seen: list[object] = []
    EVENT_RUNTIME.call(lambda event, context: seen.append((event, context)), {"a": "报"}, "context")
    EVENT_RUNTIME.call(lambda event, context: seen.append((event, context)), b'{"a": 1}', "context")
    assert seen == [({"a": "报"}, "context"), ({"a": 1}, "context")]


def test_every_result_becomes_json_text_too() -> None:
    assert [json.loads(result(value)) for value in ({"a": 1}, None, "报")] == [{"a": 1}, None, "报"]
    with pytest.raises(TypeError, match="bytes is not JSON serializable"):
        result(b"\xff")


def test_the_context_is_that_of_aws_lambda_with_another_request_id() -> None:
    context = FunctionContext(Settings(name="orders", memory=256, timeout=30, region="bj"), "request-1")
    assert context.bce_request_id == "request-1"
    assert (context.function_name, context.function_version) == ("orders", "$LATEST")
    assert context.memory_limit_in_mb == 256
    assert context.invoked_function_arn == BRN
    assert 0 < context.get_remaining_time_in_millis() <= 30_000
    assert FunctionContext(Settings(timeout=-1), "request-1").get_remaining_time_in_millis() == 0


@pytest.mark.parametrize("name", ["bce_request_id", "request_id", "aws_request_id", "invokeid"])
def test_the_request_id_is_read_under_every_name_that_documents_give_it(name: str) -> None:
    context = SimpleNamespace(**{"bce_request_id": "", name: "request-1"}, get_remaining_time_in_millis=lambda: 29_500)
    invocation = PLATFORM.invocation(context)
    assert (invocation.request_id, invocation.remaining) == ("request-1", 29.5)


def broken() -> int:
    raise RuntimeError("no such thing")


@pytest.mark.parametrize(
    "context",
    [
        None,
        object(),
        {"bce_request_id": "request-1"},
        SimpleNamespace(bce_request_id=7, get_remaining_time_in_millis=broken),
        SimpleNamespace(get_remaining_time_in_millis=29_500),
        SimpleNamespace(get_remaining_time_in_millis=lambda: True),
        SimpleNamespace(get_remaining_time_in_millis=lambda: float("nan")),
        SimpleNamespace(get_remaining_time_in_millis=lambda: -1),
    ],
)
def test_a_context_that_tells_nothing_is_no_error(context: object) -> None:
    invocation = PLATFORM.invocation(context)
    assert (invocation.request_id, invocation.remaining) == ("", None)


def test_the_environment_of_the_runtime_is_the_sign_of_the_platform() -> None:
    environment = EVENT_RUNTIME.environment(Settings(name="orders", memory=256, region="bj"), "/code")
    assert detect(environment) is PLATFORM
    assert environment == {
        "BCE_USER_CODE_ROOT": "/code",
        "BCE_USER_FUNCTION_BRN": BRN,
        "BCE_USER_FUNCTION_NAME": "orders",
        "BCE_USER_FUNCTION_MEMSIZE": "256",
        "BCE_USER_FUNCTION_VERSION": "$LATEST",
        "BCE_USER_FUNCTION_HANDLER": "index.handler",
    }


def test_an_error_document_has_message_type_and_a_stack_that_is_text() -> None:
    try:
        raise KeyError("sku")
    except KeyError as error:
        document = EVENT_RUNTIME.error(error)
    stack = document.pop("stackTrace")
    assert document == {"errorMessage": "'sku'", "errorType": "KeyError"}
    assert isinstance(stack, str)
    assert stack.startswith(f'  File "{__file__}", line ')
    assert 'raise KeyError("sku")' in stack


def test_a_function_that_fails_is_answered_with_its_error_document() -> None:
    answer = gateway("baidu-http").refuse(Refusal(Refusal.UNHANDLED, "why", {"errorMessage": "no stock"}))
    assert (answer.status, answer.headers.get("content-type")) == (500, "application/json; charset=utf-8")
    assert json.loads(answer.body) == {"errorMessage": "no stock"}
    assert json.loads(gateway("baidu-http").refuse(Refusal(Refusal.TIMEOUT, "why")).body) == {"errorMessage": "why"}


@pytest.mark.parametrize(
    ("kind", "status"),
    [(Refusal.METHOD, 404), (Refusal.REQUEST_TOO_LARGE, 413), (Refusal.BAD_PAYLOAD, 502)],
)
def test_what_the_platform_refuses_is_answered_with_text(kind: str, status: int) -> None:
    answer = gateway("baidu-http").refuse(Refusal(kind, "why"))
    assert (answer.status, answer.headers.get("content-type")) == (status, "text/plain; charset=utf-8")

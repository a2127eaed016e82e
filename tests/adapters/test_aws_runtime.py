"""Lambda's Python runtime as it is played here: the context, the environment, errors and results."""

from __future__ import annotations

import decimal
import json
from collections.abc import Callable
from http import HTTPStatus
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from fcbridge.errors import AppProtocolError, MalformedEvent
from fcbridge.gateway import Refusal, Settings
from fcbridge.registry import detect, gateway
from fcbridge_adapters.aws import PLATFORM
from fcbridge_adapters.aws.runtime import LAMBDA_RUNTIME
from fcbridge_adapters.aws.runtime_context import LambdaContext

SETTINGS = Settings(name="orders", memory=256, timeout=30)


def result(value: object) -> bytes:
    return LAMBDA_RUNTIME.call(lambda event, context: value, {}, None)


def failed(error: Exception, request_id: str = "request-1") -> dict[str, object]:
    """The document of an error that a handler raises."""

    def handler(event: object, context: object) -> object:
        raise error

    with pytest.raises(type(error)) as caught:
        LAMBDA_RUNTIME.call(handler, {}, LAMBDA_RUNTIME.context(SETTINGS, request_id))
    caught.value.__traceback__ = caught.tb.tb_next  # without this test's own frame
    return LAMBDA_RUNTIME.error(caught.value)


# -- events and results -----------------------------------------------------------------------------------------------


def test_the_event_arrives_as_the_value_of_its_json() -> None:
    seen: list[object] = []
    LAMBDA_RUNTIME.call(lambda event, context: seen.append((event, context)), {"a": "报"}, "context")
    LAMBDA_RUNTIME.call(lambda event, context: seen.append((event, context)), '{"a": "报"}'.encode(), "context")
    assert seen == [({"a": "报"}, "context")] * 2


def test_the_runtime_makes_the_json_itself_and_sends_bytes_as_they_are() -> None:
    value = {"price": decimal.Decimal("1.5"), "name": "报", "status": HTTPStatus.OK, "none": None}
    assert json.loads(result(value)) == {"price": 1.5, "name": "报", "status": 200, "none": None}
    assert result("ok") == b'"ok"'
    assert result(None) == b"null"
    assert result(b"\xff") == b"\xff"
    assert result(float("nan")) == b"NaN"


def test_an_event_that_is_not_json_does_not_reach_the_handler() -> None:
    with pytest.raises(MalformedEvent, match="Unable to unmarshal input") as caught:
        LAMBDA_RUNTIME.call(lambda event, context: pytest.fail("called"), b"not json", None)
    assert LAMBDA_RUNTIME.error(caught.value)["errorType"] == "Runtime.UnmarshalError"


@pytest.mark.parametrize("value", [{"a": b"x"}, {"a", "b"}, object()], ids=lambda value: type(value).__name__)
def test_a_result_that_json_does_not_know_is_an_error_of_the_runtime(value: object) -> None:
    with pytest.raises(AppProtocolError, match="Unable to marshal response: Object of type") as caught:
        result(value)
    document = LAMBDA_RUNTIME.error(caught.value)
    assert document["errorType"] == "Runtime.MarshalError"
    assert str(document["errorMessage"]).endswith("is not JSON serializable"), "without what to do about it"
    assert document["stackTrace"] == []


def test_an_async_handler_is_not_awaited() -> None:
    async def handler(event: Any, context: Any) -> object:
        return {"statusCode": 200}

    coroutine = handler({}, None)
    with pytest.raises(AppProtocolError, match="Object of type coroutine is not JSON serializable"):
        result(coroutine)
    coroutine.close()


# -- errors -----------------------------------------------------------------------------------------------------------


def test_an_error_document_has_message_type_request_and_stack() -> None:
    document = failed(ValueError("no stock"))
    assert list(document) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert (document["errorMessage"], document["errorType"]) == ("no stock", "ValueError")
    assert document["requestId"] == "request-1"
    assert document["stackTrace"] == [
        f'  File "{__file__}", line {failed.__code__.co_firstlineno + 4}, in handler\n    raise error\n'
    ]


def test_an_error_outside_of_an_invocation_has_no_request() -> None:
    assert LAMBDA_RUNTIME.error(ImportError("no such module")) == {
        "errorMessage": "no such module", "errorType": "ImportError", "requestId": "", "stackTrace": [],
    }  # fmt: skip


# -- the context ------------------------------------------------------------------------------------------------------


def test_the_context_has_what_that_of_the_runtime_has() -> None:
    theirs = import_module("awslambdaric.lambda_context").LambdaContext("request-1", None, None, 0, "arn")
    ours = LambdaContext(SETTINGS, "request-1")
    assert {name for name in dir(theirs) if not name.startswith("_")} == {
        name for name in dir(ours) if not name.startswith("_")
    }
    assert {name for name in dir(theirs.identity) if not name.startswith("_")} == {
        name for name in dir(ours.identity) if not name.startswith("_")
    }


def test_the_context_tells_the_function_as_text() -> None:
    context = LAMBDA_RUNTIME.context(Settings(name="orders", memory=256, region="eu-west-3"), "request-1")
    assert (context.function_name, context.memory_limit_in_mb) == ("orders", "256")
    assert context.invoked_function_arn == "arn:aws:lambda:eu-west-3:123456789012:function:orders"
    assert (context.log_group_name, context.function_version) == ("/aws/lambda/orders", "$LATEST")
    assert (context.client_context, context.identity.cognito_identity_id, context.tenant_id) == (None, None, None)
    assert context.w3c() == {}


def test_the_context_writes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    LambdaContext(SETTINGS, "request-1").log("no stock\n")
    assert capsys.readouterr().out == "no stock\n"


def test_request_id_and_the_time_that_is_left_are_read_from_the_context() -> None:
    invocation = PLATFORM.invocation(LambdaContext(SETTINGS, "request-1"))
    assert invocation.request_id == "request-1"
    assert invocation.remaining is not None and 29 < invocation.remaining <= 30


def test_the_time_that_is_left_is_never_less_than_none() -> None:
    assert LambdaContext(Settings(timeout=0), "request-1").get_remaining_time_in_millis() == 0


def broken() -> object:
    raise RuntimeError("a stub")


def curious(wanted: object) -> int:
    return 1000


def returning(value: object) -> Callable[[], object]:
    return lambda: value


@pytest.mark.parametrize(
    "tell",
    [
        None, 7, broken, curious,
        *[returning(value) for value in (None, "1000", True, -1, 0, float("nan"), float("inf"))],
    ],
)  # fmt: skip
def test_a_stub_that_does_not_tell_the_time_leaves_it_open(tell: object) -> None:
    context = SimpleNamespace(aws_request_id=7, get_remaining_time_in_millis=tell)
    invocation = PLATFORM.invocation(context)
    assert (invocation.request_id, invocation.remaining) == ("", None)


# -- the environment --------------------------------------------------------------------------------------------------


def test_the_environment_of_the_runtime_is_the_sign_of_the_platform() -> None:
    environment = LAMBDA_RUNTIME.environment(SETTINGS, "/code")
    assert detect(environment) is PLATFORM
    assert environment["LAMBDA_TASK_ROOT"] == "/code"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "orders"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environment["_HANDLER"] == "index.handler"
    assert environment["AWS_EXECUTION_ENV"].startswith("AWS_Lambda_python3.")


def test_a_custom_runtime_is_known_by_the_address_of_its_api() -> None:
    assert detect({"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001"}) is PLATFORM


@pytest.mark.parametrize(
    "environment",
    [
        {"AWS_REGION": "eu-west-3", "AWS_PROFILE": "work", "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE"},
        {"AWS_LAMBDA_FUNCTION_NAME": "test"},  # as test suites set it
        {"AWS_EXECUTION_ENV": "CloudShell", "AWS_DEFAULT_REGION": "eu-west-3"},
    ],
)
def test_a_computer_with_an_account_at_aws_is_no_function(environment: dict[str, str]) -> None:
    assert detect(environment) is None


def test_the_region_of_this_computer_stands_where_none_is_configured() -> None:
    assert "AWS_REGION" not in LAMBDA_RUNTIME.environment(SETTINGS, "/code")
    assert LAMBDA_RUNTIME.environment(Settings(region="eu-west-3"), "/code")["AWS_REGION"] == "eu-west-3"


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Refusal.KINDS)
@pytest.mark.parametrize("name", ["aws-rest", "aws-http-v1", "aws-http-v2", "aws-url", "aws-alb", "aws-alb-multi"])
def test_no_refusal_tells_a_client_why(name: str, kind: str) -> None:
    answer = gateway(name).refuse(Refusal(kind, "why", {"errorMessage": "no stock"}))
    assert answer.status >= 400
    assert b"why" not in answer.body
    assert b"no stock" not in answer.body

"""The runtime of SCF as it is played here: dicts for event and context, JSON for the result."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fcbridge import bridge
from fcbridge.gateway import Refusal, Settings
from fcbridge.local.door import Door
from fcbridge.local.redaction import HIDDEN, redacted
from fcbridge.model import Headers, Request
from fcbridge.registry import detect, gateway
from fcbridge_adapters.tencent import PLATFORM
from fcbridge_adapters.tencent.context import invocation_environment, scf_context
from fcbridge_adapters.tencent.runtime import SCF_RUNTIME
from tests.apps import scope_app
from tests.examples import Examples

example = Examples("tencent")
SCF = ["scf-url", "scf-apigw", "scf-clb"]


def result(value: object) -> bytes:
    return SCF_RUNTIME.call(lambda event, context: value, {}, {})


# -- the call -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", [{"a": "报"}, '{"a": "报"}'.encode()], ids=["value", "bytes"])
def test_event_and_context_are_dicts(event: object) -> None:
    seen: list[object] = []
    context = SCF_RUNTIME.context(Settings(name="shop-api"), "request-1")
    SCF_RUNTIME.call(lambda event, context: seen.append((event, context)), event, context)
    assert seen == [({"a": "报"}, context)]
    assert type(context) is dict
    assert (context["request_id"], context["function_name"]) == ("request-1", "shop-api")


def test_whatever_is_returned_becomes_json() -> None:
    assert result({"name": "报"}) == '{"name": "报"}'.encode()
    assert result('{"statusCode": 200}') == b'"{\\"statusCode\\": 200}"'
    assert result(None) == b"null"
    with pytest.raises(TypeError, match="bytes is not JSON serializable"):
        result(b"x")


def test_an_exception_of_the_handler_passes_through() -> None:
    def handler(event: object, context: object) -> object:
        raise KeyError("sku")

    with pytest.raises(KeyError, match="sku"):
        SCF_RUNTIME.call(handler, {}, {})


def test_a_bridged_app_answers_with_an_object() -> None:
    door = gateway("scf-url")
    with bridge(scope_app, platform="tencent") as handler:
        returned = handler(example("function-url"), example("contexts/scf"))
        assert isinstance(returned, dict)
        payload = SCF_RUNTIME.call(handler, example("function-url"), example("contexts/scf"))
    assert door.read(payload).status == returned["statusCode"] == 200


def test_an_event_is_answered_without_json_and_without_another_platform() -> None:
    """What a cold start loads, in a process of its own."""
    root = Path(__file__).parents[2]
    program = f"""
import sys
sys.path[:0] = {[str(root), str(root / "adapters")]!r}
from fcbridge import bridge

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]

handler = bridge(app, platform="tencent")
event = {{"httpMethod": "GET", "path": "/", "headers": {{"host": "h"}}, "queryString": {{"a": "1"}}, "body": ""}}
assert handler(event, {{"request_id": "request-1"}})["body"] == "hello"
heavy = {{"json", "re", "enum", "typing", "asyncio", "logging", "urllib.parse", "fcbridge_adapters.aliyun"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-S", "-E", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# -- the context ----------------------------------------------------------------------------------------------------


def test_the_context_has_the_documented_keys() -> None:
    context = SCF_RUNTIME.context(Settings(timeout=30, memory=256), "request-1")
    documented = example("contexts/scf")
    assert {key: type(value) for key, value in context.items()} == {
        key: type(value) for key, value in documented.items()
    }
    assert (context["time_limit_in_ms"], context["memory_limit_in_mb"]) == (30000, 256)
    assert json.loads(context["environment"]) == {"SCF_NAMESPACE": "default"}


def test_request_id_and_timeout_are_read_from_the_dict() -> None:
    invocation = PLATFORM.invocation(example("contexts/scf"))
    assert (invocation.request_id, invocation.remaining) == ("7d1b4c02-9a3e-4f51-8c57-20e6b9d1a4f3", 30.0)


@pytest.mark.parametrize(
    "context",
    [
        None, [], "text", object(), {}, {"request_id": 7, "time_limit_in_ms": "30000"}, {"time_limit_in_ms": True},
        {"time_limit_in_ms": 0}, {"time_limit_in_ms": -1}, {"time_limit_in_ms": float("nan")},
        {"time_limit_in_ms": float("inf")},
    ],
)  # fmt: skip
def test_a_context_that_tells_nothing_is_no_error(context: object) -> None:
    invocation = PLATFORM.invocation(context)
    assert (invocation.request_id, invocation.remaining) == ("", None)


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"environment": '{"K":"v","N":7}', "environ": "K=other"}, {"K": "v"}),
        ({"environment": "", "environ": "A=1;B=x=y;C;=d"}, {"A": "1", "B": "x=y"}),
        ({"environment": "not json", "environ": "A=1"}, {"A": "1"}),
        ({"environment": "[1]"}, {}),
        ({"environ": 7}, {}),
        ({}, {}),
        (None, {}),
    ],
)
def test_the_variables_of_an_invocation_are_json_or_pairs(context: object, expected: dict[str, str]) -> None:
    assert invocation_environment(context) == expected


def test_both_spellings_of_the_variables_say_the_same() -> None:
    variables = {"SCF_NAMESPACE": "shop-1a2b3c", "K": "v"}
    context = scf_context(Settings(), "request-1", variables)
    assert invocation_environment(context) == variables
    assert invocation_environment({"environ": context["environ"]}) == variables
    assert context["namespace"] == "shop-1a2b3c"


# -- the environment ------------------------------------------------------------------------------------------------


def test_the_environment_of_the_runtime_is_the_sign_of_the_platform(tmp_path: Path) -> None:
    environment = SCF_RUNTIME.environment(Settings(name="shop-api", region="ap-shanghai"), str(tmp_path))
    assert detect(environment) is PLATFORM
    assert environment["USER_CODE_ROOT"] == f"{tmp_path}/"
    assert (environment["SCF_FUNCTIONNAME"], environment["TENCENTCLOUD_REGION"]) == ("shop-api", "ap-shanghai")


def test_one_variable_alone_is_no_sign() -> None:
    assert detect({"TENCENTCLOUD_RUNENV": "SCF"}) is None
    assert detect({"SCF_FUNCTIONNAME": "shop-api"}) is None


# -- errors and refusals --------------------------------------------------------------------------------------------


def document_of(exception: Exception) -> dict[str, object]:
    try:
        raise exception
    except Exception as error:
        return SCF_RUNTIME.error(error)


def test_an_error_document_is_the_documented_one_without_the_request() -> None:
    document = document_of(KeyError("sku"))
    documented = example("responses/error-user-exception")
    assert document.keys() == documented.keys() - {"requestId"}
    for field in ("errorCode", "errorMessage", "statusCode"):
        assert document[field] == documented[field]
    lines = str(document["stackTrace"]).splitlines()
    assert (lines[0], lines[-1]) == ("Traceback (most recent call last):", "KeyError: 'sku'")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Refusal.REQUEST_TOO_LARGE, 406),
        (Refusal.RESPONSE_TOO_LARGE, 407),
        (Refusal.UNHANDLED, 430),
        (Refusal.TIMEOUT, 433),
        (Refusal.OUT_OF_MEMORY, 434),
        (Refusal.EXITED, 439),
    ],
)
@pytest.mark.parametrize("name", SCF)
def test_scf_answers_with_its_own_status_codes(name: str, kind: str, status: int) -> None:
    answer = gateway(name).refuse(Refusal(kind, "why"))
    assert answer.status == status
    assert json.loads(answer.body) == {"errorCode": -1, "errorMessage": "why", "statusCode": status}


def test_the_runtimes_error_document_is_what_the_client_sees() -> None:
    document = document_of(ValueError("no stock"))
    answer = gateway("scf-url").refuse(Refusal(Refusal.UNHANDLED, "why", document))
    assert (answer.status, json.loads(answer.body)) == (430, document)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("scf-apigw", "Invalid scf response format. please check your scf response format."),
        ("scf-clb", "Analyse scf response failed."),
    ],
)
def test_a_result_that_is_no_response_is_403_with_the_documented_words(name: str, expected: str) -> None:
    answer = gateway(name).refuse(Refusal(Refusal.BAD_PAYLOAD, "why"))
    assert (answer.status, json.loads(answer.body)) == (403, {"errno": 403, "error": expected})


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (Refusal.REQUEST_TOO_LARGE, 413, "EXCEED_REQUEST_SIZE_LIMIT"),
        (Refusal.UNHANDLED, 500, "FUNCTION_INVOCATION_FAILED"),
        (Refusal.TIMEOUT, 504, "FUNCTION_TIME_LIMIT_EXCEEDED"),
        (Refusal.OUT_OF_MEMORY, 500, "FUNCTION_MEMORY_LIMIT_EXCEEDED"),
    ],
)
def test_cloudbase_answers_with_its_codes(kind: str, status: int, code: str) -> None:
    answer = gateway("tcb-http").refuse(Refusal(kind, "why"))
    assert (answer.status, json.loads(answer.body)) == (status, {"code": code, "message": "why"})


# -- credentials ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "X-Scf-Secret-Id", "X-Scf-Secret-Key", "X-Scf-Session-Token", "x-cloudbase-context", "TENCENTCLOUD_SECRETID",
        "TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SESSIONTOKEN", "TCB_SESSIONTOKEN", "WX_API_TOKEN", "secretId",
    ],
)  # fmt: skip
def test_what_the_platform_injects_is_not_shown(name: str) -> None:
    assert redacted({name: "EXAMPLE"}) == {name: HIDDEN}


def test_the_credentials_in_a_context_are_not_shown() -> None:
    variables = {"TENCENTCLOUD_SECRETKEY": "EXAMPLE-1", "TENCENTCLOUD_SESSIONTOKEN": "EXAMPLE-2", "STORE": "blue"}
    shown = str(redacted(dict(scf_context(Settings(), "request-1", variables))))
    assert "EXAMPLE" not in shown
    assert "blue" in shown


def test_a_key_of_the_api_gateway_is_not_in_an_error() -> None:
    event = example("apigw")
    event["requestContext"]["identity"] = {"secretId": "EXAMPLE-3"}
    event["headers"]["authorization"] = "EXAMPLE-4"
    assert "EXAMPLE" not in str(redacted(event))
    assert "EXAMPLE" not in repr(gateway("scf-apigw").parse(event))


# -- limits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCF)
def test_event_and_result_of_a_function_take_six_megabytes(name: str) -> None:
    limits = gateway(name).limits
    assert (limits.request_body, limits.response_body) == (6 * 1024 * 1024, 6 * 1024 * 1024)


@pytest.mark.parametrize("name", ["scf-apigw", "scf-clb", "tcb-call", "baidu-http"])
@pytest.mark.parametrize(("size", "refused"), [(4 * 1024 * 1024, False), (5 * 1024 * 1024, True)])
def test_base64_counts_where_the_event_is_measured(name: str, size: int, refused: bool) -> None:
    request = Request("POST", headers=Headers([("content-type", "image/png")]), body=bytes(size))
    exchange = Door(gateway(name)).open(request)
    assert (exchange.refusal is not None) is refused
    if exchange.refusal is not None:
        assert exchange.refusal.kind == Refusal.REQUEST_TOO_LARGE
        assert "event: 69" in exchange.refusal.message
    assert Door(gateway(name), limits=False).open(request).refusal is None


def test_an_event_is_measured_in_bytes() -> None:
    text = Request(
        "POST", headers=Headers([("content-type", "text/plain")]), body="\u62a5".encode() * (2 * 1024 * 1024)
    )
    refusal = Door(gateway("scf-url")).open(text.replace(body=text.body[: 5 * 1024 * 1024])).refusal
    assert refusal is None
    assert Door(gateway("scf-url")).open(text).refusal is not None


@pytest.mark.parametrize(("size", "logged"), [(4 * 1024 * 1024, False), (5 * 1024 * 1024, True)])
def test_base64_counts_where_the_answer_is_measured(size: int, logged: bool, caplog: pytest.LogCaptureFixture) -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "image/png")])
        return [bytes(size)]

    with bridge(app, platform="tencent") as handler:
        handler(example("function-url"), example("contexts/scf"))
    assert ("the platform will refuse them" in caplog.text) is logged


@pytest.mark.parametrize(
    ("kind", "size", "refused"),
    [
        ("application/json", 100 * 1024, False),
        ("application/json", 100 * 1024 + 1, True),
        ("image/png", 100 * 1024 + 1, False),
        ("image/png", 20 * 1024 * 1024, False),
        ("image/png", 20 * 1024 * 1024 + 1, True),
    ],
)
def test_cloudbase_takes_less_of_text_than_of_binary(kind: str, size: int, refused: bool) -> None:
    body = b"1" * size
    exchange = Door(gateway("tcb-http")).open(Request("POST", headers=Headers([("content-type", kind)]), body=body))
    assert (exchange.refusal is not None) is refused

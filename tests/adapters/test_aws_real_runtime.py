"""The handler under AWS's own runtime, which the test group installs: what it posts is what the gateway answers.

https://github.com/aws/aws-lambda-python-runtime-interface-client is the code that the managed runtimes of Lambda run.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from fcbridge import Handler, bridge
from fcbridge.gateway import Gateway, Settings
from fcbridge.local.door import Door
from fcbridge.model import Headers, Request
from fcbridge_adapters.aws import PLATFORM
from fcbridge_adapters.aws.runtime import LAMBDA_RUNTIME
from tests.adapters.aws_functions import fastapi_function, flask_function
from tests.adapters.runtime_api import ARN, RealFunction

FUNCTIONS = Path(__file__).parent / "aws_functions"
GATEWAYS = pytest.mark.parametrize("gateway", PLATFORM.gateways, ids=lambda gateway: gateway.name)
APPS = {"fastapi": fastapi_function.app, "flask": flask_function.app}
Both = tuple[RealFunction, Handler]
CLIENT = ("203.0.113.24", 50712)
HOST = ("host", "api.example.com")
FORM = ("content-type", "application/x-www-form-urlencoded")


def asked(method: str, target: str, *headers: tuple[str, str], body: bytes = b"") -> Request:
    path, _, query = target.partition("?")
    length = [("content-length", str(len(body)))] if body else []
    return Request(method, path, query, Headers([HOST, *headers, *length]), body, CLIENT)


REQUESTS = {
    "path and query": asked("GET", "/caf%C3%A9/a%2Fb%20c/?tag=red&tag=blue&q=1%2B1&empty=&x+y=%26"),
    "cookies": asked("GET", "/", ("cookie", "sid=abc; theme=dark"), ("x-tag", "alpha"), ("accept", "a/b, c/d")),
    "json": asked("POST", "/items", ("content-type", "application/json"), body='{"name":"钢笔"}'.encode()),
    "form": asked("POST", "/login", FORM, body=b"user=li+wei&pass=p%40ss1"),
    "binary": asked("PUT", "/a.png", ("content-type", "image/png"), body=bytes(range(256))),
    "text that is not utf-8": asked(
        "POST", "/a", ("content-type", "text/plain; charset=gbk"), body="报告".encode("gbk")
    ),
    "no body": asked("OPTIONS", "/items", ("origin", "https://example.org")),
    "head": asked("HEAD", "/items"),
    "binary answer": asked("GET", "/png"),
    "three cookies set": asked("GET", "/cookies"),
    "no content": asked("DELETE", "/empty"),
    "redirect": asked("GET", "/moved"),
    "not allowed": asked("PATCH", "/png"),
}


@pytest.fixture(scope="module", params=sorted(APPS))
def both(request: pytest.FixtureRequest) -> Iterator[Both]:
    """A function under the real runtime, and a handler of the same app in this process."""
    name: str = request.param
    with (
        RealFunction(f"{name}_function.handler", FUNCTIONS) as function,
        bridge(APPS[name], platform=PLATFORM) as handler,
    ):
        yield function, handler


@pytest.fixture(scope="module")
def function() -> Iterator[RealFunction]:
    with RealFunction("fastapi_function.handler", FUNCTIONS) as function:
        yield function


def event_of(gateway: Gateway, request: Request) -> bytes:
    return json.dumps(gateway.compose(request)).encode()


def url_event(request: Request) -> bytes:
    return event_of(URL, request)


URL = next(gateway for gateway in PLATFORM.gateways if gateway.name == "aws-url")


@GATEWAYS
@pytest.mark.parametrize("name", REQUESTS)
def test_the_answer_is_that_of_the_played_runtime(both: Both, gateway: Gateway, name: str) -> None:
    function, handler = both
    door = Door(gateway)
    context = LAMBDA_RUNTIME.context(Settings(), "request-1")
    played = door.pass_through(REQUESTS[name], handler, context)
    real = door.open(REQUESTS[name])
    invocation = function.invoke(json.dumps(real.event).encode())
    assert invocation.kind == "response", invocation.payload
    assert invocation.headers["Content-Type"] == "application/json"
    door.close(real, invocation.payload)
    assert real.refusal is None
    assert real.answer == played.answer
    assert played.payload is not None
    assert json.loads(invocation.payload) == json.loads(played.payload)


def test_three_cookies_reach_the_client_where_the_gateway_can_carry_them(function: RealFunction) -> None:
    carried: dict[str, int] = {}
    expected: dict[str, int] = {}
    for gateway in PLATFORM.gateways:
        payload = function.invoke(event_of(gateway, REQUESTS["three cookies set"])).payload
        carried[gateway.name] = len(gateway.read(payload).headers.get_all("set-cookie"))
        expected[gateway.name] = 1 if "one-set-cookie" in [loss.name for loss in gateway.loses] else 3
    assert carried == expected


def test_four_megabytes_go_both_ways(function: RealFunction) -> None:
    # As base64 in JSON they are close to the 6 MB of an invocation.
    body = bytes(range(256)) * 16 * 1024
    request = asked("POST", "/upload", ("content-type", "application/octet-stream"), body=body)
    answer = json.loads(URL.read(function.invoke(url_event(request)).payload).body)
    assert b64decode(answer["body"]) == body


def test_the_app_is_started_once_for_many_invocations_and_sees_each_context() -> None:
    with RealFunction("fastapi_function.handler", FUNCTIONS) as function:
        for _ in range(5):
            invocation = function.invoke(url_event(asked("GET", "/life")))
            assert json.loads(URL.read(invocation.payload).body) == {
                "starts": [1], "state": 1, "request_id": invocation.request_id, "arn": ARN, "memory": "512",
            }  # fmt: skip


def test_an_app_that_raises_is_answered_with_500_and_logged_with_the_id_of_the_invocation() -> None:
    with RealFunction("fastapi_function.handler", FUNCTIONS) as function:
        invocation = function.invoke(url_event(asked("GET", "/fail")))
        assert URL.read(invocation.payload).status == 500
        function.wait_for_output("ValueError: no stock")
        assert f"\t{invocation.request_id}\tGET /fail failed with 500\n" in function.output


def test_an_exception_that_leaves_the_handler_is_the_error_document_that_is_played() -> None:
    with RealFunction("fastapi_function.raising", FUNCTIONS) as function:
        invocation = function.invoke(url_event(asked("GET", "/fail")))
        assert invocation.kind == "error"
        document = json.loads(invocation.payload)
        handler = bridge(fastapi_function.app, platform=PLATFORM, on_error="raise")
        with handler, pytest.raises(ValueError, match="no stock") as caught:
            context = LAMBDA_RUNTIME.context(Settings(), invocation.request_id)
            LAMBDA_RUNTIME.call(handler, URL.compose(asked("GET", "/fail")), context)
        played = LAMBDA_RUNTIME.error(caught.value)
        assert document["errorMessage"] == "no stock"
        assert document["stackTrace"][-1].endswith('in fail\n    raise ValueError("no stock")\n')
        stack = document.pop("stackTrace")
        # Where it is played, the frames of the player lie before those of the function.
        assert played.pop("stackTrace")[-len(stack) :] == stack  # type: ignore[index]
        assert document == played
        # The same process goes on.
        assert URL.read(function.invoke(url_event(asked("GET", "/"))).payload).status == 200


def test_an_event_that_no_gateway_knows_is_an_error_that_names_its_keys(function: RealFunction) -> None:
    invocation = function.invoke(b'{"greeting": "s3cret"}')
    document = json.loads(invocation.payload)
    assert (invocation.kind, document["errorType"]) == ("error", "UnknownEvent")
    assert "greeting" in document["errorMessage"] and "s3cret" not in document["errorMessage"]


def test_an_app_that_does_not_come_up_is_tried_again_by_the_next_invocation() -> None:
    with RealFunction("startup_function.handler", FUNCTIONS) as function:
        first = function.invoke(url_event(asked("GET", "/")))
        document = json.loads(first.payload)
        assert (first.kind, document["errorType"]) == ("error", "StartupFailed")
        assert "the database is away" in document["errorMessage"]
        assert URL.read(function.invoke(url_event(asked("GET", "/"))).payload).body == b"attempts: 2"


def test_a_function_that_does_not_load_is_an_error_of_the_init_phase() -> None:
    with RealFunction("missing_function.handler", FUNCTIONS) as function:
        headers, payload = function.api.wait_for_init_error()
        document = json.loads(payload)
        assert document["errorType"] == headers["Lambda-Runtime-Function-Error-Type"] == "AppNotFound"
        assert "nowhere" in document["errorMessage"]
        assert function.wait() == 1


def test_an_app_that_is_started_while_the_function_loads_fails_in_the_init_phase() -> None:
    with RealFunction("eager_function.handler", FUNCTIONS) as function:
        document = json.loads(function.api.wait_for_init_error()[1])
        assert document["errorType"] == "StartupFailed"
        assert "the database is away" in document["errorMessage"]
        assert function.wait() == 1


def test_an_app_that_hangs_is_cut_off_before_the_deadline_in_the_context(function: RealFunction) -> None:
    # The app waits for ever: that there is an answer at all shows that the deadline is seen.
    invocation = function.invoke(url_event(asked("GET", "/hang")), timeout=1.0)
    assert invocation.kind == "response"
    assert URL.read(invocation.payload).status == 504
    assert URL.read(function.invoke(url_event(asked("GET", "/"))).payload).status == 200

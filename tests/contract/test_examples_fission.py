"""Example requests of Fission with the exact request that each must become, and the exact answers.

A function gets Flask's request. The file describes it; the tests make it with Flask itself. The values are invented.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Request as FlaskRequest
from werkzeug.test import EnvironBuilder

from fcbridge.call import Recognition
from fcbridge.errors import MalformedEvent
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import gateway, platform
from fcbridge.testing.laws import answered
from fcbridge_adapters.fission.context import FunctionCall
from tests.examples import Examples

example = Examples("fission")
DOOR = gateway("fission-http")


def described(name: str) -> Any:
    return example(name)


def made(target: str, **options: Any) -> FlaskRequest:
    """Flask's request, of a server that keeps the decoded path only."""
    environ = EnvironBuilder(target, **options).get_environ()
    for name in ("REQUEST_URI", "RAW_URI"):
        environ.pop(name, None)
    return FlaskRequest(environ)


def test_the_example_request_becomes_exactly_this_request() -> None:
    told = described("http-request")
    event = made(told["path"], method=told["method"], headers=told["headers"], data=told["body"].encode())
    assert Recognition("fission").of(event)[1] is DOOR
    request = DOOR.parse(event)
    request.headers = Headers(sorted(request.headers))
    assert request == Request(
        "POST",
        "/",
        "",
        Headers(
            [
                ("content-length", "16"),
                ("content-type", "application/json"),
                ("host", "router.fission"),
                ("x-fission-function-name", "hello"),
                ("x-fission-function-namespace", "default"),
                ("x-fission-params-id", "7"),
            ]
        ),
        '{"msg":"héllo"}'.encode(),
    )


def test_the_context_has_the_function_and_the_parameters_of_the_pattern() -> None:
    told = described("http-request")
    call = DOOR.context(made("/", headers=told["headers"]), None)
    assert isinstance(call, FunctionCall)
    assert (call.name, call.namespace, call.parameters) == ("hello", "default", {"id": "7"})


@pytest.mark.parametrize(
    ("headers", "request_id"),
    [
        ({"X-Request-Id": "r-1"}, "r-1"),
        (
            {"traceparent": "00-105445aa7843bc8bf206b12000100000-0000000000000001-01"},
            "105445aa7843bc8bf206b12000100000",
        ),
        ({"traceparent": "nonsense"}, ""),
        ({}, ""),
    ],
)
def test_the_id_of_a_call_is_that_of_the_request_or_its_trace(headers: dict[str, str], request_id: str) -> None:
    context = DOOR.context(made("/", headers=headers), None)
    assert platform("fission").invocation(context).request_id == request_id


def test_what_the_router_did_not_send_is_not_claimed_but_for_the_entrys_word() -> None:
    event = made("/")
    assert not DOOR.matches(event)
    assert platform("fission").door(event, None) is None
    assert platform("fission").door(event, FunctionCall(event.environ)) is DOOR


def test_the_message_that_makes_a_container_a_function_is_no_event() -> None:
    assert not any(door.matches(described("specialize-v2")) for door in platform("fission").gateways)


def test_every_example_is_named_here() -> None:
    assert example.names() == {"http-request", "specialize-v2"}


@pytest.mark.parametrize(("target", "path"), [("/a%20b", "/a%20b"), ("/a%2Fb", "/a/b"), ("/%25", "/%25")])
def test_what_the_server_has_decoded_is_encoded_again(target: str, path: str) -> None:
    assert DOOR.parse(made(target)).path == path


@pytest.mark.parametrize("environ", [{}, {"REQUEST_METHOD": ""}, {"REQUEST_METHOD": "GET", "PATH_INFO": 7}])
def test_a_broken_environ_is_malformed(environ: dict[str, Any]) -> None:
    with pytest.raises(MalformedEvent, match="Fission"):
        DOOR.parse(SimpleNamespace(environ=environ, get_data=lambda: b""))


def test_bytes_and_several_cookies_survive() -> None:
    pairs = [("content-type", "image/png"), ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("location", "/a%2Fb?x=\xe9")]
    response = Response(201, Headers(pairs), b"\x89PNG")
    assert answered(DOOR, response, Request()) == response

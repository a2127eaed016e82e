"""Example events of veFaaS with the exact request that each must become, and the exact payloads.

A symmetrical mistake passes the laws; these do not let it. The values are invented, the structures are the documented
ones.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import pytest

from fcbridge import bridge
from fcbridge.call import Recognition
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import Stamp
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import gateway
from tests.apps import scope_app
from tests.examples import Examples

example = Examples("volcengine")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
DOOR = gateway("vefaas-http")
HOST = "s1abcdefghijk.apigateway-cn-beijing.volceapi.com"

EXPECTED = {
    "http": Request(
        "POST",
        "/items/7",
        "page=2",
        Headers(
            [
                ("accept", "*/*"),
                ("accept-encoding", "gzip"),
                ("content-length", "16"),
                ("content-type", "application/json"),
                ("host", HOST),
                ("user-agent", "demo-client/1.0"),
                ("x-faas-request-id", "b7e5ac05-0000-466a-86d4-000000000001"),
                ("x-forwarded-for", "203.0.113.25"),
            ]
        ),
        b'{"sku":"blue-7"}',
    ),
    "http-duplicates-joined": Request(
        "GET",
        "/items/7",
        # Joined by the platform, and nobody can tell that from a comma of the client.
        "tag=red%2Cblue",
        Headers(
            [
                ("accept", "text/html,application/json"),
                ("host", HOST),
                ("x-faas-request-id", "b7e5ac05-0000-466a-86d4-000000000002"),
            ]
        ),
    ),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_example_event_becomes_exactly_this_request(name: str) -> None:
    _, door = Recognition("volcengine").of(example(name))
    assert door is DOOR
    assert door.parse(example(name)) == EXPECTED[name]


def test_every_http_example_has_its_request() -> None:
    assert example.names() == set(EXPECTED)


@pytest.mark.parametrize("field", ["requestContext", "resource", "isBase64Encoded"])
def test_the_like_of_it_from_another_cloud_is_not_claimed(field: str) -> None:
    assert DOOR.matches(example("http"))
    assert not DOOR.matches(example("http") | {field: {}})


# -- both readings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/files/%E6%8A%A5%20a", "/files/%E6%8A%A5%20a"),
        ("/files/报 a", "/files/%E6%8A%A5%20a"),
        ("/a?b", "/a%3Fb"),
        ("/100%", "/100%"),
        ("", "/"),
    ],
)
def test_a_path_is_one_whether_it_was_decoded_or_not(path: str, expected: str) -> None:
    assert DOOR.parse(example("http") | {"path": path}).path == expected


@pytest.mark.parametrize(
    ("body", "expected"), [("iVBORw0K", b"iVBORw0K"), ("报", "报".encode()), (PNG, PNG), ("", b""), (None, b"")]
)
def test_a_body_is_text_and_never_base64_or_it_is_bytes(body: object, expected: bytes) -> None:
    assert DOOR.parse(example("http") | {"body": body}).body == expected


def test_a_list_of_values_is_as_many_fields_and_keys() -> None:
    request = DOOR.parse(
        example("http") | {"headers": {"X-Tag": ["a", "b"]}, "queryStringParameters": {"tag": ["red", "blue"]}}
    )
    assert (request.query, request.headers.get_all("x-tag")) == ("tag=red&tag=blue", ["a", "b"])


def test_maps_may_be_null_and_a_host_may_be_missing() -> None:
    event = example("http") | {"headers": None, "queryStringParameters": None, "body": None}
    assert DOOR.parse(event) == Request("POST", "/items/7", "", Headers([("host", "localhost")]))


def test_the_credentials_of_the_functions_role_are_no_headers_of_the_request() -> None:
    event = example("http")
    event["headers"] |= {
        "X-Faas-Access-Key-Id": "EXAMPLE", "X-Faas-Secret-Access-Key": "EXAMPLE", "X-Faas-Session-Token": "EXAMPLE",
    }  # fmt: skip
    assert DOOR.parse(event) == EXPECTED["http"]


def test_the_client_is_the_last_one_that_was_forwarded_for() -> None:
    event = example("http")
    event["headers"]["X-Forwarded-For"] = "198.51.100.66,203.0.113.25"
    answer = bridge(scope_app, platform="volcengine")(event)
    assert json.loads(answer["body"])["client"] == ["203.0.113.25", 0]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("httpMethod", {"httpMethod": None}),
        ("headers", {"headers": {"a": 1}}),
        ("headers", {"headers": {"not a name": "1"}}),
        ("headers", {"headers": {"x-a": "1\r\nx-b: 2"}}),
        ("queryStringParameters", {"queryStringParameters": {"a": 1}}),
        ("path", {"path": None}),
        ("path", {"path": "/\ud800"}),
        ("body", {"body": {"a": 1}}),
        ("body", {"body": 0}),
    ],
)
def test_a_broken_field_is_named_without_its_value(field: str, change: dict[str, object]) -> None:
    with pytest.raises(MalformedEvent, match=rf"'{field}'") as caught:
        DOOR.parse(example("http") | change)
    assert "fcbridge event generate" in str(caught.value.hint)


# -- what the platform makes ------------------------------------------------------------------------------------------


def test_the_platform_makes_exactly_this_event() -> None:
    request = Request(
        "PUT", "/files/a%2Fb%20c", "tag=a&size=2&tag=b",
        Headers(
            [
                ("host", "api.example.cn"), ("cookie", "a=1"), ("cookie", "b=2"), ("x-tag", "alpha"), ("x-tag", "beta"),
                ("x-faas-session-token", "of a client"),
            ]
        ),
        "报".encode(), ("203.0.113.24", 50712),
    )  # fmt: skip
    assert DOOR.compose(request, Stamp("request-1", 1772439331482)) == {
        "httpMethod": "PUT",
        "path": "/files/a/b c",
        "pathParameters": {},
        "queryStringParameters": {"size": "2", "tag": "a,b"},
        "headers": {
            "Cookie": "a=1,b=2", "Host": "api.example.cn", "X-Forwarded-For": "203.0.113.24",
            "X-Forwarded-Proto": "https", "X-Tag": "alpha,beta",
        },
        "body": "报",
    }  # fmt: skip


def test_text_is_answered_as_the_documents_have_it() -> None:
    response = Response(200, Headers([("content-type", "application/json")]), b'{"ok":true}')
    assert DOOR.render(response, {}) == example("other/http-response")
    assert DOOR.read(json.dumps(example("other/http-response")).encode()) == response


def test_binary_is_answered_as_bytes_because_there_is_no_flag_for_base64() -> None:
    assert DOOR.render(Response(200, Headers([("content-type", "image/png")]), PNG), {}) == {
        "statusCode": 200,
        "headers": {"Content-Type": "image/png"},
        "body": PNG,
    }


def test_what_the_platform_overwrites_is_not_sent_and_of_several_cookies_the_last_is_kept() -> None:
    fields = [
        ("content-length", "0"), ("connection", "close"), ("x-faas-execution-duration", "1.00"),
        ("set-cookie", "csrf=1"), ("set-cookie", "session=2"),
    ]  # fmt: skip
    assert DOOR.render(Response(204, Headers(fields)), {}) == {
        "statusCode": 204,
        "headers": {"Set-Cookie": "session=2"},
        "body": "",
    }


def test_a_status_of_the_standard_library_is_a_plain_number() -> None:
    rendered: Any = DOOR.render(Response(HTTPStatus.CREATED), {})
    assert type(rendered["statusCode"]) is int


def test_a_result_without_a_status_is_a_200() -> None:
    assert DOOR.read(b"{}") == Response(200)
    assert DOOR.read(b'{"body": "hello"}') == Response(200, None, b"hello")


@pytest.mark.parametrize("payload", [b"", b"hello world", b'"hello"', b"[1]", b"null"])
def test_a_result_that_is_no_object_is_refused(payload: bytes) -> None:
    with pytest.raises(MalformedEvent, match="it is no object"):
        DOOR.read(payload)

"""Example events of FunctionGraph with the exact request that each must become, and the exact payloads.

A symmetrical mistake passes the laws; these do not let it. The values are invented, the structures are the documented
ones.
"""

from __future__ import annotations

import json
from base64 import b64encode
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

example = Examples("huawei")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
DOOR = gateway("huawei-apig")
DOMAIN = "3f7a1c9e.apic.cn-north-4.huaweicloudapis.com"
FIELDS = [
    ("accept", "application/json"),
    ("accept-encoding", "gzip, deflate, br"),
    ("content-type", "application/json"),
    ("host", DOMAIN),
    ("user-agent", "demo-client/1.0"),
    ("x-forwarded-for", "203.0.113.25"),
    ("x-forwarded-host", DOMAIN),
    ("x-forwarded-port", "443"),
    ("x-forwarded-proto", "https"),
    ("x-real-ip", "203.0.113.25"),
    ("x-request-id", "5b1f0e2d3c4b5a69788796a5b4c3d2e1"),
]


def apig_request(method: str, query: str = "", body: bytes = b"") -> Request:
    # The prefix of the API is a part of the path, and the environment is none.
    return Request(method, "/shop/items/7", query, Headers(FIELDS), body)


EXPECTED = {
    "apig": apig_request("POST", "page=2", b'{"sku":"blue-7"}'),
    "apig-plain-body": apig_request("POST", "page=2", b'{"sku":"blue-7"}'),
    "apig-user-data": apig_request("POST", "page=2", b'{"sku":"blue-7"}'),
    # The flag is true, and there is nothing to decode.
    "apig-get-empty-body": apig_request("GET"),
    # A catch-all has no name: its key is the empty one.
    "apig-catchall-empty-key": apig_request("GET", "page=2"),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_example_event_becomes_exactly_this_request(name: str) -> None:
    _, door = Recognition("huawei").of(example(name))
    assert door is DOOR
    assert door.parse(example(name)) == EXPECTED[name]


def test_every_http_example_has_its_request() -> None:
    assert example.names() == set(EXPECTED)


@pytest.mark.parametrize(
    "change",
    [
        {"resource": "/{proxy+}"},
        {"requestContext": {"serviceId": "service-1", "apiId": "a", "stage": "release"}},
        {"requestContext": {"apiId": "a", "identity": {}, "stage": "prod"}},
        {"requestContext": {"stage": "RELEASE"}},
        {"requestContext": None},
    ],
)
def test_the_like_of_it_from_another_cloud_is_not_claimed(change: dict[str, object]) -> None:
    assert DOOR.matches(example("apig"))
    assert not DOOR.matches(example("apig") | change)


# -- both readings ----------------------------------------------------------------------------------------------------


def test_a_list_of_values_is_as_many_fields_and_keys() -> None:
    event = example("apig")
    event["queryStringParameters"] = {"tag": ["red", "blue"], "page": "2"}
    event["headers"] = {"host": DOMAIN, "x-tag": ["alpha", "beta"]}
    request = DOOR.parse(event)
    assert request.query == "tag=red&tag=blue&page=2"
    assert request.headers.get_all("x-tag") == ["alpha", "beta"]


@pytest.mark.parametrize(
    ("flag", "body", "expected"),
    [
        ("true", b64encode(PNG).decode(), PNG),
        ("false", "eyJh", b"eyJh"),
        (None, b64encode(PNG).decode(), PNG),
        (None, '{"sku":1}', b'{"sku":1}'),
        (None, "报", "报".encode()),
        (None, "a=bc", b"a=bc"),
        (None, "a===", b"a==="),
        (None, "", b""),
    ],
)
def test_the_flag_may_be_text_and_is_true_where_it_is_missing_from_base64(
    flag: str | None, body: str, expected: bytes
) -> None:
    event = example("apig") | {"body": body, "isBase64Encoded": flag}
    if flag is None:
        del event["isBase64Encoded"]
    assert DOOR.parse(event).body == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/files/%E6%8A%A5%20a", "/files/%E6%8A%A5%20a"), ("/files/报 a", "/files/%E6%8A%A5%20a"), ("", "/")],
)
def test_a_path_is_one_whether_it_was_decoded_or_not(path: str, expected: str) -> None:
    assert DOOR.parse(example("apig") | {"path": path}).path == expected


def test_maps_may_be_null_and_a_host_may_be_missing() -> None:
    event = example("apig") | {"headers": None, "queryStringParameters": None, "body": None}
    assert DOOR.parse(event) == Request("POST", "/shop/items/7", "", Headers([("host", "localhost")]))


def test_the_client_is_the_last_one_that_was_forwarded_for() -> None:
    """The event has no field for it, and X-Real-Ip is not documented to be the gateway's own."""
    event = example("apig")
    event["headers"]["x-forwarded-for"] = "198.51.100.66, 203.0.113.25"
    event["headers"]["x-real-ip"] = "198.51.100.66"
    assert DOOR.parse(event).client is None
    answer = bridge(scope_app, platform="huawei")(event)
    assert json.loads(answer["body"])["client"] == ["203.0.113.25", 0]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("httpMethod", {"httpMethod": ""}),
        ("httpMethod", {"httpMethod": "GET / HTTP/1.1\r\nX-A: 1"}),
        ("headers", {"headers": {"a": 1}}),
        ("headers", {"headers": {"a": {"b": "c"}}}),
        ("headers", {"headers": {"not a name": "1"}}),
        ("headers", {"headers": {"x-a": ["1\r\nx-b: 2"]}}),
        ("headers", {"headers": ["a"]}),
        ("queryStringParameters", {"queryStringParameters": {"a": None}}),
        ("queryStringParameters", {"queryStringParameters": {"a": [1]}}),
        ("path", {"path": 7}),
        ("body", {"body": "abc", "isBase64Encoded": True}),
        ("body", {"body": {"a": 1}}),
        ("body", {"body": 7, "isBase64Encoded": None}),
    ],
)
def test_a_broken_field_is_named_without_its_value(field: str, change: dict[str, object]) -> None:
    with pytest.raises(MalformedEvent, match=rf"'{field}'") as caught:
        DOOR.parse(example("apig") | change)
    assert "fcbridge event generate" in str(caught.value.hint)


# -- what the gateway makes -------------------------------------------------------------------------------------------


def test_the_gateway_makes_exactly_this_event() -> None:
    request = Request(
        "PUT", "/avatars/7", "size=2&tag=a&tag=b",
        Headers([("host", "api.example.cn"), ("cookie", "a=1"), ("cookie", "b=2"), ("content-type", "image/png")]),
        PNG, ("203.0.113.24", 50712),
    )  # fmt: skip
    assert DOOR.compose(request, Stamp("request-1", 1772439331482)) == {
        "body": b64encode(PNG).decode(),
        "requestContext": {
            "apiId": "5f0c6a1e8b7d4e2fa9c3b1d2e4f60718", "requestId": "request-1", "stage": "RELEASE",
        },
        "queryStringParameters": {"size": "2", "tag": "a,b"},
        "httpMethod": "PUT",
        "pathParameters": {},
        "headers": {
            "content-type": "image/png", "cookie": "a=1; b=2", "host": "api.example.cn",
            "x-forwarded-for": "203.0.113.24", "x-forwarded-proto": "https",
        },
        "path": "/avatars/7",
        "isBase64Encoded": True,
    }  # fmt: skip


def test_text_is_answered_as_the_documents_have_it() -> None:
    response = Response(200, Headers([("content-type", "application/json")]), b'{"ok":true}')
    assert DOOR.render(response, {}) == example("other/apig-response")
    assert DOOR.read(json.dumps(example("other/apig-response")).encode()) == response


def test_binary_is_answered_as_base64() -> None:
    assert DOOR.render(Response(200, Headers([("content-type", "image/png")]), PNG), {}) == {
        "statusCode": 200,
        "headers": {"Content-Type": "image/png"},
        "isBase64Encoded": True,
        "body": b64encode(PNG).decode(),
    }


def test_only_several_cookies_are_a_list() -> None:
    one = [("set-cookie", "csrf=1"), ("vary", "accept"), ("vary", "cookie")]
    response = Response(204, Headers(one))
    assert DOOR.render(response, {}) == {
        "statusCode": 204,
        "headers": {"Set-Cookie": "csrf=1", "Vary": "accept, cookie"},
        "isBase64Encoded": False,
        "body": "",
    }
    rendered: Any = DOOR.render(Response(204, Headers([*one, ("set-cookie", "session=2; Path=/")])), {})
    assert rendered["headers"]["Set-Cookie"] == ["csrf=1", "session=2; Path=/"]


def test_the_gateway_frames_the_response_itself() -> None:
    fields = [("content-length", "0"), ("connection", "close"), ("keep-alive", "timeout=5"), ("date", "now")]
    rendered: Any = DOOR.render(Response(200, Headers(fields)), {})
    assert rendered["headers"] == {"Date": "now"}


def test_lists_are_read_as_the_platform_writes_them_for_http_functions() -> None:
    payload = json.dumps(example("other/http-function-envelope-response")).encode()
    assert DOOR.read(payload) == Response(
        200,
        Headers([("content-type", "text/plain; charset=utf-8"), ("date", "Fri, 20 Nov 2026 10:00:00 GMT")]),
        b"Hello",
    )


@pytest.mark.parametrize("payload", [b"", b"hello world", b'"hello"', b"[1]", b'{"errorMessage": "no stock"}'])
def test_what_is_no_http_response_is_refused(payload: bytes) -> None:
    with pytest.raises(MalformedEvent, match="statusCode"):
        DOOR.read(payload)

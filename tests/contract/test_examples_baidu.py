"""Example events of CFC with the exact request that each must become, and the exact payloads.

A symmetrical mistake passes the laws; these do not let it. The values are invented, the structures are the documented
ones.
"""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from fcbridge import bridge
from fcbridge.call import Recognition
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import Stamp
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import gateway
from tests.apps import scope_app
from tests.examples import Examples

example = Examples("baidu")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
DOOR = gateway("baidu-http")


def cfc_request(method: str, kind: str, query: str = "", body: bytes = b"") -> Request:
    fields = [
        ("accept", "application/json"),
        ("accept-encoding", "gzip"),
        ("connection", "close"),
        ("content-type", kind),
        ("host", "7abc1def2gh3i.cfc-execute.bj.baidubce.com"),
        ("user-agent", "demo-client/1.0"),
        ("x-bce-request-id", "a5cb833e-0000-4b80-b30c-000000000001"),
    ]
    # "cfc" is no stage that the path would begin with.
    return Request(method, "/shop/items/7", query, Headers(fields), body)


EXPECTED = {
    "http": cfc_request("POST", "application/json", "page=2", b'{"sku":"blue-7"}'),
    "http-get": cfc_request("GET", "application/json"),
    "http-binary": cfc_request("POST", "image/png", "page=2", b"\x89PNG\r\n\x1a\nfake"),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_example_event_becomes_exactly_this_request(name: str) -> None:
    _, door = Recognition("baidu").of(example(name))
    assert door is DOOR
    assert door.parse(example(name)) == EXPECTED[name]


def test_every_http_example_has_its_request() -> None:
    assert example.names() == set(EXPECTED)


@pytest.mark.parametrize(
    "change",
    [
        {"stage": "prod"},
        # A stage of that name at AWS, where every context has an account.
        {"accountId": "123456789012"},
    ],
)
def test_the_like_of_it_from_aws_is_not_claimed(change: dict[str, str]) -> None:
    event = example("http")
    assert DOOR.matches(event)
    event["requestContext"].update(change)
    assert not DOOR.matches(event)


# -- both readings ----------------------------------------------------------------------------------------------------


def test_an_address_of_the_caller_counts_where_there_is_one() -> None:
    event = example("http")
    assert DOOR.parse(event).client is None
    event["requestContext"]["sourceIp"] = "203.0.113.25"
    assert DOOR.parse(event).client == ("203.0.113.25", 0)


def test_without_one_the_last_one_that_was_forwarded_for_counts() -> None:
    event = example("http")
    event["headers"]["X-Forwarded-For"] = "198.51.100.66, 203.0.113.25"
    answer = bridge(scope_app, platform="baidu")(event)
    assert json.loads(answer["body"])["client"] == ["203.0.113.25", 0]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/files/%E6%8A%A5%20a", "/files/%E6%8A%A5%20a"), ("/files/报 a", "/files/%E6%8A%A5%20a"), ("", "/")],
)
def test_a_path_is_one_whether_it_was_decoded_or_not(path: str, expected: str) -> None:
    assert DOOR.parse(example("http") | {"path": path}).path == expected


def test_a_list_of_values_is_as_many_fields_and_keys() -> None:
    """No document says what becomes of repeats; dropped by the platform or not, nothing that arrives is an error."""
    request = DOOR.parse(
        example("http") | {"headers": {"X-Tag": ["a", "b"]}, "queryStringParameters": {"t": ["red", "blue"], "p": "2"}}
    )
    assert request.query == "t=red&t=blue&p=2"
    assert request.headers.get_all("x-tag") == ["a", "b"]


def test_maps_may_be_null_and_a_host_may_be_missing() -> None:
    event = example("http") | {
        "headers": None, "queryStringParameters": None, "pathParameters": None, "body": None,
    }  # fmt: skip
    assert DOOR.parse(event) == Request("POST", "/shop/items/7", "", Headers([("host", "localhost")]))


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("httpMethod", {"httpMethod": "GE T"}),
        ("headers", {"headers": {"a": 1}}),
        ("queryStringParameters", {"queryStringParameters": {"a": ["1", None]}}),
        ("headers", {"headers": {"not a name": "1"}}),
        ("headers", {"headers": {"x-a": "1\r\nx-b: 2"}}),
        ("queryStringParameters", {"queryStringParameters": {"a": None}}),
        ("path", {"path": None}),
        ("body", {"body": "abc", "isBase64Encoded": "true"}),
        ("body", {"body": {"a": 1}}),
        (
            "requestContext.sourceIp",
            {"requestContext": {"stage": "cfc", "resourcePath": "/", "sourceIp": ["203.0.113.24"]}},
        ),
    ],
)
def test_a_broken_field_is_named_without_its_value(field: str, change: dict[str, object]) -> None:
    with pytest.raises(MalformedEvent, match=rf"'{field}'") as caught:
        DOOR.parse(example("http") | change)
    assert "fcbridge event generate" in str(caught.value.hint)


# -- what the trigger makes -------------------------------------------------------------------------------------------


def test_the_trigger_makes_exactly_this_event() -> None:
    request = Request(
        "PUT", "/avatars/7", "tag=b&size=2&tag=a",
        Headers(
            [
                ("host", "api.example.cn"), ("cookie", "a=1"), ("cookie", "b=2"), ("x-tag", "alpha"), ("x-tag", "beta"),
                ("content-type", "image/png"),
            ]
        ),
        PNG, ("203.0.113.24", 50712),
    )  # fmt: skip
    assert DOOR.compose(request, Stamp("request-1", 1772439331482)) == {
        "resource": "/{proxy+}",
        "path": "/avatars/7",
        "httpMethod": "PUT",
        "headers": {
            "Content-Type": "image/png", "Cookie": "a=1; b=2", "Host": "api.example.cn",
            "X-Forwarded-For": "203.0.113.24", "X-Forwarded-Proto": "https", "X-Tag": "beta",
        },
        "queryStringParameters": {"size": "2", "tag": "a"},
        "pathParameters": {"proxy": "avatars/7"},
        "requestContext": {
            "stage": "cfc", "requestId": "request-1", "resourcePath": "/{proxy+}", "httpMethod": "PUT",
            "apiId": "7abc1def2gh3i",
        },
        "body": b64encode(PNG).decode(),
        "isBase64Encoded": True,
    }  # fmt: skip


def test_text_is_answered_as_the_documents_have_it() -> None:
    response = Response(200, Headers([("content-type", "application/json")]), b'{"ok":true}')
    assert DOOR.render(response, {}) == example("other/http-response")
    assert DOOR.read(json.dumps(example("other/http-response")).encode()) == response


def test_binary_is_answered_as_base64_and_of_several_cookies_the_last_is_kept() -> None:
    fields = [("content-type", "image/png"), ("set-cookie", "csrf=1"), ("set-cookie", "session=2")]
    assert DOOR.render(Response(200, Headers([*fields, ("content-length", "16")]), PNG), {}) == {
        "statusCode": 200,
        "headers": {"Content-Type": "image/png", "Set-Cookie": "session=2"},
        "isBase64Encoded": True,
        "body": b64encode(PNG).decode(),
    }


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (b'{"ok": true}', "application/json"),
        (b'{"statusCode": 7}', "application/json"),
        (b'{"statusCode": "200"}', "application/json"),
        (b'"hello"', "text/plain"),
        (b"[1]", "text/plain"),
        (b"hello world", "text/plain"),
    ],
)
def test_what_is_no_http_response_is_answered_as_it_stands(payload: bytes, kind: str) -> None:
    assert DOOR.read(payload) == Response(200, Headers([("content-type", kind)]), payload)


def test_a_response_of_broken_fields_is_refused() -> None:
    with pytest.raises(MalformedEvent, match="'headers' is no mapping of strings"):
        DOOR.read(b'{"statusCode": 200, "headers": {"Set-Cookie": ["a=1", "b=2"]}}')

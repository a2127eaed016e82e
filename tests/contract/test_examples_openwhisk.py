"""Example events of OpenWhisk with the exact request that each must become, and the exact results.

A symmetrical mistake passes the laws; these do not let it. The values are invented.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from typing import Any

import pytest

from fcbridge.call import Recognition
from fcbridge.errors import MalformedEvent
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import gateway, platform
from tests.examples import Examples

example = Examples("openwhisk")
RAW = gateway("openwhisk-raw")
WEB = gateway("openwhisk-web")
JSON_BODY = '{"msg":"héllo"}'.encode()
SENT = [
    ("accept", "*/*"), ("host", "ow.example.net"), ("user-agent", "probe/1.4"), ("x-forwarded-for", "203.0.113.57"),
    ("x-request-id", "r1"),
]  # fmt: skip


def sent(method: str, path: str = "/", query: str = "", body: bytes = b"", content_type: str | None = None) -> Request:
    typed = [("content-type", content_type)] if content_type else []
    return Request(method, path, query, Headers([*SENT, *typed]), body)


EXPECTED = {
    "raw-web-action-binary": sent("POST", "/up", "", b"\x89PNG", "image/png"),
    "raw-web-action-empty": sent("GET"),
    "raw-web-action-json": sent("POST", "/items/7", "tag=red&tag=blue", JSON_BODY, "application/json"),
    "raw-web-action-text": sent("PUT", "/", "", b"plain text", "text/plain"),
    "web-action-get": sent("GET", "/", "tag=blue"),
    # Nothing tells that the tag was in the query.
    "web-action-json": sent("POST", "/items/7", "", b'{"msg":"h\\u00e9llo","tag":"blue"}', "application/json"),
    "web-action-nonobject-body": sent("POST", "/", "", b"plain text", "text/plain"),
}


def event(name: str, **changes: object) -> dict[str, Any]:
    return {**example(name), **changes}


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_event_becomes_exactly_this_request(name: str) -> None:
    _, door = Recognition("openwhisk").of(event(name))
    assert door is (RAW if name.startswith("raw-") else WEB)
    assert door.parse(event(name)) == EXPECTED[name]


@pytest.mark.parametrize("name", ["runtime-init", "runtime-run"])
def test_the_messages_between_controller_and_container_are_no_events(name: str) -> None:
    assert not any(door.matches(event(name)) for door in platform("openwhisk").gateways)


def test_every_example_is_named_here() -> None:
    assert example.names() == {*EXPECTED, "runtime-init", "runtime-run"}


# -- requests ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content_type", "body", "octets"),
    [
        ("application/json", "e30=", b"{}"),
        ("application/json; charset=utf-8", "e30=", b"{}"),
        ("application/problem+json", "{}", b"{}"),
        ("application/x-www-form-urlencoded", "YQ==", b"YQ=="),
        ("text/plain", "YQ==", b"YQ=="),
        ("image/svg+xml", "YQ==", b"a"),
        ("text/javascript", "YQ==", b"a"),  # not registered at the controller, hence binary
        ("text/javascript; charset=utf-8", "YQ==", b"YQ=="),
        ("multipart/form-data; boundary=x", "YQ==", b"a"),
        (None, "YQ==", b"a"),
        # No base64: whatever the type says, it was sent as text.
        ("application/octet-stream", "not base64", b"not base64"),
        ("application/json", '{"a":1}', b'{"a":1}'),
    ],
)
def test_whether_a_raw_body_is_base64_follows_from_its_type(content_type: str | None, body: str, octets: bytes) -> None:
    headers = {"content-type": content_type} if content_type else {}
    assert RAW.parse(event("raw-web-action-text", __ow_headers=headers, __ow_body=body)).body == octets


def test_a_parameter_that_the_action_is_bound_to_is_no_part_of_a_raw_request() -> None:
    assert RAW.parse(event("raw-web-action-empty", password="secret")) == EXPECTED["raw-web-action-empty"]


def test_the_path_stays_as_it_is_encoded() -> None:
    assert RAW.parse(event("raw-web-action-empty", __ow_path="/a%2Fb/%E6%8A%A5")).path == "/a%2Fb/%E6%8A%A5"
    assert RAW.parse(event("raw-web-action-empty", __ow_path="/报")).path == "/%E6%8A%A5"


@pytest.mark.parametrize(
    ("method", "content_type", "arguments", "query", "body"),
    [
        ("get", "application/json", {"a": "1"}, "a=1", b""),
        ("delete", "application/json", {"a": "1", "n": 2}, "", b'{"a":"1","n":2}'),
        ("post", "application/json", {}, "", b"{}"),
        ("post", "application/json", {"__ow_body": [1, "x"], "a": "1"}, "a=1", b'[1,"x"]'),
        ("post", "application/json", {"__ow_body": None}, "", b"null"),
        ("post", "application/merge-patch+json", {"n": 1.5}, "", b'{"n":1.5}'),
        ("post", "application/x-www-form-urlencoded", {"user": "li wei", "b": "&"}, "", b"user=li+wei&b=%26"),
        ("post", "image/png", {"__ow_body": "iVBORw==", "a": "1"}, "a=1", b"\x89PNG"),
        ("get", None, {"limit": 5, "deep": {"x": True}}, "limit=5&deep=%7B%22x%22%3Atrue%7D", b""),
    ],
)
def test_the_arguments_of_a_parsed_action_are_the_body_or_the_query(
    method: str, content_type: str | None, arguments: dict[str, Any], query: str, body: bytes
) -> None:
    meta: dict[str, Any] = {
        "__ow_method": method,
        "__ow_path": "",
        "__ow_headers": {"content-type": content_type} if content_type else {},
    }
    request = WEB.parse({**meta, **arguments})
    assert (request.query, request.body) == (query, body)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("__ow_method", {"__ow_method": "ge t"}),
        ("__ow_method", {"__ow_method": 7}),
        ("__ow_path", {"__ow_path": None}),
        ("__ow_headers", {"__ow_headers": {"x-a": ["1"]}}),
        ("__ow_headers", {"__ow_headers": {"x-a": "1\r\nx-b: 2"}}),
        ("__ow_query", {"__ow_query": {"a": "1"}}),
        ("__ow_body", {"__ow_body": {"a": "1"}}),
    ],
)
def test_a_broken_field_is_named_without_its_value(field: str, change: dict[str, object]) -> None:
    with pytest.raises(MalformedEvent, match=field):
        RAW.parse(event("raw-web-action-text", **change))


# -- responses --------------------------------------------------------------------------------------------------------


def rendered(response: Response) -> Any:
    result = RAW.render(response, {})
    assert json.loads(json.dumps(result)) == result
    return result


def typed(content_type: str, body: bytes, *headers: tuple[str, str]) -> Response:
    return Response(200, Headers([("content-type", content_type), *headers]), body)


def test_text_is_a_string() -> None:
    assert rendered(typed("text/html; charset=utf-8", "<p>Grüße".encode())) == {
        "statusCode": 200, "headers": {"content-type": "text/html; charset=utf-8"}, "body": "<p>Grüße",
    }  # fmt: skip


@pytest.mark.parametrize("content_type", ["image/png", "image/svg+xml", "text/javascript", "application/x-foo"])
def test_what_the_controller_does_not_know_as_text_is_base64(content_type: str) -> None:
    assert rendered(typed(content_type, b"\x89PNG"))["body"] == "iVBORw=="


@pytest.mark.parametrize("content_type", ["application/json", "application/problem+json", "application/ld+json"])
def test_json_is_base64_since_a_string_that_looks_like_it_would_be_decoded(content_type: str) -> None:
    result = rendered(typed(content_type, b"1234"))
    assert result["body"] == b64encode(b"1234").decode()
    assert RAW.read(json.dumps(result).encode()).body == b"1234"
    result["body"] = "1234"
    assert RAW.read(json.dumps(result).encode()).body == b"\xd7m\xf8"


def test_several_cookies_are_a_list() -> None:
    response = Response(204, Headers([("set-cookie", "a=1"), ("x-tag", "1"), ("set-cookie", "b=2")]))
    assert rendered(response) == {"statusCode": 204, "headers": {"set-cookie": ["a=1", "b=2"], "x-tag": "1"}}


def test_what_the_platform_writes_itself_is_not_in_the_result() -> None:
    names = ["connection", "content-length", "date", "server", "transfer-encoding"]
    response = Response(200, Headers([*[(name, "1") for name in names], ("x-kept", "1")]))
    assert rendered(response) == {"statusCode": 200, "headers": {"x-kept": "1"}}


def test_text_of_another_charset_is_translated_because_the_controller_sends_utf_8() -> None:
    assert rendered(typed("text/html; charset=gbk", "报告".encode("gbk"))) == {
        "statusCode": 200, "headers": {"content-type": "text/html; charset=UTF-8"}, "body": "报告",
    }  # fmt: skip


def test_compressed_text_is_unpacked_because_it_must_be_a_string() -> None:
    packed = typed("text/plain", gzip.compress(b"hello"), ("content-encoding", "gzip"), ("vary", "accept-encoding"))
    assert rendered(packed) == {
        "statusCode": 200,
        "headers": {"content-type": "text/plain; charset=UTF-8", "vary": "accept-encoding"},
        "body": "hello",
    }


@pytest.mark.parametrize(
    "response",
    [
        typed("text/plain", b"\xff\xfe"),
        typed("text/plain", b"\x1b\x03", ("content-encoding", "br")),
        typed("text/plain", gzip.compress(b"hello")[:-1], ("content-encoding", "gzip")),
        typed("text/plain; charset=klingon", b"nuqneH"),
        Response(200, Headers([]), b"untyped"),
        typed("nonsense", b"x"),
    ],
)
def test_what_is_no_text_is_sent_as_the_bytes_that_it_is(response: Response) -> None:
    result = rendered(response)
    assert result["headers"]["content-type"] == "application/octet-stream"
    assert result["body"] == b64encode(response.body).decode()


@pytest.mark.parametrize(("status", "sent"), [(200, 200), (299, 200), (418, 418), (419, 400), (599, 599), (306, 300)])
def test_a_status_that_the_controller_does_not_know_becomes_that_of_its_class(status: int, sent: int) -> None:
    assert rendered(Response(status))["statusCode"] == sent


# -- what the controller makes of results ------------------------------------------------------------------------------


def read(result: object) -> Response:
    return RAW.read(json.dumps(result).encode())


def test_the_example_results_are_answered_as_documented() -> None:
    files = {path.stem: json.loads(path.read_bytes()) for path in (example.folder / "responses").glob("*.json")}
    assert {name: read(result) for name, result in files.items()} == {
        "binary": Response(200, Headers([("content-type", "image/png")]), b"\x89PNG"),
        # What is in "error" is taken for the answer.
        "error": Response(422, Headers([("content-type", "text/html; charset=UTF-8")]), b"bad input"),
        "json": Response(
            201,
            Headers([("content-type", "application/json"), ("set-cookie", "a=1"), ("set-cookie", "b=2")]),
            b'{"ok": true}',
        ),
    }


def test_no_body_and_no_status_is_a_204_and_an_error_object_without_a_status_a_200() -> None:
    assert read({}).status == 204
    assert read({"error": {"body": "failed"}}).status == 200


@pytest.mark.parametrize(
    "result",
    [
        {"error": "no stock"},
        [1],
        "text",
        {"statusCode": 299},
        {"statusCode": "many"},
        {"statusCode": True},
        {"headers": {"a": None}},
        {"headers": {"a": {"b": 1}}},
        {"headers": []},
        {"headers": {"content-type": "image/png"}, "body": "not base64!"},
        {"headers": {"content-type": "image/png"}, "body": {"a": 1}},
        {"headers": {"content-type": "nonsense"}, "body": "x"},
        {"statusCode": 204, "body": "x"},
    ],
)
def test_what_the_controller_answers_with_400_is_malformed(result: object) -> None:
    with pytest.raises(MalformedEvent, match="OpenWhisk"):
        read(result)


def test_numbers_booleans_and_nested_lists_are_header_values() -> None:
    answer = read({"headers": {"x-a": 1, "x-b": True, "x-c": ["1", ["2", 3]]}, "body": ""})
    assert answer.headers.pairs == [("x-a", "1"), ("x-b", "true"), ("x-c", "1"), ("x-c", "2"), ("x-c", "3")]

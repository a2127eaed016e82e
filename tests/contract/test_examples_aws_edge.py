"""Example events of Lambda@Edge and VPC Lattice with the exact request that each must become, and the exact answers.

A symmetrical mistake passes the laws; these do not let it. The values are invented, the structures are the documented
ones.
"""

from __future__ import annotations

import json
from base64 import b64encode
from copy import deepcopy
from typing import Any

import pytest

from fcbridge.call import Recognition
from fcbridge.errors import MalformedEvent, UnknownEvent
from fcbridge.gateway import Refusal, Stamp
from fcbridge.model import Headers, Request, Response
from fcbridge_adapters.aws import PLATFORM
from fcbridge_adapters.aws.edge import ORIGIN_REQUEST, VIEWER_REQUEST, Edge
from fcbridge_adapters.aws.edge_headers import ORIGIN_READ_ONLY, VIEWER_READ_ONLY
from fcbridge_adapters.aws.lattice import LATTICE_V1, LATTICE_V2, Lattice
from tests.examples import Examples

example = Examples("aws")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
EDGE = pytest.mark.parametrize("door", [VIEWER_REQUEST, ORIGIN_REQUEST], ids=lambda door: door.name)
LATTICE = pytest.mark.parametrize("door", [LATTICE_V1, LATTICE_V2], ids=lambda door: door.name)
EDGE_HOST = ("host", "d1x2c3v4b5n6m7.cloudfront.net")
COOKIE = ("cookie", "sid=abc; theme=dark")


def lattice_request(query: str, *tags: tuple[str, str]) -> Request:
    return Request(
        "POST",
        "/v1/items",
        query,
        Headers(
            [
                ("accept", "*/*"),
                ("content-type", "application/json"),
                ("host", "orders-0a1b2c3d.7d67968.vpc-lattice-svcs.eu-west-3.on.aws"),
                ("user-agent", "probe/1.4"),
                ("x-forwarded-for", "10.20.30.40"),
                *tags,
            ]
        ),
        '{"msg":"héllo"}'.encode(),
        None,
    )


EXPECTED = {
    "lambda-edge-viewer-request": (
        "aws-edge-viewer",
        Request(
            "POST",
            "/v1/caf%C3%A9/a%2Fb%20c",
            "tag=red&tag=dark+blue&q=1%2B1&empty=&url=https%3A%2F%2Fexample.org%2F%3Fx%3D1",
            Headers(
                [
                    EDGE_HOST,
                    ("user-agent", "probe/1.4"),
                    ("content-type", "application/json"),
                    COOKIE,
                    ("x-trace", "one"),
                    ("x-trace", "two"),
                ]
            ),
            '{"msg":"héllo"}'.encode(),
            ("2001:db8:4:5::42", 0),
        ),
    ),
    "lambda-edge-origin-request": (
        "aws-edge-origin",
        Request(
            "GET",
            "/v1/caf%C3%A9/a%2Fb%20c",
            "",
            Headers(
                [
                    EDGE_HOST,
                    ("user-agent", "Amazon CloudFront"),
                    COOKIE,
                    ("x-trace", "one"),
                    ("x-trace", "two"),
                    ("x-forwarded-for", "203.0.113.57"),
                    ("via", "2.0 edge01.cloudfront.net (CloudFront)"),
                ]
            ),
            b"",
            ("203.0.113.57", 0),
        ),
    ),
    "vpc-lattice-v1": ("aws-lattice-v1", lattice_request("tag=red", ("x-trace", "one,two"))),
    "vpc-lattice-v1-query-in-path-INFERRED": ("aws-lattice-v1", lattice_request("tag=red", ("x-trace", "one,two"))),
    "vpc-lattice-v2": ("aws-lattice-v2", lattice_request("tag=red&tag=blue", ("x-trace", "one"), ("x-trace", "two"))),
    "vpc-lattice-v2-query-in-path-INFERRED": (
        "aws-lattice-v2",
        lattice_request("tag=red&tag=blue", ("x-trace", "one"), ("x-trace", "two")),
    ),
}


def edge_event(door: Edge) -> tuple[Any, Any]:
    """An example for this door, and the request in it."""
    event = example(f"lambda-edge-{door.event_type}")
    return event, event["Records"][0]["cf"]["request"]


def answered(door: Edge | Lattice, response: Response) -> Any:
    return door.render(response, {})


def sent(**answer: object) -> bytes:
    return json.dumps(answer).encode()


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_example_event_becomes_exactly_this_request(name: str) -> None:
    event = example(name)
    _, door = Recognition(PLATFORM).of(event)
    assert (door.name, door.parse(event)) == EXPECTED[name]


def test_every_example_of_these_doors_has_its_request() -> None:
    files = example.names("lambda-edge-*.json") | example.names("vpc-lattice-*.json")
    assert files == set(EXPECTED)


# -- Lambda@Edge: requests ------------------------------------------------------------------------------------------


@EDGE
def test_the_event_of_a_response_is_claimed_by_no_gateway(door: Edge) -> None:
    event, _ = edge_event(door)
    cf = event["Records"][0]["cf"]
    cf["config"]["eventType"] = door.event_type.replace("request", "response")
    assert not any(gateway.matches(event) for gateway in PLATFORM.gateways)
    cf["config"]["eventType"] = door.event_type
    cf["response"] = {"status": "200", "statusDescription": "OK", "headers": {}}
    with pytest.raises(UnknownEvent):
        Recognition(PLATFORM).of(event)


@EDGE
@pytest.mark.parametrize("records", [[], [{}], [None], [{"cf": []}], [{"cf": {"config": []}}], {}, None, "cf"])
def test_records_of_another_shape_are_not_claimed(door: Edge, records: object) -> None:
    assert door.matches({"Records": records}) is False


@EDGE
def test_a_body_that_is_cut_off_is_refused_and_not_handed_on(door: Edge) -> None:
    event, request = edge_event(door)
    request["body"] = {"inputTruncated": True, "action": "read-only", "encoding": "base64", "data": "e30="}
    with pytest.raises(MalformedEvent, match=f"cut off after {door.limits.request_body} bytes") as caught:
        door.parse(event)
    assert "origin" in str(caught.value.hint)


@EDGE
def test_a_body_of_text_is_read_too(door: Edge) -> None:
    event, request = edge_event(door)
    request["body"] = {"inputTruncated": False, "action": "replace", "encoding": "text", "data": "grün"}
    assert door.parse(event).body == "grün".encode()


@EDGE
def test_a_request_without_a_body_field_has_no_body(door: Edge) -> None:
    event, request = edge_event(door)
    request.pop("body", None)
    assert door.parse(event).body == b""
    request["body"] = {"inputTruncated": False, "action": "read-only", "encoding": "base64", "data": ""}
    assert door.parse(event).body == b""


@EDGE
def test_what_is_not_ascii_in_path_and_query_is_encoded_as_utf8(door: Edge) -> None:
    event, request = edge_event(door)
    request["uri"], request["querystring"] = "/café/a%2Fb", "q=crème brûlée&r=%e9"
    parsed = door.parse(event)
    assert (parsed.path, parsed.query) == ("/caf%C3%A9/a%2Fb", "q=cr%C3%A8me%20br%C3%BBl%C3%A9e&r=%e9")


@EDGE
def test_a_request_without_host_has_that_of_the_distribution(door: Edge) -> None:
    event, request = edge_event(door)
    del request["headers"]["host"]
    assert door.parse(event).headers.get("host") == "d1x2c3v4b5n6m7.cloudfront.net"


def test_the_note_of_the_scheme_is_believed_after_the_cache_and_not_before() -> None:
    # CloudFront adds it after the viewer request: before, it is what the viewer has written.
    for door, scheme in ((VIEWER_REQUEST, "https"), (ORIGIN_REQUEST, "http")):
        event, request = edge_event(door)
        request["headers"]["cloudfront-forwarded-proto"] = [{"key": "CloudFront-Forwarded-Proto", "value": "http"}]
        assert door.parse(event).scheme == scheme


@EDGE
@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("request.method", {"method": None}),
        ("request.method", {"method": "GE T"}),
        ("request.headers", {"headers": {"a": "1"}}),
        ("request.headers", {"headers": {"a": [{"key": "A"}]}}),
        ("request.headers", {"headers": {"a": [{"key": "A", "value": "1\r\nb: 2"}]}}),
        ("request.headers", {"headers": ["a"]}),
        ("request.clientIp", {"clientIp": 7}),
        ("request.uri", {"uri": 7}),
        ("request.uri", {"uri": "/\ud800"}),
        ("request.querystring", {"querystring": ["a"]}),
        ("request.body", {"body": "abc"}),
        ("request.body", {"body": {"encoding": "base64", "data": "abc"}}),
        ("request.body", {"body": {"encoding": "text", "data": {"a": 1}}}),
    ],
)
def test_a_broken_field_of_an_edge_event_is_named_without_its_value(
    door: Edge, field: str, change: dict[str, object]
) -> None:
    event, request = edge_event(door)
    request.update(change)
    with pytest.raises(MalformedEvent, match=f"'{field}'"):
        door.parse(event)


def test_the_event_of_an_origin_request_names_the_origin_and_that_of_a_viewer_request_does_not() -> None:
    request = Request(headers=Headers([("host", "h")]))
    event: Any = ORIGIN_REQUEST.compose(request, Stamp("request-1", 1772439331482))
    assert event["Records"][0]["cf"]["request"]["origin"].keys() == {"custom"}
    assert event["Records"][0]["cf"]["config"]["requestId"] == "request-1"
    assert "origin" not in VIEWER_REQUEST.compose(request)["Records"][0]["cf"]["request"]


@EDGE
def test_what_cloudfront_keeps_to_itself_is_not_in_an_event(door: Edge) -> None:
    headers = [("host", "h"), ("x-forwarded-proto", "http"), ("x-amz-cf-id", "1"), ("x-edge-a", "1"), ("expect", "1")]
    event = door.compose(Request(headers=Headers(headers)))
    assert event["Records"][0]["cf"]["request"]["headers"] == {"host": [{"key": "Host", "value": "h"}]}


# -- Lambda@Edge: answers -------------------------------------------------------------------------------------------


@EDGE
def test_a_binary_answer_with_two_cookies_is_exactly_the_documented_structure(door: Edge) -> None:
    response = Response(
        200, Headers([("content-type", "image/png"), ("set-cookie", "a=1"), ("set-cookie", "b=2")]), b"\x89PNG"
    )
    expected = example("responses/lambda-edge")
    expected.pop("_comment", None)
    assert answered(door, response) == expected
    assert door.read(json.dumps(expected).encode()) == response


@EDGE
def test_text_is_answered_as_text(door: Edge) -> None:
    response = Response(404, Headers([("content-type", "text/plain; charset=utf-8")]), "nicht da: Öl".encode())
    assert answered(door, response) == {
        "status": "404",
        "statusDescription": "Not Found",
        "headers": {"content-type": [{"key": "Content-Type", "value": "text/plain; charset=utf-8"}]},
        "body": "nicht da: Öl",
        "bodyEncoding": "text",
    }


@EDGE
@pytest.mark.parametrize("status", [204, 304, 200])
def test_an_answer_without_content_has_no_body_field(door: Edge, status: int) -> None:
    # CloudFront refuses a 204 in which there is one, whatever it holds.
    assert answered(door, Response(status)).keys() == {"status", "statusDescription", "headers"}


@EDGE
def test_a_status_that_has_no_phrase_is_described_all_the_same(door: Edge) -> None:
    assert answered(door, Response(299)) == {"status": "299", "statusDescription": "Unknown", "headers": {}}


@EDGE
def test_what_only_cloudfront_may_set_does_not_leave(door: Edge) -> None:
    disallowed = ["connection", "expect", "keep-alive", "x-amz-cf-id", "x-edge-location", "x-cache", "x-real-ip"]
    read_only = ["content-length", "transfer-encoding", "via"]
    response = Response(200, Headers([(name, "1") for name in [*disallowed, *read_only]] + [("x-kept", "1")]))
    assert answered(door, response)["headers"] == {"x-kept": [{"key": "X-Kept", "value": "1"}]}


def test_some_fields_may_be_set_at_one_event_and_not_at_the_other() -> None:
    conditions = {"accept-encoding", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since"}
    for door, refused, kept, own in (
        (VIEWER_REQUEST, VIEWER_READ_ONLY, ORIGIN_READ_ONLY - VIEWER_READ_ONLY, conditions),
        (ORIGIN_REQUEST, ORIGIN_READ_ONLY, VIEWER_READ_ONLY - ORIGIN_READ_ONLY, {"cloudfront-viewer-country", "host"}),
    ):
        response = Response(200, Headers([(name, "1") for name in sorted(refused | kept)]))
        assert answered(door, response)["headers"].keys() == kept
        assert kept == own


@EDGE
@pytest.mark.parametrize(
    ("wrong", "payload"),
    [
        ("'status' is missing", b"null"),
        ("'status' is missing", sent(statusCode=200, body="")),
        ("'status' is missing", sent(method="GET", uri="/", querystring="", headers={})),
        ("'status' is no text of three digits", sent(status=200)),
        ("'status' is no text of three digits", sent(status="OK")),
        ("'status' is not between", sent(status="199")),
        ("'status' is not between", sent(status="600")),
        ("'body' is there, and the status is 204", sent(status="204", body="")),
        ("'bodyEncoding' is neither", sent(status="200", body="", bodyEncoding="gzip")),
        ("'body' cannot be decoded", sent(status="200", body="abc", bodyEncoding="base64")),
        ("'body' cannot be decoded", sent(status="200", body={"a": 1})),
        ("'headers' cannot be decoded", sent(status="200", headers={"a": "1"})),
        ("'headers' cannot be decoded", sent(status="200", headers={"a": [{"key": "B", "value": "1"}]})),
        ("'headers.x-cache' cannot be set", sent(status="200", headers={"x-cache": [{"value": "Hit"}]})),
        ("'headers.content-length' cannot be set", sent(status="200", headers={"content-length": [{"value": "1"}]})),
    ],
)
def test_what_cloudfront_refuses_is_no_answer(door: Edge, wrong: str, payload: bytes) -> None:
    with pytest.raises(MalformedEvent, match=wrong):
        door.read(payload)


@EDGE
def test_a_field_without_key_and_a_body_without_encoding_are_read(door: Edge) -> None:
    payload = sent(status="200", headers={"content-type": [{"value": "text/plain"}]}, body="e30=")
    assert door.read(payload) == Response(200, Headers([("content-type", "text/plain")]), b"e30=")


@pytest.mark.parametrize(
    ("kind", "status", "blamed"),
    [
        (Refusal.METHOD, 403, "Error from cloudfront"),
        (Refusal.REQUEST_TOO_LARGE, 413, "Error from cloudfront"),
        (Refusal.RESPONSE_TOO_LARGE, 502, "LambdaValidationError from cloudfront"),
        (Refusal.BAD_PAYLOAD, 502, "LambdaValidationError from cloudfront"),
        (Refusal.UNHANDLED, 503, "LambdaExecutionError from cloudfront"),
        (Refusal.TIMEOUT, 503, "LambdaExecutionError from cloudfront"),
    ],
)
def test_cloudfront_answers_with_the_documented_status(kind: str, status: int, blamed: str) -> None:
    for door in (VIEWER_REQUEST, ORIGIN_REQUEST):
        answer = door.refuse(Refusal(kind, "a < b", {"errorMessage": "secret"}))
        assert (answer.status, answer.headers.get("x-cache")) == (status, blamed)
        assert b"a &lt; b" in answer.body and b"secret" not in answer.body


# -- VPC Lattice ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in sorted(EXPECTED) if "lattice" in name])
def test_values_are_read_as_text_and_as_lists(name: str) -> None:
    event = example(name)
    other = deepcopy(event)
    for field in ("headers", "query_string_parameters", "queryStringParameters"):
        for key, value in event.get(field, {}).items():
            other[field][key] = [value] if isinstance(value, str) else ",".join(value)
    door_name, request = EXPECTED[name]
    _, door = Recognition(PLATFORM).of(other)
    parsed = door.parse(other)
    assert door.name == door_name
    assert parsed.headers.fold(",") == request.headers.fold(",")
    assert parsed.query in (request.query, "tag=red%2Cblue")


@LATTICE
def test_the_query_in_the_path_is_taken_as_it_is(door: Lattice) -> None:
    event = example(f"vpc-lattice-{door.name[-2:]}")
    event["raw_path" if door is LATTICE_V1 else "path"] = "/a%2Fb?tag=dark+blue&q=1%2B1&x"
    parsed = door.parse(event)
    assert (parsed.path, parsed.query) == ("/a%2Fb", "tag=dark+blue&q=1%2B1&x")


@LATTICE
def test_a_query_in_the_mapping_is_encoded(door: Lattice) -> None:
    event = example(f"vpc-lattice-{door.name[-2:]}")
    field = "query_string_parameters" if door is LATTICE_V1 else "queryStringParameters"
    event[field] = {"q": "1+1 & more"}
    assert door.parse(event).query == "q=1%2B1+%26+more"
    event[field] = None
    assert door.parse(event).query == ""


def test_the_time_of_a_lattice_event_is_in_microseconds_and_text() -> None:
    event = LATTICE_V2.compose(Request(headers=Headers([("host", "h")])), Stamp("request-1", 1772439331482))
    assert event["requestContext"]["timeEpoch"] == "1772439331482000"


def test_lattice_v2_lists_repeats_and_v1_joins_them() -> None:
    request = Request(
        query="tag=red&tag=blue",
        headers=Headers([("host", "h"), ("x-tag", "alpha"), ("x-tag", "beta"), ("cookie", "a=1"), ("cookie", "b=2")]),
        client=("10.20.30.40", 51234),
    )
    listed = LATTICE_V2.compose(request)
    assert listed["queryStringParameters"] == {"tag": ["red", "blue"]}
    assert listed["headers"] == {
        "host": ["h"], "x-tag": ["alpha", "beta"], "cookie": ["a=1", "b=2"], "x-forwarded-for": ["10.20.30.40"],
    }  # fmt: skip
    joined = LATTICE_V1.compose(request)
    assert joined["query_string_parameters"] == {"tag": "red,blue"}
    assert joined["headers"] == {
        "host": "h", "x-tag": "alpha,beta", "cookie": "a=1; b=2", "x-forwarded-for": "10.20.30.40",
    }  # fmt: skip


@LATTICE
def test_an_answer_to_lattice_has_one_value_a_name_in_lower_case(door: Lattice) -> None:
    fields = [("content-type", "application/json"), ("vary", "accept"), ("vary", "cookie"), ("content-length", "11")]
    response = Response(201, Headers([*fields, ("set-cookie", "a=1"), ("set-cookie", "b=2")]), b'{"ok":true}')
    assert answered(door, response) == {
        "statusCode": 201,
        "headers": {"content-type": "application/json", "vary": "accept, cookie", "set-cookie": "b=2"},
        "isBase64Encoded": False,
        "body": '{"ok":true}',
    }


@LATTICE
def test_a_binary_answer_to_lattice_is_base64(door: Lattice) -> None:
    answer = answered(door, Response(200, Headers([("content-type", "image/png")]), PNG))
    assert (answer["isBase64Encoded"], answer["body"]) == (True, b64encode(PNG).decode())


@LATTICE
def test_the_documented_answer_is_read(door: Lattice) -> None:
    payload = (example.folder / "responses" / "vpc-lattice.json").read_bytes()
    assert door.read(payload) == Response(200, Headers([("content-type", "application/json")]), b'{"ok":true}')
    with pytest.raises(MalformedEvent, match="statusCode"):
        door.read(b'"hello"')


@LATTICE
@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("method", {"method": ""}),
        ("headers", {"headers": {"a": 1}}),
        ("headers", {"headers": {"a": [1]}}),
        ("headers", {"headers": {"a": ["1\nb: 2"]}}),
        ("body", {"body": "a", "is_base64_encoded": True, "isBase64Encoded": True}),
    ],
)
def test_a_broken_field_of_a_lattice_event_is_named(door: Lattice, field: str, change: dict[str, object]) -> None:
    event = example(f"vpc-lattice-{door.name[-2:]}")
    event.update(change)
    with pytest.raises(MalformedEvent, match=f"'{field}'"):
        door.parse(event)


def test_a_path_or_a_query_of_another_type_is_named() -> None:
    for door, path, query in (
        (LATTICE_V1, "raw_path", "query_string_parameters"), (LATTICE_V2, "path", "queryStringParameters")
    ):  # fmt: skip
        for field, value in ((path, None), (query, {"a": 1}), (query, {"a": None}), (query, ["a"])):
            event = example(f"vpc-lattice-{door.name[-2:]}")
            event[field] = value
            with pytest.raises(MalformedEvent, match=f"'{field}'"):
                door.parse(event)

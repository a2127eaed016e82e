"""Example events of API Gateway, function URLs and load balancers with the exact request that each must become.

A symmetrical mistake passes the laws; these do not let it. The values are invented, the structures are recorded ones.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from fcbridge import bridge
from fcbridge.call import Recognition
from fcbridge.codec import is_object
from fcbridge.errors import MalformedEvent, UnknownEvent
from fcbridge.gateway import Stamp
from fcbridge.model import Headers, Request
from fcbridge.registry import gateway, platform
from tests.apps import environ_app, scope_app
from tests.examples import Examples

example = Examples("aws")
MATRIX = example("ENCODING-MATRIX")
DOORS = ("aws-rest", "aws-http-v1", "aws-http-v2", "aws-url", "aws-alb", "aws-alb-multi")
PREFIXES = ("alb-", "api-gateway-", "function-url")

PATH = "/v1/caf%C3%A9/a%2Fb%20c"
DECODED = "/v1/caf%C3%A9/a/b%20c"
QUERY = "tag=red&tag=dark+blue&q=1%2B1&empty=&url=https%3A%2F%2Fexample.org%2F%3Fx%3D1"
BODY = '{"msg":"héllo"}'.encode()
CLIENT = ("203.0.113.57", 0)
ANY = ("accept", "*/*")
JSON = ("content-type", "application/json")
LENGTH = ("content-length", "16")
COOKIE = ("cookie", "sid=abc; theme=dark")
PROBE = ("user-agent", "probe/1.4")
REST_HOST = ("host", "k3v9x7q2mz.execute-api.eu-west-3.amazonaws.com")
HTTP_HOST = ("host", "h8m4n2p6wq.execute-api.eu-west-3.amazonaws.com")
URL_HOST = ("host", "zq3w5e7r9t1y2u4i6o8p0a1s2d3f4g5h.lambda-url.eu-west-3.on.aws")
ALB_HOST = ("host", "shop-alb-123456789.eu-west-3.elb.amazonaws.com")
TLS = (("x-amzn-tls-cipher-suite", "TLS_AES_128_GCM_SHA256"), ("x-amzn-tls-version", "TLSv1.3"))
TRACED = (("x-trace", "one"), ("x-trace", "two"))
JOINED = ("x-trace", "one,two")


def door_fields(trace: str, client: str = "203.0.113.57") -> list[tuple[str, str]]:
    return [
        ("x-amzn-trace-id", trace),
        ("x-forwarded-for", client),
        ("x-forwarded-port", "443"),
        ("x-forwarded-proto", "https"),
    ]


REST_FIELDS = door_fields("Root=1-66b09c99-5d3e2f1a0b9c8d7e6f5a4b3c")
HTTP_FIELDS = door_fields("Root=1-66b09c9a-0a1b2c3d4e5f60718293a4b5")
ALB_FIELDS = door_fields("Root=1-66b09c9c-0a1b2c3d4e5f60718293a4b7", "198.51.100.7, 203.0.113.57")


def rest(path: str = f"/live{PATH}", base: str = "/live", host: tuple[str, str] = REST_HOST) -> Request:
    headers = Headers([ANY, host, PROBE, *REST_FIELDS, JSON, COOKIE, *TRACED])
    return Request("POST", path, QUERY, headers, BODY, CLIENT, base_path=base)


def http2(path: str = DECODED, base: str = "", client: str = "203.0.113.57") -> Request:
    fields = door_fields("Root=1-66b09c9a-0a1b2c3d4e5f60718293a4b5", client)
    headers = Headers([ANY, LENGTH, JSON, HTTP_HOST, PROBE, *fields, JOINED, COOKIE])
    return Request("POST", path, QUERY, headers, BODY, (client, 0), base_path=base)


def url(path: str = PATH) -> Request:
    headers = Headers([ANY, LENGTH, JSON, COOKIE, URL_HOST, PROBE, *TLS, *HTTP_FIELDS, JOINED])
    return Request("POST", path, QUERY, headers, BODY, CLIENT)


def bare(headers: list[tuple[str, str]], **fields: Any) -> Request:
    return Request(headers=Headers(headers), **fields)


PNG_HEAD = b"\x89PNG\r\n\x1a\n\x00"
MULTIPART = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\n\r\n\x00\xff\r\n--b--\r\n'
GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xabVJT\xb22\xac\x05\x00\xaf\xac\x1bV\x07\x00\x00\x00"
HEALTH = bare([("user-agent", "ELB-HealthChecker/2.0"), ("host", "localhost")], path="/healthz")
ALB = [ANY, LENGTH, JSON, COOKIE, ALB_HOST, PROBE, *ALB_FIELDS]

EXPECTED: dict[str, tuple[str, Request]] = {
    "api-gateway-rest-v1": ("aws-rest", rest()),
    "api-gateway-rest-v1-binary": (
        "aws-rest",
        rest().replace(
            headers=Headers([ANY, REST_HOST, PROBE, *REST_FIELDS, ("content-type", "image/png"), COOKIE, *TRACED]),
            body=PNG_HEAD,
        ),
    ),
    "api-gateway-rest-v1-cognito-authorizer": ("aws-rest", rest()),
    "api-gateway-rest-v1-lambda-authorizer": ("aws-rest", rest()),
    "api-gateway-rest-v1-double-encoded": ("aws-rest", rest("/live/a%2520b")),
    "api-gateway-rest-v1-custom-domain-base-path": (
        "aws-rest", rest(f"/shop{PATH}", "", ("host", "api.example.net")),
    ),
    "api-gateway-rest-v1-minimal-nulls": (
        "aws-rest", bare([ANY, REST_HOST, PROBE, *REST_FIELDS], path="/live/", base_path="/live", client=CLIENT),
    ),
    "api-gateway-rest-v1-console-test": ("aws-rest", bare([("host", "testPrefix.testDomainName")], path="/v1/items")),
    "api-gateway-http-v1.0-payload": (
        "aws-http-v1",
        Request(
            "POST", PATH, QUERY,
            Headers(
                [
                    LENGTH, JSON, COOKIE, HTTP_HOST, PROBE,
                    *door_fields("Root=1-66b09c9b-0a1b2c3d4e5f60718293a4b6"), ANY, *TRACED,
                ]
            ),
            BODY, CLIENT,
        ),
    ),
    "api-gateway-http-v2": ("aws-http-v2", http2()),
    "api-gateway-http-v2-double-encoded": ("aws-http-v2", http2("/a%2520b")),
    "api-gateway-http-v2-iam-authorizer": ("aws-http-v2", http2()),
    "api-gateway-http-v2-jwt-authorizer": ("aws-http-v2", http2()),
    "api-gateway-http-v2-lambda-authorizer": ("aws-http-v2", http2()),
    "api-gateway-http-v2-ipv6": ("aws-http-v2", http2(client="2001:db8:4:5::42")),
    "api-gateway-http-v2-named-stage-route-vars": ("aws-http-v2", http2(f"/dev{DECODED}", "/dev")),
    "api-gateway-http-v2-minimal": (
        "aws-http-v2", bare([ANY, ("content-length", "0"), HTTP_HOST, PROBE, *HTTP_FIELDS], client=CLIENT),
    ),
    "api-gateway-http-v2-multipart-base64": (
        "aws-http-v2",
        http2().replace(
            headers=Headers(
                [
                    ANY, ("content-length", "81"), ("content-type", "multipart/form-data; boundary=b"), HTTP_HOST,
                    PROBE, *HTTP_FIELDS, JOINED, COOKIE,
                ]
            ),
            body=MULTIPART,
        ),
    ),
    "function-url": ("aws-url", url()),
    "function-url-iam": ("aws-url", url()),
    "function-url-double-encoded": ("aws-url", url("/a%2520b")),
    "function-url-invalid-percent": ("aws-url", url("/files/bad%2Gname/100%")),
    "function-url-minimal": ("aws-url", bare([ANY, URL_HOST, PROBE, *TLS, *HTTP_FIELDS], client=CLIENT)),
    "alb-single-value": (
        "aws-alb", Request("POST", PATH, QUERY[8:], Headers([*ALB, ("x-trace", "two")]), BODY),
    ),
    "alb-multi-value": ("aws-alb-multi", Request("POST", PATH, QUERY, Headers([*ALB, *TRACED]), BODY)),
    "alb-health-check": ("aws-alb", HEALTH),
    "alb-health-check-multi-value": ("aws-alb-multi", HEALTH),
    "alb-gzip-request-base64": (
        "aws-alb",
        bare(
            [ANY, ALB_HOST, PROBE, *ALB_FIELDS, ("content-encoding", "gzip"), JSON, ("content-length", "27")],
            method="PUT", path="/upload", body=GZIP,
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_example_event_becomes_exactly_this_request(name: str) -> None:
    event = example(name)
    _, door = Recognition("aws").of(event)
    owner, expected = EXPECTED[name]
    assert door.name == owner
    parsed = door.parse(event)
    assert sorted(parsed.headers) == sorted(expected.headers)
    assert parsed.replace(headers=expected.headers) == expected


def test_every_http_example_has_its_request() -> None:
    assert {path.stem for path in example.folder.glob("*.json") if path.name.startswith(PREFIXES)} == set(EXPECTED)


OTHERS = sorted(path.stem for path in example.folder.glob("*.json") if path.stem not in EXPECTED)


@pytest.mark.parametrize("name", OTHERS)
def test_an_event_of_anything_else_is_claimed_by_none_of_these_doors(name: str) -> None:
    assert not any(gateway(door).matches(example(name)) for door in DOORS)


@pytest.mark.parametrize("name", [name for name in OTHERS if not name.startswith(("lambda-edge", "vpc-lattice"))])
def test_an_event_that_is_no_request_is_unknown(name: str) -> None:
    assert not any(door.matches(example(name)) for door in platform("aws").gateways)
    with pytest.raises(UnknownEvent):
        Recognition("aws").of(example(name))


# -- events that look like requests ---------------------------------------------------------------------------------


def test_a_websocket_event_with_the_fields_of_a_rest_api_is_still_none() -> None:
    # As a widely copied example has it.
    event = example("websocket-connect") | {"resource": "", "path": "", "httpMethod": "GET"}
    with pytest.raises(UnknownEvent):
        Recognition("aws").of(event)
    trigger = platform("aws").trigger(event)
    assert trigger is not None
    assert trigger.name == "aws-websocket"


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("api-gateway-rest-v1", "methodArn"),
        ("api-gateway-http-v1.0-payload", "methodArn"),
        ("api-gateway-http-v2", "routeArn"),
    ],
)
def test_an_event_for_a_lambda_authorizer_is_no_request(name: str, field: str) -> None:
    event = example(name) | {"type": "REQUEST", field: "arn:aws:execute-api:eu-west-3:123456789012:k3v9x7q2mz/live"}
    with pytest.raises(UnknownEvent, match="one for a Lambda authorizer of Amazon API Gateway"):
        Recognition("aws").of(event)


# -- what each front door encodes -------------------------------------------------------------------------------------

ROWS = {
    "REST v1": "api-gateway-rest-v1",
    "HTTP API payload 1.0": "api-gateway-http-v1.0-payload",
    "HTTP API payload 2.0": "api-gateway-http-v2",
    "Function URL": "function-url",
    "ALB": "alb-multi-value",
}


@pytest.mark.parametrize(
    "row", [row for row in MATRIX["rows"] if row["front_door"] in ROWS], ids=lambda row: row["front_door"]
)
def test_the_app_sees_the_path_and_the_query_that_the_client_sent(row: dict[str, Any]) -> None:
    name = ROWS[row["front_door"]]
    event = example(name)
    assert event[row["path_field"]] == row["path"]
    assert event[row["query_field"].partition(" or ")[0]] == row["query"]
    with bridge(scope_app, platform="aws") as handler:
        seen = json.loads(handler(event)["body"])
    target, _, query = MATRIX["client_request_target"].partition("?")
    # %2F is a slash already in what an HTTP API sends.
    raw = target.replace("%2F", "/") if "DECODED" in row["path_state"] else target
    assert seen["raw_path"] == f"{seen['root_path']}{raw}"
    assert seen["path"] == f"{seen['root_path']}/v1/café/a/b c"
    assert seen["query"] == query


def test_every_row_of_these_doors_is_tried() -> None:
    others = {row["front_door"] for row in MATRIX["rows"]} - set(ROWS)
    assert others == {"Lambda@Edge"}


@pytest.mark.parametrize("name", [name for name in EXPECTED if name.endswith("double-encoded")])
def test_a_path_is_decoded_once(name: str) -> None:
    with bridge(scope_app, platform="aws") as handler:
        seen = json.loads(handler(example(name))["body"])
    assert seen["path"] == f"{seen['root_path']}/a%20b"
    assert seen["raw_path"] == f"{seen['root_path']}/a%2520b"


@pytest.mark.parametrize(
    ("path", "whole", "expected"),
    [
        ("/a%20b", "/a b", "/a%20b"),  # as it was sent
        ("/a b", "/a b", "/a%20b"),  # decoded
        ("/café", "/café", "/caf%C3%A9"),
        ("/a%2520b", "/a%20b", "/a%2520b"),
        ("/a%20b", "/a%20b", "/a%2520b"),  # decoded, of %2520
        ("/100%", "/100%", "/100%"),  # no escape in either reading
        ("/a%2Fb", "/a/b", "/a%2Fb"),
    ],
)
def test_either_reading_of_a_path_in_payload_1_of_an_http_api_gives_the_path(
    path: str, whole: str, expected: str
) -> None:
    event = example("api-gateway-http-v1.0-payload")
    event["path"], event["requestContext"]["path"] = path, whole
    assert gateway("aws-http-v1").parse(event).path == expected


@pytest.mark.parametrize("path", ["/what?/x", "/c#", "/100%"])
def test_no_character_of_a_decoded_path_ends_it(path: str) -> None:
    event = example("api-gateway-http-v2") | {"rawPath": path}
    with bridge(scope_app, platform="aws") as handler:
        assert json.loads(handler(event)["body"])["path"] == path


@pytest.mark.parametrize(
    ("name", "field", "value", "query"),
    [
        ("api-gateway-rest-v1", "multiValueQueryStringParameters", {"a": ["1 2", "1+2"]}, "a=1+2&a=1%2B2"),
        ("api-gateway-rest-v1", "multiValueQueryStringParameters", {"a&b": ["c=d"]}, "a%26b=c%3Dd"),
        ("api-gateway-http-v1.0-payload", "multiValueQueryStringParameters", {"a": ["1+2"]}, "a=1%2B2"),
        ("alb-single-value", "queryStringParameters", {"a": "1+2%2B%26"}, "a=1+2%2B%26"),
        ("alb-multi-value", "multiValueQueryStringParameters", {"a%26": ["1%2B1", "+"]}, "a%26=1%2B1&a%26=+"),
        ("api-gateway-http-v2", "rawQueryString", 'a=1+2%2B&é="', 'a=1+2%2B&%C3%A9="'),
        ("function-url", "rawQueryString", "a=1 2#", "a=1%202%23"),
    ],
)
def test_a_plus_sign_stays_what_it_was(name: str, field: str, value: object, query: str) -> None:
    owner, _ = EXPECTED[name]
    assert gateway(owner).parse(example(name) | {field: value}).query == query


# -- stages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "whole", "stage", "expected"),
    [
        ("/items", "/prod/items", "prod", ("/prod/items", "/prod")),  # the API's own domain
        ("/", "/prod", "prod", ("/prod/", "/prod")),
        ("/items/", "/prod/items/", "prod", ("/prod/items/", "/prod")),
        ("/x", "/prod//x", "prod", ("/prod//x", "/prod")),  # of several slashes, one is left in "path"
        ("/products", "/products", "prod", ("/products", "")),  # no segment of its own
        ("/prod/items", "/prod/items", "prod", ("/prod/items", "")),  # a mapping that hides the stage, or does not
        ("/shop/items", "/shop/items", "prod", ("/shop/items", "")),  # a mapping's base path
        ("/shop/prod/items", "/shop/prod/items", "prod", ("/shop/prod/items", "")),
        ("/prod/prod", "/prod/prod/prod", "prod", ("/prod/prod/prod", "/prod")),
        ("v1/items", "/{proxy+}", "test-invoke-stage", ("/v1/items", "")),  # the console's test button
        ("", "/prod", "prod", ("/prod/", "/prod")),
        ("/items", None, None, ("/items", "")),
        ("/items", "/items", "", ("/items", "")),
    ],
)
def test_the_stage_of_a_rest_api_is_the_base_path_where_the_clients_url_has_it(
    path: str, whole: object, stage: object, expected: tuple[str, str]
) -> None:
    event = example("api-gateway-rest-v1") | {"path": path}
    event["requestContext"] |= {"path": whole, "stage": stage}
    request = gateway("aws-rest").parse(event)
    assert (request.path, request.base_path) == expected


@pytest.mark.parametrize("name", ["api-gateway-http-v2", "api-gateway-http-v1.0-payload"])
@pytest.mark.parametrize(
    ("path", "stage", "base"),
    [
        ("/prod/items", "prod", "/prod"),
        ("/prod", "prod", "/prod"),
        ("/products", "prod", ""),
        ("/items", "prod", ""),
        ("/$default/items", "$default", ""),
        ("/None/items", None, ""),
    ],
)
def test_the_stage_of_an_http_api_is_the_base_path_where_it_stands_first(
    name: str, path: str, stage: object, base: str
) -> None:
    owner, _ = EXPECTED[name]
    event = example(name) | {"rawPath": path, "path": path}
    event["requestContext"]["stage"] = stage
    request = gateway(owner).parse(event)
    assert (request.path, request.base_path) == (path, base)


# -- whatever is null or missing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(EXPECTED))
@pytest.mark.parametrize("way", ["null", "missing"])
def test_a_field_that_is_null_or_missing_is_an_empty_one(name: str, way: str) -> None:
    owner, expected = EXPECTED[name]
    event = example(name)
    for field in (
        "headers", "queryStringParameters", "multiValueQueryStringParameters", "rawQueryString", "cookies",
        "pathParameters", "stageVariables", "body", "isBase64Encoded",
    ):  # fmt: skip
        if way == "null":
            event[field] = None
        else:
            event.pop(field, None)
    if "multiValueHeaders" in event:
        event["multiValueHeaders"] = None  # that it is there tells the door
    assert gateway(owner).matches(event)
    request = gateway(owner).parse(event)
    domain = event["requestContext"].get("domainName", "localhost")
    assert (request.query, request.body, request.headers.pairs) == ("", b"", [("host", domain)])
    assert (request.path, request.client) == (expected.path, expected.client)


def test_the_body_of_a_rest_api_has_no_length_and_a_wsgi_app_reads_it_whole() -> None:
    event = example("api-gateway-rest-v1")
    assert not any(name.lower() == "content-length" for name in event["multiValueHeaders"])
    with bridge(environ_app, platform="aws") as handler:
        seen = json.loads(handler(event)["body"])
    assert seen["CONTENT_LENGTH"] == str(len(BODY))
    assert seen["body"].encode("latin-1") == BODY


@pytest.mark.parametrize("name", ["function-url", "api-gateway-http-v2"])
def test_cookies_are_seen_once(name: str) -> None:
    owner, _ = EXPECTED[name]
    event = example(name)
    assert ("cookie" in event["headers"]) is (name == "function-url")
    assert gateway(owner).parse(event).headers.get_all("cookie") == ["sid=abc; theme=dark"]


def test_a_comma_in_a_joined_header_is_left_alone() -> None:
    event = example("api-gateway-http-v2")
    event["headers"]["if-modified-since"] = "Wed, 05 Aug 2026 07:08:09 GMT"
    headers = gateway("aws-http-v2").parse(event).headers
    assert headers.get_all("if-modified-since") == ["Wed, 05 Aug 2026 07:08:09 GMT"]


def test_a_field_that_only_one_of_the_two_maps_has_is_not_lost() -> None:
    event = example("api-gateway-rest-v1")
    event["headers"]["X-By-Hand"] = "1"
    assert gateway("aws-rest").parse(event).headers.get_all("x-by-hand") == ["1"]


def test_a_map_that_is_null_is_not_the_load_balancers_mode() -> None:
    event = example("alb-single-value")
    event |= {"multiValueHeaders": None, "multiValueQueryStringParameters": None}  # as typed languages print one
    assert platform("aws").door(event, None) is gateway("aws-alb")
    event = example("alb-multi-value")
    event |= {"headers": None, "queryStringParameters": None}
    assert platform("aws").door(event, None) is gateway("aws-alb-multi")


def test_one_value_in_place_of_a_list_is_one_value() -> None:
    event = example("alb-multi-value")
    event["multiValueQueryStringParameters"] = {"tag": "red", "q": ["1%2B1"]}
    assert gateway("aws-alb-multi").parse(event).query == "tag=red&q=1%2B1"


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("198.51.100.7, 203.0.113.57", ["203.0.113.57", 0]),
        ("198.51.100.7, 203.0.113.57:50123", ["203.0.113.57", 50123]),
        ("198.51.100.7, [2001:db8::1]:8080", ["2001:db8::1", 8080]),
        ("2001:db8::1", ["2001:db8::1", 0]),
    ],
)
def test_behind_a_load_balancer_the_client_is_the_last_of_the_forwarded(forwarded: str, client: object) -> None:
    event = example("alb-single-value")
    event["headers"]["x-forwarded-for"] = forwarded
    with bridge(scope_app, platform="aws") as handler:
        assert json.loads(handler(event)["body"])["client"] == client


def test_what_a_caller_writes_into_forwarded_is_not_the_client_of_an_api() -> None:
    for name in ("api-gateway-rest-v1", "api-gateway-http-v1.0-payload", "api-gateway-http-v2", "function-url"):
        event = example(name)
        for headers in (event["headers"], event.get("multiValueHeaders", {})):
            for key in headers:
                if key.lower() == "x-forwarded-for":
                    headers[key] = ["192.0.2.66"] if isinstance(headers[key], list) else "192.0.2.66"
        with bridge(scope_app, platform="aws") as handler:
            assert json.loads(handler(event)["body"])["client"] == ["203.0.113.57", 0]


@pytest.mark.parametrize(
    ("protocol", "version"),
    [("HTTP/1.1", "1.1"), ("HTTP/1.0", "1.0"), ("HTTP/2.0", "2"), ("HTTP/2", "2"), (None, "1.1")],
)
def test_the_version_of_http_is_spelled_as_asgi_has_it(protocol: object, version: str) -> None:
    event = example("api-gateway-http-v2")
    event["requestContext"]["http"]["protocol"] = protocol
    assert gateway("aws-http-v2").parse(event).http_version == version


@pytest.mark.parametrize(
    ("name", "field", "change"),
    [
        ("api-gateway-rest-v1", "httpMethod", {"httpMethod": "GET / HTTP/1.1\r\nX-A: 1"}),
        ("api-gateway-rest-v1", "headers", {"multiValueHeaders": {"a": [1]}}),
        ("api-gateway-rest-v1", "headers", {"multiValueHeaders": None, "headers": {"x-a": "1\r\nx-b: 2"}}),
        ("api-gateway-rest-v1", "multiValueQueryStringParameters", {"multiValueQueryStringParameters": {"a": [None]}}),
        ("api-gateway-rest-v1", "path", {"path": None}),
        ("api-gateway-rest-v1", "path", {"path": "/\ud800"}),
        ("api-gateway-rest-v1", "body", {"body": "abc", "isBase64Encoded": True}),
        ("api-gateway-rest-v1", "requestContext.identity", {"requestContext": {"identity": {"sourceIp": 7}}}),
        ("api-gateway-rest-v1", "requestContext", {"requestContext": {"protocol": 7}}),
        ("api-gateway-http-v2", "requestContext.http", {"requestContext": {"http": {"method": ""}}}),
        ("api-gateway-http-v2", "cookies", {"cookies": [1]}),
        ("api-gateway-http-v2", "cookies", {"cookies": ["a=1\r\nX-A: 1"]}),
        ("api-gateway-http-v2", "rawPath", {"rawPath": 7}),
        ("function-url", "rawQueryString", {"rawQueryString": {"a": "b"}}),
        ("function-url", "headers", {"headers": {"a": ["b"]}}),
        ("alb-single-value", "headers", {"headers": {"not a name": "1"}}),
        ("alb-single-value", "queryStringParameters", {"queryStringParameters": {"a": None}}),
        ("alb-single-value", "queryStringParameters", {"queryStringParameters": {"a": ["b"]}}),
        ("alb-single-value", "path", {"path": 7}),
        ("alb-multi-value", "headers", {"multiValueHeaders": {"a": 1}}),
        ("alb-multi-value", "body", {"body": {"a": 1}}),
    ],
)
def test_a_broken_field_is_named_without_its_value(name: str, field: str, change: dict[str, object]) -> None:
    owner, _ = EXPECTED[name]
    with pytest.raises(MalformedEvent, match=f"its field '{field}'") as caught:
        gateway(owner).parse(example(name) | change)
    assert gateway(owner).title in caught.value.message
    assert "fcbridge event generate" in str(caught.value.hint)


# -- what is composed -------------------------------------------------------------------------------------------------

STAMP = Stamp("request-1", 1785913689123)
ASKED = Request(
    "POST", PATH, "b=2&a=1&a=x+y", Headers([("host", "api.example.com"), JSON, LENGTH, COOKIE, *TRACED]), BODY,
    ("203.0.113.57", 50123), http_version="2",
)  # fmt: skip


def shape(value: Any) -> Any:
    """The names of all fields of an event, whatever their values are."""
    return {key: shape(inner) for key, inner in value.items()} if is_object(value) else None


@pytest.mark.parametrize(
    "name", ["api-gateway-rest-v1", "api-gateway-http-v1.0-payload", "api-gateway-http-v2", "function-url"]
)
def test_a_composed_event_has_the_fields_of_a_recorded_one(name: str) -> None:
    owner, _ = EXPECTED[name]
    composed, recorded = shape(gateway(owner).compose(ASKED, STAMP)), shape(example(name))
    maps = {"headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters"}
    for field in maps & recorded.keys():
        del composed[field], recorded[field]
    assert composed == recorded


@pytest.mark.parametrize("name", ["alb-single-value", "alb-multi-value"])
def test_a_load_balancer_composes_the_maps_of_its_mode_alone(name: str) -> None:
    owner, _ = EXPECTED[name]
    event: Any = gateway(owner).compose(ASKED, STAMP)
    assert event.keys() == example(name).keys()


def test_a_rest_api_writes_null_for_what_is_not_there() -> None:
    event: Any = gateway("aws-rest").compose(Request(headers=Headers([("host", "api.example.com")])), STAMP)
    assert [event[field] for field in ("queryStringParameters", "multiValueQueryStringParameters", "body")] == [
        None
    ] * 3
    assert event["pathParameters"] is None
    assert event["requestContext"]["identity"]["user"] is None


def test_an_http_api_leaves_out_what_is_not_there() -> None:
    event: Any = gateway("aws-http-v2").compose(Request(headers=Headers([("host", "api.example.com")])), STAMP)
    assert event.keys() == {
        "version", "routeKey", "rawPath", "rawQueryString", "headers", "requestContext", "isBase64Encoded",
    }  # fmt: skip


def test_headers_are_spelled_as_the_door_spells_them() -> None:
    rest_event: Any = gateway("aws-rest").compose(ASKED, STAMP)
    assert {"Host", "Cookie", "X-Forwarded-For", "X-Amzn-Trace-Id", "x-trace"} < rest_event["headers"].keys()
    assert "content-length" not in {name.lower() for name in rest_event["headers"]}
    assert rest_event["headers"]["x-trace"] == "two"
    assert rest_event["multiValueHeaders"]["x-trace"] == ["one", "two"]
    http_event: Any = gateway("aws-http-v1").compose(ASKED, STAMP)
    assert http_event["headers"]["Content-Length"] == "16"
    assert http_event["version"] == "1.0"
    second: Any = gateway("aws-http-v2").compose(ASKED, STAMP)
    assert second["headers"]["x-trace"] == "one,two"
    assert second["cookies"] == ["sid=abc", "theme=dark"]
    assert "cookie" not in second["headers"]
    third: Any = gateway("aws-url").compose(ASKED, STAMP)
    assert (third["headers"]["cookie"], third["cookies"]) == ("sid=abc; theme=dark", ["sid=abc", "theme=dark"])


def test_the_gateways_stamp_and_the_client_are_in_the_event() -> None:
    event: Any = gateway("aws-http-v2").compose(ASKED, STAMP)
    context = event["requestContext"]
    assert (context["requestId"], context["timeEpoch"]) == ("request-1", 1785913689123)
    assert context["time"] == "05/Aug/2026:07:08:09 +0000"
    assert (context["http"]["sourceIp"], context["http"]["protocol"]) == ("203.0.113.57", "HTTP/2.0")
    assert event["headers"]["x-amzn-trace-id"].startswith("Root=1-6a72e159-")
    assert event["headers"]["x-forwarded-for"] == "203.0.113.57"


@pytest.mark.parametrize("name", ["aws-rest", "aws-http-v1", "aws-http-v2"])
def test_a_base_path_is_composed_as_a_stage_of_that_name(name: str) -> None:
    door = gateway(name)
    asked = ASKED.replace(path="/prod/items", base_path="/prod")
    event: Any = door.compose(asked)
    assert event["requestContext"]["stage"] == "prod"
    request = door.parse(event)
    assert (request.path, request.base_path) == ("/prod/items", "/prod")


@pytest.mark.parametrize("host", ["api.example.com", "x1.lambda-url.eu-west-3.on.aws"])
def test_a_function_url_is_told_by_its_domain_whatever_host_was_asked(host: str) -> None:
    asked = Request(headers=Headers([("host", host)]))
    for name in ("aws-http-v2", "aws-url"):
        event = gateway(name).compose(asked)
        assert [door for door in DOORS if gateway(door).matches(event)] == [name]
        assert gateway(name).parse(event).headers.get("host") == host


@pytest.mark.parametrize(
    ("kind", "encoded"),
    [
        ("text/csv", False), ("application/json; charset=utf-8", False), ("application/xml", False),
        ("application/x-www-form-urlencoded", True), ("application/problem+json", True), ("image/png", True),
    ],
)  # fmt: skip
def test_forms_are_binary_to_all_but_a_rest_api(kind: str, encoded: bool) -> None:
    asked = Request("POST", headers=Headers([("host", "h"), ("content-type", kind)]), body=b"a=1")
    for name in ("aws-http-v1", "aws-http-v2", "aws-url", "aws-alb", "aws-alb-multi"):
        event: Any = gateway(name).compose(asked)
        assert event["isBase64Encoded"] is encoded
        assert gateway(name).parse(event).body == b"a=1"

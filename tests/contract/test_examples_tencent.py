"""Example events of Tencent Cloud with the exact request that each must become.

A symmetrical mistake passes the laws; these do not let it. The values are invented, the structures are the documented
ones, or those that have been seen where the documents are silent.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from fcbridge import bridge
from fcbridge.call import Recognition
from fcbridge.codec import is_object
from fcbridge.errors import MalformedEvent, UnknownEvent
from fcbridge.gateway import Settings, Stamp
from fcbridge.losses import lost_of_request
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import gateway
from fcbridge_adapters.tencent import PLATFORM
from fcbridge_adapters.tencent.runtime import SCF_RUNTIME
from tests.apps import scope_app
from tests.examples import Examples

example = Examples("tencent")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
SERVICE = "service-q7w8e9rt-1259876543.sh.apigw.tencentcs.com"
CALLER = ("203.0.113.25", 0)
BLUE = b'{"sku":"blue-7"}'
NAMES = ["scf-url", "scf-apigw", "scf-clb", "tcb-http"]


def behind_the_api_gateway(method: str, path: str, *, kind: str = "application/json", **fields: Any) -> Request:
    headers = Headers(
        [
            ("accept", "application/json"),
            ("content-length", "16"),
            ("content-type", kind),
            ("endpoint-timeout", "15"),
            ("host", SERVICE),
            ("requestsource", "APIGW"),
            ("user-agent", "demo-client/1.0"),
            ("x-api-requestid", "0f6e2a77c1d24b3b9a51f7c2d3e4a5b6"),
            ("x-api-scheme", "https"),
            ("x-b3-traceid", "0f6e2a77c1d24b3b9a51f7c2d3e4a5b6"),
            ("x-qualifier", "$DEFAULT"),
        ]
    )
    return Request(method, f"/release{path}", headers=headers, client=CALLER, base_path="/release", **fields)


def behind_cloudbase(
    method: str, path: str, *more: tuple[str, str], kind: str = "application/json", **fields: Any
) -> Request:
    headers = Headers(
        [
            ("accept", "*/*"),
            ("connection", "close"),
            ("content-type", kind),
            ("host", "shop-1a2b3c.service.tcloudbase.com"),
            ("user-agent", "demo-client/1.0"),
            ("x-forwarded-for", "203.0.113.25"),
            ("x-real-ip", "203.0.113.25"),
            *more,
        ]
    )
    return Request(method, path, headers=headers, client=None, **fields)


URL_HOST = ("host", "1259876543-a1b2c3d4e5.ap-shanghai.tencentscf.com")

EXPECTED = {
    "function-url": (
        "scf-url",
        Request(
            "POST",
            "/items/7",
            "page=2&size=10",
            Headers(
                [
                    ("accept", "*/*"),
                    ("accept-encoding", "gzip"),
                    ("content-length", "16"),
                    ("content-type", "application/json"),
                    URL_HOST,
                    ("user-agent", "demo-client/1.0"),
                    ("x-scf-remote-addr", "203.0.113.25"),
                ]
            ),
            BLUE,
            CALLER,
        ),
    ),
    "function-url-get": (
        "scf-url",
        Request(
            headers=Headers([("accept", "text/html"), URL_HOST, ("x-scf-remote-addr", "203.0.113.26")]),
            client=("203.0.113.26", 0),
        ),
    ),
    "function-url-request-context": (
        "scf-url",
        Request(
            path="/items/7",
            query="tag=red&tag=blue&debug=",
            headers=Headers([("accept", "*/*"), URL_HOST]),
            client=CALLER,
        ),
    ),
    "apigw": ("scf-apigw", behind_the_api_gateway("POST", "/shop/items/7", query="page=2", body=BLUE)),
    "apigw-base64-bool-flag": (
        "scf-apigw", behind_the_api_gateway("POST", "/shop/items/7", query="page=2", body=b"hello"),
    ),
    "apigw-base64-string-flag": (
        "scf-apigw",
        behind_the_api_gateway(
            "POST", "/shop/items/7", query="page=2", kind="image/png", body=b"\x89PNG\r\n\x1a\nfake"
        ),
    ),
    "apigw-minimal": ("scf-apigw", behind_the_api_gateway("GET", "/shop")),
    "apigw-query-variants": (
        "scf-apigw",
        behind_the_api_gateway(
            "GET", "/shop/items/7", query="tag=red&tag=blue&debug=&q=%E8%8C%B6+%E6%9D%AF&empty="
        ),
    ),
    "apigw-titlecase-headers": (
        "scf-apigw",
        Request(
            "POST",
            "/shop/items/7",
            "page=2",
            Headers(
                [
                    ("accept", "text/html"),
                    ("host", "shop.example.com"),
                    ("user-agent", "demo"),
                    ("content-type", "application/json"),
                ]
            ),
            BLUE,
            CALLER,
        ),
    ),
    "clb": (
        "scf-clb",
        Request(
            "POST",
            "/shop/items",
            "",
            Headers(
                [
                    ("content-type", "application/json"),
                    ("host", "clb.example.com"),
                    ("user-agent", "demo"),
                    ("x-stgw-time", "1790000000.123"),
                    ("x-client-proto", "https"),
                    ("x-forwarded-proto", "https"),
                    ("x-client-proto-ver", "HTTP/1.1"),
                    ("x-real-ip", "203.0.113.25"),
                    ("x-forwarded-for", "203.0.113.25"),
                    ("x-vip", "198.51.100.9"),
                    ("x-vport", "443"),
                    ("x-uri", "/shop/items"),
                    ("x-method", "POST"),
                    ("x-real-port", "51234"),
                ]
            ),
            b'{"sku":"blue-7","qty":"2"}',
            ("203.0.113.25", 51234),
        ),
    ),
    "http-access": ("tcb-http", behind_cloudbase("POST", "/users/7", query="page=2", body=BLUE)),
    "http-access-base64": (
        "tcb-http",
        behind_cloudbase("POST", "/users/7", kind="text/xml", query="page=2", body=b"<xml><a>1</a></xml>"),
    ),
    "http-access-encoded-path": ("tcb-http", behind_cloudbase("GET", "/%E8%8C%B6%20cup", query="page=2")),
    "http-access-legacy-get": ("tcb-http", behind_cloudbase("GET", "/")),
    "http-access-multi": (
        "tcb-http",
        behind_cloudbase("GET", "/users/7", ("x-trace", "a"), ("x-trace", "b"), query="tag=red&tag=blue"),
    ),
    "http-access-behind-cdn": (
        "tcb-http",
        Request(
            "POST",
            "/text",
            "content=78&content=788",
            Headers(
                [
                    ("content-length", "3"),
                    ("content-type", "text/plain"),
                    ("host", "cloud.example.cn"),
                    ("x-client-proto", "https"),
                    ("x-forwarded-for", "203.0.113.25, 198.51.100.43"),
                    ("x-forwarded-proto", "https"),
                    ("x-real-ip", "198.51.100.43"),
                ]
            ),
            b"789",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_example_event_becomes_exactly_this_request(name: str) -> None:
    event = example(name)
    _, door = Recognition("tencent").of(event)
    assert (door.name, door.parse(event)) == EXPECTED[name]


def test_every_http_example_has_its_request() -> None:
    assert example.names() == set(EXPECTED)


# -- requests -------------------------------------------------------------------------------------------------------


def parsed(name: str, changes: dict[str, Any]) -> Request:
    examples = {"scf-url": "function-url", "scf-apigw": "apigw", "scf-clb": "clb", "tcb-http": "http-access"}
    return gateway(name).parse(example(examples[name]) | changes)


def test_the_query_is_what_was_sent_and_not_what_the_api_declares() -> None:
    event = {"queryString": {"page": "2", "sort": "asc"}, "queryStringParameters": {"page": "", "declared": "1"}}
    assert parsed("scf-apigw", event).query == "page=2&sort=asc"


@pytest.mark.parametrize("name", ["scf-url", "scf-apigw"])
def test_a_key_without_a_value_is_true_and_repeats_are_a_list(name: str) -> None:
    event = gateway(name).compose(Request(query="flag&tag=red&tag=blue&empty=&q=%E8%8C%B6+x"))
    assert is_object(event)
    assert event["queryString"] == {"empty": "", "flag": True, "q": "茶 x", "tag": ["red", "blue"]}


@pytest.mark.parametrize("value", [False, None, 7, {"a": "1"}, ["a", None]])
def test_any_other_value_of_a_query_is_malformed(value: object) -> None:
    with pytest.raises(MalformedEvent, match="'queryString'"):
        parsed("scf-apigw", {"queryString": {"a": value}})


@pytest.mark.parametrize("flag", [True, "true", "True"])
@pytest.mark.parametrize("name", ["scf-apigw", "scf-url", "tcb-http"])
def test_base64_is_told_by_a_boolean_or_by_text(name: str, flag: object) -> None:
    assert parsed(name, {"body": b64encode(PNG).decode(), "isBase64Encoded": flag}).body == PNG


@pytest.mark.parametrize("flag", [False, "false", "False", None])
@pytest.mark.parametrize("name", ["scf-apigw", "scf-url", "tcb-http"])
def test_without_the_flag_a_body_is_text(name: str, flag: object) -> None:
    assert parsed(name, {"body": "aGVsbG8=", "isBase64Encoded": flag}).body == b"aGVsbG8="


@pytest.mark.parametrize(
    ("host", "stage", "expected"),
    [
        (SERVICE, "release", ("/release/shop", "/release")),
        (SERVICE.upper(), "test", ("/test/shop", "/test")),
        (f"{SERVICE}:443", "prepub", ("/prepub/shop", "/prepub")),
        ("service-q7w8e9rt-1259876543.ap-guangzhou.apigateway.myqcloud.com", "release", ("/release/shop", "/release")),
        (SERVICE, "", ("/shop", "")),
        (SERVICE, None, ("/shop", "")),
        (SERVICE, "/", ("/shop", "")),
        ("api.example.com", "release", ("/shop", "")),
        ("apigw.tencentcs.com.example.com", "release", ("/shop", "")),
    ],
)
def test_the_stage_is_the_base_path_on_the_services_own_domain_alone(
    host: str, stage: str | None, expected: tuple[str, str]
) -> None:
    context = example("apigw")["requestContext"] | {"stage": stage}
    request = parsed("scf-apigw", {"path": "/shop", "headers": {"host": host}, "requestContext": context})
    assert (request.path, request.base_path) == expected


def test_a_path_without_a_slash_at_its_beginning_has_been_seen() -> None:
    context = example("apigw")["requestContext"] | {"stage": None}
    assert parsed("scf-apigw", {"path": "shop/items", "requestContext": context}).path == "/shop/items"


def test_the_url_of_a_stage_loses_it_in_the_event() -> None:
    headers = Headers([("host", SERVICE)])
    for path, inner in [("/test/items", "/items"), ("/test/", "/"), ("/test", "/"), ("/", "/")]:
        event = gateway("scf-apigw").compose(Request(path=path, headers=headers))
        assert is_object(event)
        assert (event["path"], event["requestContext"]["stage"]) == (inner, path[1:5])


@pytest.mark.parametrize(
    ("name", "headers", "context", "expected"),
    [
        # What only the platform can write, and nothing that a caller can.
        ("scf-url", {"x-scf-remote-addr": "203.0.113.7", "x-real-ip": "6.6.6.6"}, None, ("203.0.113.7", 0)),
        ("scf-url", {"x-scf-remote-addr": "203.0.113.7:51234"}, None, ("203.0.113.7", 51234)),
        ("scf-url", {"x-scf-remote-addr": "[2001:db8::7]:51234"}, None, ("2001:db8::7", 51234)),
        ("scf-url", {"x-scf-remote-addr": "2001:db8::7"}, {"sourceIp": "203.0.113.8"}, ("2001:db8::7", 0)),
        ("scf-url", {"x-scf-remote-addr": "6.6.6.6, 203.0.113.7"}, None, ("203.0.113.7", 0)),
        ("scf-url", {"x-scf-remote-addr": ["6.6.6.6", "203.0.113.7"]}, None, ("203.0.113.7", 0)),
        ("scf-url", {}, {"sourceIp": "203.0.113.8"}, ("203.0.113.8", 0)),
        ("scf-url", {"x-real-ip": "6.6.6.6"}, {}, None),
        ("scf-apigw", {"x-real-ip": "6.6.6.6"}, {"serviceId": "s", "sourceIp": "2001:db8::7"}, ("2001:db8::7", 0)),
        ("scf-apigw", {"x-real-ip": "6.6.6.6"}, {"serviceId": "s"}, None),
        ("tcb-http", {"x-real-ip": "203.0.113.7"}, {"envId": "e"}, ("203.0.113.7", 0)),
        ("tcb-http", {"x-real-ip": "203.0.113.7", "x-forwarded-for": "203.0.113.7"}, {"envId": "e"}, None),
        ("tcb-http", {}, {"envId": "e"}, None),
    ],
)
def test_the_clients_address_is_what_the_platform_wrote(
    name: str, headers: dict[str, Any], context: object, expected: tuple[str, int] | None
) -> None:
    event = {"headers": headers, "requestContext": context, "multiValueHeaders": None}
    assert parsed(name, event).client == expected


def test_behind_a_cdn_a_second_hop_is_trusted_where_that_is_said() -> None:
    for hops, address in [(1, "198.51.100.43"), (2, "203.0.113.25")]:
        with bridge(scope_app, platform="tencent", trusted_hops=hops) as handler:
            payload = handler(example("http-access-behind-cdn"), example("contexts/scf"))
        assert json.loads(payload["body"])["client"][0] == address


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, "https"),
        ({"x-api-scheme": "http"}, "http"),
        ({"x-api-scheme": "https", "x-forwarded-proto": "http"}, "https"),
        ({"x-client-proto": "http", "x-forwarded-proto": "https"}, "http"),
        ({"x-forwarded-proto": "https, http"}, "http"),
    ],
)
def test_the_scheme_is_that_of_the_gateways_own_header(headers: dict[str, str], expected: str) -> None:
    assert parsed("scf-apigw", {"headers": headers}).scheme == expected


def test_a_header_may_be_a_list() -> None:
    headers = parsed("scf-apigw", {"headers": {"X-Tag": ["a", "b"], "Cookie": "a=1"}}).headers
    assert headers == Headers([("x-tag", "a"), ("x-tag", "b"), ("cookie", "a=1")])


def test_lists_of_headers_win_over_single_ones() -> None:
    event = {"headers": {"host": "one"}, "multiValueHeaders": {"Host": ["other"], "X-Tag": ["a", "b"]}}
    assert parsed("tcb-http", event).headers == Headers([("host", "other"), ("x-tag", "a"), ("x-tag", "b")])
    assert parsed("tcb-http", event | {"multiValueHeaders": {}}).headers == Headers([("host", "one")])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"payload": '{"a": 1}'}, b'{"a": 1}'),  # as text, not as a value
        ({"payload": b64encode(PNG).decode(), "isBase64Encoded": "true"}, PNG),
        ({"payload": {"name": "报"}}, '{"name":"报"}'.encode()),
        ({"payload": {"name": "\ud800"}}, b'{"name":"\\ud800"}'),
        ({"payload": [1, 2]}, b"[1,2]"),
        ({"payload": ""}, b""),
        ({"payload": None}, b""),
    ],
)
def test_the_load_balancers_payload_is_a_value_or_text_or_base64(change: dict[str, Any], expected: bytes) -> None:
    assert parsed("scf-clb", change).body == expected


@pytest.mark.parametrize(
    ("headers", "payload", "expected"),
    [
        ({"X-Uri": "/a", "X-Args": "b=1"}, "", ("GET", "/a", "b=1")),
        ({"X-Uri": "/a?b=1", "X-Method": "PUT"}, "", ("PUT", "/a", "b=1")),
        ({"X-Uri": "/报 告", "X-Args": "q=报"}, "", ("GET", "/%E6%8A%A5%20%E5%91%8A", "q=%E6%8A%A5")),
        ({"x-client-proto": "https"}, "text", ("POST", "/", "")),  # lower case, as over HTTP/2; nothing configured
    ],
)
def test_what_the_load_balancer_is_not_told_to_send_is_assumed(
    headers: dict[str, str], payload: str, expected: tuple[str, str, str]
) -> None:
    event = {"headers": headers, "payload": payload, "isBase64Encoded": "false"}
    assert gateway("scf-clb").matches(event)
    request = gateway("scf-clb").parse(event)
    assert (request.method, request.path, request.query) == expected


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("application/json", b'{ "a": 1 }', ({"a": 1}, "false")),
        ("application/json", b"[1, 2]", ("[1, 2]", "false")),
        ("application/json", b'{"a": NaN}', ('{"a": NaN}', "false")),
        ("text/plain", "报".encode(), ("报", "false")),
        ("text/plain", "报".encode("gbk"), ("\ufffd\ufffd", "false")),
        ("application/x-www-form-urlencoded", b"a=1", ("YT0x", "true")),
        ("", b"a=1", ("YT0x", "true")),
    ],
)
def test_the_load_balancer_goes_by_the_type_of_a_body(kind: str, body: bytes, expected: tuple[object, str]) -> None:
    event = gateway("scf-clb").compose(Request("POST", headers=Headers([("content-type", kind)]), body=body))
    assert is_object(event)
    assert (event["payload"], event["isBase64Encoded"]) == expected


@pytest.mark.parametrize(
    ("version", "expected"), [("HTTP/1.1", "1.1"), ("HTTP/2.0", "2"), ("HTTP/1.0", "1.0"), ("weird", "1.1")]
)
def test_the_load_balancer_tells_the_version_of_http(version: str, expected: str) -> None:
    assert parsed("scf-clb", {"headers": {"X-Client-Proto-Ver": version}}).http_version == expected


def test_what_a_caller_sends_in_the_platforms_headers_does_not_arrive() -> None:
    forged = Headers([("host", "h"), ("x-scf-remote-addr", "6.6.6.6"), ("x-scf-secret-id", "1")])
    event = gateway("scf-url").compose(Request(headers=forged, client=("203.0.113.7", 1)))
    assert is_object(event)
    assert event["headers"] == {"host": "h", "x-scf-remote-addr": "203.0.113.7"}
    forged = Headers([("host", "h"), ("x-real-ip", "6.6.6.6"), ("x-uri", "/admin"), ("x-method", "DELETE")])
    event = gateway("scf-clb").compose(Request(headers=forged, client=("203.0.113.7", 1)))
    request = gateway("scf-clb").parse(event)
    assert (request.method, request.path, request.client) == ("GET", "/", ("203.0.113.7", 1))


def test_a_binary_body_at_a_function_url_is_a_loss_that_is_told() -> None:
    upload = Request("POST", headers=Headers([("host", "h"), ("content-type", "image/png")]), body=PNG)
    assert [loss.name for loss in lost_of_request(gateway("scf-url").loses, upload)] == ["binary-request-body"]
    assert lost_of_request(gateway("scf-apigw").loses, upload) == []


def test_the_gateways_stamp_is_in_the_event() -> None:
    for name in ("scf-apigw", "tcb-http"):
        event = gateway(name).compose(Request(headers=Headers([("host", "h")])), Stamp("request-1", 1772439331482))
        assert is_object(event)
        assert event["requestContext"]["requestId"] == "request-1"


@pytest.mark.parametrize(
    ("kind", "body", "encoded"),
    [
        ("application/json", BLUE, False),
        ("application/x-www-form-urlencoded", b"a=1", False),
        ("text/plain", b"789", True),
        ("text/xml", b"<xml/>", True),
        ("application/json", "报".encode("gbk"), True),
        ("image/png", PNG, True),
        ("", b"", False),
    ],
)
def test_cloudbase_passes_json_and_forms_as_text(kind: str, body: bytes, encoded: bool) -> None:
    event = gateway("tcb-http").compose(Request("POST", headers=Headers([("content-type", kind)]), body=body))
    assert is_object(event)
    assert event["isBase64Encoded"] is encoded
    assert event["body"] == (b64encode(body).decode() if encoded else body.decode())


@pytest.mark.parametrize(
    ("name", "field", "change"),
    [
        ("scf-url", "httpMethod", {"httpMethod": "GE T"}),
        ("scf-url", "headers", {"headers": {"a": 1}}),
        ("scf-url", "headers", {"headers": {"x-a": "1\r\nx-b: 2"}}),
        ("scf-url", "headers", {"headers": ["a"]}),
        ("scf-url", "queryString", {"queryString": ["a"]}),
        ("scf-url", "path", {"path": 7}),
        ("scf-url", "path", {"path": "/\ud800"}),
        ("scf-url", "body", {"body": {"a": 1}}),
        ("scf-url", "body", {"body": "abc", "isBase64Encoded": "true"}),
        ("scf-url", "requestContext.sourceIp", {"headers": {}, "requestContext": {"sourceIp": 7}}),
        ("scf-apigw", "requestContext.sourceIp", {"requestContext": {"serviceId": "s", "sourceIp": "a\r\nb"}}),
        ("scf-apigw", "requestContext.stage", {"requestContext": {"serviceId": "s", "stage": 7}}),
        ("scf-clb", "headers", {"headers": {"X-Uri": None}}),
        ("scf-clb", "headers.X-Method", {"headers": {"X-Method": "GE T"}}),
        ("scf-clb", "payload", {"payload": "abc", "isBase64Encoded": "true"}),
        ("tcb-http", "multiValueHeaders", {"multiValueHeaders": {"a": [1]}}),
        ("tcb-http", "headers", {"multiValueHeaders": None, "headers": {"a": None}}),
        ("tcb-http", "queryStringParameters", {"queryStringParameters": {"a": None}}),
    ],
)
def test_a_broken_field_is_named_without_its_value(name: str, field: str, change: dict[str, Any]) -> None:
    with pytest.raises(MalformedEvent, match=field.replace(".", r"\.")) as caught:
        parsed(name, change)
    assert "fcbridge event generate" in str(caught.value.hint)


def test_an_event_that_is_no_request_says_what_it_is() -> None:
    for path in sorted((example.folder / "other").glob("apigw-websocket-*.json")):
        with pytest.raises(UnknownEvent, match="a WebSocket event of the API Gateway trigger"):
            Recognition("tencent").of(json.loads(path.read_bytes()))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("timer", "an event of a timer"), ("cos", "an event of COS"), ("ckafka", "a batch of CKafka messages"),
        ("cmq-topic", "a message of a CMQ topic"), ("cls", "a batch of CLS logs"),
        ("mps-workflow", "an event of MPS"), ("dlq", None), ("invoke", None),
    ],
)  # fmt: skip
def test_the_events_of_other_triggers_are_known_by_name(name: str, expected: str | None) -> None:
    assert PLATFORM.names(example(f"other/{name}")) == expected


@pytest.mark.parametrize("event", [None, 7, "text", [], {}, {"Records": []}, {"Records": [7]}, {"Records": {"cos": 1}}])
def test_any_other_value_has_no_name(event: object) -> None:
    assert PLATFORM.names(event) is None


# -- responses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_response_is_an_object_and_not_text(name: str) -> None:
    cookies = [("set-cookie", "sid=a1; Path=/; HttpOnly"), ("set-cookie", "lang=zh; Path=/")]
    response = Response(200, Headers([("content-type", "text/html; charset=utf-8"), *cookies]), b"<p>ok</p>")
    assert gateway(name).render(response, {}) == example("responses/apigw-response")


@pytest.mark.parametrize("name", NAMES)
def test_binary_is_answered_as_base64(name: str) -> None:
    response = Response(200, Headers([("content-type", "image/png")]), b"\x89PNG\r\n\x1a\nfake")
    assert gateway(name).render(response, {}) == example("responses/apigw-response-binary")


@pytest.mark.parametrize("name", NAMES)
def test_the_content_type_is_a_text_however_often_it_is_given(name: str) -> None:
    response = Response(200, Headers([("content-type", "text/plain"), ("vary", "a"), ("content-type", "text/css")]))
    rendered = gateway(name).render(response, {})
    assert is_object(rendered)
    assert rendered["headers"] == {"Content-Type": "text/css", "Vary": "a"}


@pytest.mark.parametrize("name", NAMES)
def test_a_list_of_content_types_is_refused(name: str) -> None:
    with pytest.raises(MalformedEvent, match="'Content-Type' is a list"):
        gateway(name).read(b'{"statusCode": 200, "headers": {"content-type": ["text/html"]}, "body": ""}')


def test_the_documented_responses_are_read() -> None:
    payload = (example.folder / "responses" / "apigw-response.json").read_bytes()
    assert gateway("scf-apigw").read(payload).headers.get_all("set-cookie") == [
        "sid=a1; Path=/; HttpOnly", "lang=zh; Path=/",
    ]  # fmt: skip
    payload = (example.folder / "responses" / "http-access-response.json").read_bytes()
    assert gateway("tcb-http").read(payload) == Response(
        200,
        Headers([("content-type", "application/json; charset=utf-8"), ("set-cookie", "sid=a1; Path=/")]),
        b'{"ok":true}',
    )


@pytest.mark.parametrize("payload", [b'"Hello, world!"', b'{"message": "Hello"}', b"null", b"7"])
def test_at_a_function_url_what_has_no_status_is_the_body_of_a_200(payload: bytes) -> None:
    assert gateway("scf-url").read(payload) == Response(200, Headers([("content-type", "application/json")]), payload)


@pytest.mark.parametrize("payload", [b'"Hello, world!"', b'{"message": "Hello"}', b"null", b"7", b"not json"])
@pytest.mark.parametrize("name", ["scf-apigw", "scf-clb"])
def test_the_others_refuse_what_has_no_status(name: str, payload: bytes) -> None:
    with pytest.raises(MalformedEvent, match="statusCode"):
        gateway(name).read(payload)


def test_json_that_is_returned_as_text_is_no_response() -> None:
    text = json.dumps(example("responses/apigw-response"))
    payload = SCF_RUNTIME.call(lambda event, context: text, {}, SCF_RUNTIME.context(Settings(), "request-1"))
    with pytest.raises(MalformedEvent, match="statusCode"):
        gateway("scf-apigw").read(payload)


@pytest.mark.parametrize(
    ("payload", "kind", "body"),
    [
        (b'"hello gateway"', "text/plain; charset=utf-8", b"hello gateway"),
        (b"7.5", "text/plain; charset=utf-8", b"7.5"),
        (b'{"foo": "bar"}', "application/json; charset=utf-8", b'{"foo": "bar"}'),
        (b"[1]", "application/json; charset=utf-8", b"[1]"),
        (b"null", "application/json; charset=utf-8", b"null"),
    ],
)
def test_cloudbase_makes_a_response_of_whatever_is_returned(payload: bytes, kind: str, body: bytes) -> None:
    assert gateway("tcb-http").read(payload) == Response(200, Headers([("content-type", kind)]), body)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text/html", "text/html; charset=utf-8"),
        ("application/javascript", "application/javascript; charset=utf-8"),
        ("text/plain; charset=gbk", "text/plain; charset=gbk"),
        ("image/png", "image/png"),
    ],
)
def test_cloudbase_completes_the_charset_of_text(kind: str, expected: str) -> None:
    payload = json.dumps({"statusCode": 200, "headers": {"content-type": kind}, "body": ""}).encode()
    assert gateway("tcb-http").read(payload).headers.get("content-type") == expected

"""Example events of Function Compute with the exact request that each must become.

A symmetrical mistake passes the laws; these do not let it. The values are invented, the structures are the documented
ones.
"""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from fcbridge.call import Recognition
from fcbridge.codec import is_object
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import Settings, Stamp
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import gateway
from tests.examples import Examples

example = Examples("aliyun")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
DOMAIN = "orders-api-qwertyuiop.cn-hangzhou.fcapp.run"
CLIENT = ("203.0.113.24", 0)


def http_request(method: str, path: str, *headers: tuple[str, str], query: str = "", body: bytes = b"") -> Request:
    fields = Headers([*headers, ("host", DOMAIN)])
    return Request(method, path, query, fields, body, CLIENT, "https", "1.1")


CURL = ("user-agent", "curl/8.9.1")
ANY = ("accept", "*/*")

EXPECTED = {
    "http-v1-get": http_request(
        "GET", "/items/7",
        ("accept", "application/json"), CURL, ("x-tag", "alpha,beta"), ("cookie", "sid=abc123; theme=dark"),
        query="color=red%2Cblue&q=caf%C3%A9+au+lait",
    ),
    "http-v1-get-empty-body-base64-true": http_request("GET", "/healthz", ANY, CURL),
    "http-v1-path-encoded": http_request("GET", "/files/%E6%8A%A5%E5%91%8A%201.txt", ANY, CURL),
    "http-v1-post-binary": http_request(
        "PUT", "/avatars/7", ANY, CURL, ("content-type", "image/png"), ("content-length", "16"), body=PNG
    ),
    "http-v1-post-form": http_request(
        "POST", "/login",
        ANY, CURL, ("content-type", "application/x-www-form-urlencoded"), ("content-length", "24"),
        body=b"user=li+wei&pass=p%40ss1",
    ),
    "http-v1-post-json": http_request(
        "POST", "/items",
        ANY, CURL, ("content-type", "application/json"), ("content-length", "36"),
        body='{"name":"钢笔","price":12.5,"n":2}'.encode(),
    ),
    "http-v1-openapi-path": Request(
        "POST",
        "/2023-03-30/functions/orders-api/invocations",
        "",
        Headers(
            [
                ("accept", "application/json"),
                ("connection", "keep-alive"),
                ("content-type", "application/octet-stream"),
                ("user-agent", "AlibabaCloud (linux; x64) Python/3.12 Core/1.0 TeaDSL/1"),
                ("x-acs-action", "InvokeFunction"),
                ("x-acs-date", "2026-03-02T08:15:31Z"),
                ("x-acs-version", "2023-03-30"),
                ("x-fc-log-type", "Tail"),
                ("host", "1357900000024680.cn-hangzhou.fc.aliyuncs.com"),
            ]
        ),
        b"ping",
        CLIENT,
    ),
    "apigateway-event": Request(
        "POST",
        "/shop/items/7",
        "verbose=1",
        Headers(
            [
                ("accept", "application/json"),
                ("content-type", "application/json; charset=utf-8"),
                ("ca-host", "api.example.cn"),
                ("x-forwarded-for", "203.0.113.24"),
                ("x-forwarded-proto", "https"),
                ("x-ca-request-id", "6B3C2D1E-0F9A-4B8C-9D7E-5F6A7B8C9D0E"),
                ("x-ca-stage", "RELEASE"),
                ("x-ca-api-gateway", "6B3C2D1E-0F9A-4B8C-9D7E-5F6A7B8C9D0E"),
                ("host", "api.example.cn"),
            ]
        ),
        b'{"qty":3}',
        None,
    ),
    "apigateway-event-binary-string-flag": Request(
        "POST",
        "/upload",
        "",
        Headers([("content-type", "application/octet-stream"), ("host", "localhost")]),
        PNG[:16],
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_example_event_becomes_exactly_this_request(name: str) -> None:
    event = example(name)
    _, door = Recognition("aliyun").of(event)
    assert door.parse(event) == EXPECTED[name]


def test_every_http_example_has_its_request() -> None:
    files = example.names() - {"fc2-http-params-decoded"}
    assert files == set(EXPECTED)


def fc2_request(params: dict[str, object], body: bytes = b"") -> Request:
    """What the FC 2.0 gateway makes of the environ that the runtime builds of ``params``."""
    door = gateway("fc2-http")
    seen: list[Request] = []

    def handler(environ: dict[str, object], start_response: object) -> object:
        seen.append(door.parse(environ))
        return door.deliver(door.render(Response(204), environ), start_response)

    packed = b64encode(json.dumps(params).encode()).decode()
    wire = {"x-fc-http-params": packed, "body": b64encode(body).decode()}
    door.runtime.call(handler, wire, door.runtime.context(Settings(), "request-1"))
    return seen[0]


def test_the_fc2_example_becomes_exactly_this_request() -> None:
    params = example("fc2-http-params-decoded")
    assert fc2_request(params, b'{"qty":3}') == Request(
        "POST",
        "/2016-08-15/proxy/shop/orders-api/items/7",
        "color=red&color=blue",
        Headers(
            [
                # Joined with a comma by the runtime itself, cookies too.
                ("cookie", "a=1,b=2"),
                ("x-tag", "alpha,beta"),
                ("user-agent", "curl/8.9.1"),
                ("content-length", "9"),
                ("content-type", "application/json"),
                ("host", "localhost"),
            ]
        ),
        b'{"qty":3}',
        CLIENT,
        base_path="/2016-08-15/proxy/shop/orders-api",
    )


@pytest.mark.parametrize(
    ("uri", "path", "expected"),
    [
        ("/items/7", "/items/7", ("/items/7", "")),
        ("/2016-08-15/proxy/s/f/", "/", ("/2016-08-15/proxy/s/f/", "/2016-08-15/proxy/s/f")),
        ("/2016-08-15/proxy/s/f", "/", ("/2016-08-15/proxy/s/f", "/2016-08-15/proxy/s/f")),
        ("/2016-08-15/proxy/s/f/%E6%8A%A5", "/报", ("/2016-08-15/proxy/s/f/%E6%8A%A5", "/2016-08-15/proxy/s/f")),
        ("/2016-08-15/proxy/s/f/a%2Fb", "/a/b", ("/2016-08-15/proxy/s/f/a%2Fb", "/2016-08-15/proxy/s/f")),
        ("/elsewhere", "/rewritten", ("/rewritten", "")),
    ],
)
def test_the_prefix_of_the_fc2_default_domain_is_the_base_path(uri: str, path: str, expected: tuple[str, str]) -> None:
    params: dict[str, object] = {
        "path": path, "method": "GET", "requestURI": uri, "clientIP": "203.0.113.24", "host": "h", "queriesMap": {},
        "headersMap": {},
    }  # fmt: skip
    request = fc2_request(params)
    assert (request.path, request.base_path) == expected


def test_an_environment_variable_of_the_process_is_no_header(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {"HTTP_PROXY": "http://proxy.example:3128", "HTTP_API_TOKEN": "secret", "HTTP_ODD NAME": "1"}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    params = example("fc2-http-params-decoded")
    headers = fc2_request(params).headers
    assert "proxy" not in headers and "api-token" not in headers
    params["headersMap"]["Api-Token"] = ["of the client"]
    assert fc2_request(params).headers.get("api-token") == "of the client"


@pytest.mark.parametrize("form", ["bytes", "str", "dict"])
def test_the_http_trigger_takes_bytes_text_and_objects(form: str) -> None:
    from fcbridge.document import load_event

    raw = (example.folder / "http-v1-get.json").read_bytes()
    event = {"bytes": raw, "str": raw.decode(), "dict": json.loads(raw)}[form]
    door = gateway("fc3-http")
    assert door.parse(load_event(event)) == EXPECTED["http-v1-get"]


# -- responses ------------------------------------------------------------------------------------------------------


def rendered(name: str, response: Response) -> object:
    return json.loads(str(gateway(name).render(response, {})))


@pytest.mark.parametrize("name", ["fc3-http", "fc-apigw"])
def test_text_is_answered_as_text(name: str) -> None:
    response = Response(201, Headers([("content-type", "application/json"), ("x-item-id", "7")]), b'{"ok":true}')
    assert rendered(name, response) == {
        "statusCode": 201,
        "headers": {"Content-Type": "application/json", "X-Item-Id": "7"},
        "isBase64Encoded": False,
        "body": '{"ok":true}',
    }


@pytest.mark.parametrize("name", ["fc3-http", "fc-apigw"])
def test_binary_is_answered_as_base64(name: str) -> None:
    assert rendered(name, Response(200, Headers([("content-type", "image/png")]), PNG)) == {
        "statusCode": 200,
        "headers": {"Content-Type": "image/png"},
        "isBase64Encoded": True,
        "body": b64encode(PNG).decode(),
    }


def test_what_the_platform_overwrites_is_not_sent() -> None:
    refused = ["connection", "content-length", "date", "keep-alive", "server", "upgrade", "x-fc-request-id"]
    response = Response(200, Headers([(name, "1") for name in refused] + [("x-kept", "1")]))
    assert rendered("fc3-http", response) == {
        "statusCode": 200, "headers": {"X-Kept": "1"}, "isBase64Encoded": False, "body": "",
    }  # fmt: skip


def test_of_several_cookies_fc3_keeps_the_last_and_fc2_all() -> None:
    response = Response(200, Headers([("set-cookie", "csrf=1"), ("set-cookie", "session=2")]))
    assert rendered("fc3-http", response) == {
        "statusCode": 200, "headers": {"Set-Cookie": "session=2"}, "isBase64Encoded": False, "body": "",
    }  # fmt: skip
    answer = gateway("fc2-http").render(response, {})
    assert answer == {
        "status": 200, "headers": [("Set-Cookie", "csrf=1"), ("Set-Cookie", "session=2")], "body": b"",
    }  # fmt: skip


def test_a_result_without_a_status_is_a_plain_json_answer_at_fc3() -> None:
    answer = gateway("fc3-http").read(b"hello world")
    assert answer == Response(200, Headers([("content-type", "application/json")]), b"hello world")


def test_a_result_without_a_status_is_refused_by_the_api_gateway() -> None:
    with pytest.raises(MalformedEvent, match="statusCode"):
        gateway("fc-apigw").read(b"hello world")


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("requestContext.http", {"requestContext": {"http": {"path": "/"}}}),
        ("requestContext.http", {"requestContext": {"http": {"method": 7}}}),
        ("headers", {"headers": {"a": 1}}),
        ("headers", {"headers": {"not a name": "1"}}),
        ("headers", {"headers": {"x-a": "1\r\nx-b: 2"}}),
        ("headers", {"headers": ["a"]}),
        ("queryParameters", {"queryParameters": {"a": None}}),
        ("rawPath", {"rawPath": 7}),
        ("rawPath", {"rawPath": "/\ud800"}),
        ("body", {"body": "abc", "isBase64Encoded": "true"}),
        ("body", {"body": {"a": 1}}),
    ],
)
def test_a_broken_field_is_named_without_its_value(field: str, change: dict[str, object]) -> None:
    event = example("http-v1-get") | change
    with pytest.raises(MalformedEvent, match=field) as caught:
        gateway("fc3-http").parse(event)
    assert "fcbridge event generate" in str(caught.value.hint)


def test_the_gateways_stamp_is_in_the_event() -> None:
    event = gateway("fc3-http").compose(Request(headers=Headers([("host", "h")])), Stamp("request-1", 1772439331482))
    assert is_object(event)
    context = event["requestContext"]
    assert context["requestId"] == "request-1"
    assert (context["time"], context["timeEpoch"]) == ("2026-03-02T08:15:31Z", "1772439331482")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("method", "GET / HTTP/1.1\r\nX-A: 1"), ("method", "GE T"), ("method", "G\u212aT"), ("method", ""),
        ("protocol", "HTTP/1.1\r\nX-A: 1"), ("sourceIp", "203.0.113.24\r\nX-A: 1"),
    ],
)  # fmt: skip
def test_nothing_in_the_head_of_an_event_can_hold_a_line_of_its_own(field: str, value: str) -> None:
    event = example("http-v1-get")
    event["requestContext"]["http"][field] = value
    with pytest.raises(MalformedEvent, match=r"requestContext\.http"):
        gateway("fc3-http").parse(event)
    if field == "method":
        event = gateway("fc-apigw").compose(gateway("fc-apigw").sample())
        with pytest.raises(MalformedEvent, match="httpMethod"):
            gateway("fc-apigw").parse({**event, "httpMethod": value})  # type: ignore[dict-item]

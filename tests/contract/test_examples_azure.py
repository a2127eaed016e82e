"""Example events of Azure Functions with the exact request that each must become, and responses with their payload.

A symmetrical mistake passes the laws; these do not let it. The values are invented, the structures are the documented
ones and those of the host's own code.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from azure.functions import HttpRequest, HttpResponse

from fcbridge.call import Recognition
from fcbridge.document import load_event
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import Refusal, Settings, Stamp
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import gateway, platform
from tests.examples import Examples

example = Examples("azure")
PYTHON, CUSTOM = gateway("azure-python"), gateway("azure-custom")
HOST = ("host", "demo.azurewebsites.net")
JSON = ("content-type", "application/json")

EXPECTED = {
    # Its parameter is no catch-all: nothing tells that /api is a prefix.
    "custom-handler-http-request": Request(
        "POST",
        "/api/items/7",
        "tag=red&tag=blue",
        Headers([JSON, HOST, ("x-trace", "one"), ("x-trace", "two"), ("x-forwarded-for", "203.0.113.57:50123")]),
        '{"msg":"héllo"}'.encode(),
    ),
    "custom-handler-http-binary-request": Request(
        "POST",
        "/api/upload",
        "",
        Headers([("content-type", "application/octet-stream"), ("content-length", "4"), HOST]),
        b"\x00\x01\xfe\xff",
    ),
    "worker-http-request-attrs": Request(
        "POST",
        "/api/v1/caf%C3%A9/a%2Fb%20c",
        "tag=red&tag=dark+blue&empty=",
        Headers(
            [
                JSON,
                ("cookie", "sid=abc; theme=dark"),
                HOST,
                ("x-trace", "one,two"),
                ("x-forwarded-for", "203.0.113.57:50123"),
            ]
        ),
        '{"msg":"héllo"}'.encode(),
        base_path="/api",
    ),
}


def worker_request(**changes: Any) -> HttpRequest:
    given: dict[str, Any] = {
        "method": "GET", "url": "https://demo.azurewebsites.net/", "headers": {}, "params": {}, "route_params": {},
        "body": b"", **changes,
    }  # fmt: skip
    return HttpRequest(**given)


def parsed(name: str) -> Request:
    """What the gateway makes of an example, as its runtime hands it over."""
    event = example(name)
    seen: list[Request] = []

    def handler(given: Any, context: object) -> object:
        _, door = Recognition("azure").of(load_event(given))
        seen.append(door.parse(load_event(given)))
        return door.render(Response(204), given)

    door = PYTHON if PYTHON.runtime.accepts(event) else CUSTOM
    door.runtime.call(handler, event, door.runtime.context(Settings(), "request-1"))
    return seen[0]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_example_event_becomes_exactly_this_request(name: str) -> None:
    assert parsed(name) == EXPECTED[name]


def test_every_http_example_has_its_request() -> None:
    names = example.names("*http*.json")
    assert names == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(example.names() - set(EXPECTED)))
def test_an_event_of_another_trigger_is_taken_by_no_runtime(name: str) -> None:
    assert not any(door.runtime.accepts(example(name)) for door in platform("azure").gateways)


# -- requests ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "parameters", "base"),
    [
        ("/api/items/7", {"path": "items/7"}, "/api"),
        ("/items/7", {"path": "items/7"}, ""),
        ("/api/v1/items", {"path": "items"}, "/api/v1"),
        ("/api/items/", {"path": "items/"}, "/api"),
        ("/api/items/", {"path": "items"}, "/api"),
        ("/api/caf%C3%A9", {"path": "café"}, "/api"),
        ("/api/a%2Fb", {"path": "a%2Fb"}, "/api"),
        ("/api/a%2Fb", {"path": "a/b"}, "/api"),
        ("/api/api", {"path": "api"}, "/api"),
        ("/api/items", {"route": "items"}, "/api"),
        # Nothing tells: no value at the root, no catch-all, a value that is not in the path.
        ("/api/", {}, ""),
        ("/api", {}, ""),
        ("/api/items/7", {"id": "7"}, ""),
        ("/api/items", {"path": "rewritten"}, ""),
        ("/products", {"path": "ducts"}, ""),
    ],
)
def test_the_base_path_is_what_stands_before_the_value_of_the_catch_all(
    path: str, parameters: dict[str, str], base: str
) -> None:
    request = PYTHON.parse(worker_request(url=f"https://demo.azurewebsites.net{path}", route_params=parameters))
    assert (request.path, request.base_path) == (path, base)


def test_the_query_is_that_of_the_url_and_not_the_parameters_which_lack_blanks_and_join_repeats() -> None:
    event = worker_request(url="https://h/x?a=1&a=2&b=&c", params={"a": "1,2"})
    assert PYTHON.parse(event).query == "a=1&a=2&b=&c"


@pytest.mark.parametrize("value", ["203.0.113.57:50123", "[2001:db8::1]:50123", "203.0.113.57"])
def test_the_caller_is_the_last_of_x_forwarded_for_and_never_what_the_caller_wrote(value: str) -> None:
    from fcbridge import bridge

    seen: list[tuple[str, str]] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append((environ["REMOTE_ADDR"], environ.get("REMOTE_PORT", "")))
        start_response("204 No Content", [])
        return []

    headers = {"x-forwarded-for": f"198.51.100.1, {value}", "x-azure-clientip": "198.51.100.2"}
    bridge(app, platform="azure")(worker_request(headers=headers))
    host = "2001:db8::1" if "db8" in value else "203.0.113.57"
    assert seen[0][0] == host


def test_the_scheme_and_a_host_that_is_no_header_are_those_of_the_url() -> None:
    request = PYTHON.parse(worker_request(url="http://127.0.0.1:7071/x"))
    assert (request.scheme, request.headers.get("host"), request.path) == ("http", "127.0.0.1:7071", "/x")
    assert PYTHON.parse(worker_request(url="https://h?a=http://x/")).target == "/?a=http://x/"
    assert PYTHON.parse(worker_request(url="/x?a=http://x/")).target == "/x?a=http://x/"


def test_a_url_that_was_not_encoded_is_made_fit_for_the_wire() -> None:
    assert PYTHON.parse(worker_request(url="https://h/报 告?q=报")).target == "/%E6%8A%A5%20%E5%91%8A?q=%E6%8A%A5"


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("/a%2Fb%2fc", "/a%2Fb%2fc"),
        ("/caf%c3%a9", "/caf%C3%A9"),
        ("/%7Euser", "/~user"),
        ("/a%20b", "/a%20b"),
        ("/a%2520b", "/a%20b"),  # the escaped percent sign is lost
        ("/100%25", "/100%25"),
        ("/%ZZ%", "/%25ZZ%25"),
        ("/caf%E9", "/caf%E9"),
        ("/%E6%8A%41", "/%E6%8AA"),
        ("/a/./b/../c", "/a/c"),
        ("/a/%2E%2E/b", "/b"),
        ("/a/..", "/"),
        ("/a/.", "/a/"),
        ("/../a", "/a"),
        ("//a//", "//a//"),
    ],
)
def test_the_host_decodes_a_path_and_encodes_it_again(sent: str, seen: str) -> None:
    event = PYTHON.compose(Request(path=sent, headers=Headers([HOST])))
    assert event["url"] == f"https://demo.azurewebsites.net{seen}"  # type: ignore[index]


def test_a_request_is_composed_as_the_host_does() -> None:
    request = Request(
        "POST", "/api/café".replace("é", "%C3%A9"), "tag=a&tag=b&blank=",
        Headers([HOST, JSON, ("x-tag", "1"), ("x-tag", "2"), ("content-length", "2")]),
        b"{}", ("2001:db8::1", 50123), "https", "2", "/api",
    )  # fmt: skip
    assert PYTHON.compose(request) == {
        "method": "POST",
        "url": "https://demo.azurewebsites.net/api/caf%C3%A9?tag=a&tag=b&blank=",
        "headers": {
            "host": "demo.azurewebsites.net", "content-type": "application/json", "x-tag": "1,2", "content-length": "2",
            "x-forwarded-for": "[2001:db8::1]:50123", "x-forwarded-proto": "https",
        },
        "params": {"tag": "a,b"},
        "route_params": {"path": "café"},
        "body_base64": "e30=",
    }  # fmt: skip
    posted: Any = CUSTOM.compose(request, Stamp("4f1e", 1786000149123))
    assert posted["Data"]["req"].pop("Identities")[0]["IsAuthenticated"] is False
    assert posted == {
        "Data": {
            "req": {
                "Url": "https://demo.azurewebsites.net/api/caf%C3%A9?tag=a&tag=b&blank=",
                "Method": "POST",
                "Query": {"blank": "", "tag": "a,b"},
                "Headers": {
                    "Host": ["demo.azurewebsites.net"], "Content-Type": ["application/json"], "X-Tag": ["1", "2"],
                    "Content-Length": ["2"], "X-Forwarded-For": ["[2001:db8::1]:50123"], "X-Forwarded-Proto": ["https"],
                },
                "Params": {"path": "café"},
                "Body": "{}",
            }
        },
        "Metadata": {"sys": {"MethodName": "web", "UtcNow": "2026-08-06T07:09:09.1230000Z", "RandGuid": "4f1e"}},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("application/octet-stream", b"\x00\xff", "AP8="),
        ("multipart/form-data; boundary=x", b"--x", "LS14"),
        ("text/plain", b"aGk=", "aGk="),
        ("text/plain", b"\xef\xbb\xbfhi", "hi"),
        ("image/png", b"\x89P", "\ufffdP"),
    ],
)
def test_a_custom_handler_gets_base64_by_the_content_type_alone(kind: str, body: bytes, text: str) -> None:
    headers = Headers([HOST, ("content-type", kind), ("content-length", str(len(body)))])
    event: Any = CUSTOM.compose(Request("POST", headers=headers, body=body))
    assert event["Data"]["req"]["Body"] == text
    expected = body if "stream" in kind or "multipart" in kind else text.encode()
    assert CUSTOM.parse(event).body == expected


def test_of_several_bindings_of_a_custom_handler_the_http_trigger_is_found() -> None:
    event: Any = CUSTOM.compose(CUSTOM.sample())
    event["Data"] = {"blob": '"text"', "settings": {"a": 1}, "anything": event["Data"]["req"]}
    assert CUSTOM.matches(event)
    assert CUSTOM.parse(event).target == CUSTOM.sample().target


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("Method", {"Method": 7}),
        ("Method", {"Method": "GET / HTTP/1.1"}),
        ("Headers", {"Headers": {"x-a": [1]}}),
        ("Headers", {"Headers": {"x-a": ["1\r\nx-b: 2"]}}),
        ("Headers", {"Headers": ["a"]}),
        ("Url", {"Url": None}),
        ("Params", {"Params": ["a"]}),
        ("Body", {"Body": {"a": 1}}),
        ("Body", {"Body": "a", "Headers": {"Content-Type": ["application/octet-stream"]}}),
    ],
)
def test_a_broken_field_is_named_without_its_value(field: str, change: dict[str, object]) -> None:
    event: Any = CUSTOM.compose(CUSTOM.sample())
    event["Data"]["req"].update(change)
    with pytest.raises(MalformedEvent, match=f"'{field}'"):
        CUSTOM.parse(event)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("method", {"method": "GE T"}),
        ("headers", {"headers": {"x-a": "1\nx-b: 2"}}),
        ("url", {"url": None}),
        (r"get_body\(\)", {"body": "text"}),
    ],
)
def test_a_broken_attribute_is_named_without_its_value(field: str, change: dict[str, object]) -> None:
    with pytest.raises(MalformedEvent, match=field):
        PYTHON.parse(worker_request(**change))


# -- responses --------------------------------------------------------------------------------------------------------


def test_a_response_is_rendered_as_the_librarys_own() -> None:
    answer = PYTHON.render(Response(201, Headers([JSON, ("vary", "accept"), ("vary", "cookie")]), b"{}"), None)
    assert isinstance(answer, HttpResponse)
    assert (answer.status_code, answer.get_body()) == (201, b"{}")
    assert list(answer.headers.items()) == [("content-type", "application/json"), ("vary", "accept, cookie")]


def test_a_response_without_content_type_is_no_text_to_the_client() -> None:
    assert PYTHON.render(Response(200, body=b"x"), None).headers["content-type"] == "application/octet-stream"  # type: ignore[attr-defined]
    assert PYTHON.render(Response(200), None).headers["content-type"] == "text/plain; charset=utf-8"  # type: ignore[attr-defined]


def answered(door: Any, *pairs: tuple[str, str], body: bytes = b"") -> list[tuple[str, str]]:
    """The headers that reach the client."""

    def handler(event: object, context: object) -> Any:
        return door.render(Response(200, Headers([("content-type", "text/plain"), *pairs]), body), event)

    payload = door.runtime.call(handler, door.compose(door.sample()), door.runtime.context(Settings(), "1"))
    fields: list[tuple[str, str]] = door.read(payload).headers.pairs
    return [pair for pair in fields if pair[0] != "content-type"]


SESSION = "session=eyJ1IjoxfQ==.aBc/+; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"


@pytest.mark.parametrize("name", ["azure-python", "azure-custom"])
def test_one_cookie_arrives_byte_for_byte(name: str) -> None:
    assert answered(gateway(name), ("set-cookie", SESSION)) == [("set-cookie", SESSION)]


def test_of_several_cookies_the_one_that_would_be_harmed_travels_unchanged() -> None:
    plain = "csrf=abc; Path=/; Max-Age=60; SameSite=Lax"
    assert answered(PYTHON, ("set-cookie", plain), ("set-cookie", SESSION)) == [
        ("set-cookie", SESSION),
        ("set-cookie", "csrf=abc; max-age=60; domain=; path=/; samesite=lax"),
    ]


def test_a_second_cookie_that_is_harmed_loses_no_more_than_it_must() -> None:
    dated = "b=a, b; Expires=Thu, 01-Jan-1970 00:00:00 GMT; Priority=High; HttpOnly"
    assert answered(PYTHON, ("set-cookie", SESSION), ("set-cookie", dated), ("set-cookie", "not a name=1")) == [
        ("set-cookie", SESSION),
        ("set-cookie", "b=a%2C%20b; expires=Thu, 01 Jan 1970 00:00:00 GMT; domain=; path=; httponly"),
    ]


def test_a_custom_handler_can_set_one_cookie_the_last() -> None:
    assert answered(CUSTOM, ("set-cookie", "a=1"), ("set-cookie", "b=2")) == [("set-cookie", "b=2")]


@pytest.mark.parametrize("name", ["azure-python", "azure-custom"])
def test_a_header_that_is_not_ascii_is_percent_encoded_since_the_host_would_answer_500(name: str) -> None:
    assert answered(gateway(name), ("location", "/caf\xc3\xa9")) == [("location", "/caf%C3%A9")]


@pytest.mark.parametrize("name", ["azure-python", "azure-custom"])
def test_what_the_host_sets_itself_is_not_sent(name: str) -> None:
    refused = ["connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"]
    assert answered(gateway(name), *[(one, "1") for one in refused], ("x-kept", "1")) == [("x-kept", "1")]


def test_a_custom_handlers_answer_is_an_object_with_all_four_fields() -> None:
    # Text that is valid base64 is decoded by the host, but not in an object under Outputs.
    answer = CUSTOM.render(Response(201, Headers([JSON, ("x-item-id", "7")]), b"abcd"), {})
    assert json.loads(str(answer)) == {
        "Outputs": {
            "res": {
                "statusCode": "201",
                "status": "201",
                "headers": {"Content-Type": "application/json", "X-Item-Id": "7"},
                "body": "abcd",
            }
        },
        "Logs": [],
        "ReturnValue": None,
    }
    assert CUSTOM.read(str(answer).encode()).body == b"abcd"


def test_the_documented_answer_of_a_custom_handler_is_read() -> None:
    payload = (example.folder / "responses" / "custom-handler-http.json").read_bytes()
    assert CUSTOM.read(payload) == Response(201, Headers([JSON]), b'{"ok":true}')
    short = b'{"outputs": {"res": {"Status": 404, "body": ""}}}'
    assert CUSTOM.read(short) == Response(404, Headers([("content-type", "text/plain; charset=utf-8")]))


@pytest.mark.parametrize(
    "payload",
    [
        b"null",
        b"",
        (example.folder / "responses" / "custom-handler-return-binding.json").read_bytes(),
        b'{"Outputs": {"res": {"statusCode": 200}}}',
        b'{"Outputs": {"res": {"statusCode": 200, "body": null}}}',
        b'{"Outputs": {"res": {"statusCode": 200, "headers": {"x-a": ["1", "2"]}, "body": ""}}}',
        '{"Outputs": {"res": {"statusCode": 200, "headers": {"x-a": "é"}, "body": ""}}}'.encode(),
    ],
)
def test_what_the_host_does_not_take_from_a_custom_handler_is_refused(payload: bytes) -> None:
    with pytest.raises(MalformedEvent, match="custom handler"):
        CUSTOM.read(payload)


def test_text_instead_of_a_response_is_a_plain_answer() -> None:
    payload = PYTHON.runtime.call(lambda event, context: "hello", PYTHON.compose(PYTHON.sample()), None)
    assert PYTHON.read(payload) == Response(200, Headers([("content-type", "text/plain; charset=utf-8")]), b"hello")


@pytest.mark.parametrize("name", ["azure-python", "azure-custom"])
def test_what_the_platform_answers_in_place_of_the_function(name: str) -> None:
    kinds = (Refusal.METHOD, Refusal.REQUEST_TOO_LARGE, Refusal.UNHANDLED, Refusal.TIMEOUT)
    statuses = [gateway(name).refuse(Refusal(kind, "")).status for kind in kinds]
    assert statuses == [404, 413, 500, 502]


def test_a_function_app_that_does_not_load_has_no_route() -> None:
    failed = Refusal(Refusal.INIT_FAILED, "")
    assert (PYTHON.refuse(failed).status, CUSTOM.refuse(failed).status) == (404, 500)

"""What a mini-program and WeChat itself send, with the exact request that each must become, and what they get back.

A symmetrical mistake passes the laws; these do not let it. The values are invented, the structures are the documented
ones.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from fcbridge import bridge
from fcbridge.call import Recognition
from fcbridge.errors import MalformedEvent, UnknownEvent
from fcbridge.gateway import Refusal, Settings
from fcbridge.local.door import Door
from fcbridge.model import Headers, Request, Response
from fcbridge.played import packed_request, server_scope
from fcbridge.registry import gateway
from fcbridge_adapters.tencent import PLATFORM
from fcbridge_adapters.tencent.callfunction import CALL_FUNCTION
from fcbridge_adapters.tencent.container import BODY, CALL_CONTAINER
from tests.examples import Examples

example = Examples("wechat")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
JSON = ("content-type", "application/json")
HOST = ("host", "localhost")
USER = {"appId": "wx0123456789abcdef", "openId": "oEXAMPLEopenid000000000000001"}


def compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


EXPECTED = {
    "call-function": Request("POST", "/", "", Headers([JSON, HOST]), b'{"action":"add","x":1,"y":2}'),
    "call-function-http-style": Request(
        "GET", "/api/items", "page=2", Headers([("accept", "application/json"), HOST])
    ),
    "pay-callback": Request(
        "POST", "/wechat/pay-callback", "", Headers([JSON, HOST]), compact(example("pay-callback"))
    ),
    "message-push-function": Request(
        "POST", "/wechat/message-push", "", Headers([JSON, HOST]), compact(example("message-push-function"))
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_example_event_becomes_exactly_this_request(name: str) -> None:
    event = example(name)
    _, door = Recognition("tencent").of(event)
    assert door is CALL_FUNCTION
    assert door.parse(event) == EXPECTED[name]


def test_every_example_has_its_request() -> None:
    assert example.names() == set(EXPECTED)


# -- which door it was: the context tells -----------------------------------------------------------------------------


def context(**variables: str) -> dict[str, Any]:
    return {**example("contexts/call-function"), "environment": json.dumps(variables)}


BARE = {"path": "/api/items", "httpMethod": "GET"}
TIMER = example("other/timer")


def test_a_call_that_does_not_name_its_caller_is_known_by_the_context() -> None:
    with pytest.raises(UnknownEvent):
        Recognition("tencent").of(BARE)
    assert Recognition("tencent").of(BARE, example("contexts/call-function"))[1] is CALL_FUNCTION
    assert Recognition("tencent").of({"action": "add"}, context(WX_FROM_OPENID="oE"))[1] is CALL_FUNCTION


def test_a_call_of_another_client_than_a_mini_program_is_a_call_too() -> None:
    assert Recognition("tencent").of({"action": "add"}, context(TRIGGER_SRC="tcb"))[1] is CALL_FUNCTION


@pytest.mark.parametrize("name", ["scf-url", "scf-apigw", "tcb-http", "tcb-call"])
def test_a_user_cannot_pose_as_the_client_of_another_door(name: str) -> None:
    """He chooses the event, and so could choose an address or a host that the other door vouches for."""
    event = gateway(name).compose(gateway(name).sample())
    assert PLATFORM.door(event, context(WX_OPENID="oE", TRIGGER_SRC="tcb")) is CALL_FUNCTION


@pytest.mark.parametrize("name", ["scf-url", "scf-apigw", "scf-clb"])
def test_nobody_who_calls_through_cloudbase_can_pose_as_the_client_of_a_door_that_is_not_there(name: str) -> None:
    """Also a page of the web SDK, whose user WeChat does not know: its event could vouch for a chosen address."""
    event = gateway(name).compose(gateway(name).sample())
    assert PLATFORM.door(event, context(TRIGGER_SRC="tcb")) is CALL_FUNCTION
    assert PLATFORM.door(event, context(TRIGGER_SRC="apigw", NOTE='"tcb"')) is gateway(name)


@pytest.mark.parametrize("name", ["scf-url", "scf-apigw", "scf-clb", "tcb-http"])
def test_an_event_to_which_the_platform_added_the_user_came_through_no_other_door(name: str) -> None:
    event: Any = gateway(name).compose(gateway(name).sample())
    assert PLATFORM.door({**event, "userInfo": example("call-function")["userInfo"]}, None) is CALL_FUNCTION
    assert PLATFORM.door({**event, "userInfo": {"name": "of the page"}}, None) is not CALL_FUNCTION


def test_what_came_through_another_door_is_no_call_because_the_variables_of_a_call_are_there_and_empty() -> None:
    event = gateway("tcb-http").compose(gateway("tcb-http").sample())
    assert PLATFORM.door(event, context(WX_OPENID="", TRIGGER_SRC="tcb")) is gateway("tcb-http")


@pytest.mark.parametrize(
    "told",
    [
        None, {}, {"environment": None}, {"environment": ""}, {"environment": "WX_OPENID"}, {"environment": "[]"},
        {"environment": '{"WX_OPENID": 7}'}, {"environment": '{"TRIGGER_SRC": "timer"}'}, object(),
    ],
)  # fmt: skip
def test_without_a_word_of_the_context_a_timer_is_no_call(told: object) -> None:
    assert PLATFORM.door(TIMER, told) is None


def test_the_context_of_a_call_makes_no_call_of_what_is_no_object() -> None:
    assert PLATFORM.door([1], example("contexts/call-function")) is None


# -- the convention ---------------------------------------------------------------------------------------------------


def parsed(**event: object) -> Request:
    return CALL_FUNCTION.parse(event)


@pytest.mark.parametrize(
    ("event", "line"),
    [
        ({"path": "/items"}, ("POST", "/items", "")),
        ({"path": "/items", "httpMethod": "get"}, ("GET", "/items", "")),
        ({"httpMethod": "GET"}, ("GET", "/", "")),
        ({"httpMethod": "GET", "path": "items"}, ("GET", "/items", "")),
        ({"path": "/items?page=2&q=a+b"}, ("POST", "/items", "page=2&q=a+b")),
        ({"path": "/items?page=2", "query": {"sort": "name"}}, ("POST", "/items", "page=2&sort=name")),
        ({"path": "/items", "query": "?tag=a&tag=b"}, ("POST", "/items", "tag=a&tag=b")),
        ({"path": "/items", "queryStringParameters": {"a": "1"}, "query": {"b": "2"}}, ("POST", "/items", "a=1")),
        ({"path": "/items", "query": {"tag": ["a", "b"], "on": True, "n": 2.0, "x": 1.5, "no": None}},
         ("POST", "/items", "tag=a&tag=b&on=true&n=2&x=1.5")),
        ({"path": "/报告 1?q=茶"}, ("POST", "/%E6%8A%A5%E5%91%8A%201", "q=%E8%8C%B6")),
        ({"path": "/a%2Fb", "query": {"next": "/a?b=1"}}, ("POST", "/a%2Fb", "next=%2Fa%3Fb%3D1")),
    ],
)  # fmt: skip
def test_method_path_and_query_of_a_call(event: dict[str, object], line: tuple[str, str, str]) -> None:
    request = parsed(**event)
    assert (request.method, request.path, request.query) == line


@pytest.mark.parametrize(
    ("event", "headers", "body"),
    [
        ({"body": '{"a":1}'}, [HOST], b'{"a":1}'),
        ({"body": "茶"}, [HOST], "茶".encode()),
        ({"body": {"茶": 1, "b": [2, None]}}, [HOST, JSON], b'{"\\u8336":1,"b":[2,null]}'),
        ({"body": [1]}, [HOST, JSON], b"[1]"),
        ({"body": 0}, [HOST, JSON], b"0"),
        ({"body": {}, "headers": {"Content-Type": "application/ld+json"}},
         [("content-type", "application/ld+json"), HOST], b"{}"),
        ({"body": "iVBORw==", "isBase64Encoded": True}, [HOST], PNG[:4]),
        ({"body": {"type": "Buffer", "data": list(PNG)}}, [HOST], PNG),
        ({"body": None}, [HOST], b""),
        ({}, [HOST], b""),
    ],
)  # fmt: skip
def test_the_body_of_a_call(event: dict[str, object], headers: list[tuple[str, str]], body: bytes) -> None:
    request = parsed(path="/", **event)
    assert (request.headers, request.body) == (Headers(headers), body)


def test_the_headers_of_a_call() -> None:
    headers = parsed(path="/", headers={"Host": "h", "X-Tag": ["a", "b"], "x-n": 2, "x-no": None}).headers
    assert headers == Headers([("host", "h"), ("x-tag", "a"), ("x-tag", "b"), ("x-n", "2")])


def test_what_only_the_platform_can_say_is_not_taken_from_a_caller() -> None:
    forged = ["X-WX-OPENID", "x-wx-source", "X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Scf-Remote-Addr",
              "X-Original-Forwarded-For", "X-Forwarded-Proto", "x-cloudbase-context", "X_WX_OPENID", "x_real_ip",
              "X-Forwarded_For"]  # fmt: skip
    request = parsed(path="/", headers=dict.fromkeys(forged, "1"))
    assert request.headers == Headers([HOST])
    assert (request.client, request.scheme) == (None, "https")


@pytest.mark.parametrize(
    "event",
    [
        {"action": "add"},
        {"path": "avatars/1.png", "action": "delete"},
        {"path": ["a"], "action": "delete"},
        {"userInfo": {"nickName": "Li"}},
        {},
    ],
)
def test_an_event_that_is_no_request_is_the_body_of_one(event: dict[str, object]) -> None:
    assert CALL_FUNCTION.parse(event) == Request("POST", "/", "", Headers([JSON, HOST]), compact(event))


def test_half_of_a_surrogate_pair_does_no_harm() -> None:
    assert CALL_FUNCTION.parse({"text": "\ud83d"}).body == b'{"text":"\\ud83d"}'


@pytest.mark.parametrize(
    ("field", "event"),
    [
        ("httpMethod", {"httpMethod": 7}),
        ("httpMethod", {"httpMethod": "GE T"}),
        ("path", {"httpMethod": "GET", "path": ["a"]}),
        ("path", {"path": "/\ud800"}),
        ("headers", {"path": "/", "headers": ["a"]}),
        ("headers", {"path": "/", "headers": {"x-a": "1\r\nx-b: 2"}}),
        ("headers", {"path": "/", "headers": {"x-a": {}}}),
        ("queryStringParameters", {"path": "/", "queryStringParameters": 7}),
        ("query", {"path": "/", "query": {"a": {}}}),
        ("body", {"path": "/", "body": "abc", "isBase64Encoded": True}),
        ("body", {"path": "/", "body": {"type": "Buffer", "data": [371]}}),
        ("body", {"path": "/", "body": {"type": "Buffer", "data": 8}}),
        ("data", {"action": object()}),
    ],
)
def test_a_broken_field_is_named_without_its_value(field: str, event: dict[str, object]) -> None:
    with pytest.raises(MalformedEvent, match=f"'{field}'"):
        CALL_FUNCTION.parse(event)


# -- what the caller gets ---------------------------------------------------------------------------------------------


def test_the_result_is_a_response_as_the_other_doors_have_it() -> None:
    response = Response(
        201,
        Headers([("content-type", "application/json"), ("vary", "a"), ("vary", "b"), ("set-cookie", "a=1; Path=/"),
                 ("set-cookie", "b=2")]),
        b'{"ok":true}',
    )  # fmt: skip
    assert CALL_FUNCTION.render(response, BARE) == {
        "statusCode": 201,
        "headers": {"content-type": "application/json", "vary": "a, b"},
        "isBase64Encoded": False,
        "body": '{"ok":true}',
        "cookies": ["a=1; Path=/", "b=2"],
    }


def test_a_binary_result_is_base64_and_without_cookies_there_is_no_field_for_them() -> None:
    assert CALL_FUNCTION.render(Response(200, Headers([("content-type", "image/png")]), PNG[:4]), BARE) == {
        "statusCode": 200, "headers": {"content-type": "image/png"}, "isBase64Encoded": True, "body": "iVBORw==",
    }  # fmt: skip


def test_a_result_that_is_no_response_reaches_the_caller_as_it_is() -> None:
    assert CALL_FUNCTION.read(b'{"sum":3}') == Response(200, Headers([JSON]), b'{"sum":3}')


@pytest.mark.parametrize("cookies", ["a=1", [1], {"a": 1}, None])
def test_cookies_are_a_list_of_strings(cookies: object) -> None:
    with pytest.raises(MalformedEvent, match="cookies"):
        CALL_FUNCTION.read(compact({"statusCode": 200, "cookies": cookies}))


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        (Response(200, Headers([JSON]), b'{"errcode": 0, "errmsg": "thanks"}'), {"errcode": 0, "errmsg": "thanks"}),
        (Response(200, Headers([JSON]), b'{"errcode": 7, "errmsg": "closed"}'), {"errcode": 7, "errmsg": "closed"}),
        (Response(204), example("responses/pay-callback-response")),
        (Response(200, body=b"success"), example("responses/pay-callback-response")),
        (Response(500, body=b"Internal Server Error"), {"errcode": 500, "errmsg": "HTTP 500"}),
        (Response(302), {"errcode": 302, "errmsg": "HTTP 302"}),
    ],
)  # fmt: skip
def test_a_payment_is_acknowledged_in_wechats_words(response: Response, answer: object) -> None:
    assert CALL_FUNCTION.render(response, example("pay-callback")) == answer


def test_a_message_is_acknowledged_whatever_the_app_says() -> None:
    assert CALL_FUNCTION.render(Response(200, body=b"{}"), example("message-push-function")) == "success"


def test_who_calls_with_the_fields_of_a_callback_gets_neither_its_path_nor_its_answer() -> None:
    forged = {**example("pay-callback"), "userInfo": USER}
    assert CALL_FUNCTION.parse(forged).path == "/"
    answer: Any = CALL_FUNCTION.render(Response(200), forged)
    assert answer["statusCode"] == 200


def test_a_payment_reaches_the_route_of_an_app() -> None:
    orders: list[str] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        assert environ["PATH_INFO"] == "/wechat/pay-callback"
        orders.append(json.loads(environ["wsgi.input"].read())["outTradeNo"])
        start_response("200 OK", [])
        return [b""]

    with bridge(app, platform="tencent") as handler:
        assert handler(example("pay-callback")) == {"errcode": 0, "errmsg": "ok"}
    assert orders == ["SHOP20261120000001"]


# -- containers -------------------------------------------------------------------------------------------------------


def scope_with(headers: dict[str, str], client: tuple[str, int] = ("10.0.0.7", 40112)) -> dict[str, Any]:
    request = Request("POST", "/api/items", "page=2", Headers(headers.items()), b'{"sku":"blue-7"}', client, "http")
    return {**server_scope(request), BODY: request.body}


def test_a_request_from_wechat_keeps_what_wechat_says() -> None:
    headers = example("headers/container-request-headers")
    request = CALL_CONTAINER.parse(scope_with(headers))
    assert request == Request(
        "POST",
        "/api/items",
        "page=2",
        Headers(
            [
                ("host", "shop-123456-5-1259876543.sh.run.tcloudbase.com"),
                ("content-type", "application/json"),
                ("x-wx-openid", "oEXAMPLEopenid000000000000001"),
                ("x-wx-appid", "wx0123456789abcdef"),
                ("x-wx-unionid", "oUEXAMPLEunionid"),
                ("x-wx-env", "prod-9zxy"),
                ("x-wx-source", "wx_client"),
                ("x-wx-cloudbase-access-token", "EXAMPLE"),
                ("x-forwarded-for", "203.0.113.25"),
                ("x-original-forwarded-for", "203.0.113.25"),
            ]
        ),
        b'{"sku":"blue-7"}',
        ("203.0.113.25", 0),
        "https",
    )


def test_a_request_of_anybody_loses_what_only_wechat_says() -> None:
    forged = {**example("headers/container-spoofed-public-headers"), "X-Original-Forwarded-For": "192.0.2.1"}
    request = CALL_CONTAINER.parse(scope_with(forged))
    assert request.headers == Headers([("x-forwarded-for", "198.51.100.66")])
    assert request.client is None  # so the trusted hop of X-Forwarded-For counts


def test_an_underscore_does_not_bring_in_what_only_wechat_says() -> None:
    """An ASGI app may hand the request on to a WSGI app, in whose environ both names are one."""
    forged = {"X_WX_OPENID": "attacker", "X_WX_SOURCE": "wx_client", "X-Wx_Appid": "wx0", "x_wx_service": "shop"}
    assert CALL_CONTAINER.parse(scope_with(forged)).headers == Headers([("x_wx_service", "shop")])
    genuine = CALL_CONTAINER.parse(scope_with({"X-WX-SOURCE": "wx_client", "X-WX-OPENID": "oE", **forged}))
    assert genuine.headers == Headers([("x-wx-source", "wx_client"), ("x-wx-openid", "oE"), ("x_wx_service", "shop")])


def test_the_address_is_the_one_that_was_written_last_in_a_field_of_its_own_too() -> None:
    scope = scope_with({"X-WX-SOURCE": "wx_client", "X-Original-Forwarded-For": "192.0.2.1"})
    scope["headers"].append((b"x-original-forwarded-for", b"203.0.113.25"))
    assert CALL_CONTAINER.parse(scope).client == ("203.0.113.25", 0)


def test_two_sources_are_none() -> None:
    scope = scope_with({"X-WX-OPENID": "attacker", "X-WX-SOURCE": "wx_client"})
    scope["headers"].append((b"x-wx-source", b"wx_client"))
    assert CALL_CONTAINER.parse(scope).headers == Headers([])


def test_a_container_is_called_through_the_public_domain_with_any_header_but_those_of_wechat() -> None:
    request = CALL_CONTAINER.parse(scope_with({"X-WX-SERVICE": "shop", "X-WX-SOURCE": "", "X-WX-ENV": "prod-9zxy"}))
    assert request.headers == Headers([("x-wx-service", "shop")])


def test_no_json_passes_for_the_event_of_a_container() -> None:
    event = scope_with({})
    assert CALL_CONTAINER.matches(event)
    assert not CALL_CONTAINER.matches({**event, BODY: ""})
    assert not CALL_CONTAINER.matches(packed_request(Request()))


@pytest.mark.parametrize(
    "body",
    [
        (example.folder / "bodies" / "message-push-check.json").read_bytes(),
        b'{"action":"CheckContainerPath"}',
        b"<xml>\n  <action>CheckContainerPath</action>\n</xml>",
        b"<xml><action><![CDATA[CheckContainerPath]]></action></xml>",
    ],
)
def test_the_check_of_a_path_is_answered_without_the_app(body: bytes) -> None:
    def handler(event: Any, context: Any) -> object:
        raise AssertionError("the app was asked")

    event = CALL_CONTAINER.compose(Request("POST", "/wechat/push", body=body))
    runtime = CALL_CONTAINER.runtime
    answer = CALL_CONTAINER.read(runtime.call(handler, event, runtime.context(Settings(), "request-1")))
    assert (answer.status, answer.body) == (200, b"success")


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("GET", b'{"action":"CheckContainerPath"}'),
        ("POST", b'{"action":"CheckContainerPath","x":1}'),
        ("POST", b'{"Content":"CheckContainerPath"}'),
        ("POST", b""),
    ],
)
def test_anything_else_is_the_apps(method: str, body: bytes) -> None:
    asked: list[bytes] = []

    def handler(event: Any, context: Any) -> object:
        asked.append(event[BODY])
        return CALL_CONTAINER.render(Response(204), event)

    CALL_CONTAINER.runtime.call(handler, CALL_CONTAINER.compose(Request(method, "/", body=body)), {})
    assert asked == [body]


def test_an_event_that_is_no_request_is_refused_by_the_runtime_of_containers() -> None:
    with pytest.raises(MalformedEvent, match="called with HTTP itself"):
        CALL_CONTAINER.runtime.call(lambda event, context: None, b'{"action":"add"}', {})


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (Refusal.METHOD, 405, 102005),
        (Refusal.REQUEST_TOO_LARGE, 413, -606001),
        (Refusal.RESPONSE_TOO_LARGE, 502, -606002),
        (Refusal.TIMEOUT, 504, 102002),
    ],
)
def test_a_call_that_wechat_refuses_fails_with_its_code(kind: str, status: int, code: int) -> None:
    answer = CALL_CONTAINER.refuse(Refusal(kind, "measured 2, allowed 1"))
    assert (answer.status, json.loads(answer.body)["errCode"]) == (status, code)


@pytest.mark.parametrize(("length", "status"), [(1024 * 1024, 200), (1024 * 1024 + 1, 502)])
def test_the_limit_of_a_containers_response_is_that_of_its_body(length: int, status: int) -> None:
    def handler(event: Any, context: Any) -> object:
        return CALL_CONTAINER.render(Response(200, body=b"x" * length), event)

    assert Door(CALL_CONTAINER).pass_through(Request(), handler, {}).answer.status == status


def test_of_an_app_that_fails_a_container_says_no_more_than_a_server_does() -> None:
    answer = CALL_CONTAINER.refuse(Refusal(Refusal.UNHANDLED, "KeyError", {"errorMessage": "secret"}))
    assert (answer.status, answer.body) == (500, b"Internal Server Error")

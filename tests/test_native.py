from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given

from fcbridge.losses import same_request
from fcbridge.model import Headers, Request
from fcbridge.native import request_of_environ, request_of_scope, whole_body
from fcbridge.played import (
    server_environ,
    server_scope,
)
from fcbridge.testing.strategies import requests


def of_environ(**environ: Any) -> Request:
    return request_of_environ({"REQUEST_METHOD": "GET", "PATH_INFO": "/", **environ}, b"")


def of_scope(**scope: Any) -> Request:
    return request_of_scope({"method": "GET", "path": "/", "headers": [], **scope}, b"")


@given(requests())
def test_a_request_comes_back_out_of_a_scope(request: Request) -> None:
    assert request_of_scope(server_scope(request), request.body) == request


@given(requests())
def test_path_and_query_come_back_out_of_an_environ(request: Request) -> None:
    back = request_of_environ(server_environ(request), request.body)
    assert (back.method, back.path, back.query, back.body) == (
        request.method, request.path, request.query, request.body,
    )  # fmt: skip


def test_headers_come_back_out_of_an_environ() -> None:
    request = Request(
        "POST", "/a", headers=Headers([("host", "a.example"), ("x-tag", "caf\xe9"), ("content-type", "text/plain")]),
        client=("203.0.113.9", 4711),
    )  # fmt: skip
    assert same_request(request_of_environ(server_environ(request), b""), request)


# -- paths ------------------------------------------------------------------------------------------------------------


def test_an_encoded_slash_survives_where_the_server_tells_the_target() -> None:
    assert of_environ(PATH_INFO="/a/b c", RAW_URI="/a%2Fb%20c?x=1").path == "/a%2Fb%20c"
    assert of_environ(PATH_INFO="/a/b c", REQUEST_URI="/a%2Fb%20c?x=1").path == "/a%2Fb%20c"
    assert of_scope(path="/a/b c", raw_path=b"/a%2Fb%20c").path == "/a%2Fb%20c"


def test_a_decoded_path_is_encoded_once() -> None:
    assert of_environ(PATH_INFO="/caf\xc3\xa9/100%25/a b").path == "/caf%C3%A9/100%2525/a%20b"
    assert of_scope(path="/café/100%25/a b").path == "/caf%C3%A9/100%2525/a%20b"


def test_bytes_that_are_no_utf_8_survive_beside_a_path_of_text() -> None:
    assert of_scope(path="/\ufffd", raw_path=b"/%ff").path == "/%ff"
    assert of_environ(PATH_INFO="/\xff").path == "/%FF"


def test_a_rewritten_path_counts_before_the_target() -> None:
    assert of_environ(PATH_INFO="/", RAW_URI="/fission-function/hello").path == "/"
    assert of_scope(path="/inner", raw_path=b"/outer/inner").path == "/inner"


def test_a_target_in_absolute_form_is_cut_down_to_its_path() -> None:
    assert of_environ(PATH_INFO="/a/b", RAW_URI="http://a.example/a%2Fb").path == "/a%2Fb"
    assert of_environ(PATH_INFO="/", RAW_URI="http://a.example").path == "/"


def test_a_url_in_a_path_is_a_part_of_it() -> None:
    assert of_environ(PATH_INFO="/get/http://a.example/a/b", RAW_URI="/get/http://a.example/a%2Fb").path == (
        "/get/http://a.example/a%2Fb"
    )
    assert of_scope(path="/get/http://a/b", raw_path=b"/get/http:%2F/a%2Fb").path == "/get/http:%2F/a%2Fb"


def test_the_script_name_is_the_base_path() -> None:
    request = of_environ(SCRIPT_NAME="/shop/caf\xc3\xa9", PATH_INFO="/items", RAW_URI="/shop/caf%C3%A9/items")
    assert (request.path, request.base_path) == ("/shop/caf%C3%A9/items", "/shop/caf%C3%A9")
    request = of_environ(SCRIPT_NAME="/shop", PATH_INFO="")
    assert (request.path, request.base_path) == ("/shop", "/shop")


def test_the_root_path_is_the_base_path_whether_the_path_holds_it_or_not() -> None:
    for path in ("/shop/items", "/items"):
        request = of_scope(root_path="/shop", path=path)
        assert (request.path, request.base_path) == ("/shop/items", "/shop")


def test_a_root_path_ends_with_a_segment() -> None:
    request = of_scope(root_path="/shop", path="/shopping")
    assert (request.path, request.base_path) == ("/shop/shopping", "/shop")


def test_a_slash_at_the_end_of_a_base_path_is_no_part_of_it() -> None:
    for request in (
        of_environ(SCRIPT_NAME="/shop/", PATH_INFO="/items", RAW_URI="/shop/items"),
        of_scope(root_path="/shop/", path="/shop/items", raw_path=b"/shop/items"),
    ):
        assert (request.path, request.base_path) == ("/shop/items", "/shop")
    request = of_environ(SCRIPT_NAME="/", PATH_INFO="/items", RAW_URI="/items")
    assert (request.path, request.base_path) == ("/items", "")


def test_a_query_that_was_never_encoded_is_encoded() -> None:
    assert of_environ(QUERY_STRING="q=caf\xc3\xa9 au&x=%20").query == "q=caf%C3%A9%20au&x=%20"


def test_the_asterisk_of_options_stays() -> None:
    assert of_environ(REQUEST_METHOD="OPTIONS", PATH_INFO="*", RAW_URI="*").path == "*"


# -- headers ----------------------------------------------------------------------------------------------------------


def test_empty_content_headers_are_none() -> None:
    assert of_environ(CONTENT_TYPE="", CONTENT_LENGTH="").headers == Headers()


def test_a_line_break_in_a_header_is_refused() -> None:
    with pytest.raises(ValueError, match="line break"):
        of_environ(HTTP_X_TAG="a\r\nb: c")
    with pytest.raises(ValueError, match="line break"):
        of_scope(headers=[(b"x-tag", b"a\r\nb: c")])


def test_a_peer_without_a_port_has_port_0() -> None:
    assert of_environ(REMOTE_ADDR="203.0.113.9").client == ("203.0.113.9", 0)
    assert of_scope(client=["203.0.113.9", 5]).client == ("203.0.113.9", 5)
    assert of_scope(client=None).client is None


# -- bodies -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("messages", "body"),
    [
        ([{"type": "http.request"}], b""),
        ([{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.request", "body": b"b"}], b"ab"),
        ([{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}], None),
        ([{"type": "http.disconnect"}], None),
    ],
)
def test_a_body_is_whole_or_none(messages: list[dict[str, Any]], body: bytes | None) -> None:
    left = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(left)

    assert asyncio.run(whole_body(receive)) == body

"""What a function returns behind API Gateway, a function URL and a load balancer, and what each of them makes of it.

The results are those of recorded experiments and of the vendor's pages; where a door is stricter than the next one, it
is so here.
"""

from __future__ import annotations

import json
from base64 import b64encode
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from fcbridge import bridge
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import Refusal
from fcbridge.local.door import Door
from fcbridge.losses import lost_of_response
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import gateway
from fcbridge_adapters.aws.alb import set_cookie
from tests.apps import answering, http_event

RESPONSES = Path(__file__).parents[1] / "events" / "aws" / "responses"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
DOORS = ("aws-rest", "aws-http-v1", "aws-http-v2", "aws-url", "aws-alb", "aws-alb-multi")
EVERY = pytest.mark.parametrize("name", DOORS)
FIRST = pytest.mark.parametrize("name", ["aws-rest", "aws-http-v1"])
SECOND = pytest.mark.parametrize("name", ["aws-http-v2", "aws-url"])
BALANCER = pytest.mark.parametrize("name", ["aws-alb", "aws-alb-multi"])
COOKIES = [("set-cookie", "a=1; Path=/"), ("set-cookie", "b=2; HttpOnly")]
JSON = ("content-type", "application/json")
TEXT = ("content-type", "text/plain; charset=utf-8")


def rendered(name: str, *headers: tuple[str, str], status: int = 200, body: bytes = b"") -> Any:
    return gateway(name).render(Response(status, Headers(headers), body), {})


def read(name: str, result: object) -> Response:
    return gateway(name).read(json.dumps(result).encode())


def single(answer: Any) -> Any:
    """The headers of an answer in the one map that it has."""
    if "multiValueHeaders" in answer and "headers" not in answer:
        return {name: value for name, (value,) in answer["multiValueHeaders"].items()}
    return answer["headers"]


# -- what leaves the function -----------------------------------------------------------------------------------------

MAPS = {"aws-alb-multi": "multiValueHeaders"}


@EVERY
def test_text_is_answered_as_text_with_the_keys_that_the_door_takes(name: str) -> None:
    answer = rendered(name, ("content-type", "application/json"), ("x-item-id", "7"), status=201, body=b'{"ok":true}')
    assert answer.keys() == {"statusCode", MAPS.get(name, "headers"), "isBase64Encoded", "body"}
    assert single(answer) == {"content-type": "application/json", "x-item-id": "7"}
    assert (answer["statusCode"], answer["body"], answer["isBase64Encoded"]) == (201, '{"ok":true}', False)


@EVERY
@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_binary_and_compressed_bodies_are_answered_as_base64(name: str, encoding: str | None) -> None:
    headers = [("content-type", "text/plain"), ("content-encoding", encoding)] if encoding else []
    answer = rendered(name, *headers, body=PNG)
    assert (answer["body"], answer["isBase64Encoded"]) == (b64encode(PNG).decode(), True)


@EVERY
def test_a_status_of_the_standard_library_is_a_plain_number(name: str) -> None:
    assert type(rendered(name, status=HTTPStatus.NOT_FOUND)["statusCode"]) is int


@EVERY
@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_content_has_an_empty_body(name: str, status: int) -> None:
    with bridge(answering(status, body=b""), platform="aws") as handler:
        answer: Any = handler(http_event(name=name))
    assert (answer["statusCode"], answer["body"], answer["isBase64Encoded"]) == (status, "", False)


@EVERY
def test_an_answer_to_head_has_no_body(name: str) -> None:
    with bridge(answering(200, [TEXT, ("content-length", "2")], b"ok"), platform="aws") as handler:
        answer: Any = handler(http_event("HEAD", name=name))
    assert answer["body"] == ""
    assert "content-length" not in single(answer)


@EVERY
def test_header_values_are_text_even_where_they_are_not_ascii(name: str) -> None:
    value = "报".encode().decode("latin-1")
    answer = rendered(name, ("x-name", value))
    assert single(answer)["x-name"] == "报"
    assert read(name, answer).headers.get("x-name") == value


@EVERY
def test_nothing_is_null_in_an_answer(name: str) -> None:
    answer = rendered(name)
    assert None not in answer.values()
    assert type(answer["isBase64Encoded"]) is bool


# -- cookies ----------------------------------------------------------------------------------------------------------


@EVERY
def test_every_cookie_is_carried_and_none_is_warned_of(name: str) -> None:
    response = Response(200, Headers([TEXT, *COOKIES, ("set-cookie", "c=3")]), b"ok")
    assert read(name, gateway(name).render(response, {})).headers.get_all("set-cookie") == [
        "a=1; Path=/", "b=2; HttpOnly", "c=3",
    ]  # fmt: skip
    assert lost_of_response(gateway(name).loses, response) == []


@FIRST
def test_in_payload_1_a_repeated_name_is_in_the_map_of_lists_and_in_no_other(name: str) -> None:
    answer = rendered(name, TEXT, ("vary", "accept"), ("vary", "cookie"), *COOKIES, body=b"ok")
    assert answer["headers"] == {"content-type": "text/plain; charset=utf-8"}
    assert answer["multiValueHeaders"] == {
        "vary": ["accept", "cookie"], "set-cookie": ["a=1; Path=/", "b=2; HttpOnly"],
    }  # fmt: skip


@SECOND
def test_in_payload_2_cookies_are_a_list_and_repeats_are_joined(name: str) -> None:
    answer = rendered(name, ("vary", "accept"), ("vary", "cookie"), *COOKIES)
    assert answer["headers"] == {"vary": "accept, cookie"}
    assert answer["cookies"] == ["a=1; Path=/", "b=2; HttpOnly"]
    assert "multiValueHeaders" not in answer
    assert "cookies" not in rendered(name)


def test_a_load_balancer_in_single_mode_gets_names_that_differ_in_case() -> None:
    answer = rendered("aws-alb", *COOKIES, ("set-cookie", "c=3"), ("vary", "accept"), ("vary", "cookie"))
    assert answer["headers"] == {
        "set-cookie": "a=1; Path=/", "Set-cookie": "b=2; HttpOnly", "sEt-cookie": "c=3", "vary": "accept, cookie",
    }  # fmt: skip


def test_there_are_512_names_for_cookies_and_each_of_them_is_one() -> None:
    names = [set_cookie(index) for index in range(512)]
    assert len(set(names)) == 512
    assert {name.lower() for name in names} == {"set-cookie"}


def test_the_mode_of_the_event_is_the_mode_of_the_answer() -> None:
    with bridge(answering(200, [TEXT, *COOKIES], b"ok"), platform="aws") as handler:
        one: Any = handler(http_event(name="aws-alb"))
        many: Any = handler(http_event(name="aws-alb-multi"))
    assert "headers" in one and "multiValueHeaders" not in one
    assert "multiValueHeaders" in many and "headers" not in many
    assert many["multiValueHeaders"]["set-cookie"] == ["a=1; Path=/", "b=2; HttpOnly"]


# -- what the doors keep, and rename ----------------------------------------------------------------------------------


@EVERY
def test_the_length_of_the_body_is_left_to_the_door(name: str) -> None:
    assert single(rendered(name, ("content-length", "2"), ("x-kept", "1"), body=b"ok")) == {"x-kept": "1"}


@pytest.mark.parametrize("name", ["aws-rest", "aws-url"])
def test_what_would_come_out_renamed_is_not_sent(name: str) -> None:
    assert rendered(name, ("date", "Wed, 05 Aug 2026 07:08:09 GMT"), ("server", "app"))["headers"] == {}


@pytest.mark.parametrize("name", ["aws-rest", "aws-url"])
def test_a_demand_for_a_password_is_renamed_and_warned_of(name: str) -> None:
    response = Response(401, Headers([("www-authenticate", "Basic"), TEXT]))
    answer = gateway(name).render(response, {})
    assert read(name, answer).headers.pairs == [("x-amzn-remapped-www-authenticate", "Basic"), TEXT]
    assert [loss.name for loss in lost_of_response(gateway(name).loses, response)] == ["remapped-fields"]


def test_a_demand_for_a_password_passes_an_http_api() -> None:
    assert read("aws-http-v2", rendered("aws-http-v2", ("www-authenticate", "Basic"))).headers.get("www-authenticate")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("aws-rest", "application/json"),
        ("aws-http-v1", "text/plain; charset=utf-8"),
        ("aws-http-v2", "text/plain; charset=utf-8"),
        ("aws-url", "application/json"),
        ("aws-alb", None),
        ("aws-alb-multi", None),
    ],
)
def test_the_door_has_a_type_of_its_own_for_a_body_without_one(name: str, kind: str | None) -> None:
    assert read(name, {"statusCode": 200, "body": "ok"}).headers.get("content-type") == kind


# -- what is read of a result -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "name", "expected"),
    [
        (
            "rest-v1", "aws-rest",
            Response(201, Headers([*COOKIES, JSON]), b'{"ok":true}'),
        ),
        (
            "rest-v1", "aws-http-v1",
            Response(201, Headers([*COOKIES, JSON]), b'{"ok":true}'),
        ),
        (
            "http-v2-and-function-url", "aws-http-v2",
            Response(201, Headers([JSON, ("vary", "accept,origin"), *COOKIES]), b'{"ok":true}'),
        ),
        (
            "http-v2-and-function-url", "aws-url",
            Response(201, Headers([JSON, ("vary", "accept,origin"), *COOKIES]), b'{"ok":true}'),
        ),
        (
            "alb-single-value", "aws-alb",
            Response(200, Headers([TEXT, ("set-cookie", "a=1"), ("set-cookie", "b=2")]), b"ok"),
        ),
        (
            "alb-multi-value", "aws-alb-multi",
            Response(200, Headers([TEXT, ("set-cookie", "a=1"), ("set-cookie", "b=2")]), b"ok"),
        ),
        *[
            ("binary-any", name, Response(200, Headers([("content-type", "image/png")]), PNG[:6]))
            for name in ("aws-rest", "aws-http-v1", "aws-http-v2", "aws-url", "aws-alb")
        ],
    ],
)  # fmt: skip
def test_an_example_result_is_answered_so(file: str, name: str, expected: Response) -> None:
    assert gateway(name).read((RESPONSES / f"{file}.json").read_bytes()) == expected


@FIRST
@pytest.mark.parametrize(
    ("result", "status", "body"),
    [
        ({"statusCode": 200}, 200, b""),
        ({"headers": {"content-type": "text/plain"}}, 200, b""),
        ({"statusCode": "201", "body": "ok"}, 201, b"ok"),
        ({"statusCode": 200, "headers": None, "body": None}, 200, b""),
        ({"statusCode": 200, "headers": {"x-flag": True, "x-count": 7}}, 200, b""),
    ],
)
def test_payload_1_is_read_with_patience(name: str, result: object, status: int, body: bytes) -> None:
    answer = read(name, result)
    assert (answer.status, answer.body) == (status, body)


def test_a_value_that_is_no_text_is_written_out() -> None:
    headers = read("aws-rest", {"statusCode": 200, "headers": {"x-flag": True, "x-count": 7}}).headers
    assert (headers.get("x-flag"), headers.get("x-count")) == ("true", "7")


def test_a_name_that_is_in_both_maps_is_sent_twice() -> None:
    result = {"statusCode": 200, "headers": {"X-Tag": "c"}, "multiValueHeaders": {"x-tag": ["a", "b"]}}
    assert read("aws-rest", result).headers.get_all("x-tag") == ["a", "b", "c"]


@FIRST
@pytest.mark.parametrize(
    "result",
    [
        {}, "ok", None, 7, [1],
        {"statusCode": "test"}, {"statusCode": 0}, {"statusCode": True}, {"statusCode": 200.5}, {"statusCode": None},
        {"statusCode": 200, "multiValueHeaders": {"x-tag": "a"}},
        {"statusCode": 200, "multiValueHeaders": ["a"]},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "headers": {"x-tag": ["a"]}},
        {"statusCode": 200, "headers": {"x tag": "a"}},
        {"statusCode": 200, "headers": {"x-tag": "a\r\nx-b: 1"}},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "body": "abc", "isBase64Encoded": True},
    ],
    ids=str,
)  # fmt: skip
def test_payload_1_refuses(name: str, result: object) -> None:
    with pytest.raises(MalformedEvent, match="not what Amazon API Gateway"):
        read(name, result)


@pytest.mark.parametrize("key", ["cookies", "statusDescription", "anything"])
def test_a_rest_api_refuses_a_key_that_it_does_not_know(key: str) -> None:
    with pytest.raises(MalformedEvent, match=f"'{key}' is no key of a response"):
        read("aws-rest", {"statusCode": 200, key: None})
    assert read("aws-http-v1", {"statusCode": 200, key: None}).status == 200


@SECOND
@pytest.mark.parametrize(
    ("payload", "body"),
    [
        (b'"hello"', b"hello"),
        (b'{"message":"hi"}', b'{"message":"hi"}'),
        (b"[1, 2]", b"[1, 2]"),
        (b"not json", b"not json"),
        (b"null", b"null"),
    ],
)
def test_in_payload_2_a_result_without_a_status_is_a_body_of_json(name: str, payload: bytes, body: bytes) -> None:
    answer = gateway(name).read(payload)
    assert answer == Response(200, Headers([("content-type", "application/json")]), body)


@SECOND
@pytest.mark.parametrize(
    "result",
    [
        {"statusCode": 0}, {"statusCode": 200.5}, {"statusCode": None}, {"statusCode": 200, "cookies": "a=1"},
        {"statusCode": 200, "cookies": [None]}, {"statusCode": 200, "headers": [1]}, {"statusCode": 200, "body": [1]},
    ],
    ids=str,
)  # fmt: skip
def test_payload_2_refuses(name: str, result: object) -> None:
    with pytest.raises(MalformedEvent):
        read(name, result)


@SECOND
def test_in_payload_2_the_map_of_lists_is_passed_over(name: str) -> None:
    assert "x-tag" not in read(name, {"statusCode": 200, "multiValueHeaders": {"x-tag": ["a"]}}).headers


@BALANCER
@pytest.mark.parametrize(
    "change",
    [
        {"statusDescription": None}, {"statusDescription": "OK"}, {"statusDescription": "200  OK"},
        {"statusDescription": "404 Not Found"}, {"headers": None}, {"multiValueHeaders": None},
        {"isBase64Encoded": None}, {"isBase64Encoded": "true"}, {"statusCode": "200"}, {"statusCode": None},
        {"headers": {"x-flag": True}, "multiValueHeaders": {"x-flag": [True]}},
        {"headers": {"x-tag": ["a"]}, "multiValueHeaders": {"x-tag": "a"}},
    ],
    ids=str,
)  # fmt: skip
def test_a_load_balancer_refuses(name: str, change: dict[str, object]) -> None:
    result = {"statusCode": 200, "statusDescription": "200 OK", "isBase64Encoded": False, "body": "ok"}
    assert read(name, result).status == 200
    with pytest.raises(MalformedEvent, match="not what AWS Application Load Balancer"):
        read(name, result | change)


def test_a_load_balancer_reads_the_map_of_its_mode_alone() -> None:
    result = {"statusCode": 200, "headers": {"x-tag": "one"}, "multiValueHeaders": {"x-tag": ["two"]}}
    assert read("aws-alb", result).headers.pairs == [("x-tag", "one")]
    assert read("aws-alb-multi", result).headers.pairs == [("x-tag", "two")]


# -- in place of the function -----------------------------------------------------------------------------------------

TOO_LARGE, FAILED = Refusal.REQUEST_TOO_LARGE, Refusal.UNHANDLED


@pytest.mark.parametrize(
    ("name", "kind", "status", "body"),
    [
        ("aws-rest", FAILED, 502, b'{"message":"Internal server error"}'),
        ("aws-rest", Refusal.BAD_PAYLOAD, 502, b'{"message":"Internal server error"}'),
        ("aws-rest", Refusal.TIMEOUT, 502, b'{"message":"Internal server error"}'),
        ("aws-rest", TOO_LARGE, 413, b'{"message":"Request Too Long"}'),
        ("aws-rest", Refusal.METHOD, 403, b'{"message":"Missing Authentication Token"}'),
        ("aws-http-v1", FAILED, 500, b'{"message":"Internal Server Error"}'),
        ("aws-http-v2", FAILED, 500, b'{"message":"Internal Server Error"}'),
        ("aws-http-v2", TOO_LARGE, 413, b'{"message":"Request Entity Too Large"}'),
        ("aws-url", FAILED, 502, b"Internal Server Error"),
        ("aws-url", TOO_LARGE, 413, b"Request Entity Too Large"),
    ],
)
def test_an_error_of_the_function_is_answered_with_the_doors_own_words(
    name: str, kind: str, status: int, body: bytes
) -> None:
    answer = gateway(name).refuse(Refusal(kind, "no stock", {"errorMessage": "no stock"}))
    assert (answer.status, answer.body, answer.headers.get("content-type")) == (status, body, "application/json")


@BALANCER
@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (FAILED, "502 Bad Gateway"), (Refusal.RESPONSE_TOO_LARGE, "502 Bad Gateway"),
        (TOO_LARGE, "413 Request Entity Too Large"),
    ],
)  # fmt: skip
def test_a_load_balancer_answers_with_a_page(name: str, kind: str, title: str) -> None:
    answer = gateway(name).refuse(Refusal(kind, "no stock"))
    assert answer.status == int(title[:3])
    assert answer.headers.get("content-type") == "text/html"
    assert f"<center><h1>{title}</h1></center>\r\n".encode() in answer.body
    assert b"no stock" not in answer.body


@pytest.mark.parametrize(
    "name", ["aws-rest", "aws-http-v1", "aws-http-v2", "aws-url", "aws-lattice-v1", "aws-lattice-v2"]
)
def test_a_request_is_measured_as_the_event_with_its_base64(name: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB of payload."""
    door = Door(gateway(name))
    picture = Request("PUT", "/a", headers=Headers([("host", "a.example"), ("content-type", "image/png")]))
    assert door.open(picture.replace(body=bytes(4 * 1024 * 1024))).refusal is None
    refusal = door.open(picture.replace(body=bytes(5 * 1024 * 1024))).refusal
    assert refusal is not None
    assert refusal.kind == Refusal.REQUEST_TOO_LARGE
    assert refusal.message.startswith("event: ")

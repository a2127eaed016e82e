from __future__ import annotations

import json
import tracemalloc
from base64 import b64decode
from http import HTTPStatus

import pytest

from fcbridge.envelope import parsed_header_lists, read_envelope, rendered, rendered_object
from fcbridge.errors import MalformedEvent
from fcbridge.model import Response

PIECE = 48 * 1024


@pytest.mark.parametrize("length", [1, 2, 3, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 2])
def test_a_binary_body_is_one_base64_text_however_long_it_is(length: int) -> None:
    body = (bytes(range(256)) * (length // 256 + 1))[:length]
    envelope = json.loads(rendered({}, Response(body=body)))
    assert envelope["isBase64Encoded"] is True
    assert b64decode(envelope["body"], validate=True) == body


def test_a_long_payload_is_in_memory_once() -> None:
    response = Response(body=bytes(3 * 1024 * 1024))
    tracemalloc.start()
    try:
        payload = rendered({}, response)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1.5 * len(payload)


def test_what_json_escapes_is_escaped_in_headers_and_text() -> None:
    headers = {"X-Tag": 'a "quoted" \\ päth'}
    envelope = json.loads(rendered(headers, Response(body='line\n"grün"'.encode(), text=True)))
    assert envelope == {"statusCode": 200, "headers": headers, "isBase64Encoded": False, "body": 'line\n"grün"'}


@pytest.mark.parametrize("body", [b"", "grün".encode(), b"\x89PNG\xff"])
def test_the_object_is_what_the_text_says(body: bytes) -> None:
    response = Response(201, body=body, text=None if b"\xff" in body else True)
    headers = {"X-Tag": "1"}
    assert rendered_object(headers, response) == json.loads(rendered(headers, response))


def test_a_status_of_the_standard_library_is_a_plain_number_in_the_object() -> None:
    assert type(rendered_object({}, Response(HTTPStatus.CREATED))["statusCode"]) is int


def test_a_header_may_be_a_list_where_the_gateway_says_so() -> None:
    envelope = {"statusCode": 200, "headers": {"Set-Cookie": ["a=1", "b=2"], "X-Tag": "1"}}
    assert read_envelope("It", envelope, lists=True).headers.pairs == [
        ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("x-tag", "1"),
    ]  # fmt: skip
    with pytest.raises(MalformedEvent, match="no mapping of strings"):
        read_envelope("It", envelope)
    with pytest.raises(MalformedEvent, match="lists of strings"):
        read_envelope("It", {"statusCode": 200, "headers": {"X-Tag": [1]}}, lists=True)


@pytest.mark.parametrize("value", [None, 1, {"a": "b"}, [1], [["a"]]])
def test_a_header_that_is_neither_text_nor_a_list_of_texts_is_refused(value: object) -> None:
    assert parsed_header_lists({"X-Tag": ["a", "b"], "X-One": "c"}) == [("x-tag", "a"), ("x-tag", "b"), ("x-one", "c")]
    with pytest.raises((TypeError, AttributeError)):
        parsed_header_lists({"X-Tag": value})

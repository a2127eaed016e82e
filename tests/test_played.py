from __future__ import annotations

import json

import pytest
from hypothesis import given

from fcbridge.errors import MalformedEvent
from fcbridge.model import Request
from fcbridge.played import is_packed_request, packed_request, packed_response, read_packed, unpacked_request
from fcbridge.testing.strategies import requests


@given(requests())
def test_a_request_comes_back_out_of_its_json_value(request: Request) -> None:
    wire = json.loads(json.dumps(packed_request(request)))
    assert is_packed_request(wire)
    assert unpacked_request(wire) == request


def test_a_response_comes_back_with_its_repeats() -> None:
    payload = packed_response(207, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=\xff")], b"\x00\xff")
    response = read_packed("Test", payload)
    assert (response.status, response.headers.pairs, response.body) == (
        207, [("set-cookie", "a=1"), ("set-cookie", "b=\xff")], b"\x00\xff",
    )  # fmt: skip


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"status": 99, "headers": [], "body": ""}', b"\xff"])
def test_what_is_no_packed_response_is_malformed(payload: bytes) -> None:
    with pytest.raises(MalformedEvent, match="not what Test reads"):
        read_packed("Test", payload)

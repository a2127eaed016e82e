from __future__ import annotations

import pytest

from fcbridge import bodies
from fcbridge.model import Headers, Response


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain", "text/html; charset=UTF-8", "text/css;charset=\"utf-8\"", "TEXT/CSV", "application/json",
        "application/problem+json", "application/xml", "image/svg+xml", "application/atom+xml; charset=us-ascii",
        "application/x-ndjson", "application/javascript", "application/x-www-form-urlencoded", "text/event-stream",
        "application/vnd.oai.openapi+yaml",
    ],
)  # fmt: skip
def test_these_types_are_text(kind: str) -> None:
    response = Response(200, Headers([("content-type", kind)]), "grün".encode())
    assert bodies.body_text(response) == "grün"


@pytest.mark.parametrize(
    "kind",
    [
        "image/png", "application/octet-stream", "application/pdf", "application/zip", "text/html; charset=gbk",
        "text/plain; charset=iso-8859-1", "application/jsonx", "multipart/form-data; boundary=x", "",
    ],
)  # fmt: skip
def test_these_types_are_binary_even_when_the_bytes_look_like_text(kind: str) -> None:
    assert bodies.body_text(Response(200, Headers([("content-type", kind)]), b"abc")) is None


def test_a_body_without_a_type_is_binary() -> None:
    assert bodies.body_text(Response(200, Headers(), b"abc")) is None


def test_a_content_encoding_makes_text_binary_and_identity_does_not() -> None:
    kind = ("content-type", "text/plain")
    assert bodies.body_text(Response(200, Headers([kind, ("content-encoding", "gzip")]), b"abc")) is None
    assert bodies.body_text(Response(200, Headers([("content-encoding", "br"), kind]), b"abc")) is None
    assert bodies.body_text(Response(200, Headers([kind, ("content-encoding", "identity")]), b"abc")) == "abc"


def test_text_that_is_not_utf8_is_binary() -> None:
    assert bodies.body_text(Response(200, Headers([("content-type", "text/plain")]), b"\xff")) is None


def test_an_empty_body_is_text() -> None:
    assert bodies.body_text(Response(200, Headers([("content-type", "image/png")]), b"")) == ""


def test_the_decision_can_be_made_by_the_response() -> None:
    assert bodies.body_text(Response(200, Headers(), b"abc", text=True)) == "abc"
    assert bodies.body_text(Response(200, Headers([("content-type", "text/plain")]), b"abc", text=False)) is None
    assert bodies.body_text(Response(200, Headers(), b"\xff", text=True)) is None


@pytest.mark.parametrize(("encoded", "expected"), [(True, b"\xff"), ("true", b"\xff"), ("True", b"\xff")])
def test_the_base64_flag_may_be_a_boolean_or_text(encoded: object, expected: bytes) -> None:
    assert bodies.body_bytes("/w==", encoded) == expected


@pytest.mark.parametrize("encoded", [False, "false", "False", None, "", 0])
def test_anything_else_leaves_the_body_as_text(encoded: object) -> None:
    assert bodies.body_bytes("/w==", encoded) == b"/w=="


def test_the_cache_of_types_is_bounded() -> None:
    for number in range(3000):
        assert bodies.is_text_type(f"text/x-random-{number}")
    assert len(bodies._kinds) <= 1024  # pyright: ignore[reportPrivateUsage]

from __future__ import annotations

import sys
import tracemalloc
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fcbridge import bodies
from fcbridge.model import Headers, Response


@pytest.fixture(scope="module", params=["binascii", "pybase64"], autouse=True)
def decoder(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every rule holds with the extra ``fast`` and without it, for bodies of any length."""
    name: str = request.param
    with pytest.MonkeyPatch.context() as patch:
        if name == "pybase64":
            patch.setattr(bodies, "_WORTH_CALLING", 0)
            patch.setattr(bodies, "_WORTH_IMPORTING", 0)
        bodies.use_pybase64(name == "pybase64")
        yield name
    bodies.use_pybase64(True)


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
    assert len(bodies.TEXT_TYPES) <= 1024


# -- what an event holds --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({}, b""),
        ({"body": None, "isBase64Encoded": True}, b""),
        ({"body": "", "isBase64Encoded": True}, b""),
        ({"body": "/w==", "isBase64Encoded": True}, b"\xff"),
        ({"body": "/w==", "isBase64Encoded": "True"}, b"\xff"),
        ({"body": "/w==", "isBase64Encoded": False}, b"/w=="),
        ({"body": "grün"}, "grün".encode()),
    ],
)
def test_the_body_of_an_event_is_base64_where_its_flag_says_so(event: dict[str, object], expected: bytes) -> None:
    assert bodies.event_body(event) == expected
    assert bodies.body_bytes(event.get("body"), event.get("isBase64Encoded")) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("body", [0, 1, [], ["a"], {"a": 1}, True])
@pytest.mark.parametrize("encoded", [True, False])
def test_a_body_that_is_no_text_is_refused(body: object, encoded: bool) -> None:
    with pytest.raises((TypeError, AttributeError)):
        bodies.event_body({"body": body, "isBase64Encoded": encoded})


# -- base64 ---------------------------------------------------------------------------------------------------------


def test_the_tests_install_the_extra_and_run_with_it_too(decoder: str) -> None:
    assert bodies.base64_text(b"\xff") == "/w=="
    module = bodies._module  # pyright: ignore[reportPrivateUsage]
    assert (module.__name__ if module else "binascii") == decoder


@given(st.binary())
def test_what_was_encoded_is_decoded(body: bytes) -> None:
    text = bodies.base64_text(body)
    assert text == b64encode(body).decode()
    assert bodies.decoded_base64(text) == bodies.decoded_base64(memoryview(text.encode())) == body


_PIECES = st.sampled_from(
    ["AAAA", "/w==", "+/9=", "QUJD", "=", "==", "A", "AA", "\n", "\r\n", " ", "-_", "é", "\0", "\\/"]
)


@given(st.lists(_PIECES, max_size=20).map("".join) | st.text("ABab09+/=", max_size=40) | st.text(max_size=20))
@example("/x==")  # with bits that stand for nothing
@example("AA==AA==")
@example("QUJD\n" * 30)
def test_both_decoders_give_the_same_bytes_or_both_refuse(text: str) -> None:
    try:
        expected = a2b_base64(text)
    except ValueError:
        with pytest.raises(ValueError):
            bodies.decoded_base64(text)
    else:
        assert bodies.decoded_base64(text) == expected


PIECE = 48 * 1024


@pytest.mark.parametrize("length", [0, 1, 2, 3, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 2])
def test_a_body_of_any_length_is_one_text_between_what_encloses_it(length: int) -> None:
    body = (bytes(range(256)) * (length // 256 + 1))[:length]
    assert bodies.enclosed_base64("<", body, ">") == f"<{b64encode(body).decode()}>"


LONG = bytes(3 * 1024 * 1024)
TEXT = b64encode(LONG).decode()


@pytest.mark.parametrize(
    "work",
    [
        lambda: bodies.base64_text(LONG),
        lambda: bodies.enclosed_base64('{"body": "', LONG, '"}'),
        lambda: bodies.decoded_base64(TEXT),
    ],
    ids=["encoded", "enclosed", "decoded"],
)
def test_the_result_is_in_memory_once(work: Callable[[], str | bytes]) -> None:
    tracemalloc.start()
    try:
        result = work()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1.06 * len(result)


# -- when pybase64 is taken -----------------------------------------------------------------------------------------


class Finder:
    """Sees which modules are looked for, and finds none."""

    def __init__(self) -> None:
        self.sought: list[str] = []

    def find_spec(self, name: str, *_: object) -> None:
        self.sought.append(name)


@pytest.fixture
def finder(decoder: str) -> Iterator[Finder]:
    """As in an instance that has not imported pybase64, and cannot."""
    finder = Finder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bodies, "_WORTH_CALLING", 256)
        patch.setattr(bodies, "_WORTH_IMPORTING", 16 * 1024)
        for name in [name for name in sys.modules if name.partition(".")[0] == "pybase64"]:
            patch.delitem(sys.modules, name)
        patch.setattr(sys, "meta_path", [finder])
        bodies.use_pybase64(True)
        yield finder
    bodies.use_pybase64(decoder == "pybase64")


def test_pybase64_is_sought_for_a_long_body_only_and_once(finder: Finder) -> None:
    assert bodies.base64_text(bytes(12_000)) == "A" * 16_000
    assert finder.sought == []
    for _ in range(2):
        assert bodies.base64_text(bytes(30_000)) == "A" * 40_000
        assert bodies.decoded_base64("A" * 40_000) == bytes(30_000)
    assert finder.sought == ["pybase64"]


def test_pybase64_that_somebody_else_has_imported_is_used_at_once(
    finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pybase64", SimpleNamespace(b64encode_as_string=bytes.decode))
    assert bodies.base64_text(b"a" * 300) == "a" * 300
    assert bodies.base64_text(bytes(30)) == "A" * 40
    assert finder.sought == []


def test_pybase64_can_be_switched_off(finder: Finder) -> None:
    bodies.use_pybase64(False)
    assert bodies.base64_text(bytes(30_000)) == "A" * 40_000
    assert finder.sought == []

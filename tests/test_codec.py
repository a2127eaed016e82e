from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcbridge import codec
from fcbridge.errors import AppProtocolError
from fcbridge.model import Headers, Response

# -- text or base64 -------------------------------------------------------------------------------------------------


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
    assert codec.body_text(response) == "grün"


@pytest.mark.parametrize(
    "kind",
    [
        "image/png", "application/octet-stream", "application/pdf", "application/zip", "text/html; charset=gbk",
        "text/plain; charset=iso-8859-1", "application/jsonx", "multipart/form-data; boundary=x", "",
    ],
)  # fmt: skip
def test_these_types_are_binary_even_when_the_bytes_look_like_text(kind: str) -> None:
    assert codec.body_text(Response(200, Headers([("content-type", kind)]), b"abc")) is None


def test_a_body_without_a_type_is_binary() -> None:
    assert codec.body_text(Response(200, Headers(), b"abc")) is None


def test_a_content_encoding_makes_text_binary_and_identity_does_not() -> None:
    kind = ("content-type", "text/plain")
    assert codec.body_text(Response(200, Headers([kind, ("content-encoding", "gzip")]), b"abc")) is None
    assert codec.body_text(Response(200, Headers([("content-encoding", "br"), kind]), b"abc")) is None
    assert codec.body_text(Response(200, Headers([kind, ("content-encoding", "identity")]), b"abc")) == "abc"


def test_text_that_is_not_utf8_is_binary() -> None:
    assert codec.body_text(Response(200, Headers([("content-type", "text/plain")]), b"\xff")) is None


def test_an_empty_body_is_text() -> None:
    assert codec.body_text(Response(200, Headers([("content-type", "image/png")]), b"")) == ""


def test_the_decision_can_be_made_by_the_response() -> None:
    assert codec.body_text(Response(200, Headers(), b"abc", text=True)) == "abc"
    assert codec.body_text(Response(200, Headers([("content-type", "text/plain")]), b"abc", text=False)) is None
    assert codec.body_text(Response(200, Headers(), b"\xff", text=True)) is None


@pytest.mark.parametrize(("encoded", "expected"), [(True, b"\xff"), ("true", b"\xff"), ("True", b"\xff")])
def test_the_base64_flag_may_be_a_boolean_or_text(encoded: object, expected: bytes) -> None:
    assert codec.body_bytes("/w==", encoded) == expected


@pytest.mark.parametrize("encoded", [False, "false", "False", None, "", 0])
def test_anything_else_leaves_the_body_as_text(encoded: object) -> None:
    assert codec.body_bytes("/w==", encoded) == b"/w=="


# -- headers --------------------------------------------------------------------------------------------------------


@given(st.binary())
def test_utf8_header_bytes_survive_json(raw: bytes) -> None:
    value = raw.decode("latin-1")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return
    if {"\r", "\n", "\0"} & set(value):
        with pytest.raises(ValueError, match="line break"):
            codec.wire_text(codec.json_text(value))
    else:
        assert codec.wire_text(codec.json_text(value)) == value


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b", "\r\nset-cookie: x=1"])
def test_a_line_break_or_nul_never_leaves_in_a_header(value: str) -> None:
    with pytest.raises(AppProtocolError, match="'x-a'"):
        codec.response_fields([("X-A", value)])


@pytest.mark.parametrize("name", ["", "a b", "a:b", "ä", "a\n", "Coo\u212aie"])
def test_what_is_no_token_is_no_header_name(name: str) -> None:
    with pytest.raises(AppProtocolError, match="is no token"):
        codec.response_fields([(name, "1")])


def test_the_cache_of_names_is_bounded() -> None:
    for number in range(3000):
        assert codec.field_name(f"X-Random-{number}") == f"x-random-{number}"
        assert codec.canonical_name(f"x-random-{number}") == f"X-Random-{number}"
        codec.is_text_type(f"text/x-random-{number}")
    assert len(codec._names) <= 1024  # pyright: ignore[reportPrivateUsage]
    assert len(codec._canonical) <= 1024  # pyright: ignore[reportPrivateUsage]
    assert len(codec._kinds) <= 1024  # pyright: ignore[reportPrivateUsage]


# -- path and query -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/a/b", "/a/b"),
        ("/a%2Fb%25c/", "/a%2Fb%25c/"),
        ("/bad%zz%", "/bad%zz%"),
        ("/报 告", "/%E6%8A%A5%20%E5%91%8A"),
        ("/what?is#this", "/what%3Fis%23this"),
        ("", "/"),
        ("a", "/a"),
        ("*", "*"),
        ("//a//", "//a//"),
        ("/a\x00b", "/a%00b"),
    ],
)
def test_a_path_is_made_fit_for_the_wire_and_its_escapes_are_left_alone(text: str, path: str) -> None:
    assert codec.wire_path(text) == path


@pytest.mark.parametrize(
    ("decoded", "path"),
    [
        ("/items/7", "/items/7"),
        ("/a%20b", "/a%2520b"),
        ("/a b", "/a%20b"),
        ("/报/a+b", "/%E6%8A%A5/a+b"),
        ("/what?/c#", "/what%3F/c%23"),
        ("/;a=1,b:@~!$&'()*", "/;a=1,b:@~!$&'()*"),
        ("/[x]|{y}", "/%5Bx%5D%7C%7By%7D"),
        ("", ""),
    ],
)
def test_a_path_that_was_decoded_on_its_way_is_encoded_again(decoded: str, path: str) -> None:
    assert codec.encoded_path(decoded) == path
    assert codec.decoded_path(path) == decoded


def test_no_path_holds_half_a_character() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        codec.encoded_path("/\ud800")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("a=1&b=a+b%2B&c", "a=1&b=a+b%2B&c"),
        ("a=/?:@,;[]", "a=/?:@,;[]"),
        ("bad=%zz%", "bad=%zz%"),
        ("q=报 告", "q=%E6%8A%A5%20%E5%91%8A"),
        ("q=#\n", "q=%23%0A"),
        ("", ""),
    ],
)
def test_a_query_is_made_fit_for_the_wire_and_its_escapes_are_left_alone(text: str, query: str) -> None:
    assert codec.wire_query(text) == query


@pytest.mark.parametrize(
    ("path", "decoded"),
    [
        ("/a%20b", "/a b"),
        ("/a%2520b", "/a%20b"),
        ("/%E6%8A%A5", "/报"),
        ("/bad%zz%4", "/bad%zz%4"),
        ("/%ff", "/\ufffd"),
        ("/a+b", "/a+b"),
    ],
)
def test_a_path_is_decoded_exactly_once(path: str, decoded: str) -> None:
    assert codec.decoded_path(path) == decoded


def test_bytes_of_a_path_are_kept_for_wsgi() -> None:
    assert codec.decoded_path_bytes("/%ff%E6%8A%A5") == b"/\xff\xe6\x8a\xa5"


@pytest.mark.parametrize(
    ("path", "base", "below"),
    [
        ("/prod/a", "/prod", True),
        ("/prod", "/prod", True),
        ("/products", "/prod", False),
        ("/a/prod", "/prod", False),
    ],
)
def test_a_base_path_ends_at_a_segment(path: str, base: str, below: bool) -> None:
    assert codec.below_base(path, base) is below


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))))
def test_a_query_made_of_pairs_holds_those_pairs(pairs: list[tuple[str, str]]) -> None:
    query = codec.query_of_pairs(pairs)
    assert query.isascii()
    assert codec.pairs_of_query(query) == pairs


@given(st.text(st.characters(codec="utf-8")))
def test_a_query_is_spelled_as_forms_are(value: str) -> None:
    assert codec.query_of_pairs([(value, "")]) == urlencode([(value, "")])


def test_repeated_keys_join_with_a_comma_and_keys_are_sorted() -> None:
    assert codec.joined_query("b=1&a=x+y&b=2&c") == {"a": "x y", "b": "1,2", "c": ""}


# -- who is calling -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "hops", "client"),
    [
        (["198.51.100.7, 203.0.113.24"], 1, ("203.0.113.24", 0)),
        (["198.51.100.7, 203.0.113.24"], 2, ("198.51.100.7", 0)),
        (["198.51.100.7", "203.0.113.24"], 1, ("203.0.113.24", 0)),
        (["203.0.113.24"], 3, ("203.0.113.24", 0)),
        (["203.0.113.24:5071"], 1, ("203.0.113.24", 5071)),
        (["[2001:db8::1]:443"], 1, ("2001:db8::1", 443)),
        (["2001:db8::1"], 1, ("2001:db8::1", 0)),
        (["203.0.113.24"], 0, None),
        ([" , "], 1, None),
        ([], 1, None),
    ],
)
def test_the_client_is_read_from_the_right(values: list[str], hops: int, client: tuple[str, int] | None) -> None:
    headers = Headers([("x-forwarded-for", value) for value in values])
    assert codec.forwarded_client(headers, hops) == client


@pytest.mark.parametrize(
    ("value", "scheme"),
    [("http", "http"), ("https", "https"), ("https,http", "http"), ("javascript", "https"), (None, "https")],
)
def test_the_scheme_is_what_the_nearest_proxy_noted(value: str | None, scheme: str) -> None:
    headers = Headers([("x-forwarded-proto", value)] if value else [])
    assert codec.scheme_of(headers) == scheme


def test_an_event_in_text_or_bytes_is_loaded_and_anything_else_is_left_as_it_is() -> None:
    assert codec.load_event(b'{"a": 1}') == {"a": 1}
    assert codec.load_event('{"a": 1}') == {"a": 1}
    assert codec.load_event(b"\xa1aa\x01") == b"\xa1aa\x01"
    assert codec.load_event(b"") == b""
    assert codec.load_event(b"[" * 100_000) == b"[" * 100_000
    assert codec.load_event([1]) == [1]

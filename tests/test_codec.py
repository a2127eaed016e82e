from __future__ import annotations

from urllib.parse import quote, unquote, unquote_to_bytes, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcbridge import codec
from fcbridge.errors import AppProtocolError
from fcbridge.model import Headers

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
    assert len(codec.FIELD_NAMES) <= 1024  # pyright: ignore[reportPrivateUsage]
    assert len(codec._canonical) <= 1024  # pyright: ignore[reportPrivateUsage]


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


PIECES = st.sampled_from(
    ["%", "%4", "%41", "%e6", "%E6%8A%A5", "%zz", "% 1", "%+1", "/", "a", " ", "?", "#", "\n", "\x7f"]
)
TEXTS = st.lists(PIECES | st.characters(exclude_categories=["Cs"])).map("".join)


@given(TEXTS)
def test_escapes_are_read_as_python_reads_them(path: str) -> None:
    assert codec.decoded_path(path) == unquote(path)
    if "%" in path:
        assert codec.decoded_path_bytes(path) == unquote_to_bytes(path)


@given(TEXTS)
def test_escapes_are_written_as_python_writes_them(text: str) -> None:
    assert codec.encoded_path(text) == quote(text, safe="/:@!$&'()*+,;=~")
    assert codec.wire_path("/" + text) == quote("/" + text, safe="%/:@!$&'()*+,;=~[]|^`{}\"<>\\")
    assert codec.wire_query(text) == quote(text, safe="%/:@!$&'()*+,;=~?[]|^`{}\"<>\\")


@given(st.binary())
def test_escapes_of_any_bytes_are_written_as_python_writes_them(path: bytes) -> None:
    assert codec.encoded_path(path) == quote(path, safe="/:@!$&'()*+,;=~")
    assert codec.decoded_path_bytes(codec.encoded_path(path)) == path


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

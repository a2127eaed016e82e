"""Hypothesis strategies for what HTTP allows, with a leaning towards what has gone wrong somewhere.

Everything is as it is on the wire: percent-encoded targets, header text as bytes-in-str, one Host (RFC 9112 section
3.2), a Content-Length where there is a body, no white space around a field's value (RFC 9110 section 5.5).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..model import Headers, Request, Response
from .extras import missing

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    raise missing(__name__, error, "hypothesis") from error

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

    Pair = tuple[str, str]

METHODS: tuple[str, ...] = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

# RFC 3986 section 3.3: what a segment may hold beside letters and digits, and what some door or other decodes.
_SEGMENTS: tuple[str, ...] = (
    "items", "7", "a.b", "~me", "-_", "a:b@c", "!$&'()*+,;=", "%2F", "%2f", "%25", "%252F", "%20", "+", "%3F", "%23",
    "%E6%8A%A5", "%e6%8a%a5", "caf%C3%A9", "caf%E9", "%F0%9F%90%8D", "%00", "%ZZ", "%", "%4", "..", ".", "",
)  # fmt: skip
_KEYS: tuple[str, ...] = ("a", "b", "tag", "page[size]", "%E6%8A%A5", "a.b", "x+y", "x%20y", "")
_VALUES: tuple[str, ...] = (
    "",
    "1",
    "red,blue",
    "red%2Cblue",
    "a+b",
    "a%20b",
    "%26",
    "%3D",
    "a=b",
    "%25",
    "%E6%8A%A5",
    "%FF",
    "%ZZ",
)
_HOSTS: tuple[str, ...] = (
    "api.example.com",
    "example.com:8443",
    "203.0.113.9",
    "[2001:db8::1]",
    "[2001:db8::1]:8080",
    "localhost:9000",
)
_TYPES: tuple[str, ...] = (
    "application/json", "application/json; charset=utf-8", "text/plain", "text/plain; charset=gbk",
    "text/html; charset=UTF-8", "application/x-www-form-urlencoded", "multipart/form-data; boundary=xyz", "image/png",
    "image/svg+xml", "application/octet-stream", "application/problem+json", "application/x-ndjson",
)  # fmt: skip
_REQUEST_NAMES: tuple[str, ...] = (
    "accept", "accept-language", "authorization", "cookie", "forwarded", "if-none-match", "origin", "range", "referer",
    "user-agent", "x-forwarded-for", "x-forwarded-proto", "x-requested-with", "x-tag", "x-under_score",
)  # fmt: skip
_RESPONSE_NAMES: tuple[str, ...] = (
    "access-control-allow-origin", "cache-control", "content-disposition", "content-language", "etag", "last-modified",
    "link", "location", "vary", "www-authenticate", "x-request-id", "x-tag",
)  # fmt: skip
_STATUSES: tuple[int, ...] = (
    200,
    201,
    202,
    204,
    206,
    301,
    302,
    304,
    307,
    400,
    401,
    404,
    405,
    409,
    418,
    422,
    429,
    500,
    502,
    503,
    599,
)
#: RFC 9110 section 6.4.1: responses without content.
_EMPTY = frozenset({204, 304})


# -- parts ------------------------------------------------------------------------------------------------------------


def _escaped(text: str) -> str:
    return quote(text, safe="")


_any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def paths() -> SearchStrategy[str]:
    """Paths of a request line: escapes of every kind, double slashes, slashes at the end."""
    segments = st.sampled_from(_SEGMENTS) | st.builds(_escaped, _any_text)
    return st.lists(segments, max_size=4).map(lambda parts: "/" + "/".join(parts))


def queries() -> SearchStrategy[str]:
    """Query strings: repeats, blanks, keys without ``=``, plus signs, commas raw and encoded."""
    keys = st.sampled_from(_KEYS) | st.builds(_escaped, _any_text)
    values = st.sampled_from(_VALUES) | st.builds(_escaped, _any_text)
    pairs = st.tuples(keys, st.sampled_from(("=", "=", "=", "")), values)
    parts = pairs.map(lambda pair: pair[0] + pair[1] + pair[2] if pair[1] else pair[0])
    return st.lists(parts, max_size=4).map("&".join)


def field_values() -> SearchStrategy[str]:
    """Values of header fields, each character one byte: ASCII, UTF-8, and bytes that are not UTF-8."""
    ascii_text = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
    utf8 = _any_text.map(lambda text: text.encode("utf-8").decode("latin-1"))
    latin1 = st.text(st.characters(min_codepoint=0xA0, max_codepoint=0xFF), max_size=4)
    lists = st.sampled_from(("a, b", "a,b", '"a, b"', "a;q=0.5", "a=1; b=2", 'W/"x"', "max-age=0"))
    return st.one_of(ascii_text, utf8, latin1, lists).map(_field_value)


def addresses() -> SearchStrategy[tuple[str, int]]:
    """Callers: IPv4 and IPv6, with a port."""
    hosts = st.ip_addresses(v=4).map(str) | st.ip_addresses(v=6).map(str)
    return st.tuples(hosts, st.integers(1, 65535))


def bodies() -> SearchStrategy[bytes]:
    """Text, JSON, binary and empty bodies."""
    text = _any_text.map(lambda text: text.encode("utf-8"))
    documents = json_values(surrogates=False).map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8"))
    gbk = st.just("报告".encode("gbk"))
    return st.one_of(st.just(b""), text, documents, st.binary(max_size=40), gbk)


def json_values(*, surrogates: bool = True) -> SearchStrategy[Any]:
    """Any value that JSON can bring, lone surrogates among them (RFC 8259 section 8.2) unless they are not wanted."""
    text = _any_text | st.just("\ud800") if surrogates else _any_text
    scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text
    return st.recursive(
        scalars,
        lambda values: st.lists(values, max_size=3) | st.dictionaries(text, values, max_size=3),
        max_leaves=8,
    )


# -- messages ---------------------------------------------------------------------------------------------------------


@st.composite
def requests(draw: DrawFn) -> Request:
    """Requests as a client sends them."""
    body = draw(bodies())
    pairs = draw(st.lists(st.tuples(st.sampled_from(_REQUEST_NAMES), field_values()), max_size=6))
    pairs.insert(0, ("host", draw(st.sampled_from(_HOSTS))))
    content_type = draw(st.none() | st.sampled_from(_TYPES))
    if content_type is not None:
        pairs.append(("content-type", content_type))
    if body or draw(st.booleans()):
        pairs.append(("content-length", str(len(body))))
    return Request(
        method=draw(st.sampled_from(METHODS)),
        path=draw(paths()),
        query=draw(queries()),
        headers=Headers(pairs),
        body=body,
        client=draw(addresses()),
        scheme=draw(st.sampled_from(("https", "http"))),
        http_version=draw(st.sampled_from(("1.1", "1.0", "2", "3"))),
    )


@st.composite
def responses(draw: DrawFn) -> Response:
    """Responses as apps give them: several cookies, types with and without charset, encoded and binary bodies."""
    status = draw(st.sampled_from(_STATUSES) | st.integers(200, 599))
    body = b"" if status in _EMPTY else draw(bodies())
    pairs = draw(st.lists(st.tuples(st.sampled_from(_RESPONSE_NAMES), field_values()), max_size=5))
    content_type = draw(st.none() | st.sampled_from(_TYPES))
    if content_type is not None:
        pairs.append(("content-type", content_type))
    encoding = draw(st.sampled_from((None, None, "gzip", "identity")))
    if encoding is not None:
        pairs.append(("content-encoding", encoding))
    for index in range(draw(st.integers(0, 3))):
        pairs.append(("set-cookie", draw(st.sampled_from((f"k{index}=1", f"k{index}=a, b; Path=/; HttpOnly")))))
    return Response(status, Headers(pairs), body)


@st.composite
def mutations(draw: DrawFn, value: Any) -> Any:
    """``value`` with some of its fields removed or replaced by any JSON value; ``value`` itself is not changed."""
    for _ in range(draw(st.integers(1, 3))):
        if not _has_fields(value):
            break
        value = _mutated(draw, value)
    return value


def _mutated(draw: DrawFn, value: Any) -> Any:
    # From the top down: each field has its chance, however many there are in another one.
    steps: list[Any] = [*value] if hasattr(value, "keys") else [*range(len(value))]
    step = draw(st.sampled_from(steps))
    inner = value[step]
    copied = value.copy()
    if _has_fields(inner) and draw(st.booleans()):
        copied[step] = _mutated(draw, inner)
    elif draw(st.booleans()):
        del copied[step]
    else:
        copied[step] = draw(json_values())
    return copied


def _has_fields(value: Any) -> bool:
    return isinstance(value, (dict, list)) and bool(value)  # pyright: ignore[reportUnknownArgumentType]


def _field_value(text: str) -> str:
    return "".join(character for character in text if character >= " " and character != "\x7f").strip(" ")

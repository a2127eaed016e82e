"""The rules that all platforms share: header text, paths, queries, client addresses.

Pure functions. An adapter holds only what differs from these.
"""

from __future__ import annotations

from .model import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, TypeGuard

    from .errors import AppProtocolError
    from .model import Headers, Pair

# Caches are keyed by strings that a client may choose: bounded in entries and in the length of a key.
_CACHE_ENTRIES = 1024
_CACHE_KEY = 64
_CACHE_LAYOUTS = 128
_CACHE_NAMES = 1024


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a JSON value is an array."""
    return isinstance(value, list)


# -- header fields ----------------------------------------------------------------------------------------------------

# RFC 9110 section 5.6.2: the characters of a token.
_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")

#: Names that :func:`field_name` has checked, in lower case. For who looks up many at once; not to be changed.
FIELD_NAMES: dict[str, str] = {}


#: Layouts that :func:`layout_of` has made. To look them up without a call; not to be changed.
LAYOUTS: dict[tuple[str, ...], Layout] = {}


def field_name(name: str) -> str:
    """``name`` in lower case. Raises ValueError for what is no token (RFC 9110 section 5.1)."""
    known = FIELD_NAMES.get(name)
    if known is not None:
        return known
    lower = name.lower()
    # lower() makes an ASCII letter of one that is not: the Kelvin sign would spell "cookie".
    if not lower or not name.isascii() or not _TOKEN.issuperset(lower):
        raise ValueError(f"a header name of {len(name)} characters is no token")
    if len(name) <= _CACHE_KEY:
        if len(FIELD_NAMES) >= _CACHE_ENTRIES:
            FIELD_NAMES.clear()  # whoever fills it with names of his own must not slow down everybody else for good
        FIELD_NAMES[name] = lower
    return lower


def layout_of(spelled: tuple[str, ...]) -> Layout | None:
    """The layout of names that an event spells so. None where they are not all different and all tokens."""
    known = LAYOUTS.get(spelled)
    if known is not None:
        return known
    try:
        names = tuple([field_name(name) for name in spelled])
    except (TypeError, AttributeError, ValueError):
        return None
    if not names or len(set(names)) < len(names):
        return None
    layout = Layout(names)
    if sum(map(len, spelled)) <= _CACHE_NAMES:
        if len(LAYOUTS) >= _CACHE_LAYOUTS:
            LAYOUTS.clear()
        LAYOUTS[spelled] = layout
    return layout


#: The methods of requests that are read at a glance. Not HEAD, whose response has no body.
METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})


def method_name(method: str) -> str:
    """``method`` in upper case. Raises ValueError for what is no token (RFC 9110 section 9.1)."""
    return field_name(method).upper()


def response_fields(pairs: Iterable[tuple[str, str]]) -> list[Pair]:
    """Check and lower-case what an app answers. CR, LF and NUL would let a value write headers of its own
    (RFC 9110 section 5.5), so they never leave; blanks around a value are no part of it (ibid.), and Django's cookies
    begin with one."""
    fields: list[Pair] = []
    for name, value in pairs:
        try:
            lower = field_name(name)
        except ValueError as error:
            raise _broken(
                f"The app's response cannot be sent: {error}.", hint="see RFC 9110 section 5.6.2 for what a token is"
            ) from None
        if "\n" in value or "\r" in value or "\0" in value:
            raise _broken(
                f"The app answered with a line break or a NUL in the header {lower!r}.",
                hint="remove it from the value: it would let the value add headers of its own",
            )
        fields.append((lower, value.strip(" \t")))
    return fields


# RFC 2616 section 13.5.1, which PEP 3333 refers to ("Other HTTP Features"); and Trailer as it is really spelled.
_HOP_BY_HOP = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "trailers",
        "transfer-encoding", "upgrade",
    }
)  # fmt: skip


def end_to_end(fields: list[Pair]) -> list[Pair]:
    """The fields of a response without the hop-by-hop ones, which speak of a connection where a function has none.

    Raises AppProtocolError for a Transfer-Encoding that has changed the body. PEP 3333 calls all of them a fatal error
    of the app, and the ASGI specification leaves transfer encodings to the server; but apps in production send
    ``Connection: keep-alive`` beside an event stream, and pass on ``Transfer-Encoding: chunked`` of another server.
    """
    if _HOP_BY_HOP.isdisjoint([name for name, _ in fields]):
        return fields
    for name, value in fields:
        if name == "transfer-encoding" and value.strip().lower() not in ("chunked", "identity"):
            raise _broken(
                "The app's body has a Transfer-Encoding, which is the server's part.",
                hint="to compress, use Content-Encoding",
            )
    return [pair for pair in fields if pair[0] not in _HOP_BY_HOP]


def wire_text(value: str) -> str:
    """A header value out of a JSON event as bytes-in-str.

    The gateways are written in Go or Java and put the bytes of the wire into JSON as UTF-8 text, so UTF-8 brings the
    bytes back. Raises ValueError for a line break or a NUL, which no gateway can have read from the wire (RFC 9110
    section 5.5).
    """
    if not value.isprintable() and ("\n" in value or "\r" in value or "\0" in value):
        raise ValueError("a line break or a NUL in a header")
    return value if value.isascii() else value.encode("utf-8").decode("latin-1")


def json_text(value: str) -> str:
    """The reverse of :func:`wire_text`. Bytes that are not UTF-8 are taken as latin-1: JSON has no other text."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def bytes_in_str(value: str) -> str:
    """A header value of a server that hands over bytes-in-str (PEP 3333, "Unicode Issues"), or should.

    Raises ValueError for a line break or a NUL.
    """
    if "\n" in value or "\r" in value or "\0" in value:
        raise ValueError("a line break or a NUL in a header")
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8").decode("latin-1")  # a server that decodes, against PEP 3333
    return value


_canonical: dict[str, str] = {}


def canonical_name(name: str) -> str:
    """``x-fc-log-type`` as ``X-Fc-Log-Type``: the spelling of Go's net/http, which many gateways pass on."""
    known = _canonical.get(name)
    if known is None:
        known = "-".join([part[:1].upper() + part[1:] for part in name.split("-")])
        if len(name) <= _CACHE_KEY and len(_canonical) < _CACHE_ENTRIES:
            _canonical[name] = known
    return known


# -- path and query ---------------------------------------------------------------------------------------------------


#: Characters that a path holds as they are, encoded or decoded; and a query. To ask for them without a call.
PLAIN_PATH = frozenset("-._/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
PLAIN_QUERY = PLAIN_PATH | frozenset("%&+=")


def wire_path(path: str) -> str:
    """``path`` as it can stand in a request line: what no path may hold is percent-encoded, escapes are left alone."""
    if not path.startswith("/") and path != "*":
        path = "/" + path
    if path.isascii() and path.isprintable() and " " not in path and "?" not in path and "#" not in path:
        return path
    return _in_path.of(path)


# RFC 3986 section 3.3: what a path may hold as it is.
_PATH = frozenset("-._~!$&'()*+,;=:@/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


def encoded_path(path: str | bytes) -> str:
    """A path that was decoded on its way here, percent-encoded again: a ``%`` in it begins no escape any more, and a
    ``?`` is no query. Raises ValueError for lone surrogates."""
    if isinstance(path, str) and ((path.isascii() and path.replace("/", "").isalnum()) or _PATH.issuperset(path)):
        return path
    return _decoded.of(path)


def wire_query(query: str) -> str:
    """A raw query string as it can stand in a request line: what no query may hold is percent-encoded, as UTF-8."""
    if query.isascii() and query.isprintable() and " " not in query and "#" not in query:
        return query
    return _in_query.of(query)


def decoded_path(path: str) -> str:
    """Percent-decoded once, for ASGI: UTF-8, and U+FFFD for what is not (as uvicorn has it); bad escapes stay."""
    if "%" not in path:
        return path
    if path.isascii():
        return _unescaped(path.encode("ascii")).decode("utf-8", "replace")
    from urllib.parse import unquote  # no path of a request, which is ASCII

    return unquote(path)


def decoded_path_bytes(path: str) -> bytes:
    """Percent-decoded once, for WSGI, where PATH_INFO holds bytes (PEP 3333, "Unicode Issues")."""
    if "%" not in path:
        return path.encode("latin-1")
    return _unescaped(path.encode("utf-8"))


# As urllib.parse has them, whose import takes longer than the rest of a cold start's answer.


class _Escapes(dict[int, str]):
    """What stands for each byte, made as it comes: itself, or an escape where it is none of the characters ``kept``."""

    def __init__(self, kept: frozenset[str]) -> None:
        super().__init__()
        self._kept = kept

    def __missing__(self, byte: int) -> str:
        character = chr(byte)
        self[byte] = written = character if character in self._kept else f"%{byte:02X}"
        return written

    def of(self, text: str | bytes) -> str:
        return "".join(map(self.__getitem__, text.encode("utf-8") if isinstance(text, str) else text))


_VISIBLE = frozenset(bytes(range(0x21, 0x7F)).decode())
_in_path = _Escapes(_VISIBLE - {"?", "#"})
_in_query = _Escapes(_VISIBLE - {"#"})
_decoded = _Escapes(_PATH)


def _unescaped(text: bytes) -> bytes:
    """``text`` with the byte for each escape; a ``%`` that begins none stays (RFC 3986 section 2.1)."""
    first, *rest = text.split(b"%")
    parts = [first]
    for part in rest:
        digits = part[:2]
        byte = _octets.get(digits)
        if byte is None:
            if len(digits) < 2 or not _HEXADECIMAL.issuperset(digits):
                parts += (b"%", part)
                continue
            byte = _octets[digits] = bytes((int(digits, 16),))
        parts += (byte, part[2:])
    return b"".join(parts)


_HEXADECIMAL = frozenset(b"0123456789ABCDEFabcdef")
# By their two digits, as they come: at most 22 * 22 of them.
_octets: dict[bytes, bytes] = {}


def routed_path(path: str) -> str:
    """``path`` as it is behind a front door that decodes it, takes out ``//``, ``.`` and ``..``, and encodes it again.

    The servers and routers that are written in Go do so, most of them by a redirect to the clean path
    (https://pkg.go.dev/net/http#ServeMux); a slash at the end stays, an encoded slash becomes one.
    """
    decoded = decoded_path_bytes(path)
    segments: list[bytes] = []
    for segment in decoded.split(b"/"):
        if segment == b"..":
            del segments[-1:]
        elif segment not in (b"", b"."):
            segments.append(segment)
    return encoded_path(b"/" + b"/".join(segments) + (b"/" if segments and decoded.endswith(b"/") else b""))


def below_base(path: str, base: str) -> bool:
    """Whether ``base`` is a whole-segment prefix of ``path``: ``/prod`` is one of ``/prod/a``, not of ``/products``."""
    return path.startswith(base) and (len(path) == len(base) or path[len(base)] == "/")


def pairs_of_query(query: str) -> list[Pair]:
    """The decoded keys and values of a query string, in order, blank ones kept."""
    from urllib.parse import parse_qsl

    return parse_qsl(query, keep_blank_values=True)


def query_of_pairs(pairs: Iterable[Pair]) -> str:
    """A query string of decoded keys and values. Raises ValueError for lone surrogates."""
    query: list[str] = []
    for key, value in pairs:
        # Most of them need no quoting, which is asked here and not in a call.
        if not (key.isalnum() and key.isascii()):
            key = _quoted(key)
        if not (value.isalnum() and value.isascii()):
            value = _quoted(value)
        query.append(f"{key}={value}")
    return "&".join(query)


def query_of_lists(query: Mapping[str, Any]) -> str:
    """:func:`query_of_pairs` of a mapping in which a repeated key may be a list of texts.

    Raises ValueError, TypeError or AttributeError for what is no mapping of texts.
    """
    parts: list[str] = []
    for key, values in query.items():
        if not (key.isalnum() and key.isascii()):
            key = _quoted(key)
        several: list[Any] = values if values.__class__ is list else [values]
        for value in several:
            if not (value.isalnum() and value.isascii()):
                value = _quoted(value)
            parts.append(f"{key}={value}")
    return "&".join(parts)


# Spelled as urllib.parse.quote_plus does. Importing that takes milliseconds of a cold start, and a space in a query
# is no rarity. RFC 3986 section 2.3: what is left as it is.
_in_component = _Escapes(frozenset("-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
_in_component[32] = "+"


def _quoted(text: str) -> str:
    if not text.isascii():
        return _in_component.of(text)
    if text.replace(" ", "").isalnum():
        return text.replace(" ", "+")  # as the table has it, and most texts are words
    return text.translate(_in_component)


def joined_query(query: str, separator: str = ",") -> dict[str, str]:
    """A query as the mapping that Go's ``map[string]string`` becomes in JSON: keys sorted, repeats joined."""
    joined: dict[str, str] = {}
    for key, value in pairs_of_query(query):
        joined[key] = joined[key] + separator + value if key in joined else value
    return dict(sorted(joined.items()))


# -- who is calling ---------------------------------------------------------------------------------------------------


def forwarded_client(headers: Headers, hops: int) -> tuple[str, int] | None:
    """The address that the ``hops``-th trusted proxy from the right wrote into X-Forwarded-For.

    Each proxy appends the peer it saw; only the entries of trusted ones count, all before them is the caller's choice.
    """
    chain = [part.strip() for value in headers.get_all("x-forwarded-for") for part in value.split(",")]
    chain = [part for part in chain if part]
    if hops < 1 or not chain:
        return None
    return address(chain[-hops] if hops <= len(chain) else chain[0])


def scheme_of(headers: Headers) -> str:
    """The scheme that the front door noted in X-Forwarded-Proto; https where there is no such note."""
    noted = headers.get("x-forwarded-proto")
    if noted is None or noted == "https":
        return "https"
    # Of several, the last was written by the proxy nearest to us.
    return "http" if noted.rpartition(",")[2].strip().lower() == "http" else "https"


def address(text: str) -> tuple[str, int]:
    """``(host, port)`` of an address with or without a port, IPv6 with or without brackets; port 0 where none is."""
    head, colon, tail = text.rpartition(":")
    if colon and tail.isascii() and tail.isdigit() and len(tail) <= 5 and (":" not in head or head.endswith("]")):
        return head.strip("[]"), int(tail)
    return text.strip("[]"), 0


def _broken(message: str, hint: str | None = None) -> AppProtocolError:
    from .errors import AppProtocolError  # with the first one: most instances raise none

    return AppProtocolError(message, hint=hint)

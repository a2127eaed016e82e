"""The neutral model: what every gateway parses into and renders from. No I/O, no platform.

Text in headers is WSGI's "bytes as str": each character stands for one byte on the wire (latin-1), whatever those bytes
mean. Nothing is decoded before the app asks for it, so nothing can be decoded twice.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    Pair = tuple[str, str]
    Address = tuple[str, int]
    #: Method, path, query, layout and values of the header fields, body, client, base path: a request at a glance.
    Glance = tuple[str, str, str, "Layout", list[str], bytes, Address | None, str]
    #: Status, header fields (each name once, values in ASCII without a line break), body: a response at a glance.
    Plain = tuple[int, dict[str, str], bytes]

# Parts of names, without dashes and underscores: headers, the credentials that platforms inject, form and query fields.
_SECRET = (
    "accesskey", "apikey", "authorization", "cloudbasecontext", "cookie", "credential", "jwt", "passphrase", "passwd",
    "password", "pwd", "secret", "session", "signature", "token",
)  # fmt: skip


def is_secret(name: str) -> bool:
    """Whether a field of this name is not for showing, in a ``repr`` or elsewhere."""
    plain = name.lower().replace("-", "").replace("_", "")
    return any(part in plain for part in _SECRET)


class Layout:
    """The names of header fields in the order in which an event has them; most events of an instance have the same.

    What is made of the names is made once: ``places`` by name, ``host`` and ``proto`` (those of Host and
    X-Forwarded-Proto), ``wire`` for ASGI, and ``environ`` for WSGI, which its runner fills in: an environ with all the
    keys, to be copied, the key of each value, and whether they have to be looked at.
    """

    __slots__ = ("environ", "host", "names", "places", "proto", "wire")

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.places = {name: place for place, name in enumerate(names)}
        self.host = self.places.get("host")
        self.proto = self.places.get("x-forwarded-proto")
        self.wire = [name.encode("latin-1") for name in names]
        self.environ: tuple[dict[str, Any], tuple[str, ...], bool] | None = None


class Headers:
    """Header fields as ordered ``(name, value)`` pairs; names in lower case, repeats kept.

    A list of pairs and not a mapping, because a repeated field is two fields until somebody who knows its grammar says
    otherwise (RFC 9110 section 5.3: Set-Cookie cannot be joined at all). Where every name occurs once and every value
    is ASCII without a line break, which is the rule, the pairs are made when they are asked for. Till then they are

    - ``plain``, a mapping, which says all that there is to say; not to be changed. Or
    - ``layout``, the names, and ``values``.
    """

    __slots__ = ("_pairs", "layout", "plain", "values")

    def __init__(
        self,
        pairs: Iterable[Pair] = (),
        plain: dict[str, str] | None = None,
        layout: Layout | None = None,
        values: list[str] | None = None,
    ) -> None:
        self.plain = plain
        self.layout = layout
        self.values = values
        self._pairs: list[Pair] | None = None
        if plain is None and layout is None:
            self._pairs = [(name.lower(), value) for name, value in pairs]

    @classmethod
    def of(cls, pairs: list[Pair]) -> Headers:
        """Take a list whose names are in lower case already, without a copy."""
        headers = cls.__new__(cls)
        headers.plain = headers.layout = headers.values = None
        headers._pairs = pairs
        return headers

    @property
    def pairs(self) -> list[Pair]:
        """The list itself, for who wants to change it."""
        pairs = self._pairs
        if pairs is None:
            pairs = self._pairs = list(self)
            self.plain = self.layout = self.values = None
        return pairs

    @pairs.setter
    def pairs(self, pairs: list[Pair]) -> None:
        self._pairs = pairs
        self.plain = self.layout = self.values = None

    def get(self, name: str, default: str | None = None) -> str | None:
        """The first value of ``name``."""
        name = name.lower()
        if self.layout is not None and self.values is not None:
            place = self.layout.places.get(name)
            return default if place is None else self.values[place]
        if self.plain is not None:
            return self.plain.get(name, default)
        for key, value in self:
            if key == name:
                return value
        return default

    def get_all(self, name: str) -> list[str]:
        """Every value of ``name``, in order."""
        name = name.lower()
        return [value for key, value in self if key == name]

    def without(self, *names: str) -> Headers:
        """A copy without the fields called ``names``."""
        return Headers.of([pair for pair in self if pair[0] not in names])

    def fold(self, separator: str = ", ", cookie: str = "; ") -> dict[str, str]:
        """One value a name, repeats joined; for the targets that demand a mapping.

        Two Cookie lines join with ``"; "`` (RFC 9113 section 8.2.3). Of several Set-Cookie lines only the last one is
        kept: joined with a comma they would be one broken cookie.
        """
        folded: dict[str, str] = {}
        for name, value in self:
            if name not in folded or name == "set-cookie":
                folded[name] = value
            else:
                folded[name] += (cookie if name == "cookie" else separator) + value
        return folded

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[Pair]:
        if self.layout is not None and self.values is not None:
            return zip(self.layout.names, self.values)  # noqa: B905  # of one length
        return iter(self.plain.items() if self.plain is not None else self._pairs or ())

    def __len__(self) -> int:
        if self.values is not None:
            return len(self.values)
        return len(self.plain if self.plain is not None else self._pairs or ())

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Headers) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # a list inside

    def __repr__(self) -> str:
        shown = [(name, "***" if is_secret(name) else value) for name, value in self]
        return f"Headers({shown!r})"


class Request:
    """One HTTP request, as it was on the wire.

    ``path`` and ``query`` are percent-encoded and without the ``?`` between them. ``base_path`` is the part of ``path``
    that the app does not own (ASGI's ``root_path``, WSGI's ``SCRIPT_NAME``), percent-encoded, without a slash at its
    end. ``client`` is ``(host, port)``; the port is 0 where the platform does not tell it. ``event`` and ``context``
    are what the platform handed over, and ``vouched_by`` is that of the gateway; they ride along for the app and are no
    part of equality.
    """

    __slots__ = (
        "base_path", "body", "client", "context", "event", "headers", "http_version", "method", "path", "query",
        "scheme", "vouched_by",
    )  # fmt: skip

    def __init__(
        self,
        method: str = "GET",
        path: str = "/",
        query: str = "",
        headers: Headers | None = None,
        body: bytes = b"",
        client: Address | None = None,
        scheme: str = "https",
        http_version: str = "1.1",
        base_path: str = "",
        event: object = None,
        context: object = None,
        vouched_by: str | None = None,
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers if headers is not None else Headers.of([])
        self.body = body
        self.client = client
        self.scheme = scheme
        self.http_version = http_version
        self.base_path = base_path
        self.event = event
        self.context = context
        self.vouched_by = vouched_by

    @property
    def target(self) -> str:
        """Path and query, as in the request line."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def server(self) -> Address:
        """``(host, port)`` from the Host header; the port is the scheme's own where none is written that can be.

        ``localhost`` where the header holds no host: frameworks fall back to this address when they refuse the header.
        """
        return server_of(self.scheme, self.headers.get("host") or "")

    def replace(self, **changes: Any) -> Request:
        """A copy with some fields changed."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return Request(**{**fields, **changes})

    def _key(self) -> tuple[object, ...]:
        return (
            self.method, self.path, self.query, self.headers, self.body, self.client, self.scheme, self.http_version,
            self.base_path,
        )  # fmt: skip

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Request) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # mutable

    def __repr__(self) -> str:
        return (
            f"<Request {self.method} {self.path} query={_shown(self.query)!r} {self.headers!r} "
            f"body={len(self.body)} bytes client={self.client} {self.scheme} HTTP/{self.http_version} "
            f"base={self.base_path!r}>"
        )


def _shown(query: str) -> str:
    pairs = [(part, part.partition("=")) for part in query.split("&")]
    return "&".join([f"{name}=***" if value and is_secret(name) else part for part, (name, _, value) in pairs])


# By Host, which clients may choose: bounded in entries and in the length of a key.
_http_servers: dict[str, Address] = {}
#: What :func:`server_of` has found for https. To look one up without a call; not to be changed.
SERVERS: dict[str, Address] = {}
_CACHE_ENTRIES = 128
_CACHE_KEY = 64


def server_of(scheme: str, host: str) -> Address:
    """:attr:`Request.server` of a Host header's value."""
    servers = SERVERS if scheme == "https" else _http_servers
    known = servers.get(host)
    if known is None:
        known = _server(host, 443 if scheme == "https" else 80)
        if len(host) <= _CACHE_KEY:
            if len(servers) >= _CACHE_ENTRIES:
                servers.clear()
            servers[host] = known
    return known


def _server(field: str, port: int) -> Address:
    host, colon, digits = field.rpartition(":")
    # "[::1]:8000" has a port, "[::1]" has none (RFC 3986 section 3.2.2).
    if not colon or digits.endswith("]"):
        host, digits = f"{host}{colon}{digits}", ""
    bare = _checked_host(host)
    if not bare or not (digits == "" or (digits.isascii() and digits.isdigit())):
        return "localhost", port
    # RFC 3986 section 3.2.3 has digits without end, zeros first.
    significant = digits.lstrip("0")
    if digits and len(significant) <= 5 and int(significant or 0) <= 65535:
        port = int(significant or 0)
    return bare, port


def _checked_host(host: str) -> str:
    """A name or an address without its brackets; nothing where it is neither."""
    if host.startswith("["):
        from ipaddress import IPv6Address

        try:
            IPv6Address(host[1:-1] if host.endswith("]") else "")
        except ValueError:
            return ""
        return host[1:-1]
    # The characters that end a host in a URL, and those that no URL may hold (RFC 3986 section 3.2).
    return host if host.isprintable() and _NO_HOST.isdisjoint(host) else ""


_NO_HOST = frozenset(' "#/:<>?@[\\]^`{|}')


class Response:
    """One HTTP response. ``body`` is complete: a buffered function has nothing to stream to.

    ``text`` says whether the body travels as text (True) or base64 (False); None leaves it to the codec's rule.
    """

    __slots__ = ("body", "headers", "status", "text")

    def __init__(
        self, status: int = 200, headers: Headers | None = None, body: bytes = b"", text: bool | None = None
    ) -> None:
        self.status = status
        self.headers = headers if headers is not None else Headers.of([])
        self.body = body
        self.text = text

    def replace(self, **changes: Any) -> Response:
        """A copy with some fields changed."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return Response(**{**fields, **changes})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Response):
            return NotImplemented
        return (self.status, self.headers, self.body) == (other.status, other.headers, other.body)

    __hash__ = None  # type: ignore[assignment]  # mutable

    def __repr__(self) -> str:
        return f"<Response {self.status} {self.headers!r} body={len(self.body)} bytes>"

"""One app, many requests, every gateway: the answer is the direct one, or the gateway has declared why it is not.

``REQUESTS`` are what clients really send, by name. ``compare`` sends one of them directly and through a gateway, and
says what became of it:

same        the answer is the direct one, byte for byte
losses      it is the answer to what the declared losses leave of the request, without what they take of the response
refused     the gateway let the request or the response not through, for a limit that it declares
"""

from __future__ import annotations

import gzip
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fcbridge.codec import forwarded_client
from fcbridge.gateway import Gateway, Refusal, Settings
from fcbridge.handler import Handler
from fcbridge.local.door import Door
from fcbridge.losses import request_behind, response_behind, same_response
from fcbridge.model import Headers, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    Direct = Callable[[Request], Response]

HOST = ("host", "api.example.com")
FORM = ("content-type", "application/x-www-form-urlencoded")
JSON = ("content-type", "application/json")
TEXT = ("content-type", "text/plain; charset=utf-8")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe"
_CLIENT = ("203.0.113.24", 0)
_DECLARED = {Refusal.METHOD, Refusal.REQUEST_TOO_LARGE, Refusal.RESPONSE_TOO_LARGE}


def _get(path: str, query: str = "", *headers: tuple[str, str]) -> Request:
    return _send("GET", path, b"", *headers, query=query)


def _send(method: str, path: str, body: bytes, *headers: tuple[str, str], query: str = "") -> Request:
    pairs = [HOST, *headers]
    if body:
        pairs.append(("content-length", str(len(body))))
    return Request(method, path, query, Headers(pairs), body, _CLIENT, "https")


REQUESTS: dict[str, Request] = {
    # -- paths
    "root": _get("/"),
    "path": _get("/path/items/7"),
    "trailing slash": _get("/path/items/"),
    "double slash": _get("/path//items"),
    "dots": _get("/path/a/../b/./c"),
    "escaped space": _get("/path/a%20b"),
    "plus in path": _get("/path/a+b"),
    "escaped percent": _get("/path/100%25"),
    "escaped escape": _get("/path/a%2520b"),
    "non-ascii path": _get("/path/caf%C3%A9/%E6%8A%A5%E5%91%8A"),
    "lower-case escapes": _get("/path/caf%c3%a9"),
    "escaped slash": _get("/path/a%2Fb"),
    "escaped question mark": _get("/path/a%3Fb%23c"),
    "sub-delimiters": _get("/path/a;b=1,2!$&'()*@:"),
    "unneeded escape": _get("/path/%7Euser/%41"),
    "semicolon parameters": _get("/path/a;v=1/b;v=2"),
    "long path": _get("/path/" + "segment/" * 60),
    "not found": _get("/missing"),
    # -- queries
    "query": _get("/query", "color=red"),
    "two keys": _get("/query", "a=1&b=2"),
    "unsorted keys": _get("/query", "b=2&a=1"),
    "empty value": _get("/query", "a="),
    "valueless key": _get("/query", "a"),
    "plus is a space": _get("/query", "q=a+b"),
    "escaped plus": _get("/query", "q=1%2B1"),
    "escaped space in query": _get("/query", "q=a%20b"),
    "non-ascii query": _get("/query", "q=%E4%BD%A0%E5%A5%BD"),
    "escaped delimiters": _get("/query", "q=a%26b%3Dc%23d"),
    "comma in value": _get("/query", "ids=1%2C2"),
    "raw comma": _get("/query", "ids=1,2"),
    "repeated key": _get("/query", "tag=red&tag=blue"),
    "repeated key apart": _get("/query", "tag=red&x=1&tag=blue"),
    "brackets": _get("/query", "filter%5Bname%5D=x"),
    "slash and colon": _get("/query", "next=https://a.example/b"),
    "double-escaped query": _get("/query", "q=%2520"),
    # -- headers and cookies
    "no headers": _get("/headers"),
    "headers": _get("/headers", "", ("accept", "text/html"), ("x-tag", "alpha")),
    "empty header": _get("/headers", "", ("x-empty", "")),
    "header with commas": _get("/headers", "", ("if-modified-since", "Sat, 21 Nov 2026 03:00:00 GMT")),
    "quoted header": _get("/headers", "", ("if-none-match", 'W/"a,b", "c"')),
    "utf-8 header": _get("/headers", "", ("x-name", "café".encode().decode("latin-1"))),
    "repeated header": _get("/headers", "", ("x-tag", "alpha"), ("x-tag", "beta")),
    "authorization": _get("/headers", "", ("authorization", "Bearer a.b-c_d=")),
    "one cookie": _get("/cookies", "", ("cookie", "sid=abc")),
    "three cookies": _get("/cookies", "", ("cookie", "sid=abc; theme=dark; q=a%20b")),
    "cookie with equals": _get("/cookies", "", ("cookie", "token=YWJj==")),
    "two cookie lines": _get("/cookies", "", ("cookie", "a=1"), ("cookie", "b=2")),
    # -- bodies
    "json": _send("POST", "/body", b'{"name": "\xe9\x92\xa2\xe7\xac\x94", "n": 2}', JSON),
    "form": _send("POST", "/body", b"user=li+wei&pass=p%40ss1", FORM),
    "text": _send("POST", "/body", "naïve café".encode(), TEXT),
    "binary": _send("PUT", "/body", PNG, ("content-type", "image/png")),
    "all bytes": _send("POST", "/body", bytes(range(256)), ("content-type", "application/octet-stream")),
    "no content type": _send("POST", "/body", b"\x00\x01"),
    "lying content type": _send("POST", "/body", b"\xff\xfe\x00", JSON),
    "gzip body": _send("POST", "/body", gzip.compress(b"hello " * 40, mtime=0), JSON, ("content-encoding", "gzip")),
    "empty post": _send("POST", "/body", b""),
    "patch": _send("PATCH", "/body", b'{"n": 3}', JSON),
    "delete": _send("DELETE", "/body", b""),
    "64 kB": _send("POST", "/body", b"0123456789abcdef" * 4096, TEXT),
    "multipart": _send(
        "POST", "/body",
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n\r\n' + PNG + b"\r\n--b--\r\n",
        ("content-type", "multipart/form-data; boundary=b"),
    ),
    # -- methods
    "head": _send("HEAD", "/path/a", b""),
    "options": _send("OPTIONS", "/path/a", b"", ("origin", "https://a.example")),
    # -- answers
    "created": _get("/status/201"),
    "accepted": _get("/status/202"),
    "no content": _get("/status/204"),
    "not modified": _get("/status/304"),
    "bad request": _get("/status/400"),
    "unauthorized": _get("/status/401"),
    "teapot": _get("/status/418"),
    "unavailable": _get("/status/503"),
    "redirect": _get("/redirect"),
    "one set-cookie": _get("/set-cookie", "n=1"),
    "three set-cookies": _get("/set-cookie", "n=3"),
    "repeated answer header": _get("/vary"),
    "utf-8 answer header": _get("/named"),
    "html": _get("/html"),
    "json answer": _get("/json"),
    "json that looks like base64": _get("/number"),
    "binary answer": _get("/png"),
    "text that is not utf-8": _get("/gbk"),
    "gzip answer": _get("/gzip"),
    "svg": _get("/svg"),
    "untyped answer": _get("/untyped"),
    "empty answer": _get("/empty"),
    "100 kB answer": _get("/large"),
}  # fmt: skip


@dataclass
class Tally:
    """Of one gateway: how many requests ended in which way, and for which losses and limits."""

    same: int = 0
    losses: int = 0
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter[str])


def compare(gateway: Gateway, handler: Handler, direct: Direct, request: Request, tally: Tally) -> str | None:
    """Count what became of ``request``; what is wrong, or None."""
    context = gateway.runtime.context(Settings(), "1-67c1a2b3-15b2f0aa-0c9d8e7f6a5b")
    exchange = Door(gateway).pass_through(request, handler, context)
    if exchange.refusal is not None:
        tally.refused += 1
        tally.reasons[f"({exchange.refusal.kind})"] += 1
        return None if exchange.refusal.kind in _DECLARED else f"refused: {exchange.refusal}"
    answer = _bare(exchange.answer)
    plain = _whole(direct(request), request)
    if same_response(answer, plain):
        tally.same += 1
        return None
    left = request_behind(gateway.loses, request)
    if left.client is None:
        left = left.replace(client=forwarded_client(left.headers, 1))
    expected = _bare(response_behind(gateway.loses, _whole(direct(left), left)))
    if not same_response(answer, expected):
        return f"{_shown(answer)}\n  came, and due was\n{_shown(expected)}"
    tally.losses += 1
    tally.reasons.update(_causes(gateway, direct, request, plain))
    return None


def _causes(gateway: Gateway, direct: Direct, request: Request, plain: Response) -> list[str]:
    """The losses that change the answer all alone."""
    names: list[str] = []
    for loss in gateway.loses:
        left = request_behind([loss], request)
        if not same_response(_bare(response_behind([loss], _whole(direct(left), left))), plain):
            names.append(loss.name)
    return names


def _whole(response: Response, request: Request) -> Response:
    """What a client gets of it: RFC 9110 section 6.4.1."""
    empty = request.method == "HEAD" or response.status in (204, 304)
    return _bare(response.replace(body=b"") if empty else response)


def _bare(response: Response) -> Response:
    # The server counts the body for itself.
    return response.replace(headers=response.headers.without("content-length"))


def _shown(response: Response) -> str:
    return f"  {response.status} {response.headers.pairs} {response.body[:200]!r}"


def table(tallies: dict[str, Tally]) -> str:
    """A row for each gateway."""
    lines = [f"{'gateway':<18} {'same':>5} {'losses':>7} {'refused':>8}  by"]
    for name, tally in sorted(tallies.items()):
        reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(tally.reasons.items()))
        lines.append(f"{name:<18} {tally.same:>5} {tally.losses:>7} {tally.refused:>8}  {reasons}")
    return "\n".join(lines)


# -- the app ----------------------------------------------------------------------------------------------------------

_GBK = "你好".encode("gbk")
_ANSWERS: dict[str, tuple[int, list[tuple[str, str]], bytes]] = {
    "/redirect": (302, [("location", "/path/a%20b?x=1")], b""),
    "/vary": (200, [("content-type", "text/plain"), ("vary", "accept"), ("vary", "cookie")], b"vary"),
    "/named": (200, [("content-type", "text/plain"), ("x-name", "caf\xc3\xa9")], b"named"),
    "/html": (200, [("content-type", "text/html; charset=utf-8")], "<h1>Grüße</h1>".encode()),
    "/json": (200, [("content-type", "application/json")], '{"name": "钢笔", "quote": "\\"", "n": 1.5}'.encode()),
    "/number": (200, [("content-type", "application/json")], b'"abcd"'),
    "/png": (200, [("content-type", "image/png")], PNG),
    "/gbk": (200, [("content-type", "text/html; charset=gbk")], _GBK),
    "/gzip": (
        200,
        [("content-type", "text/plain"), ("content-encoding", "gzip")],
        gzip.compress(b"hello " * 40, mtime=0),
    ),
    "/svg": (200, [("content-type", "image/svg+xml")], b"<svg/>"),
    "/untyped": (200, [], b"plain"),
    "/empty": (200, [("content-type", "text/plain")], b""),
    "/large": (200, [("content-type", "text/plain")], b"0123456789" * 10240),
}


def _answer(
    method: str, path: str, query: str, headers: list[tuple[str, str]], body: bytes
) -> tuple[int, list[tuple[str, str]], bytes]:
    """What the app answers; ``path`` is decoded, header text has a character for each byte."""
    text = [("content-type", "text/plain; charset=utf-8")]
    if path in _ANSWERS:
        return _ANSWERS[path]
    if path.startswith("/status/"):
        return int(path[8:]), text, path.encode("ascii")
    if path == "/" or path.startswith("/path/"):
        return 200, text, f"{method} {path}".encode()
    if path == "/query":
        from urllib.parse import parse_qsl

        return 200, text, repr(parse_qsl(query, keep_blank_values=True)).encode()
    if path == "/headers":
        return 200, text, repr([pair for pair in sorted(headers) if pair[0] in _SHOWN]).encode()
    if path == "/cookies":
        return 200, text, "; ".join([value for name, value in headers if name == "cookie"]).encode()
    if path == "/body":
        kind = next((value for name, value in headers if name == "content-type"), "")
        return 200, [("content-type", "application/octet-stream"), ("x-kind", kind)], body
    if path == "/set-cookie":
        return 200, [*text, *(("set-cookie", f"c{n}=v{n}; Path=/; HttpOnly") for n in range(int(query[2:])))], b"set"
    return 404, text, b"Not Found"


_SHOWN = frozenset(
    {
        "accept", "authorization", "host", "if-modified-since", "if-none-match", "x-empty", "x-forwarded-proto",
        "x-name", "x-tag",
    }
)  # fmt: skip


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    query = scope["query_string"].decode("latin-1")
    status, fields, content = _answer(scope["method"], scope["path"], query, headers, body)
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": content})


def wsgi_app(environ: Any, start_response: Any) -> list[bytes]:
    headers = [(key[5:].lower().replace("_", "-"), value) for key, value in environ.items() if key[:5] == "HTTP_"]
    if environ.get("CONTENT_TYPE"):
        headers.append(("content-type", environ["CONTENT_TYPE"]))
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    path = (environ["SCRIPT_NAME"] + environ["PATH_INFO"]).encode("latin-1").decode("utf-8", "replace")
    status, fields, content = _answer(environ["REQUEST_METHOD"], path, environ["QUERY_STRING"], headers, body)
    start_response(f"{status} Answer", fields)
    return [content]

"""An app that shows what it was asked and answers in odd ways, and the requests to ask it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from fcbridge.model import Headers, Request

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

EVERY_BYTE = bytes(range(256))
#: More than any buffer on the way holds.
BIG = EVERY_BYTE * 4096

_TEXT = [(b"content-type", b"text/plain; charset=utf-8")]
_BINARY = [(b"content-type", b"application/octet-stream")]
_ANSWERS: dict[str, tuple[int, list[tuple[bytes, bytes]], bytes]] = {
    "/cookies": (200, [*_TEXT, (b"set-cookie", b"a=1; Path=/"), (b"set-cookie", b"b=2; HttpOnly")], b"two"),
    "/repeats": (200, [*_TEXT, (b"vary", b"accept"), (b"vary", b"cookie"), (b"x-tag", b"1, 2")], b""),
    "/bytes": (200, _BINARY, EVERY_BYTE),
    "/big": (200, _BINARY, BIG),
    "/text-of-headers": (200, [*_TEXT, (b"x-name", "报 café".encode()), (b"x-latin", b"caf\xe9")], b"ok"),
    "/untyped": (200, [], b"\x00\x01"),
    "/empty": (200, _TEXT, b""),
    "/none": (204, [(b"x-tag", b"1")], b""),
    "/created": (201, [*_TEXT, (b"location", b"/caf%C3%A9?next=%2Fa%20b#top")], b"made"),
    "/moved": (302, [(b"location", b"../elsewhere?a=1&b=%26")], b""),
    "/away": (308, [(b"location", "https://a.example/caf\u00e9 au lait".encode())], b""),
    "/unchanged": (304, [(b"etag", b'"1"'), (b"last-modified", b"Mon, 02 Mar 2026 08:15:31 GMT"), *_TEXT], b""),
    "/teapot": (418, _TEXT, b"short and stout"),
    "/odd-status": (599, _TEXT, b"odd"),
    "/measured": (200, [*_TEXT, (b"content-length", b"8")], b"measured"),
    "/json-crash": (500, [(b"content-type", b"application/problem+json")], b'{"title": "own 500"}'),
}


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Whatever is not one of the odd answers is what was asked, as JSON."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    body = b""
    while True:
        message = await receive()
        body += message["body"]
        if not message["more_body"]:
            break
    if scope["path"] == "/boom":
        raise RuntimeError("a secret that no client may read")
    status, headers, answer = _ANSWERS.get(scope["path"]) or (
        200,
        [(b"content-type", b"application/json")],
        json.dumps(_asked(scope, body)).encode(),
    )
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    if os.environ.get("ODD_STARTUP") == "fails":
        await send({"type": "lifespan.startup.failed", "message": "a secret that no client may read"})
        return
    print("the app is up", file=sys.stderr)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    print("the app is down", file=sys.stderr)
    await send({"type": "lifespan.shutdown.complete"})


def _asked(scope: Message, body: bytes) -> dict[str, Any]:
    names = ("method", "path", "root_path", "scheme", "client", "http_version")
    return {
        **{name: scope[name] for name in names},
        "raw_path": scope["raw_path"].decode("latin-1"),
        "query": scope["query_string"].decode("latin-1"),
        "headers": sorted([name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]),
        "body": body.decode("latin-1"),
        "request_id": scope["fcbridge.context"].request_id,
    }


# -- requests ---------------------------------------------------------------------------------------------------------

CLIENT = ("203.0.113.24", 0)


def ask(
    path: str, query: str = "", *headers: tuple[str, str], method: str = "GET", body: bytes = b"", scheme: str = "https"
) -> Request:
    """A request as a client of the platform sends it."""
    pairs = [("host", "fn-abc123-ew.a.example"), *headers]
    if body:
        pairs.append(("content-length", str(len(body))))
    return Request(method, path, query, Headers(pairs), body, CLIENT, scheme)


_FORM = ("content-type", "application/x-www-form-urlencoded")

REQUESTS = {
    "root": ask("/"),
    "encoded slash": ask("/files/a%2Fb%2fc"),
    "encoded percent": ask("/100%25/%2525"),
    "utf-8": ask("/caf%C3%A9/%E6%8A%A5"),
    "not utf-8": ask("/caf%E9"),
    "a slash at the end": ask("/items/7/"),
    "two slashes": ask("/a//b"),
    "two slashes first": ask("//a.example/b"),
    "dots": ask("/a/../b/./c"),
    "signs": ask("/a:b@c/!$&'()*+,;=/-._~"),
    "a bad escape": ask("/%ZZ/%"),
    "escaped marks": ask("/what%3F/%23top"),
    "repeated keys": ask("/q", "tag=red&tag=blue&tag=&tag"),
    "odd query": ask("/q", "a=b=c&x+y=a%20b&%E6%8A%A5=%FF&page[size]=1&&;"),
    "two questions": ask("/q", "a=?&b=/%2F"),
    "repeated headers": ask("/", "", ("x-tag", "1"), ("x-tag", "2"), ("accept", "a/b"), ("accept", "c/d;q=0.5")),
    "one cookie line": ask("/", "", ("cookie", "a=1; b=2; c=d=e")),
    "header bytes": ask("/", "", ("x-name", "caf\xe9"), ("x-word", "报".encode().decode("latin-1"))),
    "an underscore": ask("/", "", ("x_tag", "1"), ("x-under_score", "2")),
    "forwarded before": ask("/", "", ("x-forwarded-for", "198.51.100.7"), ("x-forwarded-proto", "https")),
    "plain http": ask("/", scheme="http"),
    "a trace": ask(
        "/",
        "",
        ("x-cloud-trace-context", "105445aa7843bc8bf206b12000100000/1;o=1"),
        ("traceparent", "00-105445aa7843bc8bf206b12000100000-0000000000000001-01"),
    ),
    "json": ask("/", "", ("content-type", "application/json"), method="POST", body='{"name": "报"}'.encode()),
    "form": ask("/", "", _FORM, method="POST", body=b"a=1&a=2&b=%26"),
    "binary": ask("/", "", ("content-type", "image/png"), method="PUT", body=EVERY_BYTE),
    "a big body": ask("/", "", ("content-type", "application/octet-stream"), method="POST", body=BIG),
    "a body and a GET": ask("/", body=b"odd"),
    "patch": ask("/", "", ("content-type", "text/plain"), method="PATCH", body=b"x"),
    "delete": ask("/items/7", method="DELETE"),
    "options": ask("/", "", ("origin", "https://a.example"), method="OPTIONS"),
    "head": ask("/bytes", method="HEAD"),
    "head with a length": ask("/measured", method="HEAD"),
    "own 500": ask("/json-crash"),
    "a crash": ask("/boom"),
    **{path: ask(path) for path in _ANSWERS},
}

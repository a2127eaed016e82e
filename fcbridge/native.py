"""Requests that a server of the platform has read already, where a function gets no event but HTTP itself.

Such a platform calls the function with a WSGI environ (in a ``flask.Request``, mostly) or with an ASGI scope. There is
nothing to translate but the spelling; what the server has decoded is encoded again.

The other side, a platform's server on this machine, is :mod:`.played`.
"""

from __future__ import annotations

from .codec import (
    below_base,
    bytes_in_str,
    decoded_path_bytes,
    encoded_path,
    field_name,
    method_name,
    wire_path,
    wire_query,
)
from .envelope import malformed
from .errors import MissingExtra
from .model import Headers, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Any

    from .model import Pair


def request_of_environ(environ: Mapping[str, Any], body: bytes) -> Request:
    """The request in a WSGI environ (PEP 3333); ``body`` is what ``wsgi.input`` held.

    ``client`` is the peer, which is a proxy's address on most platforms, and ``scheme`` that of the last connection.
    Raises KeyError, TypeError or ValueError for what no server makes.
    """
    script, info = environ.get("SCRIPT_NAME") or "", environ.get("PATH_INFO") or ""
    path, base = _undecoded(
        # gunicorn's name for the undecoded target, and that of Werkzeug and uWSGI.
        environ.get("RAW_URI") or environ.get("REQUEST_URI") or "",
        script.rstrip("/").encode("latin-1"),
        info.encode("latin-1"),
    )
    pairs: list[Pair] = []
    for key, value in environ.items():
        if key.startswith("HTTP_"):
            pairs.append((field_name(key[5:].replace("_", "-")), bytes_in_str(value)))
    # Servers fill in both with nothing where the client sent none (RFC 3875 sections 4.1.2 and 4.1.3).
    for key, name in (("CONTENT_TYPE", "content-type"), ("CONTENT_LENGTH", "content-length")):
        value = environ.get(key)
        if value:
            pairs.append((name, bytes_in_str(str(value))))
    port = environ.get("REMOTE_PORT")
    client = environ.get("REMOTE_ADDR")
    return Request(
        method_name(environ["REQUEST_METHOD"]),
        path,
        _query(environ.get("QUERY_STRING") or ""),
        Headers.of(pairs),
        body,
        (client, int(port) if port else 0) if client else None,
        "https" if environ.get("wsgi.url_scheme") == "https" else "http",
        (environ.get("SERVER_PROTOCOL") or "HTTP/1.1").rpartition("/")[2],
        base,
    )


def request_of_scope(scope: Mapping[str, Any], body: bytes) -> Request:
    """The request in an ASGI HTTP scope (ASGI HTTP specification, "HTTP Connection Scope") and its whole body.

    Raises LookupError, TypeError, AttributeError or ValueError for what no server makes.
    """
    root: str = (scope.get("root_path") or "").rstrip("/")
    path: str = scope["path"]
    if not below_base(path, root):
        path = root + path  # servers from before ASGI 2.3's clarification leave the root out of the path
    target = (scope.get("raw_path") or b"").decode("latin-1")
    whole = decoded_path_bytes(wire_path(target)) if target else b""
    if whole.decode("utf-8", "replace") != path:  # no raw_path, or one from before somebody rewrote the path
        whole = path.encode("utf-8", "surrogateescape")
    root_bytes = root.encode("utf-8", "surrogateescape")
    undecoded, base = _undecoded(target, root_bytes, whole[len(root_bytes) :])
    client = scope.get("client")
    return Request(
        method_name(scope["method"]),
        undecoded,
        _query((scope.get("query_string") or b"").decode("latin-1")),
        Headers.of(
            [
                (field_name(name.decode("latin-1")), bytes_in_str(value.decode("latin-1")))
                for name, value in scope["headers"]
            ]
        ),
        body,
        (str(client[0]), int(client[1] or 0)) if client else None,
        "https" if scope.get("scheme") == "https" else "http",
        scope.get("http_version") or "1.1",
        base,
    )


def request_of_read_scope(title: str, event: Mapping[str, Any], body_key: str) -> Request:
    """The request in an event that is a scope with the whole body beside it. Raises MalformedEvent."""
    field = "scope"
    try:
        request = request_of_scope(event, b"")
        field = body_key
        body: object = event[body_key]
        if not isinstance(body, bytes):
            raise TypeError(type(body).__name__)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise malformed(title, field, error) from error
    request.body = body
    return request


async def whole_body(receive: Callable[[], Awaitable[Mapping[str, Any]]]) -> bytes | None:
    """The body of an ASGI request, or None where the client has gone before its end."""
    pieces: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        pieces.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(pieces)


def _undecoded(target: str, base: bytes, rest: bytes) -> tuple[str, str]:
    """Path and base path, percent-encoded: those of ``target`` where it is the same path as ``base + rest``, which are
    decoded; else these, encoded. A front end may have rewritten either of them, and then the decoded one counts."""
    path = target.partition("?")[0]
    if "://" in path and not path.startswith("/"):
        # The absolute form that clients send to proxies (RFC 9112 section 3.2.2).
        path = "/" + path.partition("://")[2].partition("/")[2]
    decoded = base + rest
    if path and decoded_path_bytes(wire_path(path)) == (decoded if decoded.startswith(b"/") else b"/" + decoded):
        path = wire_path(path)
        if not base:
            return path, ""
        for cut in range(len(path) + 1):
            if (cut == len(path) or path[cut] == "/") and decoded_path_bytes(path[:cut]) == base:
                return path, path[:cut]
    prefix = wire_path(encoded_path(base)) if base else ""
    return prefix + wire_path(encoded_path(rest)) if rest or not prefix else prefix, prefix


def _query(query: str) -> str:
    # Bytes that should have been escaped are UTF-8, in one character each.
    return wire_query(query if query.isascii() else query.encode("latin-1", "replace").decode("utf-8", "replace"))


def measured_fields(response: Response, method: str) -> list[Pair]:
    """The fields of a response with the length of its body, for servers that send a body without one in chunks.

    The length that an answer to HEAD states is of another body, and 204 and 304 have none (RFC 9110 section 8.6).
    """
    if method == "HEAD":
        return list(response.headers.pairs)
    pairs = [pair for pair in response.headers.pairs if pair[0] != "content-length"]
    if response.status not in (204, 304):
        pairs.append(("content-length", str(len(response.body))))
    return pairs


_answer: Any = None


def flask_response(title: str, response: Response) -> Any:
    """A Flask response of just these fields. Raises MissingExtra where Flask is not installed.

    Werkzeug has opinions of a header when it sends one: it encodes Location anew, gives a type to what has none and
    takes Last-Modified and others out of a 304. A subclass leaves that to the app.
    """
    global _answer
    if _answer is None:
        try:
            from flask import Response as FlaskResponse
        except ModuleNotFoundError as error:
            raise MissingExtra(
                f"A function of {title} answers with Flask, which is not installed.", hint="pip install flask"
            ) from error

        class Answer(FlaskResponse):
            default_mimetype = None

            def get_wsgi_headers(self, environ: Any) -> Any:
                return self.headers

        _answer = Answer
    return _answer([response.body] if response.body else [], response.status, response.headers.pairs)

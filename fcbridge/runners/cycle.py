"""One request and its response in ASGI: the scope, ``receive`` and ``send``.

https://asgi.readthedocs.io/en/stable/specs/www.html
"""

from __future__ import annotations

from ..codec import decoded_path
from ..model import SERVERS, Headers, Response, server_of
from .answered import Answered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import Event
    from typing import Any

    from ..errors import AppProtocolError
    from ..model import Glance, Plain, Request
    from .lifespan import Message, Scope


def scope_of(request: Request, state: dict[str, Any] | None) -> Scope:
    """The connection scope of ``request``; ``state`` is that of the lifespan, None where the app has none."""
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": request.http_version,
        "method": request.method,
        "scheme": request.scheme,
        "path": decoded_path(request.path),
        "raw_path": request.path.encode("utf-8"),
        "query_string": request.query.encode("utf-8"),
        "root_path": decoded_path(request.base_path),
        "headers": _wire_headers(request),
        "client": request.client,
        "server": request.server,
        "extensions": {"http.response.pathsend": {}},
        "fcbridge.event": request.event,
        "fcbridge.context": request.context,
    }
    if state is not None:
        scope["state"] = state.copy()
    if request.vouched_by is not None:
        scope["fcbridge.vouched_by"] = request.vouched_by
    return scope


def scope_at_a_glance(seen: Glance, event: object, context: object, state: dict[str, Any] | None) -> Scope:
    """:func:`scope_of` a request at a glance."""
    method, path, query, layout, values, body, client, base = seen
    headers = list(zip(layout.wire, map(str.encode, values)))  # noqa: B905  # of one length
    if body:
        headers = _with_length(headers, body)
    host = values[layout.host or 0]
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": decoded_path(path) if "%" in path else path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": decoded_path(base) if base else "",
        "headers": headers,
        "client": client,
        "server": SERVERS.get(host) or server_of("https", host),
        "extensions": {"http.response.pathsend": {}},
        "fcbridge.event": event,
        "fcbridge.context": context,
    }
    if state is not None:
        scope["state"] = state.copy()
    return scope


class Cycle:
    """What one request has received and sent so far. ``_body`` is to be set to the body of the request."""

    # Of the class until they change: one of these is made for each request.
    _body: bytes
    _received = False
    _end: Event | None = None  # made only for an app that listens
    _status = 0  # until the response has started
    _headers: dict[str, str] | Headers  # a mapping, where it says all that there is to say
    _chunks: list[bytes] | None = None  # of a body that comes in pieces
    response: Plain | Response | None = None  # until it is complete

    async def receive(self) -> Message:
        """The body, in one piece; then, when the response has ended, the disconnect."""
        if not self._received:
            self._received = True
            body, self._body = self._body, b""
            return {"type": "http.request", "body": body, "more_body": False}
        if self._end is None:
            from asyncio import Event

            self._end = Event()
            if self.response is not None:
                self._end.set()
        await self._end.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take a part of the response. Raises AppProtocolError for what is not one, or out of order."""
        kind = message.get("type")
        if not self._status:
            if kind != "http.response.start":
                raise _misplaced(kind, "before http.response.start")
            status, headers = message.get("status"), message.get("headers", ())
            # RFC 9110 section 15. An interim one (1xx) has no body, and no final one can follow it in ASGI.
            if not isinstance(status, int) or not 200 <= status <= 999:
                raise _broken(
                    f"The app sent a status of type {type(status).__name__} that ends no response.",
                    hint="send an int such as 200",
                )
            fields = _answered.plain(headers) if headers.__class__ is list else None
            self._headers = _checked(headers) if fields is None else fields
            self._status = status if status.__class__ is int else int(status)  # an HTTPStatus is an int
            return
        if self.response is not None:
            raise _misplaced(kind, "after its response was complete")
        if kind == "http.response.body":
            body = message.get("body", b"")
            if type(body) is not bytes:
                body = _bytes(body)
            if message.get("more_body", False):
                if self._chunks is None:
                    self._chunks = [body]
                else:
                    self._chunks.append(body)
                return
            if self._chunks is not None:
                body = b"".join([*self._chunks, body])
        elif kind == "http.response.pathsend":
            # https://asgi.readthedocs.io/en/stable/extensions.html#path-send
            from asyncio import to_thread

            body = await to_thread(_content, message.get("path"))
        else:
            # The specification has extensions refused that the scope does not offer: trailers, early hints, push.
            raise _misplaced(kind, "where http.response.body is due")
        headers = self._headers
        if isinstance(headers, dict):
            self.response = self._status, headers, body
        else:
            self.response = Response(self._status, headers, body)
        if self._end is not None:
            self._end.set()


def _wire_headers(request: Request) -> list[tuple[bytes, bytes]]:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]
    return _with_length(headers, request.body) if request.body else headers


def _with_length(headers: list[tuple[bytes, bytes]], body: bytes) -> list[tuple[bytes, bytes]]:
    """The header fields, with the length of a body that is there. Some events have none, or the one before the gateway
    unpacked the body; and Django takes an upload without a length for an empty one."""
    length = str(len(body)).encode("ascii")
    for name, value in headers:
        if name == b"content-length":
            if value == length:
                return headers
            break
    # The body is complete: an app that saw a Transfer-Encoding would wait for chunks.
    kept = [pair for pair in headers if pair[0] not in (b"content-length", b"transfer-encoding")]
    return [*kept, (b"content-length", length)]


_answered = Answered()


def _checked(headers: Any) -> Headers:
    """The header fields of a response one by one, without the hop-by-hop ones."""
    try:
        given: list[tuple[bytes, bytes]] = list(headers)
        pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in given]
    except (AttributeError, TypeError, ValueError) as error:
        raise _no_pairs() from error
    return _answered.checked(pairs, [bytes(name) for name, _ in given])


def _no_pairs() -> AppProtocolError:
    return _broken(
        "The app sent headers that are not pairs of bytes.", hint="headers=[(b'content-type', b'text/plain')]"
    )


def _bytes(body: object) -> bytes:
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)  # a copy: the app may use its buffer again
    if isinstance(body, memoryview):
        return body.tobytes()
    raise _broken(f"The app sent a body of type {type(body).__name__}.", hint="it must be bytes")


def _content(path: object) -> bytes:
    if not isinstance(path, str):
        raise _broken(f"The app sent a path of type {type(path).__name__}.", hint="it must be a str")
    with open(path, "rb") as file:
        return file.read()


def _misplaced(kind: object, where: str) -> AppProtocolError:
    shown = repr(kind) if isinstance(kind, str) else "a message without a type"
    return _broken(f"The app sent {shown} {where}.")


def _broken(message: str, hint: str | None = None) -> AppProtocolError:
    from ..errors import AppProtocolError  # with the first one: most instances raise none

    return AppProtocolError(message, hint=hint)

"""FLAT: one function from the event to the payload, for this event format and for what is usual alone.

It reads and checks what has to be read and checked of a request and of a response, and runs an ASGI app in a task of
its own, with the context and the hooks that belong to it. It does nothing else: it has no model and knows no other
gateway, starts no app, keeps no deadline and no order between threads, writes no log, and raises where anything is
unusual. What an adapter for all of that takes is more, so this is a floor under the goals, as LIMIT is one under this.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from io import BytesIO
from typing import Any

from fcbridge.model import Request
from fcbridge.runners.eventloop import EventLoop

from .entry import Entry, UntimedContext, read_envelope
from .events import rest

_METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
_PATH = frozenset("-._/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_NOT_THE_APPS = frozenset({"connection", "content-length", "date", "server", "transfer-encoding"})
_PLUS = str.maketrans(" ", "+")

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def flat(app: Any, interface: str, request: Request) -> Entry:
    event, context = rest(request), UntimedContext()
    if interface == "wsgi":
        return Entry(lambda: _wsgi(app, event, context), read_envelope)
    loop = EventLoop()
    return Entry(lambda: _asgi(app, loop, event, context), read_envelope, loop.close)


class _Unusual(Exception):
    pass


# -- what both need of an event and of a response ---------------------------------------------------------------------

# By the names as the event spells them: those of the wire, and an environ with their keys.
_names: dict[tuple[str, ...], list[bytes]] = {}
_environs: dict[tuple[str, ...], tuple[dict[str, Any], list[str]]] = {}


def _query(parameters: dict[str, list[str]]) -> str:
    parts: list[str] = []
    for key, [value] in parameters.items():
        if not (key.isalnum() and key.isascii()):
            raise _Unusual
        if not (value.isalnum() and value.isascii()):
            value = value.translate(_PLUS)
        parts.append(f"{key}={value}")
    return "&".join(parts)


# By the pair as the app has said it.
_fields: dict[Any, tuple[str, str]] = {}


def _field(pair: Any) -> tuple[str, str]:
    name, value = [part.decode("latin-1") if isinstance(part, bytes) else part for part in pair]
    if not value.isascii() or not value.isprintable():
        raise _Unusual
    _fields[pair] = field = name.lower(), value
    return field


# -- ASGI -------------------------------------------------------------------------------------------------------------


def _asgi(app: Any, loop: EventLoop, event: dict[str, Any], context: Any) -> dict[str, Any]:
    given, lists, path, method = event["requestContext"], event["multiValueHeaders"], event["path"], event["httpMethod"]
    spelled = tuple(lists)
    values = [value for [value] in lists.values()]
    address = given["identity"]["sourceIp"]
    text = f"{''.join(values)}{address}"
    if (
        method not in _METHODS
        or given["protocol"] != "HTTP/1.1"
        or not text.isascii()
        or "\n" in text
        or "\r" in text
        or "\0" in text
        or given["path"] != path
        or not _PATH.issuperset(path)
    ):
        raise _Unusual
    parameters, body = event["multiValueQueryStringParameters"], event["body"]
    exchange = _Exchange(body.encode() if body else b"", context.aws_request_id)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": _query(parameters).encode() if parameters else b"",
        "root_path": "",
        "headers": list(zip(_names.get(spelled) or _wire(spelled), map(str.encode, values), strict=True)),
        "client": (address, 0),
        "server": (given["domainName"], 443),
        "extensions": {},
        "event": event,
        "context": context,
    }
    task = loop.start(exchange.run(app, scope))
    if not task.done() or loop.waits():
        raise _Unusual
    if exchange.error is not None:
        raise exchange.error
    return {"statusCode": exchange.status, "headers": exchange.headers, "isBase64Encoded": False, "body": exchange.text}


class _Exchange:
    status = 0
    text: str | None = None
    error: BaseException | None = None
    headers: dict[str, str]

    def __init__(self, body: bytes, request_id: str) -> None:
        self.body = body
        self.request_id = request_id

    async def run(self, app: Any, scope: dict[str, Any]) -> None:
        _request_id.set(self.request_id)
        try:
            await app(scope, self.receive, self.send)
        except BaseException as error:
            self.error = error

    async def receive(self) -> dict[str, Any]:
        return {"type": "http.request", "body": self.body, "more_body": False}

    async def send(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if not self.status:
            if kind != "http.response.start":
                raise _Unusual
            headers: dict[str, str] = {}
            for pair in message["headers"]:
                name, value = _fields.get(pair) or _field(pair)
                headers[name] = value
            if len(headers) != len(message["headers"]):
                raise _Unusual
            self.headers, self.status = headers, message["status"]
        elif kind == "http.response.body" and not message.get("more_body", False) and self.text is None:
            self.text = message["body"].decode()
            for name in _NOT_THE_APPS.intersection(self.headers):
                del self.headers[name]
        else:
            raise _Unusual


def _wire(spelled: tuple[str, ...]) -> list[bytes]:
    _names[spelled] = wire = [name.lower().encode("ascii") for name in spelled]
    return wire


# -- WSGI -------------------------------------------------------------------------------------------------------------


def _wsgi(app: Any, event: dict[str, Any], context: Any) -> dict[str, Any]:
    # The same once more: a function for both would be a call.
    given, lists, path, method = event["requestContext"], event["multiValueHeaders"], event["path"], event["httpMethod"]
    spelled = tuple(lists)
    values = [value for [value] in lists.values()]
    address = given["identity"]["sourceIp"]
    text = f"{''.join(values)}{address}"
    if (
        method not in _METHODS
        or given["protocol"] != "HTTP/1.1"
        or not text.isascii()
        or "\n" in text
        or "\r" in text
        or "\0" in text
        or given["path"] != path
        or not _PATH.issuperset(path)
    ):
        raise _Unusual
    parameters, body = event["multiValueQueryStringParameters"], event["body"]
    query = _query(parameters) if parameters else ""
    body = body.encode() if body else b""
    template, keys = _environs.get(spelled) or _keys(spelled)
    environ = template.copy()
    environ["REQUEST_METHOD"] = method
    environ["PATH_INFO"] = path
    environ["QUERY_STRING"] = query
    environ["REQUEST_URI"] = environ["RAW_URI"] = f"{path}?{query}" if query else path
    environ["REMOTE_ADDR"] = address
    environ["SERVER_NAME"] = given["domainName"]
    environ["wsgi.input"] = BytesIO(body)
    environ["wsgi.errors"] = _Errors()
    environ["event"], environ["context"] = event, context
    for key, value in zip(keys, values, strict=True):
        environ[key] = value
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    status = 0
    headers: dict[str, str] = {}

    def start_response(line: str, fields: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], None]:
        nonlocal status
        if status or exc_info:
            raise _Unusual
        for pair in fields:
            name, value = _fields.get(pair) or _field(pair)
            headers[name] = value
        if len(headers) != len(fields) or line != "200 OK":
            raise _Unusual
        status = 200
        return _write

    token = _request_id.set(context.aws_request_id)
    try:
        result: Any = app(environ, start_response)
    finally:
        _request_id.reset(token)
    content = result[0] if result.__class__ is list and len(result) == 1 else _whole(result)
    if type(content) is not bytes or not status:
        raise _Unusual
    length = headers.get("content-length")
    if length is not None and length != str(len(content)):
        raise _Unusual
    for name in _NOT_THE_APPS.intersection(headers):
        del headers[name]
    return {"statusCode": status, "headers": headers, "isBase64Encoded": False, "body": content.decode()}


def _whole(result: Any) -> bytes:
    try:
        return b"".join(result)
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            close()


class _Errors:
    """wsgi.errors, to which nothing is written."""


def _write(chunk: bytes) -> None:
    raise _Unusual


def _keys(spelled: tuple[str, ...]) -> tuple[dict[str, Any], list[str]]:
    upper = [name.upper().replace("-", "_") for name in spelled]
    keys = [key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}" for key in upper]
    template: dict[str, Any] = {
        "REQUEST_METHOD": "", "SCRIPT_NAME": "", "PATH_INFO": "", "QUERY_STRING": "", "REQUEST_URI": "", "RAW_URI": "",
        "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_NAME": "", "SERVER_PORT": "443", "REMOTE_ADDR": "",
        "wsgi.version": (1, 0), "wsgi.url_scheme": "https", "wsgi.input": None, "wsgi.errors": None,
        "wsgi.input_terminated": True, "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        "event": None, "context": None, **dict.fromkeys(keys, ""),
    }  # fmt: skip
    _environs[spelled] = template, keys
    return template, keys

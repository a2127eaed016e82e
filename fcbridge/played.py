"""The server of a platform that calls functions with HTTP itself, played: the other side of :mod:`.native`.

The event that a gateway composes is the request as a JSON value (:class:`Wire`), of which the runtime makes a WSGI
environ or an ASGI scope. None of this runs inside a function.
"""

from __future__ import annotations

from binascii import a2b_base64

from .bodies import base64_text
from .codec import bytes_in_str, decoded_path_bytes, field_name, is_object, method_name
from .envelope import read_json
from .errors import MalformedEvent
from .model import Headers, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, TypedDict, TypeGuard

    from .model import Pair

    class Wire(TypedDict):
        method: str
        target: str  # path and query, percent-encoded
        headers: list[list[str]]  # one character a byte
        body: str  # base64
        client: list[Any] | None  # host and port
        scheme: str
        httpVersion: str


def packed_request(request: Request) -> Wire:
    """The request as a JSON value."""
    return {
        "method": request.method,
        "target": request.target,
        "headers": [[name, value] for name, value in request.headers],
        "body": base64_text(request.body),
        "client": list(request.client) if request.client else None,
        "scheme": request.scheme,
        "httpVersion": request.http_version,
    }


def is_packed_request(value: object) -> TypeGuard[Wire]:
    """Whether a JSON value is what :func:`packed_request` makes."""
    return is_object(value) and value.keys() == {
        "method", "target", "headers", "body", "client", "scheme", "httpVersion",
    }  # fmt: skip


def played_request(event: object, function: str, gateway: str) -> Request:
    """The request that the played server of a gateway gets: what :func:`packed_request` makes, or its JSON.

    Raises MalformedEvent for any other event, in which ``function`` says what has been called with it.
    """
    value = read_json(event) if isinstance(event, bytes) else event
    if not is_packed_request(value):
        raise MalformedEvent(
            f"{function} is called with HTTP itself, and the event is no request.",
            hint=f"make one with `fcbridge event generate {gateway}`, or choose another gateway",
        )
    return unpacked_request(value)


def unpacked_request(wire: Mapping[str, Any]) -> Request:
    """The request in what :func:`packed_request` made. Raises KeyError, TypeError or ValueError for anything else."""
    path, _, query = wire["target"].partition("?")
    client = wire["client"]
    return Request(
        method_name(wire["method"]),
        path,
        query,
        Headers([(name, value) for name, value in wire["headers"]]),
        a2b_base64(wire["body"]),
        (str(client[0]), int(client[1])) if client else None,
        wire["scheme"],
        wire["httpVersion"],
    )


def packed_response(status: int, headers: Iterable[Pair], body: bytes) -> bytes:
    """A response on its way from the played runtime to :func:`read_packed`; header text is one character a byte."""
    import json

    return json.dumps(
        {"status": status, "headers": [[name, value] for name, value in headers], "body": base64_text(body)}
    ).encode("ascii")


def read_packed(title: str, payload: bytes) -> Response:
    """What :func:`packed_response` packed. Raises MalformedEvent for anything else."""
    import json

    try:
        wire = json.loads(payload)
        status = wire["status"]
        if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
            raise ValueError("status")
        fields = [(field_name(name), bytes_in_str(value)) for name, value in wire["headers"]]
        return Response(status, Headers.of(fields), a2b_base64(wire["body"]))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise MalformedEvent(f"The function's result is not what {title} reads.") from None


def server_environ(request: Request) -> dict[str, Any]:
    """The environ as gunicorn builds it: repeated headers joined with a comma, names with an underscore dropped."""
    import sys
    from io import BytesIO

    host, port = request.server
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": decoded_path_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": request.query,
        "RAW_URI": request.target,
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{request.http_version}",
        "REMOTE_ADDR": request.client[0] if request.client else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    if request.client and request.client[1]:
        environ["REMOTE_PORT"] = str(request.client[1])
    for name, value in request.headers:
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = "HTTP_" + key
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    if request.body:
        environ["CONTENT_LENGTH"] = str(len(request.body))
    return environ


def server_scope(request: Request) -> dict[str, Any]:
    """The scope as uvicorn builds it."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": request.http_version,
        "method": request.method,
        "scheme": request.scheme,
        "path": decoded_path_bytes(request.path).decode("utf-8", "replace"),
        "raw_path": request.path.encode("ascii"),
        "query_string": request.query.encode("ascii"),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
        "client": request.client,
        "server": request.server,
        "state": {},
    }

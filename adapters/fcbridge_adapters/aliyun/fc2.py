"""The HTTP functions of Function Compute 2.0: ``handler(environ, start_response)``.

https://www.alibabacloud.com/help/en/functioncompute/fc-2-0/user-guide/http-handlers-1
The environ's odd values are those of the runtime's own code: SERVER_NAME is a constant, the scheme is always http,
repeated headers (cookies too) are joined with a comma, and the iterable's ``close()`` is never called.
"""

from __future__ import annotations

import json
from binascii import a2b_base64

from fcbridge.bodies import base64_text
from fcbridge.codec import (
    below_base,
    canonical_name,
    decoded_path,
    field_name,
    is_object,
    json_text,
    method_name,
    pairs_of_query,
    scheme_of,
    wire_path,
    wire_text,
)
from fcbridge.envelope import malformed, parsed_headers, read_json
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import SAMPLE_STAMP, Gateway
from fcbridge.losses import (
    CLIENT_PORT,
    HTTP_VERSION,
    REQUEST_HEADER_TEXT,
    RESPONSE_HEADER_TEXT,
    SCHEME,
    Loss,
    folded_request_headers,
    refused_request_headers,
    refused_response_headers,
)
from fcbridge.model import Headers, Request, Response

from .headers import request_refused, response_refused
from .http import HTTP_TRIGGER
from .refusals import refusal_response
from .runtime import PythonRuntime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypedDict

    from fcbridge.gateway import Handler, Refusal, Stamp

    Wire = TypedDict("Wire", {"x-fc-http-params": str, "body": str})  # both base64

    class Params(TypedDict):
        path: str
        method: str
        requestURI: str
        clientIP: str
        host: str
        queriesMap: dict[str, list[str]]
        headersMap: dict[str, list[str]]

    class Answer(TypedDict):
        status: int
        headers: list[tuple[str, str]]
        body: bytes


_PARAMS = "x-fc-http-params"
_DEFAULT_TYPE = "application/octet-stream"


def _content_headers(request: Request) -> Request:
    """The runtime fills in both content headers whether the client sent them or not."""
    kind = request.headers.get("content-type")
    pairs = request.headers.without("content-type", "content-length").pairs
    if request.body:
        pairs.append(("content-length", str(len(request.body))))
        pairs.append(("content-type", kind or _DEFAULT_TYPE))
    elif kind and kind != _DEFAULT_TYPE:
        pairs.append(("content-type", kind))
    return request.replace(headers=Headers.of(pairs))


_CONTENT_HEADERS = Loss(
    "content-headers",
    "the runtime fills in Content-Type and Content-Length where the client sent none",
    on_request=_content_headers,
    witness=Request("POST", body=b"x"),
    quiet=True,
)

_UNDERSCORES = Loss(
    "underscores",
    "an underscore in a header's name becomes a dash, as in every WSGI environ",
    on_request=lambda request: request.replace(
        headers=Headers.of([(name.replace("_", "-"), value) for name, value in request.headers])
    ),
    witness=Request(headers=Headers([("x_tag", "1")])),
    quiet=True,
)


class HttpRuntime(PythonRuntime):
    """The runtime of FC 2.0 for HTTP functions: builds the environ, collects what ``start_response`` got."""

    name = "fc2-http"

    def accepts(self, event: object) -> bool:
        return is_object(event) and _PARAMS in event

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        if isinstance(event, bytes):
            event = read_json(event)
        if not is_object(event) or not self.accepts(event):
            raise MalformedEvent(
                f"An HTTP function of FC 2.0 is called with {_PARAMS!r}, and the event has no such field.",
                hint="make one with `fcbridge event generate fc2-http`, or choose another gateway",
            )
        environ = runtime_environ(event, context)
        answer: Answer = {"status": 0, "headers": [], "body": b""}
        written: list[bytes] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], None]:
            answer["status"] = int(status.split(" ", 1)[0])
            answer["headers"] = list(headers)
            return written.append

        result = handler(environ, start_response)
        if isinstance(result, (bytes, str)):
            chunks: list[bytes | str] = [result]
        else:
            chunks = list(result)  # type: ignore[call-overload]
        written.extend(chunk.encode("utf-8") if isinstance(chunk, str) else chunk for chunk in chunks)
        headers: dict[str, list[str]] = {}
        for name, value in answer["headers"]:
            headers.setdefault(name, []).append(value)
        params = {"status": answer["status"], "headersMap": headers}
        wire = {_PARAMS: _packed(params), "body": base64_text(b"".join(written))}
        return json.dumps(wire).encode("ascii")


def runtime_environ(event: dict[str, Any], context: object) -> dict[str, Any]:
    """The environ as the runtime of FC 2.0 builds it."""
    import os
    import sys
    from io import BytesIO

    params: Params = json.loads(a2b_base64(event["x-fc-http-params"]))
    body = a2b_base64(event["body"])
    environ: dict[str, Any] = dict(os.environ)
    environ.update(
        {
            "REQUEST_METHOD": params["method"],
            "PATH_INFO": params["path"] or "/",
            "QUERY_STRING": params["requestURI"].partition("?")[2],
            "CONTENT_TYPE": _DEFAULT_TYPE,
            "CONTENT_LENGTH": str(len(body)),
            "SCRIPT_NAME": "",
            "SERVER_NAME": "FCRUNTIME",
            "SERVER_PORT": "9000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_SOFTWARE": "FCRUNTIME/1.0",
            "HTTP": "on",
            "REMOTE_ADDR": params["clientIP"],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "fc.request_uri": params["requestURI"],
            "fc.context": context,
            "HTTP_X_FC_FUNCTION_HANDLER": "index.handler",
        }
    )
    for name, values in params["headersMap"].items():
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = values[0]
        elif key != "CONTENT_LENGTH":
            environ["HTTP_" + key] = ",".join(values)
    return environ


class HttpFunction(Gateway):
    """The HTTP trigger of FC 2.0. Its answer goes through ``start_response``, which the handler gets as its context."""

    name = "fc2-http"
    title = "Alibaba Function Compute 2.0 (HTTP function)"
    runtime = HttpRuntime()
    limits = HTTP_TRIGGER.limits
    loses = (
        refused_request_headers(request_refused, "x-fc-access-key-id"),
        REQUEST_HEADER_TEXT,
        _UNDERSCORES,
        folded_request_headers(",", ","),
        _CONTENT_HEADERS,
        SCHEME,
        CLIENT_PORT,
        HTTP_VERSION,
        refused_response_headers(response_refused, "date"),
        RESPONSE_HEADER_TEXT,
    )

    def matches(self, event: Any) -> bool:
        return is_object(event) and "fc.context" in event and "wsgi.input" in event

    def parse(self, event: dict[str, Any]) -> Request:
        field = "REQUEST_METHOD"
        try:
            method = method_name(event["REQUEST_METHOD"])
            field = "headers"
            headers = Headers.of(_environ_headers(event))
            field = "wsgi.input"
            body: bytes = event["wsgi.input"].read()
            pairs = headers.pairs
            kind = event.get("CONTENT_TYPE")
            if body:
                pairs.append(("content-length", str(len(body))))
            if kind and (body or kind != _DEFAULT_TYPE):
                pairs.append(("content-type", wire_text(kind)))
            if headers.get("host") is None:
                pairs.append(("host", "localhost"))
            field = "fc.request_uri"
            path, base = _wire_path(event.get("fc.request_uri"), event.get("PATH_INFO") or "/")
            field = "REMOTE_ADDR"
            client = event.get("REMOTE_ADDR")
            address = (wire_text(client.strip()), 0) if client else None
            query = (event.get("QUERY_STRING") or "").strip()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return Request(method, path, query, headers, body, address, scheme_of(headers), "1.1", base)

    def context(self, event: dict[str, Any], context: object) -> object:
        return event["fc.context"]

    def render(self, response: Response, event: object) -> Answer:
        headers = [
            (canonical_name(name), json_text(value)) for name, value in response.headers if not response_refused(name)
        ]
        return {"status": response.status, "headers": headers, "body": response.body}

    def deliver(self, payload: Any, context: Any) -> list[bytes]:
        if not callable(context):
            raise MalformedEvent(
                f"The event looks like one of {self.title}, but no start_response came with it.",
                hint="call it as the platform does: handler(environ, start_response)",
            )
        context(f"{payload['status']} {_reason(payload['status'])}", payload["headers"])
        return [payload["body"]]

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Wire:
        headers: dict[str, list[str]] = {}
        for name, value in request.headers:
            if not request_refused(name):
                headers.setdefault(canonical_name(name), []).append(json_text(value))
        queries: dict[str, list[str]] = {}
        for key, value in pairs_of_query(request.query):
            queries.setdefault(key, []).append(value)
        below = bool(request.base_path) and below_base(request.path, request.base_path)
        params: Params = {
            "path": (request.path[len(request.base_path) :] if below else request.path) or "/",
            "method": request.method,
            "requestURI": request.target,
            "clientIP": request.client[0] if request.client else "",
            "host": json_text(request.headers.get("host") or ""),
            "queriesMap": queries,
            "headersMap": headers,
        }
        return {"x-fc-http-params": _packed(params), "body": base64_text(request.body)}

    def read(self, payload: bytes) -> Response:
        wire = read_json(payload)
        try:
            params = json.loads(a2b_base64(wire[_PARAMS]))
            status = params["status"]
            if not isinstance(status, int) or not 100 <= status <= 599:
                raise ValueError
            fields = [
                pair for name, values in params["headersMap"].items() for value in values
                for pair in parsed_headers({name: value}) if not response_refused(pair[0])
            ]  # fmt: skip
            return Response(status, Headers.of(fields), a2b_base64(wire["body"]))
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
            raise MalformedEvent(f"The function's result is not what {self.title} reads.") from None

    def refuse(self, refusal: Refusal) -> Response:
        return refusal_response(refusal)


def _packed(params: object) -> str:
    return base64_text(json.dumps(params, ensure_ascii=False).encode("utf-8"))


def _environ_headers(environ: dict[str, Any]) -> list[tuple[str, str]]:
    # The runtime merges the environment of the process into the environ: HTTP_PROXY is a proxy's address there, and
    # HTTP_API_TOKEN with the process's own value may be a secret of the function. Neither is a header of the client.
    # X-Fc-Function-Handler is the runtime's own addition.
    from os import environ as variables

    return [
        (field_name(key[5:].replace("_", "-")), wire_text(value))
        for key, value in environ.items()
        if key.startswith("HTTP_")
        and key != "HTTP_PROXY"
        and not key.startswith("HTTP_X_FC_")
        and variables.get(key) != value
    ]


def _wire_path(uri: str | None, info: str) -> tuple[str, str]:
    """Path on the wire and base path.

    ``fc.request_uri`` is what the client asked for; on the default domain it begins with
    ``/2016-08-15/proxy/<service>/<function>``, of which PATH_INFO holds nothing.
    """
    if not uri:
        return wire_path(info), ""
    path = wire_path(uri.partition("?")[0])
    if info == "/" and not path.endswith("/"):
        return path, path
    for spelling in (info, wire_path(info)):
        if path.endswith(spelling):
            return path, path[: len(path) - len(spelling)]
    # PATH_INFO may have been decoded before it came here (inferred).
    for cut in range(len(path)):
        if path[cut] == "/" and decoded_path(path[cut:]) == info:
            return path, path[:cut]
    return wire_path(info), ""


def _reason(status: int) -> str:
    from http.client import responses

    return responses.get(status, "Unknown")


HTTP_FUNCTION = HttpFunction()

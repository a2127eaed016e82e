"""The HTTP functions of Function Compute 2.0: ``handler(environ, start_response)``.

https://www.alibabacloud.com/help/en/functioncompute/fc-2-0/user-guide/http-handlers-1
The environ's odd values are those of the runtime's own code: SERVER_NAME is a constant, the scheme is always http,
repeated headers (cookies too) are joined with a comma, and the iterable's ``close()`` is never called.
"""

from __future__ import annotations

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
from fcbridge.gateway import SAMPLE_STAMP, Gateway, lazy
from fcbridge.model import Headers, Request, Response
from fcbridge.reasons import reason

from .headers import request_refused, response_refused
from .http import HTTP_TRIGGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Refusal, Runtime, Stamp
    from fcbridge.losses import Loss

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


PARAMS = "x-fc-http-params"
DEFAULT_TYPE = "application/octet-stream"


class HttpFunction(Gateway):
    """The HTTP trigger of FC 2.0. Its answer goes through ``start_response``, which the handler gets as its context."""

    name = "fc2-http"
    title = "Alibaba Function Compute 2.0 (HTTP function)"
    limits = HTTP_TRIGGER.limits

    @lazy
    def runtime(self) -> Runtime:
        from .fc2_runtime import HTTP_RUNTIME

        return HTTP_RUNTIME

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from .losses import HTTP_FUNCTION

        return HTTP_FUNCTION

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
            if kind and (body or kind != DEFAULT_TYPE):
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
        context(f"{payload['status']} {reason(payload['status'])}", payload["headers"])
        return [payload["body"]]

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Wire:
        from fcbridge.bodies import base64_text

        from .fc2_runtime import packed

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
        return {"x-fc-http-params": packed(params), "body": base64_text(request.body)}

    def read(self, payload: bytes) -> Response:
        import json
        from binascii import a2b_base64

        wire = read_json(payload)
        try:
            params = json.loads(a2b_base64(wire[PARAMS]))
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
        from .refusals import refusal_response

        return refusal_response(refusal)


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


HTTP_FUNCTION = HttpFunction()

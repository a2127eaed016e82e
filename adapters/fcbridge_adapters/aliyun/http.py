"""The HTTP trigger of Function Compute 3.0: built-in runtimes get a JSON structure, ``version`` "v1", as bytes.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/http-trigger-invoking-function
The structures are also in the official Go SDK (aliyun/fc-runtime-go-sdk, events/http.go). What neither of them settles
is marked "inferred".
"""

from __future__ import annotations

import time

from fcbridge.bodies import event_body
from fcbridge.codec import (
    METHODS,
    canonical_name,
    decoded_path,
    is_object,
    joined_query,
    json_text,
    method_name,
    query_of_lists,
    scheme_of,
    wire_path,
    wire_text,
)
from fcbridge.envelope import (
    composed_body,
    composed_headers,
    event_headers,
    laid_out,
    malformed,
    read_envelope,
    read_json,
    rendered,
    rendered_headers,
    rendered_text,
)
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, lazy
from fcbridge.model import Headers, Request, Response

from .headers import passed_on, response_refused, sent_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Refusal, Runtime, Stamp
    from fcbridge.losses import Loss
    from fcbridge.model import Glance

    class Http(TypedDict):
        method: str
        path: str  # percent-decoded: rawPath is what was on the wire
        protocol: str
        sourceIp: str
        userAgent: str

    class RequestContext(TypedDict):
        accountId: str
        domainName: str
        domainPrefix: str
        requestId: str
        time: str  # RFC 3339, UTC, seconds
        timeEpoch: str  # milliseconds, as text
        http: Http

    class HttpEvent(TypedDict):
        version: str
        rawPath: str  # percent-encoded, without the query
        headers: dict[str, str]  # repeats joined with ","
        queryParameters: dict[str, str]  # decoded, repeats joined with ","
        body: str
        isBase64Encoded: bool
        requestContext: RequestContext


class HttpTrigger(Gateway):
    """HTTP triggers, custom domains and the cloud-native API gateway in front of a built-in runtime of FC 3.0."""

    name = "fc3-http"
    title = "Alibaba Function Compute 3.0 (HTTP trigger)"
    # https://www.alibabacloud.com/help/en/functioncompute/fc/product-overview/limits
    limits = Limits(
        methods=frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"}),
        request_target=4 * 1024,
        request_headers=8 * 1024,
        request_body=32 * 1024 * 1024,
        response_headers=8 * 1024,
        # Inferred: no figure is documented for responses, so the request's is taken.
        response_body=32 * 1024 * 1024,
    )

    @lazy
    def runtime(self) -> Runtime:
        from .runtime import EVENT_RUNTIME

        return EVENT_RUNTIME

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from .losses import HTTP_TRIGGER

        return HTTP_TRIGGER

    def matches(self, event: Any) -> bool:
        if not is_object(event) or event.get("version") != "v1" or "rawPath" not in event:
            return False
        context = event.get("requestContext")
        return is_object(context) and "http" in context

    def glance(self, event: Any) -> Glance | None:
        if not self.matches(event):
            return None
        try:
            fields, http, query = event["headers"], event["requestContext"]["http"], event["queryParameters"]
            method = http["method"]
            usual, client = laid_out(fields), wire_text(http["sourceIp"].strip())
            if usual is None or not client or method not in METHODS or http["protocol"] != "HTTP/1.1":
                return None
            layout, values = usual
            proto = layout.proto
            if layout.host is None or (proto is not None and values[proto] != "https"):
                return None
            return (
                method, wire_path(event["rawPath"]), query_of_lists(query) if query else "", layout, values,
                event_body(event), (client, 0), "",
            )  # fmt: skip
        except (AttributeError, KeyError, TypeError, ValueError):
            return None  # parse says what is wrong, if it is

    def parse(self, event: HttpEvent) -> Request:
        field = "requestContext"
        try:
            context = event["requestContext"]
            field = "requestContext.http"
            http = context["http"]
            method = method_name(http["method"])
            client = http.get("sourceIp")
            version = wire_text(http.get("protocol") or "HTTP/1.1").rpartition("/")[2]
            address = (wire_text(client.strip()), 0) if client else None
            field = "headers"
            headers = event_headers(event.get("headers") or {})
            if headers.get("host") is None:
                # Host is in none of the documented samples, the domain is in all.
                field = "requestContext.domainName"
                headers.pairs.append(("host", wire_text(context.get("domainName") or "localhost")))
            field = "queryParameters"
            query = query_of_lists(event.get("queryParameters") or {})
            field = "rawPath"
            path = wire_path(event["rawPath"])
            field = "body"
            # The flag decides and not the type: an empty GET has been seen with a flag of true.
            body = event_body(event)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return Request(method, path, query, headers, body, address, scheme_of(headers), version)

    def render(self, response: Response, event: object) -> str:
        return rendered(rendered_headers(response, response_refused), response)

    def render_plain(self, status: int, fields: dict[str, str], text: str) -> object:
        sent = {canonical_name(name): value for name, value in fields.items() if not response_refused(name)}
        payload = rendered_text(status, sent, text)
        return payload if len(payload) < 8 * 1024 else None

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> HttpEvent:
        host = json_text(request.headers.get("host") or "localhost")
        domain = host if host.startswith("[") else host.partition(":")[0]
        body, encoded = composed_body(request)
        return {
            "version": "v1",
            "rawPath": request.path,
            "headers": composed_headers(passed_on(request), ",", ","),
            "queryParameters": joined_query(request.query),
            "body": body,
            "isBase64Encoded": encoded,
            "requestContext": {
                "accountId": "1357900000024680",
                "domainName": domain,
                "domainPrefix": domain.partition(".")[0],
                "requestId": stamp.request_id,
                "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(stamp.milliseconds // 1000)),
                "timeEpoch": str(stamp.milliseconds),
                "http": {
                    "method": request.method,
                    "path": decoded_path(request.path),
                    "protocol": f"HTTP/{request.http_version}",
                    "sourceIp": request.client[0] if request.client else "",
                    "userAgent": json_text(request.headers.get("user-agent") or ""),
                },
            },
        }

    def read(self, payload: bytes) -> Response:
        envelope = read_json(payload)
        if not is_object(envelope) or "statusCode" not in envelope:
            # Documented: what is no such structure becomes a 200 of this type with the output as its body.
            return Response(200, Headers([("content-type", "application/json")]), payload)
        return sent_on(read_envelope(self.title, envelope))

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import refusal_response

        return refusal_response(refusal)


HTTP_TRIGGER = HttpTrigger()

"""Payload format 2.0: HTTP APIs of API Gateway, and function URLs, which speak a dialect of it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html,
https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html. What of the event is encoded was seen in recorded
events.
"""

from __future__ import annotations

from abc import abstractmethod

from fcbridge.bodies import event_body
from fcbridge.codec import (
    LAYOUTS,
    METHODS,
    PLAIN_PATH,
    PLAIN_QUERY,
    decoded_path,
    is_object,
    joined_query,
    json_text,
    layout_of,
    method_name,
    scheme_of,
    wire_query,
    wire_text,
)
from fcbridge.envelope import event_headers, malformed, read_json, rendered_object
from fcbridge.gateway import Gateway, lazy
from fcbridge.model import Headers, Request, Response

from .context import ACCOUNT
from .protocol import DEFAULT_STAGE, client_of, http_version, protocol_of, stage_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Runtime, Stamp
    from fcbridge.model import Glance

    class Http(TypedDict):
        method: str
        path: str  # decoded
        protocol: str
        sourceIp: str
        userAgent: str

    class RequestContext(TypedDict):
        accountId: str
        apiId: str
        domainName: str
        domainPrefix: str
        http: Http
        requestId: str
        routeKey: str
        stage: str
        time: str
        timeEpoch: int

    class _Event(TypedDict):
        version: str
        routeKey: str
        rawPath: str
        rawQueryString: str
        headers: dict[str, str]  # names in lower case, repeats joined with ","
        requestContext: RequestContext
        isBase64Encoded: bool

    class Event(_Event, total=False):
        cookies: list[str]
        queryStringParameters: dict[str, str]  # decoded, repeats joined with ","
        pathParameters: dict[str, str]
        stageVariables: dict[str, str]
        body: str


class Payload2(Gateway):
    """What HTTP APIs and function URLs have in common."""

    #: The Content-Type of a response that has none.
    default_type: str
    #: A function's fields that are left out of the answer.
    response_refused: frozenset[str]
    #: Whether its events are those of a function URL.
    is_url = False

    @lazy
    def runtime(self) -> Runtime:
        from .runtime import LAMBDA_RUNTIME

        return LAMBDA_RUNTIME

    def glance(self, event: Any) -> Glance | None:
        try:
            fields, context, cookies = event["headers"], event["requestContext"], event.get("cookies")
            http, domain, names, values = context["http"], context["domainName"], tuple(fields), list(fields.values())
            if cookies and "cookie" not in fields:
                names += ("cookie",)
                values.append("; ".join(cookies))
            layout, method = LAYOUTS.get(names) or layout_of(names), http["method"]
            if (
                layout is None
                or layout.host is None
                # As matches() has it.
                or event.get("version") != "2.0"
                or "routeArn" in event
                or domain.__class__ is not str
                or (".lambda-url." in domain) is not self.is_url
                or method not in METHODS
                or http["protocol"] != "HTTP/1.1"
            ):
                return None
            # As laid_out() has it.
            text = "".join(values)
            if not text.isascii() or "\n" in text or "\r" in text or "\0" in text:
                return None
            proto, client = layout.proto, client_of(http["sourceIp"])
            if (proto is not None and values[proto] != "https") or client is None:
                return None
            path, query = event["rawPath"], event["rawQueryString"]
            if path[:1] != "/" or not PLAIN_PATH.issuperset(path):
                path = self.path(path)
            if query.__class__ is not str or not PLAIN_QUERY.issuperset(query):
                query = wire_query(query)
            return (
                method, path, query, layout, values, b"" if event.get("body") is None else event_body(event), client,
                "" if context["stage"] == DEFAULT_STAGE else stage_of(path, context),
            )  # fmt: skip
        except (AttributeError, KeyError, TypeError, ValueError):
            return None  # parse says what is wrong, if it is

    def parse(self, event: Event) -> Request:
        field = "requestContext"
        try:
            context = event["requestContext"]
            field = "requestContext.http"
            http = context["http"]
            method = method_name(http["method"])
            version = http_version(http.get("protocol"))
            address = client_of(http.get("sourceIp"))
            field = "headers"
            headers = event_headers(event.get("headers") or {})
            field = "cookies"
            cookies = event.get("cookies")
            # A function URL has them among the headers as well, an HTTP API has not.
            if cookies and headers.get("cookie") is None:
                headers.pairs.append(("cookie", wire_text("; ".join(cookies))))
            field = "requestContext.domainName"
            if headers.get("host") is None:
                headers.pairs.append(("host", wire_text(context.get("domainName") or "localhost")))
            field = "rawPath"
            path = self.path(event["rawPath"])
            field = "rawQueryString"
            query = wire_query(event.get("rawQueryString") or "")
            field = "body"
            body = event_body(event)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        base_path = stage_of(path, context)
        return Request(method, path, query, headers, body, address, scheme_of(headers), version, base_path)

    @abstractmethod
    def path(self, path: str) -> str:
        """``rawPath`` as it is on the wire."""

    def render(self, response: Response, event: object) -> dict[str, object]:
        plain, refused = response.headers.plain, self.response_refused
        if plain is not None and "set-cookie" not in plain:
            return rendered_object({name: value for name, value in plain.items() if name not in refused}, response)
        fields: dict[str, str] = {}
        cookies: list[str] = []
        for name, value in response.headers:
            if name == "set-cookie":
                cookies.append(json_text(value))
            elif name in fields:
                fields[name] += f", {value}"
            elif name not in refused:
                fields[name] = value
        answer = rendered_object({name: json_text(value) for name, value in fields.items()}, response)
        if cookies:
            answer["cookies"] = cookies
        return answer

    def render_plain(self, status: int, fields: dict[str, str], text: str) -> object:
        if "set-cookie" in fields:
            return None
        for name in self.response_refused.intersection(fields):
            del fields[name]
        return {"statusCode": status, "headers": fields, "isBase64Encoded": False, "body": text}

    def composed(self, request: Request, passed: Headers, raw_path: str, domain: str, stamp: Stamp) -> Event:
        """The event. ``passed`` are the headers that the function sees."""
        from . import composing

        headers = passed.fold(",", "; ")
        cookie = json_text(headers.get("cookie", ""))
        event: Event = {
            "version": "2.0",
            "routeKey": DEFAULT_STAGE,
            "rawPath": raw_path,
            "rawQueryString": request.query,
            "headers": {name: json_text(headers[name]) for name in sorted(headers)},
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": domain.partition(".")[0],
                "domainName": domain,
                "domainPrefix": domain.partition(".")[0],
                "http": {
                    "method": request.method,
                    "path": decoded_path(request.path),
                    "protocol": protocol_of(request.http_version),
                    "sourceIp": request.client[0] if request.client else "",
                    "userAgent": json_text(request.headers.get("user-agent") or ""),
                },
                "requestId": stamp.request_id,
                "routeKey": DEFAULT_STAGE,
                "stage": request.base_path[1:] or DEFAULT_STAGE,
                "time": composing.request_time(stamp),
                "timeEpoch": stamp.milliseconds,
            },
            "isBase64Encoded": False,
        }
        cookies = composing.cookie_pairs(cookie)
        if cookies:
            event["cookies"] = cookies
        if request.query:
            event["queryStringParameters"] = joined_query(request.query)
        if request.body:
            event["body"], event["isBase64Encoded"] = composing.composed_body(request)
        return event

    def read(self, payload: bytes) -> Response:
        """A result without a status is the body of a 200 that says it is JSON, whether it is or not."""
        from . import reading

        envelope = read_json(payload)
        if not is_object(envelope) or "statusCode" not in envelope:
            text = envelope.encode("utf-8", "replace") if isinstance(envelope, str) else payload
            return Response(200, Headers([("content-type", "application/json")]), text)
        title = self.title
        # "multiValueHeaders" is of payload 1.0, and passed over here.
        fields = reading.fields_of(title, envelope.get("headers")) + reading.cookies_of(title, envelope.get("cookies"))
        body = reading.content_of(title, envelope.get("body"), envelope.get("isBase64Encoded"))
        response = Response(reading.status_of(title, envelope["statusCode"]), Headers.of(fields), body)
        return reading.typed(response, self.default_type)


def claimed(event: Any) -> bool:
    """Whether an event is of payload format 2.0, and not one for a Lambda authorizer."""
    if not is_object(event) or event.get("version") != "2.0" or "routeArn" in event:
        return False
    context = event.get("requestContext")
    return is_object(context) and is_object(context.get("http"))


def is_url(event: Any) -> bool:
    """Whether an event of payload format 2.0 is a function URL's, whose domain tells it."""
    domain = event["requestContext"].get("domainName")
    return isinstance(domain, str) and ".lambda-url." in domain

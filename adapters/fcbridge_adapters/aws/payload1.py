"""Payload format 1.0 of API Gateway: REST APIs, and HTTP APIs that are set to it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html for REST,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html for HTTP APIs.
What of the event is encoded was seen in recorded events; what nobody has recorded is marked "inferred".
"""

from __future__ import annotations

from abc import abstractmethod

from fcbridge.bodies import event_body
from fcbridge.codec import (
    LAYOUTS,
    METHODS,
    canonical_name,
    is_object,
    json_text,
    method_name,
    pairs_of_query,
    query_of_lists,
    scheme_of,
    wire_text,
)
from fcbridge.envelope import (
    event_header_lists,
    event_headers,
    malformed,
    parsed_headers,
    rendered_object,
)
from fcbridge.gateway import Gateway, lazy
from fcbridge.model import Headers, Request, Response

from .context import ACCOUNT
from .protocol import NO_ADDRESS, client_of, http_version, protocol_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypedDict

    from fcbridge.gateway import Runtime, Stamp
    from fcbridge.model import Glance

    class _Event(TypedDict):
        resource: str
        path: str
        httpMethod: str
        headers: dict[str, str] | None  # of repeats, the last one
        multiValueHeaders: dict[str, list[str]] | None
        queryStringParameters: dict[str, str] | None  # decoded; of repeats, the last one
        multiValueQueryStringParameters: dict[str, list[str]] | None
        pathParameters: dict[str, str] | None
        stageVariables: dict[str, str] | None
        requestContext: dict[str, Any]
        body: str | None
        isBase64Encoded: bool

    class Event(_Event, total=False):
        version: str  # of HTTP APIs


class Payload1(Gateway):
    """What REST APIs and HTTP APIs have in common."""

    #: Names that the door spells with capitals whatever the client wrote.
    capitalized: frozenset[str]
    #: A function's fields that are left out of the answer.
    response_refused: frozenset[str]
    #: What the event has of this name.
    version: str | None = None

    @lazy
    def runtime(self) -> Runtime:
        from .runtime import LAMBDA_RUNTIME

        return LAMBDA_RUNTIME

    def glance(self, event: Any) -> Glance | None:
        try:
            context, lists, method = event["requestContext"], event["multiValueHeaders"], event["httpMethod"]
            layout = LAYOUTS.get(tuple(lists))
            if (
                layout is None
                or layout.host is None
                # As matches() has it.
                or event.get("version") != self.version
                or "resource" not in event
                or "methodArn" in event
                or "elb" in context
                or "connectionId" in context
                or method not in METHODS
                or context["protocol"] != "HTTP/1.1"
            ):
                return None
            # As laid_out_lists() has it.
            values = [several[0] for several in lists.values() if len(several) == 1]
            proto, client = layout.proto, context["identity"]["sourceIp"]
            text = f"{''.join(values)}{client}"
            if (
                not text.isascii()
                or "\n" in text
                or "\r" in text
                or "\0" in text
                or not len(values) == len(lists) == len(event["headers"])
                or (proto is not None and values[proto] != "https")
                or not client
                or client == NO_ADDRESS
            ):
                return None
            parameters = event["multiValueQueryStringParameters"] or event["queryStringParameters"]
            path, base = self.path(event["path"], context)
            return (
                method, path, query_of_lists(parameters) if parameters else "", layout, values,
                b"" if event["body"] is None else event_body(event), (client.strip(), 0), base,
            )  # fmt: skip
        except (AttributeError, KeyError, TypeError, ValueError):
            return None  # parse says what is wrong, if it is

    def parse(self, event: Event) -> Request:
        field = "httpMethod"
        try:
            method = method_name(event["httpMethod"])
            field = "headers"
            headers = _headers(event.get("headers"), event.get("multiValueHeaders"))
            field = "requestContext"
            context = event["requestContext"]
            version = http_version(context.get("protocol"))
            field = "requestContext.domainName"
            if headers.get("host") is None:
                headers.pairs.append(("host", wire_text(context.get("domainName") or "localhost")))
            field = "requestContext.identity"
            identity = context.get("identity")
            address = client_of(identity.get("sourceIp")) if identity else None
            field = "multiValueQueryStringParameters"
            # Both maps are decoded: a "+" that arrives is a plus sign, and is encoded again.
            parameters = event.get("multiValueQueryStringParameters") or event.get("queryStringParameters")
            query = query_of_lists(parameters) if parameters else ""
            field = "path"
            path, base_path = self.path(event["path"], context)
            field = "body"
            body = event_body(event)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return Request(method, path, query, headers, body, address, scheme_of(headers), version, base_path)

    @abstractmethod
    def path(self, path: str, context: Mapping[str, Any]) -> tuple[str, str]:
        """Path on the wire and base path, percent-encoded, of the event's path and its context."""

    def render(self, response: Response, event: object) -> dict[str, object]:
        plain, refused = response.headers.plain, self.response_refused
        if plain is not None:
            return rendered_object({name: value for name, value in plain.items() if name not in refused}, response)
        # A name that is in both maps is sent twice, so each is in one.
        single: dict[str, object] = {}
        lists: dict[str, list[object]] = {}
        for name, value in response.headers:
            if name in refused:
                continue
            text = json_text(value)
            if name in lists:
                lists[name].append(text)
            elif name in single:
                lists[name] = [single.pop(name), text]
            else:
                single[name] = text
        answer = rendered_object(single, response)
        if lists:
            answer["multiValueHeaders"] = lists
        return answer

    def render_plain(self, status: int, fields: dict[str, str], text: str) -> object:
        for name in self.response_refused.intersection(fields):
            del fields[name]
        return {"statusCode": status, "headers": fields, "isBase64Encoded": False, "body": text}

    def composed(
        self, request: Request, passed: Headers, body: tuple[str, bool], stamp: Stamp, context: dict[str, Any]
    ) -> Event:
        """The event. ``passed`` are the headers that the function sees, ``body`` the body and whether it is base64,
        ``context`` what the requestContext of this kind of API has of its own."""
        from . import composing

        lists: dict[str, list[str]] = {}
        for name, value in sorted(passed, key=lambda pair: pair[0]):
            spelled = canonical_name(name) if name in self.capitalized else name
            lists.setdefault(spelled, []).append(json_text(value))
        queries: dict[str, list[str]] = {}
        for name, value in sorted(pairs_of_query(request.query), key=lambda pair: pair[0]):
            queries.setdefault(name, []).append(value)
        domain = composing.domain(request, "localhost")
        return {
            "resource": context["resourcePath"],
            "path": request.path,
            "httpMethod": request.method,
            "headers": _last(lists),
            "multiValueHeaders": lists or None,
            "queryStringParameters": _last(queries),
            "multiValueQueryStringParameters": queries or None,
            "pathParameters": None,
            "stageVariables": None,
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": "k3v9x7q2mz",
                "domainName": domain,
                "domainPrefix": domain.partition(".")[0],
                "httpMethod": request.method,
                "identity": {
                    "accessKey": None,
                    "accountId": None,
                    "caller": None,
                    "cognitoAuthenticationProvider": None,
                    "cognitoAuthenticationType": None,
                    "cognitoIdentityId": None,
                    "cognitoIdentityPoolId": None,
                    "principalOrgId": None,
                    "sourceIp": request.client[0] if request.client else "",
                    "user": None,
                    "userAgent": json_text(request.headers.get("user-agent") or ""),
                    "userArn": None,
                },
                "protocol": protocol_of(request.http_version),
                "requestTime": composing.request_time(stamp),
                "requestTimeEpoch": stamp.milliseconds,
                **context,
            },
            "body": body[0] or None,
            "isBase64Encoded": body[1],
        }

    def answer(self, envelope: dict[str, Any]) -> Response:
        """The response in a result that is an object."""
        from . import reading

        title = self.title
        fields = [*reading.lists_of(title, envelope.get("multiValueHeaders"))]
        fields += reading.fields_of(title, envelope.get("headers"))
        body = reading.content_of(title, envelope.get("body"), envelope.get("isBase64Encoded"))
        return Response(reading.status_of(title, envelope.get("statusCode", 200)), Headers.of(fields), body)


# -- parts of an event ------------------------------------------------------------------------------------------------


def claimed(event: Any) -> bool:
    """Whether an event is of payload format 1.0: neither another door's, nor one for a Lambda authorizer."""
    if not is_object(event) or "httpMethod" not in event or "resource" not in event or "methodArn" in event:
        return False
    context = event.get("requestContext")
    # Other clouds took the format over without these two; a WebSocket API's has them, and a connection.
    return (
        is_object(context)
        and ("multiValueHeaders" in event or "identity" in context)
        and "elb" not in context
        and "connectionId" not in context
    )


def _headers(single: dict[str, str] | None, lists: dict[str, list[str]] | None) -> Headers:
    if not lists:
        return event_headers(single or {})
    headers = event_header_lists(lists)
    if single and len(single) > len(lists):
        # Events written by hand have fields in one map that they have not in the other.
        headers.pairs.extend([pair for pair in parsed_headers(single) if pair[0] not in headers])
    return headers


def _last(lists: dict[str, list[str]]) -> dict[str, str] | None:
    return {name: values[-1] for name, values in lists.items()} or None

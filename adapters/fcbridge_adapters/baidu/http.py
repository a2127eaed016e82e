"""CFC's HTTP trigger.

https://cloud.baidu.com/doc/CFC/s/kjzmgugty for the trigger and its event, https://cloud.baidu.com/doc/CFC/s/Vlw0ana7r
for the limits. What neither of them settles is inferred from Baidu's own open function platform
(https://github.com/baidu/EasyFaaS, pkg/httptrigger) and marked so.
"""

from __future__ import annotations

from fcbridge.bodies import event_body
from fcbridge.codec import (
    address,
    canonical_name,
    is_object,
    json_text,
    method_name,
    pairs_of_query,
    scheme_of,
    wire_path,
    wire_text,
)
from fcbridge.envelope import (
    composed_body,
    event_header_lists,
    malformed,
    parsed_query_lists,
    read_envelope,
    read_json,
    rendered_headers,
    rendered_object,
)
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, lazy
from fcbridge.model import Headers, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Refusal, Runtime, Stamp
    from fcbridge.losses import Loss

    class RequestContext(TypedDict):
        stage: str  # always "cfc"
        requestId: str
        resourcePath: str
        httpMethod: str
        apiId: str

    class HttpEvent(TypedDict):
        resource: str  # the path of the trigger, as "/{proxy+}"
        path: str
        httpMethod: str
        headers: dict[str, str]  # names in Go's spelling
        queryStringParameters: dict[str, str]
        pathParameters: dict[str, str]
        requestContext: RequestContext
        body: str
        isBase64Encoded: bool


# Inferred: the trigger frames what it sends itself.
_REFUSED = frozenset({"connection", "content-length", "keep-alive"})
_RESOURCE = "/{proxy+}"


def _refused(name: str) -> bool:
    return name in _REFUSED


class HttpTrigger(Gateway):
    """The trigger with its option for binary bodies, without which bytes that are no text are spoiled."""

    name = "baidu-http"
    title = "Baidu CFC (HTTP trigger)"
    limits = Limits(
        methods=frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"}),
        request_body=6 * 1024 * 1024,
        # Inferred: the figure is that of a synchronous invocation, so it is of the event and counts base64.
        request_event=6 * 1024 * 1024,
        # Inferred: no figure is documented for responses, so the request's is taken.
        response_body=6 * 1024 * 1024,
    )

    @lazy
    def runtime(self) -> Runtime:
        from .runtime import EVENT_RUNTIME

        return EVENT_RUNTIME

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from fcbridge.losses import (
            FOLDED_RESPONSE_HEADERS,
            FORWARDED,
            HTTP_VERSION,
            LAST_QUERY_VALUE,
            LAST_REQUEST_HEADER,
            ONE_SET_COOKIE,
            QUERY_SPELLING,
            REQUEST_HEADER_TEXT,
            RESPONSE_HEADER_TEXT,
            refused_response_headers,
        )

        return (
            # Inferred: the documented events have neither header; the address is nowhere else.
            FORWARDED,
            # Inferred: both mappings are filled field by field, so that the last one stays.
            LAST_REQUEST_HEADER,
            REQUEST_HEADER_TEXT,
            QUERY_SPELLING,
            LAST_QUERY_VALUE,
            HTTP_VERSION,
            refused_response_headers(_refused, "connection"),
            ONE_SET_COOKIE,
            FOLDED_RESPONSE_HEADERS,
            RESPONSE_HEADER_TEXT,
        )

    def matches(self, event: Any) -> bool:
        if not is_object(event) or "httpMethod" not in event or "path" not in event or "resource" not in event:
            return False
        context = event.get("requestContext")
        # AWS, whose event this is otherwise, has an account there, and a stage of its user's choice.
        return (
            is_object(context)
            and context.get("stage") == "cfc"
            and "resourcePath" in context
            and "accountId" not in context
        )

    def parse(self, event: HttpEvent) -> Request:
        field = "httpMethod"
        try:
            method = method_name(event["httpMethod"])
            field = "requestContext.sourceIp"
            # Inferred: it is in the type of the official Java library and in none of the documented events.
            source: Any = event["requestContext"].get("sourceIp")
            client = address(wire_text(source.strip())) if source else None
            field = "headers"
            headers = event_header_lists(event.get("headers") or {})
            if headers.get("host") is None:
                headers.pairs.append(("host", "localhost"))
            field = "queryStringParameters"
            # Inferred: no document says what becomes of repeats, so a list is as good as a text, here and above.
            query = parsed_query_lists(event.get("queryStringParameters") or {})
            field = "path"
            # Inferred: no document says whether it is decoded. Escapes are taken as such, and what cannot stand in a
            # path is encoded, so that both readings give a path.
            path = wire_path(event["path"])
            field = "body"
            body = event_body(event)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return Request(method, path, query, headers, body, client, scheme_of(headers))

    def render(self, response: Response, event: object) -> dict[str, object]:
        return rendered_object(rendered_headers(response, _refused), response)

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> HttpEvent:
        from fcbridge.losses import FORWARDED, LAST_REQUEST_HEADER, request_behind

        headers = request_behind((FORWARDED, LAST_REQUEST_HEADER), request).headers
        # With its option for binary bodies the trigger encodes all of them; a text is left readable here, since the
        # function cannot see the difference.
        body, encoded = composed_body(request)
        return {
            "resource": _RESOURCE,
            "path": request.path,
            "httpMethod": request.method,
            "headers": {canonical_name(name): json_text(value) for name, value in sorted(headers)},
            "queryStringParameters": dict(sorted(dict(pairs_of_query(request.query)).items())),
            "pathParameters": {"proxy": request.path[1:]},
            "requestContext": {
                "stage": "cfc",
                "requestId": stamp.request_id,
                "resourcePath": _RESOURCE,
                "httpMethod": request.method,
                "apiId": "7abc1def2gh3i",
            },
            "body": body,
            "isBase64Encoded": encoded,
        }

    def read(self, payload: bytes) -> Response:
        envelope = read_json(payload)
        if not is_object(envelope):
            return Response(200, Headers([("content-type", "text/plain")]), payload)
        status = envelope.get("statusCode")
        if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
            return Response(200, Headers([("content-type", "application/json")]), payload)
        answer = read_envelope(self.title, envelope)
        return answer.replace(headers=Headers.of([pair for pair in answer.headers if not _refused(pair[0])]))

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import refusal_response

        return refusal_response(refusal)


HTTP_TRIGGER = HttpTrigger()

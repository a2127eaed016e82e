"""The classic API Gateway in front of an event function.

https://www.alibabacloud.com/help/en/api-gateway/traditional-api-gateway/user-guide/use-function-compute-as-the-backend-service
"""

from __future__ import annotations

from fcbridge.bodies import event_body
from fcbridge.codec import is_object, joined_query, method_name, query_of_lists, scheme_of, wire_path
from fcbridge.envelope import (
    composed_body,
    composed_headers,
    event_headers,
    malformed,
    read_envelope,
    read_json,
    rendered,
    rendered_headers,
)
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, lazy
from fcbridge.model import Request, Response

from .headers import passed_on, response_refused, sent_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Refusal, Runtime, Stamp
    from fcbridge.losses import Loss

    class ApiGatewayEvent(TypedDict):
        path: str
        httpMethod: str
        headers: dict[str, str]
        queryParameters: dict[str, str]
        pathParameters: dict[str, str]
        body: str
        isBase64Encoded: bool | str


class ApiGateway(Gateway):
    """The classic API Gateway. The event has no client address: the gateway appends it to X-Forwarded-For."""

    name = "fc-apigw"
    title = "Alibaba API Gateway (classic)"
    # The event is the body of a synchronous invocation, whose limit this is; the gateway's own depends on the edition.
    limits = Limits(
        methods=frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"}),
        request_body=32 * 1024 * 1024,
    )

    @lazy
    def runtime(self) -> Runtime:
        from .runtime import EVENT_RUNTIME

        return EVENT_RUNTIME

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from .losses import API_GATEWAY

        return API_GATEWAY

    def matches(self, event: Any) -> bool:
        return (
            is_object(event)
            and "httpMethod" in event
            and "path" in event
            # AWS, Tencent and Baidu send these two fields as well, and a requestContext with them.
            and "requestContext" not in event
            # Both are in every event, empty too. Events of old environments of CloudBase have all of the rest.
            and ("queryParameters" in event or "pathParameters" in event)
            and "queryStringParameters" not in event
        )

    def parse(self, event: ApiGatewayEvent) -> Request:
        field = "httpMethod"
        try:
            method = method_name(event["httpMethod"])
            field = "headers"
            headers = event_headers(event.get("headers") or {})
            if headers.get("host") is None:
                headers.pairs.append(("host", headers.get("ca-host") or "localhost"))
            field = "queryParameters"
            query = query_of_lists(event.get("queryParameters") or {})
            field = "path"
            # Inferred: no document says whether it is decoded. Escapes are taken as such, and what cannot stand in a
            # path is encoded, so that both readings give a path.
            path = wire_path(event["path"])
            field = "body"
            body = event_body(event)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return Request(method, path, query, headers, body, None, scheme_of(headers))

    def render(self, response: Response, event: object) -> str:
        return rendered(rendered_headers(response, response_refused), response)

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> ApiGatewayEvent:
        from fcbridge.losses import FORWARDED, request_behind

        forwarded = request_behind((FORWARDED,), request.replace(headers=passed_on(request)))
        body, encoded = composed_body(request)
        return {
            "path": request.path,
            "httpMethod": request.method,
            "headers": composed_headers(forwarded.headers, ",", ","),
            "queryParameters": joined_query(request.query),
            "pathParameters": {},
            "body": body,
            "isBase64Encoded": encoded,
        }

    def read(self, payload: bytes) -> Response:
        envelope = read_json(payload)
        if not is_object(envelope) or "statusCode" not in envelope:
            raise MalformedEvent(f"The function's result is not what {self.title} reads: it has no 'statusCode'.")
        return sent_on(read_envelope(self.title, envelope))

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import error_response, refusal_response

        answer = refusal_response(refusal)
        if answer.status != 502:
            return answer
        # Documented: a result that the gateway cannot read, and a backend that fails, are a 503 to the client.
        return error_response(503, "ServiceUnavailable", {"errorMessage": "Service Unavailable"})


API_GATEWAY = ApiGateway()

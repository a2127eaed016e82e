"""API Gateway in front of an event function.

https://support.huaweicloud.com/intl/en-us/usermanual-functiongraph/functiongraph_01_0204.html for the trigger and its
limits, https://support.huaweicloud.com/intl/en-us/devg-functiongraph/functiongraph_02_0102.html for the event. What
neither of them settles is marked "inferred".
"""

from __future__ import annotations

from fcbridge.bodies import base64_text, body_bytes
from fcbridge.codec import canonical_name, is_object, joined_query, json_text, method_name, scheme_of, wire_path
from fcbridge.envelope import (
    event_header_lists,
    malformed,
    parsed_query_lists,
    read_envelope,
    read_json,
    rendered_object,
)
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, lazy
from fcbridge.model import Headers, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Refusal, Runtime, Stamp
    from fcbridge.losses import Loss

    class RequestContext(TypedDict):
        apiId: str
        requestId: str
        stage: str  # "RELEASE", or an environment of one's own; no part of the path

    class ApigEvent(TypedDict):
        body: str
        requestContext: RequestContext
        queryStringParameters: dict[str, str]
        httpMethod: str
        pathParameters: dict[str, str]  # a catch-all has no name: its key is ""
        headers: dict[str, str]  # names in lower case
        path: str
        isBase64Encoded: bool  # true unless the API says otherwise, also for an empty body


# Inferred: the gateway frames what it sends itself.
_REFUSED = frozenset({"connection", "content-length", "keep-alive"})


def _refused(name: str) -> bool:
    return name in _REFUSED


class ApiGateway(Gateway):
    """Shared and dedicated gateways. The event has no client address: it is in X-Forwarded-For."""

    name = "huawei-apig"
    title = "Huawei FunctionGraph (API Gateway)"
    limits = Limits(
        methods=frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"}),
        # Inferred: the figures of the same gateway in ROMA Connect.
        request_target=32 * 1024,
        request_headers=128 * 1024,
        request_body=4 * 1024 * 1024,
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
            QUERY_SPELLING,
            REPEATED_QUERY_KEYS,
            REQUEST_HEADER_TEXT,
            RESPONSE_HEADER_TEXT,
            folded_request_headers,
            refused_response_headers,
        )

        return (
            FORWARDED,
            # Inferred: the maps are single-valued and no document says what becomes of repeats; joined, nothing is
            # dropped.
            folded_request_headers(",", "; "),
            REQUEST_HEADER_TEXT,
            QUERY_SPELLING,
            REPEATED_QUERY_KEYS,
            HTTP_VERSION,
            refused_response_headers(_refused, "connection"),
            FOLDED_RESPONSE_HEADERS,
            RESPONSE_HEADER_TEXT,
        )

    def matches(self, event: Any) -> bool:
        if (
            not is_object(event)
            or "httpMethod" not in event
            or "path" not in event
            or "queryStringParameters" not in event
            # AWS and Baidu name the resource beside the path.
            or "resource" in event
        ):
            return False
        context = event.get("requestContext")
        # Tencent has a serviceId in place of the apiId; the other two are AWS.
        return is_object(context) and "apiId" in context and "serviceId" not in context and "identity" not in context

    def parse(self, event: ApigEvent) -> Request:
        field = "httpMethod"
        try:
            method = method_name(event["httpMethod"])
            field = "headers"
            headers = event_header_lists(event.get("headers") or {})
            if headers.get("host") is None:
                headers.pairs.append(("host", "localhost"))
            field = "queryStringParameters"
            # Inferred: the type of the platform's Java library leaves room for a list of values.
            query = parsed_query_lists(event.get("queryStringParameters") or {})
            field = "path"
            # Inferred: no document says whether it is decoded. Escapes are taken as such, and what cannot stand in a
            # path is encoded, so that both readings give a path.
            path = wire_path(event["path"])
            field = "body"
            body = _body(event.get("body"), event.get("isBase64Encoded"))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return Request(method, path, query, headers, body, None, scheme_of(headers))

    def render(self, response: Response, event: object) -> dict[str, object]:
        # The gateway demands an object with all four fields, of exactly these types: a bare string is a 500.
        return rendered_object(_rendered_headers(response), response)

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> ApigEvent:
        from fcbridge.losses import FORWARDED, request_behind

        folded = request_behind((FORWARDED,), request).headers.fold(",")
        return {
            "body": base64_text(request.body),
            "requestContext": {
                "apiId": "5f0c6a1e8b7d4e2fa9c3b1d2e4f60718",
                "requestId": stamp.request_id,
                "stage": "RELEASE",
            },
            "queryStringParameters": joined_query(request.query),
            "httpMethod": request.method,
            "pathParameters": {},
            "headers": {name: json_text(folded[name]) for name in sorted(folded)},
            "path": request.path,
            "isBase64Encoded": True,
        }

    def read(self, payload: bytes) -> Response:
        envelope = read_json(payload)
        if not is_object(envelope) or "statusCode" not in envelope:
            raise MalformedEvent(f"The function's result is not what {self.title} reads: it has no 'statusCode'.")
        answer = read_envelope(self.title, envelope, lists=True)
        return answer.replace(headers=Headers.of([pair for pair in answer.headers if not _refused(pair[0])]))

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import refusal_response

        return refusal_response(refusal)


def _rendered_headers(response: Response) -> dict[str, object]:
    """One text a name; only several cookies are a list.

    Inferred: the platform answers for HTTP functions with lists of values, for event functions texts are documented.
    Joined they would be one broken cookie, so a list has nothing to lose.
    """
    headers: dict[str, object] = {
        canonical_name(name): json_text(value) for name, value in response.headers.fold().items() if not _refused(name)
    }
    cookies = response.headers.get_all("set-cookie")
    if len(cookies) > 1:
        headers["Set-Cookie"] = [json_text(cookie) for cookie in cookies]
    return headers


_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


def _body(body: str | None, encoded: object) -> bytes:
    """Where the flag is missing, as in an event that somebody wrote, base64 is documented as the default (inferred)."""
    if encoded is None and body:
        digits = body.rstrip("=")
        encoded = len(body) % 4 == 0 and len(body) - len(digits) <= 2 and _BASE64.issuperset(digits)
    return body_bytes(body, encoded)


API_GATEWAY = ApiGateway()

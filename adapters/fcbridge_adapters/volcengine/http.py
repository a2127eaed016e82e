"""API Gateway in front of an event function of veFaaS.

https://www.volcengine.com/docs/6662/127868 for the event, https://www.volcengine.com/docs/6662/107430 for the result.
What neither of them settles is inferred from the official Go runtime
(https://github.com/volcengine/vefaas-golang-runtime) and marked so.
"""

from __future__ import annotations

from fcbridge.bodies import body_bytes, body_text
from fcbridge.codec import decoded_path, is_object, joined_query, method_name, scheme_of, wire_path
from fcbridge.envelope import (
    composed_headers,
    malformed,
    parsed_header_lists,
    parsed_query_lists,
    read_envelope,
    read_json,
    rendered_headers,
)
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, lazy
from fcbridge.model import Headers, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Refusal, Runtime, Stamp
    from fcbridge.losses import Loss

    class HttpEvent(TypedDict):
        httpMethod: str
        path: str
        pathParameters: dict[str, str]
        queryStringParameters: dict[str, str]  # repeats joined with ","
        headers: dict[str, str]  # names in Go's spelling, repeats joined with ","
        body: str  # never base64: there is no flag


# The platform's own: request id, credentials of the function's role, event type.
_PLATFORM = "x-faas-"
_CREDENTIALS = frozenset({"x-faas-access-key-id", "x-faas-secret-access-key", "x-faas-session-token"})
# Inferred: the runtime's server frames what it sends itself.
_REFUSED = frozenset({"connection", "content-length", "keep-alive"})


def _request_refused(name: str) -> bool:
    return name.startswith(_PLATFORM)


def _response_refused(name: str) -> bool:
    return name in _REFUSED or name.startswith(_PLATFORM)


class HttpEventGateway(Gateway):
    """The trigger of event functions. Web applications (the native runtime) get HTTP and no event."""

    name = "vefaas-http"
    title = "Volcengine veFaaS (API Gateway trigger)"
    # No document gives a figure.
    limits = Limits()

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
            ONE_SET_COOKIE,
            QUERY_SPELLING,
            REPEATED_QUERY_KEYS,
            REQUEST_HEADER_TEXT,
            RESPONSE_HEADER_TEXT,
            Loss,
            folded_request_headers,
            refused_request_headers,
            refused_response_headers,
        )

        return (
            refused_request_headers(_request_refused, "x-faas-event-type"),
            # Inferred: a client's address is in no documented event; the Go runtime takes it from a proxy's header.
            FORWARDED,
            folded_request_headers(",", ","),
            REQUEST_HEADER_TEXT,
            Loss(
                "path-spelling",
                "the path arrives decoded: an encoded slash or percent sign in it is not told from a plain one",
                cure="send what may hold a slash in the query",
                on_request=lambda request: request.replace(path=wire_path(decoded_path(request.path))),
                witness=Request(path="/files/a%2Fb"),
            ),
            QUERY_SPELLING,
            REPEATED_QUERY_KEYS,
            Loss(
                "request-body-text",
                "a body that is not UTF-8 does not arrive as it was sent: the event has text only",
                cure="send it as base64, or deploy as a web application, where HTTP is passed through",
                on_request=lambda request: request.replace(
                    body=request.body.decode("utf-8", "replace").encode("utf-8")
                ),
                witness=Request("POST", body=b"\x89PNG\xff"),
            ),
            HTTP_VERSION,
            refused_response_headers(_response_refused, "connection"),
            ONE_SET_COOKIE,
            FOLDED_RESPONSE_HEADERS,
            RESPONSE_HEADER_TEXT,
        )

    def matches(self, event: Any) -> bool:
        return (
            is_object(event)
            and "httpMethod" in event
            and "path" in event
            and "pathParameters" in event
            and "queryStringParameters" in event
            # AWS, Tencent, Huawei and Baidu have these fields too, and one of those beside them.
            and "requestContext" not in event
            and "resource" not in event
            and "isBase64Encoded" not in event
        )

    def parse(self, event: HttpEvent) -> Request:
        field = "httpMethod"
        try:
            method = method_name(event["httpMethod"])
            field = "headers"
            # Inferred: all that the runtime is called with is in the event, credentials too. They are the function's
            # own affair, so that no app hands them out that shows its headers; event and context still have them.
            fields = [pair for pair in parsed_header_lists(event.get("headers") or {}) if pair[0] not in _CREDENTIALS]
            headers = Headers.of(fields)
            if headers.get("host") is None:
                fields.append(("host", "localhost"))
            field = "queryStringParameters"
            query = parsed_query_lists(event.get("queryStringParameters") or {})
            field = "path"
            # Inferred: decoded, as in Go. Escapes are taken as such none the less, so that both readings give a path.
            path = wire_path(event["path"])
            field = "body"
            body: Any = event.get("body")
            # Inferred: the Go runtime has bytes here.
            if not isinstance(body, bytes):
                body = body_bytes(body, False)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return Request(method, path, query, headers, body, None, scheme_of(headers))

    def render(self, response: Response, event: object) -> dict[str, object]:
        # Text as the documents have it, everything else as bytes: there is no flag for base64, and text that is none
        # would be spoiled without a word.
        text = body_text(response)
        return {
            "statusCode": int(response.status),
            "headers": rendered_headers(response, _response_refused),
            "body": response.body if text is None else text,
        }

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> HttpEvent:
        from fcbridge.losses import FORWARDED, request_behind

        kept = [pair for pair in request.headers if not _request_refused(pair[0])]
        forwarded = request_behind((FORWARDED,), request.replace(headers=Headers.of(kept)))
        return {
            "httpMethod": request.method,
            "path": decoded_path(request.path),
            "pathParameters": {},
            "queryStringParameters": joined_query(request.query),
            "headers": composed_headers(forwarded.headers, ",", ","),
            "body": request.body.decode("utf-8", "replace"),
        }

    def read(self, payload: bytes) -> Response:
        from .runtime import BODY_BYTES

        answer = read_json(payload)
        if not is_object(answer):
            raise MalformedEvent(f"The function's result is not what {self.title} reads: it is no object.")
        envelope = {"statusCode": 200, **answer, "isBase64Encoded": BODY_BYTES in answer}
        if BODY_BYTES in answer:
            envelope["body"] = answer[BODY_BYTES]
        response = read_envelope(self.title, envelope)
        kept = [pair for pair in response.headers if not _response_refused(pair[0])]
        return response.replace(headers=Headers.of(kept))

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import refusal_response

        return refusal_response(refusal)


HTTP_EVENT = HttpEventGateway()

"""The API Gateway trigger of SCF, with "integration response" switched on.

https://cloud.tencent.com/document/product/583/12513
New triggers of this kind cannot be made since July 2024, and those that run are being shut down:
https://cloud.tencent.com/document/product/583/107631
"""

from __future__ import annotations

from fcbridge.bodies import event_body
from fcbridge.codec import address, is_object, method_name, wire_path
from fcbridge.envelope import composed_body, event_header_lists, malformed, read_json, rendered_object
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, lazy
from fcbridge.model import Headers, Request, Response

from .headers import (
    caller,
    folded_headers,
    listed_headers,
    read_response,
    scheme_told,
    with_headers,
)
from .query import composed_query, wire_query_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Refusal, Runtime, Stamp
    from fcbridge.losses import Loss

    from .query import Query

    class RequestContext(TypedDict):
        serviceId: str
        path: str  # the API's template
        httpMethod: str  # the API's, which may be ANY
        requestId: str
        identity: dict[str, str]
        sourceIp: str
        stage: str

    class _ApiGatewayEvent(TypedDict):
        requestContext: RequestContext
        headers: dict[str, str]
        body: str
        pathParameters: dict[str, str]
        queryStringParameters: dict[str, str]  # what the API declares alone: queryString is what was sent
        headerParameters: dict[str, str]
        stageVariables: dict[str, str]
        path: str  # without the stage
        queryString: Query
        httpMethod: str

    class ApiGatewayEvent(_ApiGatewayEvent, total=False):
        isBase64Encoded: bool | str


# On a service's own domain the URL begins with the stage; on other domains a mapping decides, which no event tells.
_OWN_DOMAINS = (".apigw.tencentcs.com", ".apigateway.myqcloud.com")


def _on_own_domain(headers: Headers) -> bool:
    host = (headers.get("host") or "").partition(":")[0].lower()
    return host.endswith(_OWN_DOMAINS)


def _divided(request: Request) -> tuple[str, str]:
    """The stage and the path behind it, as the gateway divides the path of a URL."""
    if not _on_own_domain(request.headers):
        return "release", request.path
    stage, slash, rest = request.path[1:].partition("/")
    return stage, slash + rest or "/"


def _staged(request: Request) -> Request:
    if not _on_own_domain(request.headers):
        return request
    stage, path = _divided(request)
    base = f"/{stage}" if stage else ""
    return request.replace(path=base + path, base_path=base)


def _received(request: Request) -> Request:
    own = {"requestsource": "APIGW", "x-api-scheme": request.scheme, "x-qualifier": "$DEFAULT"}
    return with_headers(request, own)


_SIZE = 6 * 1024 * 1024


class ApiGateway(Gateway):
    """The API Gateway trigger."""

    name = "scf-apigw"
    title = "Tencent Cloud SCF (API Gateway trigger)"
    # https://cloud.tencent.com/document/product/583/11637, and with base64 counted.
    limits = Limits(request_body=_SIZE, request_event=_SIZE, response_body=_SIZE)

    @lazy
    def runtime(self) -> Runtime:
        from .runtime import SCF_RUNTIME

        return SCF_RUNTIME

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from fcbridge.losses import (
            CLIENT_PORT,
            HTTP_VERSION,
            QUERY_SPELLING,
            REQUEST_HEADER_TEXT,
            RESPONSE_HEADER_TEXT,
            Loss,
            folded_request_headers,
        )

        from .losses import ONE_CONTENT_TYPE

        return (
            Loss(
                "stage",
                "on the service's own domain the stage, with which the path begins, becomes the base path",
                on_request=_staged,
                witness=Request(
                    path="/release/items",
                    headers=Headers([("host", "service-q7w8e9rt-1259876543.gz.apigw.tencentcs.com")]),
                ),
                quiet=True,
            ),
            Loss(
                "gateway-headers",
                "the gateway sets headers of its own, as X-Api-Scheme with the scheme",
                on_request=_received,
                witness=Request(),
                quiet=True,
            ),
            folded_request_headers(", ", "; "),
            REQUEST_HEADER_TEXT,
            QUERY_SPELLING,
            CLIENT_PORT,
            HTTP_VERSION,
            ONE_CONTENT_TYPE,
            RESPONSE_HEADER_TEXT,
        )

    def matches(self, event: Any) -> bool:
        if not is_object(event) or not ("httpMethod" in event and "path" in event and "queryString" in event):
            return False
        context = event.get("requestContext")
        return is_object(context) and "serviceId" in context and "websocket" not in event

    def parse(self, event: ApiGatewayEvent) -> Request:
        field = "httpMethod"
        try:
            method = method_name(event["httpMethod"])
            field = "headers"
            headers = event_header_lists(event.get("headers") or {})
            field = "requestContext.sourceIp"
            context = event["requestContext"]
            source = context.get("sourceIp")
            client = caller(address(source.strip())) if source else None
            field = "queryString"
            query = wire_query_of(event["queryString"] or {})
            field = "path"
            # Inferred: no document says whether it is decoded. Escapes are taken as such.
            path = wire_path(event["path"])
            field = "requestContext.stage"
            base = wire_path(context["stage"].strip("/")) if context.get("stage") and _on_own_domain(headers) else ""
            field = "body"
            body = event_body(event)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        if base == "/" or path == "*":
            base = ""
        scheme = scheme_told(headers, "x-api-scheme", "x-client-proto", "x-forwarded-proto")
        return Request(method, base + path, query, headers, body, client, scheme, base_path=base)

    def render(self, response: Response, event: object) -> dict[str, object]:
        return rendered_object(listed_headers(response), response)

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> ApiGatewayEvent:
        body, encoded = composed_body(request)
        stage, path = _divided(request)
        event: ApiGatewayEvent = {
            "requestContext": {
                "serviceId": "service-q7w8e9rt",
                "path": "/",
                "httpMethod": "ANY",
                "requestId": stamp.request_id,
                "identity": {},
                "sourceIp": request.client[0] if request.client else "",
                "stage": stage,
            },
            "headers": folded_headers(_received(request).headers),
            "body": body,
            "pathParameters": {},
            "queryStringParameters": {},
            "headerParameters": {},
            "stageVariables": {"stage": stage},
            "path": path,
            "queryString": composed_query(request.query),
            "httpMethod": request.method,
        }
        if encoded:
            # A text in the documented sample, and absent where the body is text.
            event["isBase64Encoded"] = "true"
        return event

    def read(self, payload: bytes) -> Response:
        return read_response(self.title, read_json(payload))

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import scf_refusal

        return scf_refusal(refusal)


API_GATEWAY = ApiGateway()

"""The HTTP access service of CloudBase in front of a cloud function.

https://docs.cloudbase.net/service/access-cloud-function
The path is the one below the route, unless the route passes the whole path on; either way it is what the app sees,
since no event tells the route. Nothing in an event says who is calling.
"""

from __future__ import annotations

from fcbridge.bodies import base64_text, event_body
from fcbridge.codec import address, is_object, json_text, method_name, scheme_of, wire_path
from fcbridge.envelope import event_header_lists, malformed, read_json, rendered_object
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, lazy
from fcbridge.model import Headers, Request, Response

from .headers import listed_headers, read_response
from .query import composed_query, wire_query_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Refusal, Runtime, Stamp
    from fcbridge.losses import Loss

    from .query import Query

    class RequestContext(TypedDict):
        requestId: str
        envId: str
        appId: int | str
        uin: int | str

    class _HttpAccessEvent(TypedDict):
        path: str
        httpMethod: str
        headers: dict[str, str]
        multiValueHeaders: dict[str, list[str]]
        requestContext: RequestContext
        body: str
        isBase64Encoded: bool

    class HttpAccessEvent(_HttpAccessEvent, total=False):
        queryStringParameters: Query


def _forwarded(request: Request) -> Request:
    chain = request.headers.get_all("x-forwarded-for") + ([request.client[0]] if request.client else [])
    pairs = request.headers.without("x-forwarded-for", "x-forwarded-proto", "x-real-ip").pairs
    if request.client:
        pairs.append(("x-real-ip", request.client[0]))
    if chain:
        pairs.append(("x-forwarded-for", ", ".join(chain)))
    pairs.append(("x-forwarded-proto", request.scheme))
    return request.replace(headers=Headers.of(pairs), client=None)


_SCRIPTS = frozenset({"application/javascript", "application/json"})


def _with_charset(response: Response) -> Response:
    kind = response.headers.get("content-type")
    if kind is None or "charset" in kind.lower():
        return response
    plain = kind.partition(";")[0].strip().lower()
    if not plain.startswith("text/") and plain not in _SCRIPTS:
        return response
    pairs = [(name, f"{kind}; charset=utf-8" if name == "content-type" else value) for name, value in response.headers]
    return response.replace(headers=Headers.of(pairs))


# Events of other platforms have one of these beside isBase64Encoded and no requestContext.
_FOREIGN = frozenset(
    {"queryString", "queryParameters", "pathParameters", "resource", "rawPath", "raw_path", "userInfo", "version"}
)


class HttpAccess(Gateway):
    """The HTTP access service. Behind a CDN, ``trusted_hops=2`` gives the caller's address and not the CDN's."""

    name = "tcb-http"
    title = "Tencent CloudBase (HTTP access service)"
    # https://doc.dcloud.net.cn/uniCloud/http.html, for spaces that are CloudBase's.
    limits = Limits(request_body=20 * 1024 * 1024, request_text=100 * 1024, response_body=6 * 1024 * 1024)

    @lazy
    def runtime(self) -> Runtime:
        from .runtime import SCF_RUNTIME

        return SCF_RUNTIME

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from fcbridge.losses import HTTP_VERSION, QUERY_SPELLING, REQUEST_HEADER_TEXT, RESPONSE_HEADER_TEXT, Loss

        from .losses import ONE_CONTENT_TYPE

        return (
            Loss(
                "forwarded",
                "the client's address comes as X-Real-IP and at the end of X-Forwarded-For, its scheme as "
                "X-Forwarded-Proto",
                on_request=_forwarded,
                witness=Request(client=("203.0.113.24", 50712)),
                quiet=True,
            ),
            REQUEST_HEADER_TEXT,
            QUERY_SPELLING,
            HTTP_VERSION,
            ONE_CONTENT_TYPE,
            Loss(
                "charset",
                "the gateway completes text types with '; charset=utf-8'",
                on_response=_with_charset,
                witness=Response(headers=Headers([("content-type", "text/html")]), body=b"<p>ok</p>"),
                quiet=True,
            ),
            RESPONSE_HEADER_TEXT,
        )

    def matches(self, event: Any) -> bool:
        if not is_object(event) or not ("httpMethod" in event and "path" in event and "headers" in event):
            return False
        context = event.get("requestContext")
        if context is not None:
            return is_object(context) and "envId" in context and "serviceId" not in context
        # Environments of before requestContext. What a mini-program passes to callFunction has no Host.
        headers = event["headers"]
        return (
            isinstance(event.get("isBase64Encoded"), bool)
            and _FOREIGN.isdisjoint(event)
            and is_object(headers)
            and "host" in headers
        )

    def parse(self, event: HttpAccessEvent) -> Request:
        field = "httpMethod"
        try:
            method = method_name(event["httpMethod"])
            field = "multiValueHeaders"
            lists = event.get("multiValueHeaders")
            field = "multiValueHeaders" if lists else "headers"
            headers = event_header_lists(lists or event.get("headers") or {})
            field = "queryStringParameters"
            # The whole query, unlike the API gateway's field of the same name.
            query = wire_query_of(event.get("queryStringParameters") or {})
            field = "path"
            path = wire_path(event["path"])
            field = "body"
            # The flag decides and not the type: XML and plain text have been seen as base64.
            body = event_body(event)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        # X-Real-IP and the last of X-Forwarded-For are the same address in every event seen, and behind a CDN it is the
        # CDN's. X-Forwarded-For is left to be counted from the right, as trusted_hops has it.
        real = None if "x-forwarded-for" in headers else headers.get("x-real-ip")
        return Request(method, path, query, headers, body, address(real.strip()) if real else None, scheme_of(headers))

    def render(self, response: Response, event: object) -> dict[str, object]:
        # Inferred: a list for a repeated header, as SCF's other gateways read it; one Set-Cookie as text is documented.
        return rendered_object(listed_headers(response), response)

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> HttpAccessEvent:
        lists: dict[str, list[str]] = {}
        for name, value in _forwarded(request).headers:
            lists.setdefault(name, []).append(json_text(value))
        body, encoded = _body(request)
        event: HttpAccessEvent = {
            "path": request.path,
            "httpMethod": request.method,
            "headers": {name: lists[name][0] for name in sorted(lists)},
            "multiValueHeaders": dict(sorted(lists.items())),
            "requestContext": {
                "requestId": stamp.request_id, "envId": "shop-1a2b3c", "appId": 1259876543, "uin": 100012345678,
            },
            "body": body,
            "isBase64Encoded": encoded,
        }  # fmt: skip
        if request.query:
            event["queryStringParameters"] = composed_query(request.query)
        return event

    def read(self, payload: bytes) -> Response:
        value = read_json(payload)
        if is_object(value) and "statusCode" in value:
            return _with_charset(read_response(self.title, value))
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            # Documented: text and numbers are a page of text.
            text = value.encode("utf-8", "replace") if isinstance(value, str) else payload
            return Response(200, Headers([("content-type", "text/plain; charset=utf-8")]), text)
        # Documented for objects; inferred for null, true and false.
        return Response(200, Headers([("content-type", "application/json; charset=utf-8")]), payload)

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import cloudbase_refusal

        return cloudbase_refusal(refusal)


# Inferred: these have been seen as text, and text/plain and text/xml as base64.
_AS_TEXT = frozenset({"application/json", "application/x-www-form-urlencoded"})


def _body(request: Request) -> tuple[str, bool]:
    if not request.body:
        return "", False
    kind = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if kind in _AS_TEXT and "content-encoding" not in request.headers:
        try:
            return request.body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass
    return base64_text(request.body), True


HTTP_ACCESS = HttpAccess()

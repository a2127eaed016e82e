"""The CLB trigger: an application load balancer (Cloud Load Balancer) with a function behind a rule.

https://cloud.tencent.com/document/product/583/52635
The event is headers and body alone. Method and path come in X-Method and X-Uri, the query in X-Args, where the load
balancer is told to send them: https://cloud.tencent.com/document/product/214/15171
"""

from __future__ import annotations

from fcbridge.bodies import base64_text, body_bytes
from fcbridge.codec import canonical_name, is_object, json_text, method_name, wire_path, wire_query
from fcbridge.envelope import event_header_lists, malformed, read_json, rendered_object
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, lazy
from fcbridge.model import Headers, Request, Response

from .headers import listed_headers, read_response, scheme_told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Refusal, Runtime, Stamp
    from fcbridge.losses import Loss
    from fcbridge.model import Address

    class LoadBalancerEvent(TypedDict):
        headers: dict[str, str]
        payload: object  # the value of a body that is JSON, text, or base64
        isBase64Encoded: str


# What the load balancer writes itself, and a client cannot set. X-Real-Port and those after it are sent where they are
# configured.
_OWN = (
    "x-client-proto", "x-client-proto-ver", "x-forwarded-proto", "x-real-ip", "x-stgw-time", "x-vip", "x-vport",
    "x-real-port", "x-uri", "x-method", "x-args",
)  # fmt: skip
_MARKS = frozenset(_OWN) - {"x-forwarded-proto", "x-real-ip", "x-args"}


def _balanced(request: Request) -> Request:
    """The request with the headers that the load balancer writes."""
    added = {
        "x-client-proto": request.scheme,
        "x-forwarded-proto": request.scheme,
        "x-client-proto-ver": f"HTTP/{request.http_version}",
        "x-uri": request.path,
        "x-method": request.method,
    }
    if request.query:
        added["x-args"] = request.query
    pairs = request.headers.without(*_OWN).pairs
    if request.client is not None:
        host, port = request.client
        chain = [*request.headers.get_all("x-forwarded-for"), host]
        pairs = [pair for pair in pairs if pair[0] != "x-forwarded-for"]
        added |= {"x-real-ip": host, "x-forwarded-for": ", ".join(chain)}
        if port:
            added["x-real-port"] = str(port)
    return request.replace(headers=Headers.of([*pairs, *added.items()]))


# Documented: the body of these types is passed on as it is, that of all others as base64.
_TEXT = frozenset({"application/json", "application/javascript", "application/xml"})


_VERSIONS = {"HTTP/1.0": "1.0", "HTTP/2": "2", "HTTP/2.0": "2", "HTTP/3": "3", "HTTP/3.0": "3"}


def _kind(request: Request) -> str:
    return (request.headers.get("content-type") or "").partition(";")[0].strip().lower()


def _as_text(request: Request) -> Request:
    kind = _kind(request)
    if kind not in _TEXT and not kind.startswith("text/"):
        return request
    return request.replace(body=request.body.decode("utf-8", "replace").encode("utf-8"))


def _as_value(request: Request) -> Request:
    value = _value(request)
    return request if value is None else request.replace(body=_json_bytes(value))


def _value(request: Request) -> dict[str, Any] | None:
    """The object in a JSON body, which is the payload then. Inferred: of other values there is no sample."""
    if _kind(request) != "application/json":
        return None
    value = read_json(request.body)
    if not is_object(value):
        return None
    import json

    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return None  # Python reads NaN, which is no JSON
    return value


def _json_bytes(value: object) -> bytes:
    import json

    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate (RFC 8259 section 8.2)
        return json.dumps(value, separators=(",", ":")).encode("ascii")


_SIZE = 6 * 1024 * 1024


class LoadBalancer(Gateway):
    """The CLB trigger."""

    name = "scf-clb"
    title = "Tencent Cloud SCF (CLB trigger)"
    # https://cloud.tencent.com/document/product/583/11637: event and result of a synchronous invocation.
    limits = Limits(request_body=_SIZE, request_event=_SIZE, response_body=_SIZE)

    @lazy
    def runtime(self) -> Runtime:
        from .runtime import SCF_RUNTIME

        return SCF_RUNTIME

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from fcbridge.losses import REQUEST_HEADER_TEXT, RESPONSE_HEADER_TEXT, Loss, folded_request_headers

        from .losses import ONE_CONTENT_TYPE

        return (
            Loss(
                "load-balancer-headers",
                "the load balancer sets headers of its own, as X-Uri and X-Method",
                on_request=_balanced,
                witness=Request(client=("203.0.113.24", 50712)),
                quiet=True,
            ),
            folded_request_headers(", ", "; "),
            REQUEST_HEADER_TEXT,
            Loss(
                "text-body",
                "a body of a text type is passed on as text: bytes that are not UTF-8 are not kept",
                cure="send the body with another type, as application/octet-stream",
                on_request=_as_text,
                witness=Request(
                    "POST", headers=Headers([("content-type", "text/plain; charset=gbk")]), body=b"\xb1\xa8"
                ),
            ),
            Loss(
                "json-body",
                "an object in JSON arrives as an object: the spelling of the body is not kept",
                cure="sign or hash what the JSON says, and not its bytes",
                on_request=_as_value,
                witness=Request("POST", headers=Headers([("content-type", "application/json")]), body=b'{ "a": 1 }'),
                quiet=True,
            ),
            ONE_CONTENT_TYPE,
            RESPONSE_HEADER_TEXT,
        )

    def matches(self, event: Any) -> bool:
        if not is_object(event) or "payload" not in event or "httpMethod" in event:
            return False
        headers = event.get("headers")
        return is_object(headers) and not _MARKS.isdisjoint([str(name).lower() for name in headers])

    def parse(self, event: LoadBalancerEvent) -> Request:
        field = "headers"
        try:
            headers = event_header_lists(event["headers"])
            field = "payload"
            body = _body(event)
            field = "headers.X-Method"
            # Inferred: where the load balancer is not told to send it, nothing tells the method.
            method = method_name(headers.get("x-method") or ("POST" if body else "GET"))
            field = "headers.X-Uri"
            # Inferred: escapes are taken as such. The documents' $uri is decoded where nginx has it, so that what
            # was %2F looks like a slash then; and X-Uri may hold the query.
            path, _, query = (headers.get("x-uri") or "/").partition("?")
            path, query = wire_path(json_text(path)), wire_query(json_text(headers.get("x-args") or query))
            field = "headers.X-Real-IP"
            client = _client(headers)
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        scheme = scheme_told(headers, "x-client-proto", "x-forwarded-proto")
        version = _VERSIONS.get(headers.get("x-client-proto-ver") or "", "1.1")
        return Request(method, path, query, headers, body, client, scheme, version)

    def render(self, response: Response, event: object) -> dict[str, object]:
        return rendered_object(listed_headers(response), response)

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> LoadBalancerEvent:
        headers = _balanced(request).headers.fold()
        payload, encoded = _payload(request)
        return {
            "headers": {canonical_name(name): json_text(value) for name, value in headers.items()},
            "payload": payload,
            "isBase64Encoded": "true" if encoded else "false",
        }

    def read(self, payload: bytes) -> Response:
        return read_response(self.title, read_json(payload))

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import scf_refusal

        return scf_refusal(refusal, "Analyse scf response failed.")


def _body(event: Any) -> bytes:
    payload = event["payload"]
    if payload is None or isinstance(payload, str):
        return body_bytes(payload, event.get("isBase64Encoded"))
    return _json_bytes(payload)


def _payload(request: Request) -> tuple[object, bool]:
    if not request.body:
        return "", False
    value = _value(_as_text(request))
    if value is not None:
        return value, False
    kind = _kind(request)
    if kind in _TEXT or kind.startswith("text/"):
        return request.body.decode("utf-8", "replace"), False
    return base64_text(request.body), True


def _client(headers: Headers) -> Address | None:
    host, port = headers.get("x-real-ip"), headers.get("x-real-port") or ""
    if not host:
        return None
    return host.strip(), int(port) if port.isascii() and port.isdigit() and len(port) <= 5 else 0


LOAD_BALANCER = LoadBalancer()

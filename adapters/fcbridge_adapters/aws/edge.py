"""Lambda@Edge: functions that answer in place of an origin, at a viewer request or at an origin request of CloudFront.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html for the events,
.../lambda-generating-http-responses.html for the answers. What neither of them settles is marked "inferred". The events
of responses carry an answer already: they are no requests.
"""

from __future__ import annotations

from abc import abstractmethod

from fcbridge.bodies import base64_text, body_bytes, body_text
from fcbridge.codec import (
    canonical_name,
    field_name,
    is_object,
    json_text,
    method_name,
    wire_path,
    wire_query,
    wire_text,
)
from fcbridge.envelope import malformed, read_json
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, lazy
from fcbridge.model import Headers, Request, Response
from fcbridge.reasons import reason

from .edge_headers import forwarded_scheme, origin_refused, passed_on, viewer_refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from fcbridge.gateway import Refusal, Runtime, Stamp
    from fcbridge.losses import Loss
    from fcbridge.model import Pair

    from .edge_types import Answer, Config, EdgeEvent, EdgeRequest, Fields


def _limits(size: int) -> Limits:
    # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html. A longer request body
    # is cut off there; an answer is measured with its headers, which a payload has in it.
    return Limits(
        methods=frozenset({"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}),
        request_target=8192,
        request_headers=20_480,
        request_body=size,
        response_body=size,
    )


class Edge(Gateway):
    """What both kinds of requests have in common."""

    event_type: str

    @lazy
    def runtime(self) -> Runtime:
        from .runtime import LAMBDA_RUNTIME

        return LAMBDA_RUNTIME

    def matches(self, event: Any) -> bool:
        if not is_object(event) or "Records" not in event:
            return False
        try:
            cf: dict[str, Any] = event["Records"][0]["cf"]
            return "request" in cf and "response" not in cf and bool(cf["config"]["eventType"] == self.event_type)
        except (IndexError, KeyError, TypeError):
            return False

    def parse(self, event: EdgeEvent) -> Request:
        field = "request"
        try:
            cf = event["Records"][0]["cf"]
            request = cf["request"]
            field = "request.method"
            method = method_name(request["method"])
            field = "request.headers"
            headers = Headers.of(_pairs(request.get("headers") or {}))
            if headers.get("host") is None:
                field = "config.distributionDomainName"
                headers.pairs.append(("host", wire_text(cf["config"].get("distributionDomainName") or "localhost")))
            field = "request.clientIp"
            client = request.get("clientIp")
            address = (wire_text(client.strip()), 0) if client else None
            field = "request.uri"
            # Inferred: percent-encoded as it was sent. What is not ASCII in it is documented to be UTF-8.
            path = wire_path(request["uri"])
            field = "request.querystring"
            query = wire_query(request.get("querystring") or "")
            field = "request.body"
            body = self._body(request.get("body") or {})
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return Request(method, path, query, headers, body, address, self.scheme(headers))

    def render(self, response: Response, event: object) -> Answer:
        fields: Fields = {}
        for name, value in response.headers.pairs:
            if not self.refused(name):
                fields.setdefault(name, []).append({"key": canonical_name(name), "value": json_text(value)})
        answer: Answer = {
            "status": str(response.status),
            "statusDescription": reason(response.status),
            "headers": fields,
        }
        # A 204 is refused if it has a body at all, be it empty.
        if response.body:
            text = body_text(response)
            answer["body"] = base64_text(response.body) if text is None else text
            answer["bodyEncoding"] = "base64" if text is None else "text"
        return answer

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> EdgeEvent:
        fields: Fields = {}
        for name, value in passed_on(request):
            fields.setdefault(name, []).append({"key": canonical_name(name), "value": json_text(value)})
        inner: EdgeRequest = {
            "clientIp": request.client[0] if request.client else "",
            "headers": fields,
            "method": request.method,
            "querystring": request.query,
            "uri": request.path,
        }
        if request.body:
            inner["body"] = {
                "inputTruncated": False,
                "action": "read-only",
                "encoding": "base64",
                "data": base64_text(request.body),
            }
        config: Config = {
            "distributionDomainName": "d1x2c3v4b5n6m7.cloudfront.net",
            "distributionId": "EDISTEXAMPLE1",
            "eventType": self.event_type,
            "requestId": stamp.request_id,
        }
        return {"Records": [{"cf": {"config": config, "request": inner}}]}

    def read(self, payload: bytes) -> Response:
        answer = read_json(payload)
        if not is_object(answer) or "status" not in answer:
            # A request that is given back goes on to the origin, and none is played here.
            raise self._unread("status", "is missing")
        status, body, encoding = answer["status"], answer.get("body"), answer.get("bodyEncoding", "text")
        if not (isinstance(status, str) and len(status) == 3 and status.isascii() and status.isdigit()):
            raise self._unread("status", "is no text of three digits")
        if not 200 <= int(status) <= 599:
            raise self._unread("status", "is not between 200 and 599")
        if status == "204" and body is not None:
            raise self._unread("body", "is there, and the status is 204")
        if encoding not in ("text", "base64"):
            raise self._unread("bodyEncoding", "is neither 'text' nor 'base64'")
        field = "headers"
        try:
            headers = Headers.of(_pairs(answer.get("headers") or {}, strict=True))
            field = "body"
            response = Response(int(status), headers, body_bytes(body, encoding == "base64"))
        except (AttributeError, KeyError, TypeError, ValueError):
            raise self._unread(field, "cannot be decoded") from None
        for name, _ in headers:
            if self.refused(name):
                raise self._unread(f"headers.{name}", "cannot be set by a function at this event")
        return response

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import edge_refusal

        return edge_refusal(refusal)

    @abstractmethod
    def refused(self, name: str) -> bool:
        """Whether an answer may not have this field."""

    @abstractmethod
    def scheme(self, headers: Headers) -> str:
        """What the request came by."""

    def _body(self, body: Mapping[str, Any]) -> bytes:
        if body.get("inputTruncated") is True:
            # Half a document may parse, and half a file may be stored: the client has sent neither.
            raise MalformedEvent(
                f"{self.title}: the request's body is cut off after {self.limits.request_body} bytes.",
                hint="let an origin answer requests with larger bodies, such as a function URL",
            )
        return body_bytes(body.get("data"), body.get("encoding", "base64") == "base64")

    def _unread(self, field: str, wrong: str) -> MalformedEvent:
        return MalformedEvent(f"The function's result is not what {self.title} reads: {field!r} {wrong}.")


class ViewerRequest(Edge):
    """Before the cache: called for every request, and what it answers is not cached."""

    name = "aws-edge-viewer"
    title = "AWS Lambda@Edge (viewer request)"
    event_type = "viewer-request"
    limits = _limits(40 * 1024)

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from .edge_losses import VIEWER_REQUEST

        return VIEWER_REQUEST

    def refused(self, name: str) -> bool:
        return viewer_refused(name)

    def scheme(self, headers: Headers) -> str:
        # CloudFront writes its note of the scheme after this event; one that is there now is the viewer's own.
        return "https"


class OriginRequest(Edge):
    """After the cache: called where the cache has no answer, and what it answers is cached.

    Events are composed as if the distribution's policies let all headers, cookies and queries of a viewer through.
    """

    name = "aws-edge-origin"
    title = "AWS Lambda@Edge (origin request)"
    event_type = "origin-request"
    limits = _limits(1024 * 1024)

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from .edge_losses import ORIGIN_REQUEST

        return ORIGIN_REQUEST

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> EdgeEvent:
        event = super().compose(request, stamp)
        event["Records"][0]["cf"]["request"]["origin"] = {
            "custom": {
                "customHeaders": {},
                "domainName": "origin.example.net",
                "keepaliveTimeout": 5,
                "path": "",
                "port": 443,
                "protocol": "https",
                "readTimeout": 30,
                "sslProtocols": ["TLSv1.2"],
            }
        }
        return event

    def refused(self, name: str) -> bool:
        return origin_refused(name)

    def scheme(self, headers: Headers) -> str:
        return forwarded_scheme(headers)


def _pairs(fields: Mapping[str, Any], *, strict: bool = False) -> list[Pair]:
    """Raises ValueError, TypeError, KeyError or AttributeError where they are no lists of objects with a value."""
    pairs: list[Pair] = []
    for name, items in fields.items():
        lower = field_name(name)
        for item in items:
            if strict and field_name(item.get("key", name)) != lower:
                raise ValueError("a key in the list of another name")
            pairs.append((lower, wire_text(item["value"])))
    return pairs


VIEWER_REQUEST = ViewerRequest()
ORIGIN_REQUEST = OriginRequest()

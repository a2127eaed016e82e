"""Application Load Balancers with a function as their target.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html. The target group's attribute
``lambda.multi_value_headers.enabled`` decides which maps the event has, and which of them the answer must have: the
event's mode is the answer's.
"""

from __future__ import annotations

from abc import abstractmethod

from fcbridge.bodies import event_body
from fcbridge.codec import is_object, method_name, scheme_of, wire_path, wire_query
from fcbridge.envelope import malformed, read_json
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, lazy
from fcbridge.model import Headers, Request, Response

from .protocol import passed_on, request_refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Refusal, Runtime, Stamp
    from fcbridge.model import Pair

    class _Event(TypedDict):
        requestContext: dict[str, dict[str, str]]
        httpMethod: str
        path: str  # percent-encoded, as it was sent

    class Event(_Event, total=False):
        queryStringParameters: dict[str, str]  # keys and values as they were sent; of repeats, the last one
        multiValueQueryStringParameters: dict[str, list[str]]
        headers: dict[str, str]  # names in lower case; of repeats, the last one
        multiValueHeaders: dict[str, list[str]]
        body: str
        isBase64Encoded: bool


_ELB = {
    "elb": {
        "targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-3:123456789012:targetgroup/demo/0a1b2c3d4e5f6071",
    }
}


class Balancer(Gateway):
    """What both modes have in common."""

    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html; a body that is
    # larger, and a result that is, are refused.
    limits = Limits(
        request_target=16 * 1024,
        request_headers=64 * 1024,
        request_body=1024 * 1024,
        response_headers=32 * 1024,
        response_body=1024 * 1024,
    )

    @lazy
    def runtime(self) -> Runtime:
        from .runtime import LAMBDA_RUNTIME

        return LAMBDA_RUNTIME

    def parse(self, event: Event) -> Request:
        field = "httpMethod"
        try:
            method = method_name(event["httpMethod"])
            field = "headers"
            headers = Headers.of(self.header_pairs(event))
            if headers.get("host") is None:
                headers.pairs.append(("host", "localhost"))  # health checks have none
            field = "queryStringParameters"
            # As they were sent: encoded once more, %2B would become %252B.
            query = wire_query("&".join(["=".join(pair) for pair in self.query_pairs(event)]))
            field = "path"
            path = wire_path(event["path"])
            field = "body"
            body = event_body(event)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        # The address is the last entry of X-Forwarded-For, which is counted by the caller's trusted hops.
        return Request(method, path, query, headers, body, None, scheme_of(headers))

    @abstractmethod
    def header_pairs(self, event: Event) -> list[Pair]:
        """The header fields of an event."""

    @abstractmethod
    def query_pairs(self, event: Event) -> list[Pair]:
        """Keys and values of an event's query, as they were sent."""

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Event:
        from .composing import added, composed_body, grouped

        passed = added(passed_on(request, request_refused), stamp).headers
        body, encoded = composed_body(request)
        event: Event = {"requestContext": _ELB, "httpMethod": request.method, "path": request.path}
        self.compose_maps(event, passed, grouped(request.query))
        event["body"] = body
        event["isBase64Encoded"] = encoded
        return event

    @abstractmethod
    def compose_maps(self, event: Event, headers: Headers, query: dict[str, list[str]]) -> None:
        """Write the two maps of this mode into an event."""

    def read(self, payload: bytes) -> Response:
        """A null where a map is due, and a header that is no text, are refused; so is a status that is no integer."""
        from . import reading

        envelope = read_json(payload)
        if not is_object(envelope):
            raise reading.refused(self.title, "result", "is no object")
        for field in ("headers", "multiValueHeaders", "statusDescription", "isBase64Encoded"):
            if field in envelope and envelope[field] is None:
                raise reading.refused(self.title, field, "is null")
        if isinstance(envelope.get("statusCode"), str):
            raise reading.refused(self.title, "statusCode", "is text")
        if not isinstance(envelope.get("isBase64Encoded", False), bool):
            raise reading.refused(self.title, "isBase64Encoded", "is neither true nor false")
        status = reading.status_of(self.title, envelope.get("statusCode"))
        description = envelope.get("statusDescription", f"{status} -")
        if not isinstance(description, str) or not description.startswith(f"{status} ") or description[4:5] == " ":
            raise reading.refused(self.title, "statusDescription", "is not the status, a space and a phrase")
        body = reading.content_of(self.title, envelope.get("body"), envelope.get("isBase64Encoded"))
        return Response(status, Headers.of(self.answered(envelope)), body)

    @abstractmethod
    def answered(self, envelope: dict[str, Any]) -> list[Pair]:
        """The fields of a result."""

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import balancer_refusal

        return balancer_refusal(refusal)

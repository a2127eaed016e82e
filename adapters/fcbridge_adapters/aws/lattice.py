"""VPC Lattice: a target group of type LAMBDA, with version V1 or V2 of its event structure.

https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html, which shows the structures with placeholders:
what it does not settle is marked "inferred".
"""

from __future__ import annotations

from fcbridge.bodies import body_bytes, event_body
from fcbridge.codec import (
    is_object,
    joined_query,
    json_text,
    method_name,
    pairs_of_query,
    query_of_pairs,
    scheme_of,
    wire_path,
    wire_query,
)
from fcbridge.envelope import (
    composed_body,
    event_header_lists,
    malformed,
    read_envelope,
    read_json,
    rendered_object,
)
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, lazy
from fcbridge.model import Headers, Request, Response

from .protocol import PAYLOAD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypedDict

    from fcbridge.gateway import Refusal, Runtime, Stamp
    from fcbridge.losses import Loss

    class EventV1(TypedDict):
        raw_path: str
        method: str
        headers: dict[str, str]
        query_string_parameters: dict[str, str]
        body: str
        is_base64_encoded: bool

    class Context(TypedDict):
        serviceNetworkArn: str
        serviceArn: str
        targetGroupArn: str
        identity: dict[str, str]
        region: str
        timeEpoch: str  # microseconds since 1970, as text

    class EventV2(TypedDict):
        version: str
        path: str
        method: str
        headers: dict[str, list[str]]
        queryStringParameters: dict[str, list[str]]
        body: str
        isBase64Encoded: bool
        requestContext: Context


def refused(name: str) -> bool:
    """Whether the door ignores a function's field."""
    # Inferred: like the other front doors of functions it measures the body itself, once that is decoded.
    return name == "content-length"


def noted(request: Request) -> Request:
    """Behind the proxy that Lattice is: the caller's address stands last in X-Forwarded-For and nowhere else."""
    chain = request.headers.get_all("x-forwarded-for") + ([request.client[0]] if request.client else [])
    pairs = request.headers.without("x-forwarded-for").pairs
    if chain:
        pairs.append(("x-forwarded-for", ", ".join(chain)))
    return request.replace(headers=Headers.of(pairs), client=None)


class Lattice(Gateway):
    """What both versions have in common: they answer with one value for each header, and tell no address."""

    limits = Limits(request_body=PAYLOAD, request_event=PAYLOAD, response_body=PAYLOAD)

    @lazy
    def runtime(self) -> Runtime:
        from .runtime import LAMBDA_RUNTIME

        return LAMBDA_RUNTIME

    def render(self, response: Response, event: object) -> dict[str, object]:
        headers = {name: json_text(value) for name, value in response.headers.fold().items() if not refused(name)}
        return rendered_object(headers, response)

    def read(self, payload: bytes) -> Response:
        envelope = read_json(payload)
        if not is_object(envelope) or "statusCode" not in envelope:
            raise MalformedEvent(f"The function's result is not what {self.title} reads: it has no 'statusCode'.")
        response = read_envelope(self.title, envelope)
        return response.replace(headers=Headers.of([pair for pair in response.headers if not refused(pair[0])]))

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import lattice_refusal

        return lattice_refusal(refusal)


class LatticeV1(Lattice):
    name = "aws-lattice-v1"
    title = "AWS VPC Lattice (event structure V1)"

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from .lattice_losses import LATTICE_V1

        return LATTICE_V1

    def matches(self, event: Any) -> bool:
        return (
            is_object(event)
            and "raw_path" in event
            and "method" in event
            and ("is_base64_encoded" in event or "query_string_parameters" in event)
        )

    def parse(self, event: EventV1) -> Request:
        field = "method"
        try:
            method = method_name(event["method"])
            field = "headers"
            headers = _headers(event.get("headers") or {})
            field = "raw_path"
            path, query = _target(event["raw_path"])
            if not query:
                field = "query_string_parameters"
                query = _query(event.get("query_string_parameters") or {})
            field = "body"
            body = body_bytes(event.get("body"), event.get("is_base64_encoded"))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return Request(method, path, query, headers, body, None, scheme_of(headers))

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> EventV1:
        body, encoded = composed_body(request)
        folded = noted(request).headers.fold(",")
        return {
            "raw_path": request.path,
            "method": request.method,
            "headers": {name: json_text(value) for name, value in folded.items()},
            "query_string_parameters": joined_query(request.query),
            "body": body,
            "is_base64_encoded": encoded,
        }


class LatticeV2(Lattice):
    name = "aws-lattice-v2"
    title = "AWS VPC Lattice (event structure V2)"

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from .lattice_losses import LATTICE_V2

        return LATTICE_V2

    def matches(self, event: Any) -> bool:
        if not is_object(event) or event.get("version") != "2.0" or "path" not in event:
            return False
        context = event.get("requestContext")
        return is_object(context) and ("serviceNetworkArn" in context or "serviceArn" in context)

    def parse(self, event: EventV2) -> Request:
        field = "method"
        try:
            method = method_name(event["method"])
            field = "headers"
            headers = _headers(event.get("headers") or {})
            field = "path"
            path, query = _target(event["path"])
            if not query:
                field = "queryStringParameters"
                query = _query(event.get("queryStringParameters") or {})
            field = "body"
            body = event_body(event)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return Request(method, path, query, headers, body, None, scheme_of(headers))

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> EventV2:
        body, encoded = composed_body(request)
        headers: dict[str, list[str]] = {}
        for name, value in noted(request).headers:
            headers.setdefault(name, []).append(json_text(value))
        queries: dict[str, list[str]] = {}
        for key, value in pairs_of_query(request.query):
            queries.setdefault(key, []).append(value)
        arn = "arn:aws:vpc-lattice:eu-west-3:210987654321"
        return {
            "version": "2.0",
            "path": request.path,
            "method": request.method,
            "headers": headers,
            "queryStringParameters": dict(sorted(queries.items())),
            "body": body,
            "isBase64Encoded": encoded,
            "requestContext": {
                "serviceNetworkArn": f"{arn}:servicenetwork/sn-0aa11bb22cc33dd44",
                "serviceArn": f"{arn}:service/svc-0ee55ff6600112233",
                "targetGroupArn": f"{arn}:targetgroup/tg-04455667788990011",
                "identity": {"sourceVpcArn": "arn:aws:ec2:eu-west-3:210987654321:vpc/vpc-0feedbeefcafe0001"},
                "region": "eu-west-3",
                "timeEpoch": f"{stamp.milliseconds}000",
            },
        }


def _headers(fields: Mapping[str, str | list[str]]) -> Headers:
    """V1 is documented with one value a name and V2 with lists; events have been seen with the other one's."""
    headers = event_header_lists(fields)
    if headers.get("host") is None:
        headers.pairs.append(("host", "localhost"))
    return headers


def _target(path: str) -> tuple[str, str]:
    """Path and query. Inferred: the path is percent-encoded; some examples have the query in it, others do not."""
    path, _, query = path.partition("?")
    return wire_path(path), wire_query(query)


def _query(parameters: Mapping[str, str | list[str]]) -> str:
    """Of the mapping. Inferred: its keys and values are decoded."""
    return query_of_pairs(
        [
            (key, value)
            for key, values in parameters.items()
            for value in ([values] if isinstance(values, str) else values)
        ]
    )


LATTICE_V1 = LatticeV1()
LATTICE_V2 = LatticeV2()

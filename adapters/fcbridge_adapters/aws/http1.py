"""HTTP APIs of API Gateway that are set to payload format 1.0.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

from fcbridge.codec import decoded_path, encoded_path, is_object, wire_path
from fcbridge.envelope import read_json
from fcbridge.gateway import SAMPLE_STAMP, Limits, lazy

from .payload1 import Payload1, claimed
from .protocol import (
    DEFAULT_STAGE,
    HEAD,
    PAYLOAD,
    RESPONSE_REFUSED,
    passed_on,
    request_refused,
    stage_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from fcbridge.gateway import Refusal, Stamp
    from fcbridge.losses import Loss
    from fcbridge.model import Request, Response

    from .payload1 import Event


class HttpApi1(Payload1):
    """Both paths of the event have the stage, unless it is the one without a name."""

    name = "aws-http-v1"
    title = "Amazon API Gateway (HTTP API, payload 1.0)"
    version = "1.0"
    response_refused = RESPONSE_REFUSED
    limits = Limits(request_headers=HEAD, request_body=PAYLOAD, request_event=PAYLOAD, response_body=PAYLOAD)
    capitalized = frozenset(
        {
            "content-length", "content-type", "cookie", "host", "user-agent", "x-amzn-trace-id", "x-forwarded-for",
            "x-forwarded-port", "x-forwarded-proto",
        }
    )  # fmt: skip

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from .losses import HTTP_API_1

        return HTTP_API_1

    def matches(self, event: Any) -> bool:
        return claimed(event) and event.get("version") == self.version

    def path(self, path: str, context: Mapping[str, Any]) -> tuple[str, str]:
        """The context's path is decoded. The event's is as it was sent in what AWS has been seen to send, and decoded
        in one report: the two are the same then, escapes and all."""
        if "%" in path and path == context.get("path") and decoded_path(path) != path:
            path = encoded_path(path)
        path = wire_path(path)
        return path, stage_of(path, context)

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Event:
        from .composing import added, composed_body

        passed = added(passed_on(request, request_refused), stamp).headers
        context = {
            "extendedRequestId": stamp.request_id,
            "path": decoded_path(request.path),
            "requestId": stamp.request_id,
            "resourceId": DEFAULT_STAGE,
            "resourcePath": DEFAULT_STAGE,
            "stage": request.base_path[1:] or DEFAULT_STAGE,
        }
        event = self.composed(request, passed, composed_body(request), stamp, context)
        event["version"] = "1.0"
        return event

    def read(self, payload: bytes) -> Response:
        """Inferred: keys that are not known are passed over."""
        from .reading import refused, typed

        envelope = read_json(payload)
        if not is_object(envelope) or not envelope:
            raise refused(self.title, "result", "is no object with fields")
        # Inferred: the type of payload 2.0.
        return typed(self.answer(envelope), "text/plain; charset=utf-8")

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import http_refusal

        return http_refusal(refusal)


HTTP_API_1 = HttpApi1()

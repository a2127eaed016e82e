"""HTTP APIs of API Gateway, with payload format 2.0, which they have unless they are set to another.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

from fcbridge.codec import decoded_path, encoded_path
from fcbridge.gateway import SAMPLE_STAMP, Limits, lazy

from .payload2 import Payload2, claimed, is_url
from .protocol import HEAD, PAYLOAD, RESPONSE_REFUSED, passed_on, request_refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Refusal, Stamp
    from fcbridge.losses import Loss
    from fcbridge.model import Request, Response

    from .payload2 import Event

_DOMAIN = "h8m4n2p6wq.execute-api.eu-west-3.amazonaws.com"


class HttpApi2(Payload2):
    """``rawPath`` is decoded, in spite of its name, and begins with the stage if that has a name."""

    name = "aws-http-v2"
    title = "Amazon API Gateway (HTTP API)"
    response_refused = RESPONSE_REFUSED
    limits = Limits(request_headers=HEAD, request_body=PAYLOAD, request_event=PAYLOAD, response_body=PAYLOAD)
    default_type = "text/plain; charset=utf-8"

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from .losses import HTTP_API_2

        return HTTP_API_2

    def matches(self, event: Any) -> bool:
        return claimed(event) and not is_url(event)

    def path(self, path: str) -> str:
        path = encoded_path(path)
        return path if path.startswith("/") else f"/{path}"

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Event:
        from .composing import added, domain

        passed = added(passed_on(request, request_refused), stamp).headers
        host = domain(request, _DOMAIN)
        event = self.composed(
            request, passed, decoded_path(request.path), _DOMAIN if ".lambda-url." in host else host, stamp
        )
        event["headers"].pop("cookie", None)
        return event

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import http_refusal

        return http_refusal(refusal)


HTTP_API_2 = HttpApi2()

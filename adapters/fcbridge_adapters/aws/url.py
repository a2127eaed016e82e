"""Function URLs.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

from __future__ import annotations

from fcbridge.codec import wire_path
from fcbridge.gateway import SAMPLE_STAMP, Limits, lazy

from .payload2 import Payload2, claimed, is_url
from .protocol import PAYLOAD, REST_RESPONSE_REFUSED, passed_on, request_refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Refusal, Stamp
    from fcbridge.losses import Loss
    from fcbridge.model import Request, Response

    from .payload2 import Event

_DOMAIN = "zq3w5e7r9t1y2u4i6o8p0a1s2d3f4g5h.lambda-url.eu-west-3.on.aws"


class FunctionUrl(Payload2):
    """The event is an HTTP API's, but for ``rawPath``, which is as it was sent, and cookies, which come twice."""

    name = "aws-url"
    title = "AWS Lambda (function URL)"
    response_refused = REST_RESPONSE_REFUSED
    limits = Limits(request_body=PAYLOAD, request_event=PAYLOAD, response_body=PAYLOAD)
    default_type = "application/json"
    is_url = True

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from .losses import FUNCTION_URL

        return FUNCTION_URL

    def matches(self, event: Any) -> bool:
        return claimed(event) and is_url(event)

    def path(self, path: str) -> str:
        return wire_path(path)

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Event:
        from .composing import TLS, added, domain

        passed = added(passed_on(request, request_refused), stamp, *TLS).headers
        host = domain(request, _DOMAIN)
        event = self.composed(request, passed, request.path, host if ".lambda-url." in host else _DOMAIN, stamp)
        event["requestContext"]["accountId"] = "anonymous"
        event["requestContext"]["stage"] = "$default"
        return event

    def read(self, payload: bytes) -> Response:
        from .reading import renamed

        return renamed(super().read(payload))

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import url_refusal

        return url_refusal(refusal)


FUNCTION_URL = FunctionUrl()

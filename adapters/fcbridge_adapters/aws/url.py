"""Function URLs.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

from __future__ import annotations

from fcbridge.codec import wire_path
from fcbridge.gateway import SAMPLE_STAMP, Limits
from fcbridge.losses import (
    CLIENT_PORT,
    FOLDED_RESPONSE_HEADERS,
    REQUEST_HEADER_TEXT,
    RESPONSE_HEADER_TEXT,
    folded_request_headers,
    refused_request_headers,
    refused_response_headers,
    response_behind,
)

from .composing import added, added_fields, domain
from .headers import REST_RESPONSE_REFUSED, passed_on, request_refused, rest_response_refused
from .limits import PAYLOAD
from .payload2 import Payload2, claimed, is_url
from .reading import REMAPPED_FIELDS, default_type
from .refusals import url_refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Refusal, Stamp
    from fcbridge.model import Request, Response

    from .payload2 import Event

_DOMAIN = "zq3w5e7r9t1y2u4i6o8p0a1s2d3f4g5h.lambda-url.eu-west-3.on.aws"
_TLS = (("x-amzn-tls-cipher-suite", "TLS_AES_128_GCM_SHA256"), ("x-amzn-tls-version", "TLSv1.3"))


class FunctionUrl(Payload2):
    """The event is an HTTP API's, but for ``rawPath``, which is as it was sent, and cookies, which come twice."""

    name = "aws-url"
    title = "AWS Lambda (function URL)"
    response_refused = REST_RESPONSE_REFUSED
    limits = Limits(request_body=PAYLOAD, request_event=PAYLOAD, response_body=PAYLOAD)
    default_type = default_type("application/json")
    loses = (
        refused_request_headers(request_refused, "connection"),
        added_fields(*_TLS),
        folded_request_headers(",", "; "),
        REQUEST_HEADER_TEXT,
        CLIENT_PORT,
        refused_response_headers(rest_response_refused, "date"),
        FOLDED_RESPONSE_HEADERS,
        REMAPPED_FIELDS,
        default_type,
        RESPONSE_HEADER_TEXT,
    )

    def matches(self, event: Any) -> bool:
        return claimed(event) and is_url(event)

    def path(self, path: str) -> str:
        return wire_path(path)

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Event:
        passed = added(passed_on(request, request_refused), stamp, *_TLS).headers
        host = domain(request, _DOMAIN)
        event = self.composed(request, passed, request.path, host if ".lambda-url." in host else _DOMAIN, stamp)
        event["requestContext"]["accountId"] = "anonymous"
        event["requestContext"]["stage"] = "$default"
        return event

    def read(self, payload: bytes) -> Response:
        return response_behind((REMAPPED_FIELDS,), super().read(payload))

    def refuse(self, refusal: Refusal) -> Response:
        return url_refusal(refusal)


FUNCTION_URL = FunctionUrl()

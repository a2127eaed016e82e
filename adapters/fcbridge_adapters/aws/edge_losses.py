"""What the two events of Lambda@Edge lose."""

from __future__ import annotations

from fcbridge.losses import (
    CLIENT_PORT,
    HTTP_VERSION,
    REQUEST_HEADER_TEXT,
    RESPONSE_HEADER_TEXT,
    Loss,
    refused_request_headers,
    refused_response_headers,
)
from fcbridge.model import Request

from .edge_headers import disallowed, forwarded_scheme, origin_refused, viewer_refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_HTTPS_ASSUMED = Loss(
    "scheme",
    "the event does not tell http from https: https is assumed",
    on_request=lambda request: request.replace(scheme="https"),
    witness=Request(scheme="http"),
    quiet=True,
)

_SCHEME_NOTED = Loss(
    "scheme",
    "the event does not tell http from https: CloudFront-Forwarded-Proto does where it is there, else https is assumed",
    on_request=lambda request: request.replace(scheme=forwarded_scheme(request.headers)),
    witness=Request(scheme="http"),
    quiet=True,
)


def _loses(scheme: Loss, refused: Callable[[str], bool]) -> tuple[Loss, ...]:
    return (
        scheme,
        refused_request_headers(disallowed, "x-forwarded-proto"),
        REQUEST_HEADER_TEXT,
        CLIENT_PORT,
        HTTP_VERSION,
        refused_response_headers(refused, "via"),
        RESPONSE_HEADER_TEXT,
    )


VIEWER_REQUEST = _loses(_HTTPS_ASSUMED, viewer_refused)
ORIGIN_REQUEST = _loses(_SCHEME_NOTED, origin_refused)

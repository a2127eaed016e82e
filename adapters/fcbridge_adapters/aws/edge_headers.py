"""The header fields that belong to CloudFront.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html: the disallowed
ones are neither shown to a function nor may it set them; the read-only ones it may read. An answer with either kind is
refused, with 502.
"""

from __future__ import annotations

from fcbridge.model import Headers, Request

_DISALLOWED = frozenset(
    {
        "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
        "trailer", "upgrade", "x-accel-buffering", "x-accel-charset", "x-accel-limit-rate", "x-accel-redirect",
        "x-amzn-auth", "x-amzn-cf-billing", "x-amzn-cf-id", "x-amzn-cf-xff", "x-amzn-errortype",
        "x-amzn-fle-profile", "x-amzn-header-count", "x-amzn-header-order", "x-amzn-lambda-integration-tag",
        "x-amzn-requestid", "x-cache", "x-forwarded-proto", "x-real-ip",
    }
)  # fmt: skip

#: CloudFront-Viewer-Country is none of the read-only ones, but fails validation at viewer requests only
#: (.../lambda-at-edge-function-restrictions.html).
VIEWER_READ_ONLY = frozenset({"cloudfront-viewer-country", "content-length", "host", "transfer-encoding", "via"})
ORIGIN_READ_ONLY = frozenset(
    {
        "accept-encoding", "content-length", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since",
        "transfer-encoding", "via",
    }
)  # fmt: skip


def disallowed(name: str) -> bool:
    """Whether no function at the edge sees this field, nor may set it."""
    return name in _DISALLOWED or name.startswith(("x-amz-cf-", "x-edge-"))


def viewer_refused(name: str) -> bool:
    """Whether an answer to a viewer request may not have this field."""
    return name in VIEWER_READ_ONLY or disallowed(name)


def origin_refused(name: str) -> bool:
    """Whether an answer to an origin request may not have this field."""
    return name in ORIGIN_READ_ONLY or disallowed(name)


def passed_on(request: Request) -> Headers:
    """What of a viewer's headers reaches the function."""
    return Headers.of([pair for pair in request.headers if not disallowed(pair[0])])


def forwarded_scheme(headers: Headers) -> str:
    """The scheme that CloudFront notes where a policy of the distribution says so; https where there is no note."""
    return "http" if headers.get("cloudfront-forwarded-proto") == "http" else "https"

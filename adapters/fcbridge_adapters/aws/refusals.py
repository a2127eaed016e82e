"""What the front doors of Lambda answer in place of a function.

https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html,
.../http-api-troubleshooting-lambda.html, https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html,
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html. None of them shows a client
why: the error document of the runtime goes to the log alone.
"""

from __future__ import annotations

from fcbridge.gateway import Refusal
from fcbridge.model import Headers, Response


def rest_refusal(refusal: Refusal) -> Response:
    """API Gateway, REST: 502 for whatever a function does wrong, its own timeout too (504 is the gateway's)."""
    if refusal.kind == Refusal.METHOD:
        return message(403, "Missing Authentication Token")  # documented for methods that the API does not have
    if refusal.kind == Refusal.REQUEST_TOO_LARGE:
        return message(413, "Request Too Long")
    return message(502, "Internal server error")


def http_refusal(refusal: Refusal) -> Response:
    """API Gateway, HTTP, either payload: 500 where REST has 502."""
    if refusal.kind == Refusal.METHOD:
        return message(404, "Not Found")
    if refusal.kind == Refusal.REQUEST_TOO_LARGE:
        return message(413, "Request Entity Too Large")
    return message(500, "Internal Server Error")


def url_refusal(refusal: Refusal) -> Response:
    """A function URL: plain text in spite of its type. Inferred: that the type is that of 502 also at 413."""
    status, text = (413, b"Request Entity Too Large") if refusal.kind == Refusal.REQUEST_TOO_LARGE else _FAILED
    return Response(status, Headers([("content-type", "application/json")]), text)


_FAILED = (502, b"Internal Server Error")


def balancer_refusal(refusal: Refusal) -> Response:
    """An Application Load Balancer: a page of HTML."""
    if refusal.kind == Refusal.METHOD:
        return page(405, "Not Allowed")
    if refusal.kind == Refusal.REQUEST_TOO_LARGE:
        return page(413, "Request Entity Too Large")
    return page(502, "Bad Gateway")


def edge_refusal(refusal: Refusal) -> Response:
    """CloudFront: a page, and in ``X-Cache`` who is to blame.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/troubleshooting-response-errors.html: 502 for an
    answer that fails validation, 503 for a function that fails or takes too long. 413 is documented for a URL and a
    head that are too long, 403 for a method that the distribution does not allow.
    """
    from html import escape

    status, title, error = _AT_THE_EDGE.get(refusal.kind, _FAILED_AT_THE_EDGE)
    head, body = f"<head><title>{title}</title></head>", f"<h1>{status} {title}</h1>{escape(refusal.message)}"
    text = f"<html>{head}<body>{body}</body></html>\n"
    headers = Headers([("content-type", "text/html; charset=utf-8"), ("x-cache", f"{error} from cloudfront")])
    return Response(status, headers, text.encode("utf-8"))


_AT_THE_EDGE = {
    Refusal.METHOD: (403, "Forbidden", "Error"),
    Refusal.REQUEST_TOO_LARGE: (413, "Request Entity Too Large", "Error"),
    Refusal.RESPONSE_TOO_LARGE: (502, "Bad Gateway", "LambdaValidationError"),
    Refusal.BAD_PAYLOAD: (502, "Bad Gateway", "LambdaValidationError"),
}
_FAILED_AT_THE_EDGE = (503, "Service Unavailable", "LambdaExecutionError")


def lattice_refusal(refusal: Refusal) -> Response:
    """VPC Lattice. Inferred: no document says what it answers, so this is what the load balancer does, in text."""
    large = refusal.kind == Refusal.REQUEST_TOO_LARGE
    status, text = (413, b"Request Entity Too Large") if large else (502, b"Bad Gateway")
    return Response(status, Headers([("content-type", "text/plain")]), text)


def message(status: int, text: str) -> Response:
    """The error documents of API Gateway."""
    return Response(status, Headers([("content-type", "application/json")]), f'{{"message":"{text}"}}'.encode("ascii"))


def page(status: int, reason: str) -> Response:
    """The error pages of the load balancer."""
    lines = (
        "<html>",
        f"<head><title>{status} {reason}</title></head>",
        "<body>",
        f"<center><h1>{status} {reason}</h1></center>",
        "</body>",
        "</html>",
        "",
    )
    headers = Headers([("content-type", "text/html"), ("server", "awselb/2.0")])
    return Response(status, headers, "\r\n".join(lines).encode("ascii"))

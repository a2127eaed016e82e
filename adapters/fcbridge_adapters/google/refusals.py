"""What Cloud Run, or the framework in the container, answers in place of a function.

https://docs.cloud.google.com/run/docs/troubleshooting for the statuses of 429 and above. The framework's own answers
are those of its code. The bodies are inferred: pages of HTML, of which no more is documented than their title.
"""

from __future__ import annotations

from fcbridge.gateway import Refusal
from fcbridge.model import Headers, Response

_HTML = ("content-type", "text/html; charset=UTF-8")

_ANSWERS: dict[str, tuple[int, str]] = {
    Refusal.METHOD: (405, "Method Not Allowed"),
    Refusal.REQUEST_TOO_LARGE: (413, "Request Entity Too Large"),
    # "Response size was too large" in the log.
    Refusal.RESPONSE_TOO_LARGE: (500, "Server Error"),
    Refusal.BAD_PAYLOAD: (500, "Internal Server Error"),
    Refusal.UNHANDLED: (500, "Internal Server Error"),
    Refusal.TIMEOUT: (504, "upstream request timeout"),
    # "The request failed because either the HTTP response was malformed or connection to the instance had an error."
    Refusal.EXITED: (503, "Service Unavailable"),
    Refusal.OUT_OF_MEMORY: (503, "Service Unavailable"),
    Refusal.INIT_FAILED: (503, "Service Unavailable"),
}


def refusal_response(refusal: Refusal) -> Response:
    """The Flask form: what a function raises is told to the client."""
    status, text = _ANSWERS[refusal.kind]
    if refusal.kind in (Refusal.UNHANDLED, Refusal.BAD_PAYLOAD):
        told = (refusal.error or {}).get("errorMessage", text)
        return _page(status, str(told))
    return _page(status, text)


def asgi_refusal_response(refusal: Refusal) -> Response:
    """The ASGI form: what a function raises is in the log only."""
    status, text = _ANSWERS[refusal.kind]
    if refusal.kind in (Refusal.UNHANDLED, Refusal.BAD_PAYLOAD, Refusal.METHOD):
        return Response(status, Headers([("content-type", "text/plain")]), text.encode("ascii"))
    return _page(status, text)


def _page(status: int, text: str) -> Response:
    return Response(status, Headers([_HTML]), text.encode("utf-8"))

"""What stands before a function of OpenFaaS answers in its place.

https://github.com/openfaas/of-watchdog for the statuses of its own; that a function which does not start is a 502 of
the gateway is inferred.
"""

from __future__ import annotations

from fcbridge.gateway import Refusal
from fcbridge.model import Headers, Response

_FLASK_PAGE = (
    "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n"
)

_STATUSES: dict[str, int] = {
    # OPTIONS is a 200 of Flask's in truth, with Allow and nothing else: as good as refused, for a browser.
    Refusal.METHOD: 405,
    Refusal.REQUEST_TOO_LARGE: 413,
    Refusal.RESPONSE_TOO_LARGE: 502,
    Refusal.BAD_PAYLOAD: 500,
    Refusal.UNHANDLED: 500,
    Refusal.TIMEOUT: 504,
    Refusal.EXITED: 500,
    Refusal.OUT_OF_MEMORY: 500,
    Refusal.INIT_FAILED: 502,
}


def refusal_response(refusal: Refusal) -> Response:
    """Flask's page where the function's own server still answers, else nothing but a status."""
    status = _STATUSES[refusal.kind]
    if refusal.kind in (Refusal.UNHANDLED, Refusal.BAD_PAYLOAD):
        return Response(status, Headers([("content-type", "text/html; charset=utf-8")]), _FLASK_PAGE.encode("ascii"))
    return Response(status, Headers([("x-openfaas-internal", "of-watchdog")]))

"""What Fission answers in place of a function: Flask's pages, or a status and a line of the router.

https://github.com/fission/fission/tree/main/pkg/router; which status stands for which failure is inferred.
"""

from __future__ import annotations

from fcbridge.gateway import Refusal
from fcbridge.model import Headers, Response

_STATUSES: dict[str, int] = {
    Refusal.METHOD: 405,
    Refusal.REQUEST_TOO_LARGE: 413,
    Refusal.RESPONSE_TOO_LARGE: 502,
    Refusal.BAD_PAYLOAD: 500,
    Refusal.UNHANDLED: 500,
    Refusal.TIMEOUT: 504,
    Refusal.EXITED: 502,
    Refusal.OUT_OF_MEMORY: 502,
    Refusal.INIT_FAILED: 500,
}
_PAGES = {405: "Method Not Allowed", 500: "Internal Server Error"}
_OF_FLASK = frozenset({Refusal.METHOD, Refusal.BAD_PAYLOAD, Refusal.UNHANDLED})


def refusal_response(refusal: Refusal) -> Response:
    status = _STATUSES[refusal.kind]
    if refusal.kind in _OF_FLASK:
        title = _PAGES[status]
        page = f"<!doctype html>\n<html lang=en>\n<title>{status} {title}</title>\n<h1>{title}</h1>\n"
        return Response(status, Headers([("content-type", "text/html; charset=utf-8")]), page.encode("ascii"))
    return Response(status, Headers([("content-type", "text/plain; charset=utf-8")]), refusal.message.encode("utf-8"))

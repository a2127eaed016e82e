"""What the processor answers in place of a function.

https://github.com/nuclio/nuclio/blob/development/pkg/processor/trigger/http/trigger.go for the statuses: 500 with the
traceback for what a handler raises, 408 for one that does not end, 503 where no worker is left.
"""

from __future__ import annotations

from fcbridge.gateway import Refusal
from fcbridge.model import Headers, Response

_STATUSES: dict[str, int] = {
    Refusal.METHOD: 405,
    Refusal.REQUEST_TOO_LARGE: 413,
    Refusal.RESPONSE_TOO_LARGE: 500,
    Refusal.BAD_PAYLOAD: 500,
    Refusal.UNHANDLED: 500,
    Refusal.TIMEOUT: 408,
    Refusal.EXITED: 500,
    Refusal.OUT_OF_MEMORY: 500,
    Refusal.INIT_FAILED: 503,
}


def refusal_response(refusal: Refusal) -> Response:
    if refusal.kind == Refusal.TIMEOUT:
        return Response(408, Headers([("content-type", "text/plain")]), b'{"error": "handler timed out"}')
    text = refusal.message
    if refusal.error is not None and isinstance(refusal.error.get("errorMessage"), str):
        text = str(refusal.error["errorMessage"])
    return Response(_STATUSES[refusal.kind], Headers([("content-type", "text/plain")]), text.encode("utf-8", "replace"))

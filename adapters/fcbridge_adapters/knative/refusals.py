"""What Knative answers in place of a function.

https://github.com/knative/serving, pkg/queue and pkg/http/handler: a request that takes too long is a 504 with the text
"request timeout". That the network layer answers 503 for a container that is not there is inferred.
"""

from __future__ import annotations

from fcbridge.gateway import Refusal
from fcbridge.model import Headers, Response

_ANSWERS: dict[str, tuple[int, bytes]] = {
    Refusal.METHOD: (405, b"Method Not Allowed"),
    Refusal.REQUEST_TOO_LARGE: (413, b""),
    Refusal.RESPONSE_TOO_LARGE: (500, b"Internal Server Error"),
    Refusal.BAD_PAYLOAD: (500, b"Internal Server Error"),
    Refusal.UNHANDLED: (500, b"Internal Server Error"),
    Refusal.TIMEOUT: (504, b"request timeout"),
    # The queue-proxy is a reverse proxy of Go's standard library, which answers so.
    Refusal.EXITED: (502, b""),
    Refusal.OUT_OF_MEMORY: (502, b""),
    Refusal.INIT_FAILED: (503, b"no healthy upstream"),
}


def refusal_response(refusal: Refusal) -> Response:
    status, text = _ANSWERS[refusal.kind]
    pairs = [("content-type", "text/plain; charset=utf-8")] if text else []
    return Response(status, Headers(pairs), text)

"""What the host and the front end answer in place of a function.

https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger#limits for the sizes and the
time limit. The statuses without a document are those of the host's code: an invocation that failed is a 500 without a
body, a method that the route does not have is no route.
"""

from __future__ import annotations

from fcbridge.gateway import Refusal
from fcbridge.model import Headers, Response

_STATUSES: dict[str, int] = {
    Refusal.METHOD: 404,
    Refusal.REQUEST_TOO_LARGE: 413,
    # Documented: the load balancer gives up after 230 seconds.
    Refusal.TIMEOUT: 502,
}


def refusal_response(refusal: Refusal) -> Response:
    """Without a body: the cause is in the log of the function app only."""
    return Response(_STATUSES.get(refusal.kind, 500), Headers.of([]))

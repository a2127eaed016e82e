"""What the network layer, the queue-proxy and the server in the container do to header fields.

https://github.com/knative/specs/blob/main/specs/serving/runtime-contract.md
"""

from __future__ import annotations

from fcbridge.codec import scheme_of
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.losses import FORWARDED, HOP_BY_HOP, Loss, request_behind
from fcbridge.model import Headers, Request, Response
from fcbridge.native import measured_fields

# hypercorn writes its own beside the app's.
_RESPONSE = HOP_BY_HOP | {"date", "server"}


def request_refused(name: str) -> bool:
    """Whether a client's header does not reach the function."""
    return name in HOP_BY_HOP


def response_refused(name: str) -> bool:
    """Whether a function's header does not reach the client."""
    return name in _RESPONSE


def told_by_proxies(request: Request) -> Request:
    """``request`` with the scheme that the proxies have noted, and without the client of the connection to the
    queue-proxy where there is an X-Forwarded-For: that is read with the number of trusted hops, where nothing is known
    but that.

    Forwarded is not read. The queue-proxy makes one of X-Forwarded-For, and leaves one alone that a client has sent
    (https://github.com/knative/serving, forwarded_shim.go): it tells nothing more that can be trusted.
    """
    for name, _ in request.headers.pairs:
        if name == "x-forwarded-for":
            request.client = None
        elif name == "x-forwarded-proto":
            request.scheme = scheme_of(request.headers)
    return request


def received(request: Request, request_id: str) -> Request:
    """What of a client's request reaches the container, and what the proxies note in it."""
    pairs = [pair for pair in request.headers if not request_refused(pair[0])]
    request = request_behind((FORWARDED,), request.replace(headers=Headers.of(pairs), http_version="1.1"))
    return _with_request_id(request, request_id)


def sent(response: Response, method: str) -> list[tuple[str, str]]:
    """The fields that the server is given."""
    return [pair for pair in measured_fields(response, method) if not response_refused(pair[0])]


def sent_on(response: Response) -> Response:
    """What of a function's response reaches the client. Door and client measure the body again."""
    length = str(len(response.body))
    return response.replace(
        headers=Headers.of(
            [pair for pair in response.headers if not response_refused(pair[0]) and pair != ("content-length", length)]
        )
    )


def _with_request_id(request: Request, request_id: str = SAMPLE_STAMP.request_id) -> Request:
    if "x-request-id" in request.headers:
        return request
    return request.replace(headers=Headers.of([*request.headers, ("x-request-id", request_id)]))


REQUEST_ID = Loss(
    "request-id",
    "an X-Request-Id is added where there is none, another one each time",
    on_request=_with_request_id,
    witness=Request(),
    quiet=True,
)

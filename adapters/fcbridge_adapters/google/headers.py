"""What the front end and the server in the container do to header fields.

https://docs.cloud.google.com/run/docs/container-contract
"""

from __future__ import annotations

from fcbridge.codec import scheme_of
from fcbridge.gateway import SAMPLE_STAMP
from fcbridge.losses import FORWARDED, HOP_BY_HOP, Loss, request_behind
from fcbridge.model import Headers, Request, Response
from fcbridge.native import measured_fields

# gunicorn and uvicorn write their own beside the app's, and the front end writes its own over both.
_RESPONSE = HOP_BY_HOP | {"date", "server"}


def request_refused(name: str) -> bool:
    """Whether a client's header does not reach the function. Inferred: that X-Google-* is kept out is documented for
    App Engine, which has the same front end."""
    return name in HOP_BY_HOP or name.startswith("x-google-")


def response_refused(name: str) -> bool:
    """Whether a function's header does not reach the client."""
    return name in _RESPONSE or name.startswith("x-google-")


def told_by_front_end(request: Request) -> Request:
    """``request`` with the scheme and without the client of the connection to the front end, where the front end has
    noted the real ones. X-Forwarded-For is read with the number of trusted hops, where nothing is known but that."""
    for name, _ in request.headers.pairs:
        if name == "x-forwarded-for":
            request.client = None
        elif name == "x-forwarded-proto":
            request.scheme = scheme_of(request.headers)
    return request


def sent(response: Response, method: str) -> list[tuple[str, str]]:
    """The fields that the framework's server is given."""
    return [pair for pair in measured_fields(response, method) if not response_refused(pair[0])]


def sent_on(response: Response) -> Response:
    """What of a function's response reaches the client. Door and client measure the body again."""
    length = str(len(response.body))
    pairs = [pair for pair in response.headers if not response_refused(pair[0]) and pair != ("content-length", length)]
    return _cookies_are_private(response.replace(headers=Headers.of(pairs)))


def _cookies_are_private(response: Response) -> Response:
    if "set-cookie" not in response.headers:
        return response
    pairs = response.headers.without("cache-control").pairs
    return response.replace(headers=Headers.of([*pairs, ("cache-control", "private")]))


def received(request: Request, execution_id: str) -> Request:
    """What of a client's request reaches the container, and what the front end notes in it."""
    pairs = [pair for pair in request.headers if not request_refused(pair[0])]
    request = request_behind((FORWARDED,), request.replace(headers=Headers.of(pairs), http_version="1.1"))
    return _with_execution_id(request, execution_id)


def _with_execution_id(request: Request, execution_id: str = SAMPLE_STAMP.request_id) -> Request:
    if "function-execution-id" in request.headers:
        return request
    return request.replace(headers=Headers.of([*request.headers, ("function-execution-id", execution_id)]))


EXECUTION_ID = Loss(
    "execution-id",
    "a Function-Execution-Id is added where there is none, another one each time",
    on_request=_with_execution_id,
    witness=Request(),
    quiet=True,
)

COOKIES_ARE_PRIVATE = Loss(
    "cookies-are-private",
    "a response with a Set-Cookie gets 'Cache-Control: private' in place of its own",
    on_response=_cookies_are_private,
    witness=Response(headers=Headers([("set-cookie", "a=1"), ("cache-control", "max-age=60")])),
    quiet=True,
)

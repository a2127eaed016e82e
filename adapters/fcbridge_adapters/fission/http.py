"""The HTTP trigger: the router calls the function's container, where Flask has read the request.

https://fission.io/docs/usage/triggers/http-trigger/
The router sends a request to ``/``, whatever its own URL was, unless the trigger is one for a prefix that is kept.
"""

from __future__ import annotations

from fcbridge.codec import scheme_of
from fcbridge.envelope import malformed
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits
from fcbridge.losses import (
    FORWARDED,
    HOP_BY_HOP,
    HTTP_VERSION,
    ROUTED_PATH,
    TYPE_ADDED,
    UNDERSCORES_DROPPED,
    Loss,
    folded_request_headers,
    refused_request_headers,
    refused_response_headers,
    request_behind,
    typed_body,
)
from fcbridge.model import Headers, Request, Response
from fcbridge.native import flask_response, request_of_environ
from fcbridge.played import packed_request, read_packed

from .context import FunctionCall
from .refusals import refusal_response
from .runtime import FLASK_RUNTIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import flask

    from fcbridge.gateway import Refusal, Stamp
    from fcbridge.played import Wire

_ROUTER = (
    ("x-fission-function-name", "demo"),
    ("x-fission-function-namespace", "default"),
    ("x-fission-function-uid", "4f9f2c1e-7b6a-4d55-9a53-0c2f6f1d8e11"),
)


def _refused(name: str) -> bool:
    return name in HOP_BY_HOP


def _routed(request: Request) -> Request:
    headers = request.headers.without(*[name for name, _ in _ROUTER])
    return request.replace(headers=Headers.of([*headers, *_ROUTER]))


_REQUEST_LOSSES = (
    refused_request_headers(_refused, "te"),
    FORWARDED,
    Loss(
        "router-headers",
        "the router adds the function's name, namespace and uid in headers X-Fission-Function-*",
        on_request=_routed,
        witness=Request(),
        quiet=True,
    ),
    ROUTED_PATH,
    # Inferred of the environment's default server, bjoern; gevent's, the other one, is known for both.
    UNDERSCORES_DROPPED,
    folded_request_headers(",", "; "),
    HTTP_VERSION,
)


class HttpTrigger(Gateway):
    """The event is the ``flask.Request`` of the call. Played as a trigger for a prefix that is kept."""

    name = "fission-http"
    title = "Fission (HTTP trigger)"
    runtime = FLASK_RUNTIME
    # The environment's routes have no PATCH: Flask answers it.
    limits = Limits(methods=frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}))
    loses = (
        *_REQUEST_LOSSES,
        refused_response_headers(_refused, "keep-alive"),
        TYPE_ADDED,
    )

    def matches(self, event: Any) -> bool:
        environ = getattr(event, "environ", None)
        return (
            isinstance(environ, dict)
            and callable(getattr(event, "get_data", None))
            and "HTTP_X_FISSION_FUNCTION_NAME" in environ
            # Google's framework gives every request one.
            and "HTTP_FUNCTION_EXECUTION_ID" not in environ
        )

    def parse(self, event: flask.Request) -> Request:
        field = "environ"
        try:
            request = request_of_environ(event.environ, b"")
            field = "get_data()"
            # Kept by Flask, for whoever asks again.
            request.body = event.get_data()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        # The peer is the router.
        request.client = None
        request.scheme = scheme_of(request.headers)
        return request

    def context(self, event: flask.Request, context: object) -> object:
        given = getattr(context, "request_id", "")
        return FunctionCall(event.environ, given if isinstance(given, str) else "")

    def render(self, response: Response, event: object) -> object:
        pairs = [pair for pair in response.headers if not _refused(pair[0])]
        return flask_response("Fission", typed_body(response.replace(headers=Headers.of(pairs))))

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Wire:
        return packed_request(request_behind(_REQUEST_LOSSES, request))

    def read(self, payload: bytes) -> Response:
        return read_packed(self.title, payload)

    def refuse(self, refusal: Refusal) -> Response:
        return refusal_response(refusal)


HTTP_TRIGGER = HttpTrigger()

"""HTTP functions in the framework's ASGI form: ``async main(request)`` gets Starlette's request, gives its response.

https://github.com/GoogleCloudPlatform/functions-framework-python, ``functions_framework.aio``, since its version 3.9
The framework serves them with gunicorn and uvicorn's worker. The event is the scope with the body beside it, which the
entry has read: see :data:`BODY`.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.errors import MissingExtra
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits
from fcbridge.losses import FORWARDED, HTTP_VERSION, refused_request_headers, refused_response_headers
from fcbridge.native import request_of_read_scope
from fcbridge.played import packed_request, read_packed

from .context import execution_of_scope
from .headers import (
    COOKIES_ARE_PRIVATE,
    EXECUTION_ID,
    received,
    request_refused,
    response_refused,
    sent,
    sent_on,
    told_by_front_end,
)
from .http import LIMITS
from .refusals import asgi_refusal_response
from .runtime import BODY, STARLETTE_RUNTIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import starlette.responses

    from fcbridge.gateway import Refusal, Stamp
    from fcbridge.model import Request, Response
    from fcbridge.played import Wire

    Event = dict[str, Any]  # a scope, and the body under BODY


class AsgiFunction(Gateway):
    """The scope is that of the framework's server, with what Starlette has added: the route, the path's parameters."""

    name = "gcf-asgi"
    title = "Google Cloud Run functions (HTTP function, ASGI)"
    runtime = STARLETTE_RUNTIME
    limits = Limits(
        # The framework routes these; others are its own 405.
        methods=frozenset({"GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"}),
        request_body=LIMITS.request_body,
        response_body=LIMITS.response_body,
    )
    loses = (
        refused_request_headers(request_refused, "x-google-tag"),
        FORWARDED,
        EXECUTION_ID,
        HTTP_VERSION,
        refused_response_headers(response_refused, "date"),
        COOKIES_ARE_PRIVATE,
    )

    def matches(self, event: Any) -> bool:
        return is_object(event) and BODY in event and event.get("type") == "http"

    def parse(self, event: Event) -> Request:
        return told_by_front_end(request_of_read_scope(self.title, event, BODY))

    def context(self, event: Event, context: object) -> object:
        return execution_of_scope(event)

    def render(self, response: Response, event: Event) -> starlette.responses.Response:
        method: str = event["method"]
        pairs = sent(response, method)
        answer = _starlette_response(response.body, response.status)
        # Starlette's own are a mapping's, which cannot hold two cookies.
        answer.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
        return answer

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Wire:
        return packed_request(received(request, stamp.request_id))

    def read(self, payload: bytes) -> Response:
        return sent_on(read_packed(self.title, payload))

    def refuse(self, refusal: Refusal) -> Response:
        return asgi_refusal_response(refusal)


def _starlette_response(body: bytes, status: int) -> starlette.responses.Response:
    try:
        from starlette.responses import Response as StarletteResponse
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "An ASGI function of Google answers with Starlette, which is not installed.",
            hint="pip install functions-framework",
        ) from error
    return StarletteResponse(body, status)


ASGI_FUNCTION = AsgiFunction()

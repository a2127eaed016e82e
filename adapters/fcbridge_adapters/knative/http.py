"""The HTTP functions of ``func``: ``handle(scope, receive, send)`` of an instance, which is plain ASGI.

https://github.com/knative-extensions/func-python
The event is the scope with the body beside it, which the entry has read: see :data:`BODY`. A CloudEvent that arrives
here is an HTTP request like any other.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.gateway import SAMPLE_STAMP, Gateway
from fcbridge.losses import FORWARDED, HTTP_VERSION, refused_request_headers, refused_response_headers
from fcbridge.native import request_of_read_scope
from fcbridge.played import packed_request, read_packed

from .context import execution_of_scope
from .headers import REQUEST_ID, received, request_refused, response_refused, sent, sent_on, told_by_proxies
from .refusals import refusal_response
from .runtime import BODY, FUNC_RUNTIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Refusal, Stamp
    from fcbridge.model import Request, Response
    from fcbridge.played import Wire

    Event = dict[str, Any]  # a scope, and the body under BODY
    Message = dict[str, Any]


class Function(Gateway):
    """The payload is the messages to send."""

    name = "knative-func"
    title = "Knative functions (HTTP)"
    runtime = FUNC_RUNTIME
    loses = (
        refused_request_headers(request_refused, "te"),
        FORWARDED,
        REQUEST_ID,
        HTTP_VERSION,
        refused_response_headers(response_refused, "date"),
    )

    def matches(self, event: Any) -> bool:
        return is_object(event) and BODY in event and event.get("type") == "http"

    def parse(self, event: Event) -> Request:
        return told_by_proxies(request_of_read_scope(self.title, event, BODY))

    def context(self, event: Event, context: object) -> object:
        return execution_of_scope(event)

    def render(self, response: Response, event: Event) -> list[Message]:
        method: str = event["method"]
        pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent(response, method)]
        return [
            {"type": "http.response.start", "status": response.status, "headers": pairs},
            {"type": "http.response.body", "body": response.body},
        ]

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Wire:
        return packed_request(received(request, stamp.request_id))

    def read(self, payload: bytes) -> Response:
        return sent_on(read_packed(self.title, payload))

    def refuse(self, refusal: Refusal) -> Response:
        return refusal_response(refusal)


FUNCTION = Function()

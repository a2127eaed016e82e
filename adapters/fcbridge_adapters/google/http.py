"""HTTP functions: ``main(request)`` gets a ``flask.Request`` and gives a Flask response.

https://docs.cloud.google.com/run/docs/write-http-functions
The framework serves them with gunicorn, or with Werkzeug's server where gunicorn is not installed. Both leave the
target as it was on the wire in the environ, beside the decoded path.
"""

from __future__ import annotations

from fcbridge.envelope import malformed
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits
from fcbridge.losses import (
    FORWARDED,
    HTTP_VERSION,
    UNDERSCORES_DROPPED,
    folded_request_headers,
    refused_request_headers,
    refused_response_headers,
)
from fcbridge.model import Headers, Request, Response
from fcbridge.native import flask_response, request_of_environ
from fcbridge.played import packed_request, read_packed

from .context import execution_of_environ
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
from .refusals import refusal_response
from .runtime import FLASK_RUNTIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import flask

    from fcbridge.gateway import Refusal, Stamp
    from fcbridge.played import Wire

#: https://docs.cloud.google.com/functions/quotas for the second generation; the first has 10 MB both ways.
LIMITS = Limits(request_body=32 * 1024 * 1024, response_body=32 * 1024 * 1024)


class HttpFunction(Gateway):
    """The event is the request itself. Nothing is asked of it but ``environ`` and ``get_data()``."""

    name = "gcf-http"
    title = "Google Cloud Run functions (HTTP function)"
    runtime = FLASK_RUNTIME
    limits = LIMITS
    loses = (
        refused_request_headers(request_refused, "x-google-tag"),
        FORWARDED,
        EXECUTION_ID,
        UNDERSCORES_DROPPED,
        folded_request_headers(",", ","),
        HTTP_VERSION,
        refused_response_headers(response_refused, "date"),
        COOKIES_ARE_PRIVATE,
    )

    def matches(self, event: Any) -> bool:
        environ = getattr(event, "environ", None)
        return (
            isinstance(environ, dict)
            and callable(getattr(event, "get_data", None))
            # Fission calls functions with a flask.Request too. The framework adds this one since its version 3.8.
            and ("HTTP_FUNCTION_EXECUTION_ID" in environ or "HTTP_X_FISSION_FUNCTION_NAME" not in environ)
        )

    def parse(self, event: Any) -> Request:
        field = "environ"
        try:
            request = request_of_environ(event.environ, b"")
            field = "get_data()"
            # Kept by Flask, for whoever asks again.
            body = event.get_data()
            if not isinstance(body, bytes):
                raise TypeError(type(body).__name__)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        request.body = body
        return told_by_front_end(request)

    def context(self, event: flask.Request, context: object) -> object:
        return execution_of_environ(event.environ)

    def render(self, response: Response, event: flask.Request) -> flask.Response:
        fields = Headers.of(sent(response, event.environ["REQUEST_METHOD"]))
        answer: flask.Response = flask_response(self.title, response.replace(headers=fields))
        return answer

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Wire:
        return packed_request(received(request, stamp.request_id))

    def read(self, payload: bytes) -> Response:
        return sent_on(read_packed(self.title, payload))

    def refuse(self, refusal: Refusal) -> Response:
        return refusal_response(refusal)


HTTP_FUNCTION = HttpFunction()

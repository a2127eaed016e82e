"""The template ``python3-http``: ``handle(event, context)`` gets what Flask has read of a request.

https://github.com/openfaas/python-flask-template
The template answers a dict's ``body`` with ``str(body)``, which makes ``b'...'`` of bytes; what is no dict it gives to
Flask as it is. So fcbridge answers with a Flask response.
"""

from __future__ import annotations

from fcbridge.codec import encoded_path, field_name, method_name, query_of_pairs, scheme_of
from fcbridge.envelope import malformed
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits
from fcbridge.losses import (
    HOP_BY_HOP,
    HTTP_VERSION,
    ROUTED_PATH,
    SCHEME,
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

from .context import function_call
from .refusals import refusal_response
from .runtime import TEMPLATE_RUNTIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Protocol

    from fcbridge.gateway import Refusal, Stamp
    from fcbridge.played import Wire

    class Event(Protocol):
        body: bytes
        headers: Any  # werkzeug's, with the environ in it
        method: str
        query: Any  # a MultiDict
        path: str  # decoded


# Waitress takes the word of a proxy out unless it is told to trust it, and the template tells it nothing; releases
# before 3.0 left it in. See clear_untrusted_proxy_headers on
# https://docs.pylonsproject.org/projects/waitress/en/stable/arguments.html
_FORWARDED = frozenset(
    {"forwarded", "x-forwarded-by", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto"}
)


def _refused(name: str) -> bool:
    return name in HOP_BY_HOP


def _request_refused(name: str) -> bool:
    return name in HOP_BY_HOP or name in _FORWARDED


_REQUEST_LOSSES = (
    refused_request_headers(_request_refused, "x-forwarded-for"),
    Loss(
        "client",
        "the client's address is not told: the template's server takes X-Forwarded-For out",
        cure="tell waitress to trust of-watchdog, in a template of your own",
        on_request=lambda request: request.replace(client=None),
        witness=Request(client=("203.0.113.24", 50712)),
        quiet=True,
    ),
    SCHEME,
    # Inferred: the gateway cleans the path by a redirect and decodes it when it takes /function/<name> off.
    ROUTED_PATH,
    UNDERSCORES_DROPPED,
    folded_request_headers(", ", ", "),
    HTTP_VERSION,
)


class HttpTemplate(Gateway):
    name = "openfaas-http"
    title = "OpenFaaS (template python3-http)"
    runtime = TEMPLATE_RUNTIME
    limits = Limits(
        # The methods of the template's routes; HEAD goes with GET. OPTIONS is answered by Flask, with 200 and Allow.
        methods=frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}),
        # What waitress, the template's server, takes: https://docs.pylonsproject.org/projects/waitress/en/stable/arguments.html
        request_headers=256 * 1024,
        request_body=1024 * 1024 * 1024,
    )
    loses = (
        *_REQUEST_LOSSES,
        refused_response_headers(_refused, "keep-alive"),
        TYPE_ADDED,
    )

    def matches(self, event: Any) -> bool:
        # A flask.Request has an environ of its own, and Nuclio's event has fields in place of a query.
        return (
            not isinstance(event, (dict, list))
            and isinstance(getattr(event, "body", None), bytes)
            and all(hasattr(event, name) for name in ("headers", "method", "query", "path"))
            and not hasattr(event, "environ")
        )

    def parse(self, event: Event) -> Request:
        field = "headers"
        try:
            # werkzeug.datastructures.EnvironHeaders
            environ: Mapping[str, Any] | None = getattr(event.headers, "environ", None)
            if environ is not None and "REQUEST_METHOD" in environ:
                request = request_of_environ(environ, event.body)
                # The peer is of-watchdog, in the same container.
                request.client = None
                request.scheme = scheme_of(request.headers)
                return request
            headers = Headers.of([(field_name(name), value) for name, value in event.headers.items()])
            field = "method"
            method = method_name(event.method)
            field = "query"
            query = query_of_pairs(event.query.items(multi=True))
            field = "path"
            path = encoded_path("/" + event.path.removeprefix("/"))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return Request(method, path, query, headers, event.body, None, scheme_of(headers))

    def context(self, event: object, context: object) -> object:
        return function_call(event, context)

    def render(self, response: Response, event: object) -> object:
        pairs = [pair for pair in response.headers if not _refused(pair[0])]
        return flask_response("OpenFaaS", typed_body(response.replace(headers=Headers.of(pairs))))

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Wire:
        return packed_request(request_behind(_REQUEST_LOSSES, request))

    def read(self, payload: bytes) -> Response:
        return read_packed(self.title, payload)

    def refuse(self, refusal: Refusal) -> Response:
        return refusal_response(refusal)


HTTP_TEMPLATE = HttpTemplate()

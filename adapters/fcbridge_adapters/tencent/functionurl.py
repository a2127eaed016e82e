"""Function URLs of SCF in front of an event function.

https://cloud.tencent.com/document/product/583/96099
The event is that of the API gateway without five of its fields. One of them is ``isBase64Encoded``: an event cannot say
that its body is binary.
"""

from __future__ import annotations

from fcbridge.bodies import event_body
from fcbridge.codec import address, is_object, method_name, scheme_of, wire_path
from fcbridge.envelope import event_header_lists, malformed, read_json, rendered_object
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, lazy
from fcbridge.model import Headers, Request, Response

from .headers import caller, folded_headers, last_written, listed_headers, read_response
from .query import composed_query, wire_query_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Refusal, Runtime, Stamp
    from fcbridge.losses import Loss

    from .query import Query

    class FunctionUrlEvent(TypedDict):
        httpMethod: str
        path: str
        headers: dict[str, str]
        queryString: Query
        body: str


_CLIENT = "x-scf-remote-addr"


def _platforms_own(name: str) -> bool:
    """Inferred: documented for Web functions, whose clients cannot set a header of this kind."""
    return name.startswith("x-scf-")


def _addressed(request: Request) -> Request:
    if request.client is None:
        return request
    return request.replace(headers=Headers.of([*request.headers.pairs, (_CLIENT, request.client[0])]))


_SIZE = 6 * 1024 * 1024


class FunctionUrl(Gateway):
    """A Function URL. Everything from ``/`` on is the app's: there is no stage."""

    name = "scf-url"
    title = "Tencent Cloud SCF (Function URL)"
    # https://cloud.tencent.com/document/product/583/11637: event and result of a synchronous invocation. A limit of the
    # URL itself is not documented.
    limits = Limits(request_body=_SIZE, request_event=_SIZE, response_body=_SIZE)

    @lazy
    def runtime(self) -> Runtime:
        from .runtime import SCF_RUNTIME

        return SCF_RUNTIME

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from fcbridge.losses import (
            CLIENT_PORT,
            HTTP_VERSION,
            QUERY_SPELLING,
            REQUEST_HEADER_TEXT,
            RESPONSE_HEADER_TEXT,
            SCHEME,
            Loss,
            folded_request_headers,
            refused_request_headers,
        )

        from .losses import ONE_CONTENT_TYPE

        return (
            refused_request_headers(_platforms_own, "x-scf-secret-key"),
            Loss(
                "remote-address",
                "the client's address comes as X-Scf-Remote-Addr, too",
                on_request=_addressed,
                witness=Request(client=("203.0.113.24", 0)),
                quiet=True,
            ),
            folded_request_headers(", ", "; "),
            REQUEST_HEADER_TEXT,
            QUERY_SPELLING,
            Loss(
                "binary-request-body",
                "the event cannot say that a body is base64: bytes that are not UTF-8 are not kept",
                cure="upload to object storage, or deploy as a Web function, where HTTP is passed through",
                on_request=lambda request: request.replace(
                    body=request.body.decode("utf-8", "replace").encode("utf-8")
                ),
                witness=Request("POST", body=b"\x89PNG"),
            ),
            SCHEME,
            CLIENT_PORT,
            HTTP_VERSION,
            ONE_CONTENT_TYPE,
            RESPONSE_HEADER_TEXT,
        )

    def matches(self, event: Any) -> bool:
        if not is_object(event) or not ("httpMethod" in event and "path" in event and "queryString" in event):
            return False
        # Documented is that there is none. Events with one that holds the client's address have been reported.
        context = event.get("requestContext")
        return context is None or (is_object(context) and "serviceId" not in context and "envId" not in context)

    def parse(self, event: FunctionUrlEvent) -> Request:
        field = "httpMethod"
        try:
            method = method_name(event["httpMethod"])
            field = "headers"
            headers = event_header_lists(event.get("headers") or {})
            # Only the platform can write it. Inferred: it may come with a port.
            told = last_written(headers, _CLIENT)
            field = "requestContext.sourceIp"
            client = address(told) if told else _source(event)
            field = "queryString"
            query = wire_query_of(event["queryString"] or {})
            field = "path"
            # Inferred: no document says whether it is decoded. Escapes are taken as such.
            path = wire_path(event["path"])
            field = "body"
            # Documented as absent, honoured where it is there.
            body = event_body(event)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        # Nothing tells the scheme but X-Forwarded-Proto; the URLs are https.
        return Request(method, path, query, headers, body, client, scheme_of(headers))

    def render(self, response: Response, event: object) -> dict[str, object]:
        # Inferred: the documents do not say whether isBase64Encoded and lists of headers are read here as they are by
        # the API gateway.
        return rendered_object(listed_headers(response), response)

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> FunctionUrlEvent:
        own = Headers.of([pair for pair in request.headers if not _platforms_own(pair[0])])
        return {
            "httpMethod": request.method,
            "path": request.path,
            "headers": folded_headers(_addressed(request.replace(headers=own)).headers),
            "queryString": composed_query(request.query),
            "body": request.body.decode("utf-8", "replace"),
        }

    def read(self, payload: bytes) -> Response:
        envelope = read_json(payload)
        if is_object(envelope) and "statusCode" in envelope:
            return read_response(self.title, envelope)
        # Documented: what has no statusCode is the body of a 200 of this type, as it is.
        return Response(200, Headers([("content-type", "application/json")]), payload)

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import scf_refusal

        return scf_refusal(refusal)


def _source(event: Any) -> tuple[str, int] | None:
    context = event.get("requestContext")
    source = context.get("sourceIp") if context else None
    return caller(address(source.strip())) if source else None


FUNCTION_URL = FunctionUrl()

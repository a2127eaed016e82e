"""The HTTP trigger: the processor reads the request and hands an event to the Python wrapper.

https://docs.nuclio.io/en/stable/reference/triggers/http.html
https://github.com/nuclio/nuclio-sdk-py/blob/master/nuclio_sdk/event.py
"""

from __future__ import annotations

from fcbridge.bodies import base64_text
from fcbridge.codec import (
    canonical_name,
    decoded_path,
    encoded_path,
    field_name,
    json_text,
    method_name,
    pairs_of_query,
    query_of_pairs,
    routed_path,
    scheme_of,
    wire_text,
)
from fcbridge.envelope import malformed, read_json
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits
from fcbridge.losses import (
    FOLDED_RESPONSE_HEADERS,
    FORWARDED,
    HTTP_VERSION,
    LAST_QUERY_VALUE,
    LAST_REQUEST_HEADER,
    ONE_SET_COOKIE,
    QUERY_SPELLING,
    REQUEST_HEADER_TEXT,
    RESPONSE_HEADER_TEXT,
    ROUTED_PATH,
    Loss,
    refused_request_headers,
    refused_response_headers,
    request_behind,
)
from fcbridge.model import Headers, Request, Response

from .bodies import JSON, event_body, written_anew
from .context import EventContext
from .refusals import refusal_response
from .runtime import WRAPPER, read_packet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol, TypedDict

    from fcbridge.gateway import Refusal, Stamp

    class Event(Protocol):
        """``nuclio_sdk.Event``. Where the function is configured to get raw messages, all text is bytes."""

        id: str
        method: str
        path: str  # decoded and cleaned
        url: str
        headers: dict[str, str]
        fields: dict[str, str]  # the query, decoded, of repeats the last
        content_type: str
        body: Any  # bytes, or what is in them where the type is exactly application/json
        size: int

    class Answer(TypedDict):
        """The arguments of ``nuclio_sdk.Response``."""

        status_code: int
        headers: dict[str, str]
        content_type: str
        body: bytes


_REQUEST = frozenset({"connection", "content-length", "transfer-encoding"})
_RESPONSE = frozenset({"connection", "content-length", "date", "transfer-encoding"})
_NO_TYPE = "application/octet-stream"


def _request_refused(name: str) -> bool:
    # Inferred: fasthttp, the processor's server, keeps these as fields of its own.
    return name in _REQUEST


def _response_refused(name: str) -> bool:
    return name in _RESPONSE


def _typed(response: Response) -> Response:
    if "content-type" in response.headers:
        return response
    return response.replace(headers=Headers.of([*response.headers, ("content-type", _NO_TYPE)]))


_FRONT = (refused_request_headers(_request_refused, "content-length"), FORWARDED, LAST_REQUEST_HEADER)


class HttpTrigger(Gateway):
    name = "nuclio-http"
    title = "Nuclio (HTTP trigger)"
    runtime = WRAPPER
    # maxRequestBodySize on the trigger's page; no figure is given for readBufferSize, which bounds the headers.
    limits = Limits(request_body=4 * 1024 * 1024)
    loses = (
        *_FRONT,
        REQUEST_HEADER_TEXT,
        ROUTED_PATH,
        Loss(
            "path-text",
            "the path arrives as text: escapes in it that are not UTF-8 are lost",
            on_request=lambda request: request.replace(path=_encoded(decoded_path(request.path))),
            witness=Request(path="/caf%E9"),
        ),
        LAST_QUERY_VALUE,
        QUERY_SPELLING,
        HTTP_VERSION,
        Loss(
            "json-body",
            "a body of exactly the type application/json arrives parsed, and is written anew: a signature of its bytes "
            "does not match any more",
            cure="send 'application/json; charset=utf-8', which is left alone",
            on_request=written_anew,
            witness=Request("POST", headers=Headers([("content-type", JSON)]), body=b'{"n" : 1.0}'),
            quiet=True,
        ),
        refused_response_headers(_response_refused, "date"),
        Loss(
            "type-added",
            "a response without a Content-Type is sent as application/octet-stream: the processor would call it text",
            on_response=_typed,
            witness=Response(200, body=b"x"),
            quiet=True,
        ),
        ONE_SET_COOKIE,
        FOLDED_RESPONSE_HEADERS,
        RESPONSE_HEADER_TEXT,
    )

    def matches(self, event: Any) -> bool:
        # Other triggers have the same event, without a method: a timer's is "cron", a stream has its topic.
        return (
            not isinstance(event, (dict, list))
            and all(hasattr(event, name) for name in ("body", "fields", "trigger", "content_type"))
            and isinstance(getattr(event, "headers", None), dict)
            and bool(getattr(event, "method", None))
            and _kind(event) in ("", "http")
        )

    def parse(self, event: Event) -> Request:
        field = "method"
        try:
            method = method_name(_text(event.method))
            field = "path"
            path = _encoded(event.path)
            field = "headers"
            headers = Headers.of([(field_name(_text(name)), _wire(value)) for name, value in event.headers.items()])
            if headers.get("host") is None:
                headers.pairs.append(("host", wire_text(_text(event.url or "").partition("/")[0]) or "localhost"))
            field = "fields"
            query = query_of_pairs([(_text(key), _text(value)) for key, value in event.fields.items()])
            field = "body"
            body = event_body(event.body, _text(event.content_type or ""), event.size)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise malformed(self.title, field, error) from error
        return Request(method, path, query, headers, body, None, scheme_of(headers))

    def context(self, event: Any, context: object) -> object:
        event_id = getattr(event, "id", None)
        if isinstance(event_id, bytes):
            event_id = event_id.decode("utf-8", "replace")
        return EventContext(event_id if isinstance(event_id, str) else "", context)

    def render(self, response: Response, event: object) -> Answer:
        headers = {
            canonical_name(name): json_text(value)
            for name, value in response.headers.fold().items()
            if not _response_refused(name) and name != "content-type"
        }
        return {
            "status_code": response.status,
            "headers": headers,
            "content_type": json_text(response.headers.get("content-type") or _NO_TYPE),
            "body": response.body,
        }

    def deliver(self, payload: object, context: Any) -> object:
        """The response that the wrapper knows, where the context is Nuclio's; else the arguments of one."""
        response = getattr(context, "Response", None)
        return payload if response is None else response(**payload)  # type: ignore[arg-type]  # of render

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> dict[str, Any]:
        request = request_behind(_FRONT, request)
        headers = {canonical_name(name): json_text(value) for name, value in request.headers}
        return {
            "id": stamp.request_id,
            "method": request.method,
            "path": decoded_path(routed_path(request.path)),
            "url": "",
            "headers": headers,
            "fields": dict(sorted(pairs_of_query(request.query), key=lambda pair: pair[0])),
            "content_type": headers.get("Content-Type", ""),
            "timestamp": stamp.milliseconds // 1000,
            "size": len(request.body),
            "shard_id": -1,
            "num_shards": -1,
            "type": "",
            "type_version": "",
            "version": "",
            "body_base64": base64_text(request.body),
            "trigger": {"kind": "http", "name": "default-http"},
        }

    def read(self, payload: bytes) -> Response:
        response = read_packet(read_json(payload))
        if response is None:
            raise MalformedEvent(f"The function's result is not what {self.title} reads.")
        return response.replace(
            headers=Headers.of([pair for pair in response.headers if not _response_refused(pair[0])])
        )

    def refuse(self, refusal: Refusal) -> Response:
        return refusal_response(refusal)


def _kind(event: Any) -> str:
    kind = getattr(event.trigger, "kind", "")
    return kind.decode("latin-1") if isinstance(kind, bytes) else kind if isinstance(kind, str) else ""


def _text(value: str | bytes) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else value


def _wire(value: str | bytes) -> str:
    """A header's value as bytes-in-str. Raises ValueError for a line break."""
    return wire_text(_text(value)) if isinstance(value, str) or value.isascii() else _latin1(value)


def _latin1(value: bytes) -> str:
    if not {10, 13, 0}.isdisjoint(value):
        raise ValueError("a line break or a NUL in a header")
    return value.decode("latin-1")


def _encoded(path: str | bytes) -> str:
    text = encoded_path(path)
    return text if text.startswith("/") else "/" + text


HTTP_TRIGGER = HttpTrigger()

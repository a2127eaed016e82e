"""The Python worker: ``func.HttpRequest`` in, ``func.HttpResponse`` out.

https://learn.microsoft.com/python/api/azure-functions/azure.functions.httprequest
What the host puts into a request and makes of a response is that of its own code
(https://github.com/Azure/azure-functions-host), what the worker does, that of the package azure-functions. What neither
settles is marked "inferred".
"""

from __future__ import annotations

from fcbridge.bodies import base64_text
from fcbridge.codec import (
    is_list,
    is_object,
    joined_query,
    json_text,
    method_name,
    query_of_pairs,
    scheme_of,
    wire_text,
)
from fcbridge.envelope import event_headers, malformed, read_envelope, read_json
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, Refusal
from fcbridge.losses import FOLDED_RESPONSE_HEADERS, HTTP_VERSION, REQUEST_HEADER_TEXT, folded_request_headers
from fcbridge.model import Request, Response

from .cookies import CHANGED_COOKIES, REWRITTEN_COOKIES, host_cookie
from .headers import PLAIN, forwarded, is_ascii_text, sent_on
from .losses import (
    ASCII_RESPONSE_HEADERS,
    CONTENT_TYPE,
    FORWARDED,
    PATH_SPELLING,
    REFUSED_RESPONSE_HEADERS,
    UNSIZED_BODY,
)
from .refusals import refusal_response
from .runtime import PYTHON_RUNTIME, azure_functions
from .urls import base_of, event_url, parted_url, route_parameters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    from fcbridge.gateway import Stamp

    from .runtime import WorkerRequest

    class HttpRequest(Protocol):
        """What of a ``func.HttpRequest`` is read. ``params`` only where the URL has no query: blank values and repeats
        are missing there."""

        @property
        def method(self) -> str: ...
        @property
        def url(self) -> str: ...  # with the route prefix, percent-encoded, and the query as it came
        @property
        def headers(self) -> Mapping[str, str]: ...  # repeats joined with ","
        @property
        def params(self) -> Mapping[str, str]: ...  # decoded
        @property
        def route_params(self) -> Mapping[str, str]: ...  # decoded; empty ones are missing
        def get_body(self) -> bytes: ...


#: https://learn.microsoft.com/azure/azure-functions/functions-bindings-http-webhook-trigger#limits
LIMITS = Limits(
    methods=frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"}),
    request_target=4 * 1024,
    request_body=100 * 1024 * 1024,
)


class PythonWorker(Gateway):
    """A function of the Python worker with an HTTP trigger, in the programming model v2 or v1."""

    name = "azure-python"
    title = "Azure Functions (Python worker)"
    runtime = PYTHON_RUNTIME
    limits = LIMITS
    loses = (
        FORWARDED,
        UNSIZED_BODY,
        folded_request_headers(",", ","),
        REQUEST_HEADER_TEXT,
        PATH_SPELLING,
        HTTP_VERSION,
        REFUSED_RESPONSE_HEADERS,
        ASCII_RESPONSE_HEADERS,
        CONTENT_TYPE,
        CHANGED_COOKIES,
        REWRITTEN_COOKIES,
        FOLDED_RESPONSE_HEADERS,
    )

    def matches(self, event: object) -> bool:
        # Asked of the type: what is behind the attributes of an instance may raise.
        kind = type(event)
        return hasattr(kind, "get_body") and hasattr(kind, "route_params") and hasattr(kind, "url")

    def parse(self, event: HttpRequest) -> Request:
        field = "method"
        try:
            method = method_name(event.method)
            field = "headers"
            headers = event_headers(event.headers)
            field = "url"
            scheme, host, path, query = parted_url(event.url)
            if headers.get("host") is None:
                headers.pairs.append(("host", wire_text(host) or "localhost"))
            if not query and event.params:
                field = "params"
                query = query_of_pairs(event.params.items())  # of a request that a unit test makes
            field = "route_params"
            base = base_of(path, event.route_params)
            field = "get_body()"
            body = event.get_body() or b""  # None in requests that unit tests make
            if not isinstance(body, bytes):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise TypeError(type(body).__name__)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        # The address is the last entry of X-Forwarded-For. X-Azure-ClientIP is Front Door's, and where there is none,
        # the caller's own.
        scheme = ("http" if scheme == "http" else "https") if scheme else scheme_of(headers)
        return Request(method, path, query, headers, body, None, scheme, "1.1", base)

    def render(self, response: Response, event: object) -> object:
        azure_functions()
        from .answer import answer

        return answer(response)

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> WorkerRequest:
        noted = forwarded(request)
        sized = "content-length" in request.headers
        return {
            "method": request.method,
            "url": event_url(request),
            "headers": {name: json_text(value) for name, value in noted.headers.fold(",", ",").items()},
            "params": {key: value for key, value in joined_query(request.query).items() if value},
            "route_params": route_parameters(request),
            "body_base64": base64_text(request.body if sized else b""),
        }

    def read(self, payload: bytes) -> Response:
        document = read_json(payload)
        if not is_object(document):
            raise MalformedEvent(f"The function's result is not what {self.title} reads: it is no object.")
        text = document.get("string")
        if isinstance(text, str):
            # A function may return text instead of a response.
            return read_envelope(self.title, {"statusCode": 200, "headers": {"content-type": PLAIN}, "body": text})
        response = read_envelope(self.title, {**document, "isBase64Encoded": True})
        cookies = document.get("cookies")
        try:
            added = [("set-cookie", host_cookie(cookie)) for cookie in (cookies if is_list(cookies) else [])]
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError):
            raise MalformedEvent(f"The function's result is not what {self.title} reads: a cookie is broken.") from None
        if not all(is_ascii_text(value) for _, value in response.headers):
            raise MalformedEvent(
                f"The function's result is not what {self.title} reads: a header is not ASCII.",
                hint="percent-encode it (RFC 8187)",
            )
        return response.replace(headers=sent_on([*response.headers, *added]))

    def refuse(self, refusal: Refusal) -> Response:
        if refusal.kind == Refusal.INIT_FAILED:
            # Inferred: the worker finds no function in a module that does not load, and the host no route.
            return refusal_response(Refusal(Refusal.METHOD, refusal.message))
        return refusal_response(refusal)


PYTHON_WORKER = PythonWorker()

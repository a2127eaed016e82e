"""Custom handlers: the host posts ``{"Data", "Metadata"}`` to the function's server and reads ``{"Outputs"}``.

https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers
What the document leaves open is that of the host's code (https://github.com/Azure/azure-functions-host,
WebJobs.Script/Workers/Http). Not for a custom handler with ``enableForwardingHttpRequest`` or
``enableProxyingHttpRequest``: its server gets the request itself.
"""

from __future__ import annotations

from binascii import a2b_base64

from fcbridge.bodies import base64_text
from fcbridge.codec import canonical_name, is_object, joined_query, json_text, method_name, scheme_of, wire_text
from fcbridge.envelope import event_header_lists, malformed, read_envelope, read_json
from fcbridge.errors import MalformedEvent
from fcbridge.gateway import SAMPLE_STAMP, Gateway
from fcbridge.losses import FOLDED_RESPONSE_HEADERS, HTTP_VERSION, ONE_SET_COOKIE, REQUEST_HEADER_TEXT, Loss
from fcbridge.model import Headers, Request, Response

from .headers import BINARY, PLAIN, forwarded, is_ascii_text, rendered_fields, sent_on
from .losses import (
    ASCII_RESPONSE_HEADERS,
    CONTENT_TYPE,
    FORWARDED,
    PATH_SPELLING,
    REFUSED_RESPONSE_HEADERS,
    UNSIZED_BODY,
)
from .python import LIMITS
from .refusals import refusal_response
from .runtime import CUSTOM_RUNTIME
from .urls import base_of, event_url, parted_url, route_parameters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Refusal, Stamp

    class HttpHead(TypedDict):
        Url: str  # with the route prefix, percent-encoded, and the query as it came
        Method: str
        Headers: dict[str, list[str]]

    class HttpData(HttpHead, total=False):
        Query: dict[str, str]  # decoded, repeats joined with ","
        Params: dict[str, str]  # of the route, decoded
        Identities: list[dict[str, object]]
        Body: str  # absent where there is none

    class PostedEvent(TypedDict):
        Data: dict[str, HttpData]  # by the name of the binding
        Metadata: dict[str, object]


def _as_text(body: bytes) -> bytes:
    """What is left of bytes that .NET has read as UTF-8, which takes a byte order mark away."""
    return body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").encode("utf-8")


def _is_base64(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == BINARY or kind.startswith("multipart/")


def _text_request(request: Request) -> Request:
    if _is_base64(request.headers.get("content-type") or ""):
        return request
    return request.replace(body=_as_text(request.body))


_TEXT_REQUEST = Loss(
    "text-request-body",
    f"request bodies other than {BINARY} and multipart arrive as text: bytes that are not UTF-8 are replaced",
    cure="send other bytes as application/octet-stream",
    on_request=_text_request,
    witness=Request("PUT", headers=Headers([("content-type", "image/png"), ("content-length", "4")]), body=b"\x89PNG"),
)

_TEXT_RESPONSE = Loss(
    "text-response-body",
    "a response's body is text: bytes that are not UTF-8 are replaced",
    cure='set "enableForwardingHttpRequest" in host.json and serve HTTP, or use the Python worker',
    on_response=lambda response: response.replace(body=response.body.decode("utf-8", "replace").encode("utf-8")),
    witness=Response(headers=Headers([("content-type", "image/png")]), body=b"\x89PNG"),
)


class CustomHandler(Gateway):
    """A function of a custom handler with an HTTP trigger and an HTTP output named ``res``."""

    name = "azure-custom"
    title = "Azure Functions (custom handler)"
    runtime = CUSTOM_RUNTIME
    limits = LIMITS
    text_only = True
    loses = (
        FORWARDED,
        UNSIZED_BODY,
        _TEXT_REQUEST,
        REQUEST_HEADER_TEXT,
        PATH_SPELLING,
        HTTP_VERSION,
        REFUSED_RESPONSE_HEADERS,
        ASCII_RESPONSE_HEADERS,
        CONTENT_TYPE,
        ONE_SET_COOKIE,
        FOLDED_RESPONSE_HEADERS,
        _TEXT_RESPONSE,
    )

    def matches(self, event: Any) -> bool:
        return is_object(event) and "Metadata" in event and _http_data(event) is not None

    def parse(self, event: PostedEvent) -> Request:
        field = "Data"
        try:
            _, request = _http_data(event) or _missing()
            field = "Method"
            method = method_name(request["Method"])
            field = "Headers"
            headers = event_header_lists(request["Headers"])
            field = "Url"
            scheme, host, path, query = parted_url(request["Url"])
            if headers.get("host") is None:
                headers.pairs.append(("host", wire_text(host) or "localhost"))
            field = "Params"
            base = base_of(path, request.get("Params") or {})
            field = "Body"
            text = request.get("Body") or ""
            # There is no flag: the content type alone says it.
            encoded = text and _is_base64(headers.get("content-type") or "")
            body = a2b_base64(text) if encoded else text.encode("utf-8")
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        scheme = ("http" if scheme == "http" else "https") if scheme else scheme_of(headers)
        return Request(method, path, query, headers, body, None, scheme, "1.1", base)

    def render(self, response: Response, event: object) -> str:
        from json.encoder import encode_basestring, encode_basestring_ascii

        fields = ", ".join(
            [
                f"{encode_basestring_ascii(canonical_name(name))}: {encode_basestring_ascii(value)}"
                for name, value in rendered_fields(response).items()
            ]
        )
        body = encode_basestring(response.body.decode("utf-8", "replace"))
        # As an object under Outputs: text in ReturnValue or in another output is decoded where it happens to be valid
        # base64. With all four fields, since hosts have refused an object that lacks one of them.
        status = f'"statusCode": "{response.status:d}", "status": "{response.status:d}"'
        return (
            f'{{"Outputs": {{"res": {{{status}, "headers": {{{fields}}}, "body": {body}}}}}, '
            '"Logs": [], "ReturnValue": null}'
        )

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> PostedEvent:
        headers: dict[str, list[str]] = {}
        for name, value in forwarded(request).headers:
            headers.setdefault(canonical_name(name), []).append(json_text(value))
        posted: HttpData = {
            "Url": event_url(request),
            "Method": request.method,
            "Query": joined_query(request.query),
            "Headers": headers,
            "Params": route_parameters(request),
            "Identities": [dict(_ANONYMOUS)],
        }
        if request.body and "content-length" in request.headers:
            encoded = _is_base64(request.headers.get("content-type") or "")
            posted["Body"] = base64_text(request.body) if encoded else _as_text(request.body).decode("utf-8")
        return {"Data": {"req": posted}, "Metadata": {"sys": _system(stamp)}}

    def read(self, payload: bytes) -> Response:
        document = read_json(payload)
        outputs = _field(document, "outputs")
        result = _field(outputs, "res")
        body = _field(result, "body")
        if not isinstance(body, str):
            # Without an object, or without a body in it, the host does not take it for a response.
            raise MalformedEvent(
                f"The function's result is not what {self.title} reads: Outputs.res has no body that is text."
            )
        status = _field(result, "statuscode")
        headers = _field(result, "headers")
        response = read_envelope(
            self.title,
            {"statusCode": _field(result, "status") if status is None else status, "headers": headers, "body": body},
        )
        if not all(is_ascii_text(value) for _, value in response.headers):
            raise MalformedEvent(f"The function's result is not what {self.title} reads: a header is not ASCII.")
        if "content-type" not in response.headers:
            response.headers.pairs.append(("content-type", PLAIN))
        return response.replace(headers=sent_on(response.headers))

    def refuse(self, refusal: Refusal) -> Response:
        return refusal_response(refusal)


def _http_data(event: Any) -> tuple[str, HttpData] | None:
    """Name and value of the HTTP trigger, which is one among the bindings in Data."""
    bindings = event.get("Data")
    if is_object(bindings):
        for name, value in bindings.items():
            if is_object(value) and "Url" in value and "Method" in value and "Headers" in value:
                return name, value  # type: ignore[return-value]  # as far as it is looked at
    return None


def _missing() -> tuple[str, HttpData]:
    raise KeyError("Data")


def _field(document: object, name: str) -> Any:
    """A field of an object, as Newtonsoft finds it: whatever its case."""
    if is_object(document):
        return next((value for key, value in document.items() if key.lower() == name), None)
    return None


def _system(stamp: Stamp) -> dict[str, str]:
    from time import gmtime, strftime

    seconds, milliseconds = divmod(stamp.milliseconds, 1000)
    return {
        "MethodName": "web",
        "UtcNow": f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(seconds))}.{milliseconds:03d}0000Z",
        "RandGuid": stamp.request_id,
    }


_ANONYMOUS: dict[str, object] = {
    "AuthenticationType": None,
    "IsAuthenticated": False,
    "Actor": None,
    "BootstrapContext": None,
    "Claims": [],
    "Label": None,
    "Name": None,
    "NameClaimType": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
    "RoleClaimType": "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
}

CUSTOM_HANDLER = CustomHandler()

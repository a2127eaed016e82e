"""``handle_request``: https://github.com/logandk/serverless-wsgi"""

from __future__ import annotations

import os

from .. import bridge
from ..codec import below_base, is_object, method_name, query_of_pairs, wire_path, wire_text
from ..envelope import event_headers, malformed, rendered_object
from ..gateway import Gateway
from ..model import Request, Response
from .doors import Lambda, Manner, OneWay
from .wsgi import Handlers, with_keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from .wsgi import App

    class Identity(TypedDict, total=False):
        sourceIp: str

    class _IntegrationEvent(TypedDict):
        requestPath: str  # the template of the route
        method: str

    class IntegrationEvent(_IntegrationEvent, total=False):
        path: dict[str, str] | None  # what stands for the parameters of the template
        headers: dict[str, str] | None
        query: dict[str, str] | None
        identity: Identity | None
        body: object  # what was JSON is parsed


#: Types to send as text beside those that fcbridge knows; the peer's documentation has apps append to it.
TEXT_MIME_TYPES = [
    "application/json", "application/javascript", "application/xml", "application/vnd.api+json", "image/svg+xml",
]  # fmt: skip

_WARMERS = ("aws.events", "serverless-plugin-warmup")

_handlers = Handlers()


def handle_request(app: App, event: Any, context: Any) -> Any:
    """Answer one event with a WSGI app.

    The variables API_GATEWAY_BASE_PATH (what a custom domain's mapping has put in front of the path) and
    STRIP_STAGE_PATH ("yes": the app does not know of the stage) are honoured, and events that only keep a function
    warm are answered with ``{}``. The environ has ``serverless.event``, ``serverless.context``,
    ``serverless.authorizer`` and REMOTE_USER.

    Raises RuntimeError for an answer of 300 and more to an event of the ``lambda`` integration: its gateway finds the
    status in the message.
    """
    if is_object(event) and event.get("source") in _WARMERS:
        return {}

    def made() -> Any:
        return bridge(with_keys(app, _keys), platform=Lambda(_MANNER), interface="wsgi")

    return _handlers.of(app, made)(event, context)


def _keys(event: dict[str, Any], context: Any) -> dict[str, Any]:
    authorizer, user = event.get("enhancedAuthContext"), event.get("principalId")
    around = event.get("requestContext")
    if is_object(around):
        authorizer = around.get("authorizer")
        user = authorizer.get("principalId") if is_object(authorizer) else None
    return {
        "serverless.event": event,
        "serverless.context": context,
        "serverless.authorizer": authorizer,
        "REMOTE_USER": user if isinstance(user, str) else "",
    }


class _Manner(Manner):
    def arrived(self, request: Request, event: Any) -> Request:
        if request.base_path and os.environ.get("STRIP_STAGE_PATH", "").strip().lower() in _YES:
            request.path = request.path[len(request.base_path) :] or "/"
            request.base_path = ""
        mapped = os.environ.get("API_GATEWAY_BASE_PATH", "").strip("/")
        if mapped and below_base(request.path[len(request.base_path) :], f"/{mapped}"):
            request.base_path += f"/{mapped}"
        return request

    def leaving(self, response: Response, event: Any) -> Response:
        kind = (response.headers.get("content-type") or "").partition(";")[0].strip()
        if kind in TEXT_MIME_TYPES and response.headers.get("content-encoding") is None:
            response.text = True
        return response

    def door(self, event: Any, context: object) -> Gateway | None:
        return _INTEGRATION if _is_integration(event) else None


_YES = ("yes", "y", "true", "t", "1")
_MANNER = _Manner()


# -- the "lambda" integration -----------------------------------------------------------------------------------------


def _is_integration(event: Any) -> bool:
    """The request template that the Serverless Framework gives to ``integration: lambda``."""
    return (
        is_object(event)
        and event.get("requestPath") is not None
        and event.get("version") is None
        and event.get("isBase64Encoded") is None
    )


class _Integration(OneWay):
    """https://www.serverless.com/framework/docs/providers/aws/events/apigateway#lambda-integration"""

    name = "aws-rest-lambda"
    title = "Amazon API Gateway (lambda integration of the Serverless Framework)"

    def matches(self, event: Any) -> bool:
        return _is_integration(event)

    def parse(self, event: IntegrationEvent) -> Request:
        field = "requestPath"
        try:
            path = event["requestPath"].partition("?")[0]
            field = "path"
            for name, value in (event.get("path") or {}).items():
                path = path.replace(f"{{{name}}}", value).replace(f"{{{name}+}}", value)
            field = "method"
            method = method_name(event["method"])
            field = "headers"
            headers = event_headers(event.get("headers") or {})
            if headers.get("host") is None:
                headers.pairs.append(("host", "localhost"))
            field = "query"
            query = query_of_pairs((event.get("query") or {}).items())
            field = "identity.sourceIp"
            identity = event.get("identity")
            client = identity.get("sourceIp") if identity else None
            address = (wire_text(client), 0) if client else None
            field = "body"
            body = _document(event.get("body"))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return _MANNER.arrived(Request(method, wire_path(path), query, headers, body, address), event)

    def render(self, response: Response, event: Any) -> dict[str, object]:
        # One value a name, and no second cookie: the template has no place for lists.
        return rendered_object(response.headers.fold(), _MANNER.leaving(response, event))

    def deliver(self, payload: Any, context: object) -> object:
        if payload["statusCode"] >= 300:
            import json

            raise RuntimeError(json.dumps(payload))
        return payload


def _document(body: object) -> bytes:
    """The template has parsed the body, if it was JSON."""
    import json

    return json.dumps(body).encode("utf-8") if body else b""


_INTEGRATION = _Integration()

__all__ = ["TEXT_MIME_TYPES", "handle_request"]

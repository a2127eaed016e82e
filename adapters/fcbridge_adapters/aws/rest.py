"""REST APIs of API Gateway.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

from fcbridge.codec import PLAIN_PATH, below_base, is_object, wire_path
from fcbridge.envelope import composed_body, read_json
from fcbridge.gateway import SAMPLE_STAMP, Limits, lazy

from .payload1 import Payload1, claimed
from .protocol import HEAD, PAYLOAD, REST_RESPONSE_REFUSED, passed_on, rest_request_refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from fcbridge.gateway import Refusal, Stamp
    from fcbridge.losses import Loss
    from fcbridge.model import Request, Response

    from .payload1 import Event

_STAGE = "prod"

# A result with another key beside these is answered with 502, so "cookies" of payload 2.0 are.
_KEYS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})


class RestApi(Payload1):
    """The event has the path without its stage, and ``requestContext.path`` the path of the client's URL."""

    name = "aws-rest"
    title = "Amazon API Gateway (REST API)"
    response_refused = REST_RESPONSE_REFUSED
    # ANY stands for these methods.
    limits = Limits(
        methods=frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}),
        request_headers=HEAD,
        request_body=PAYLOAD,
        request_event=PAYLOAD,
        response_body=PAYLOAD,
    )
    capitalized = frozenset(
        {
            "accept", "cookie", "host", "user-agent", "x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port",
            "x-forwarded-proto",
        }
    )  # fmt: skip

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from .losses import REST_API

        return REST_API

    def matches(self, event: Any) -> bool:
        return claimed(event) and event.get("version") is self.version

    def path(self, path: str, context: Mapping[str, Any]) -> tuple[str, str]:
        """Where the client's URL has the stage, it is the base path; a custom domain's mapping hides it.

        The event's path has one slash at its beginning, however many were sent; that of the context has them all.
        """
        whole = context.get("path")
        if path[:1] != "/" or not PLAIN_PATH.issuperset(path):
            path = wire_path(path)
        if whole == path or not isinstance(whole, str):
            return path, ""
        stage = context.get("stage")
        whole = wire_path(whole)
        base = f"/{stage}"
        if isinstance(stage, str) and stage and below_base(whole, base):
            rest = whole[len(base) :]
            if rest.lstrip("/") == path.lstrip("/"):
                return base + (rest if rest.startswith("//") else path), base
        # Of an invocation by the console's test button it is the template of the route.
        return (whole if whole.lstrip("/") == path.lstrip("/") else path), ""

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> Event:
        """With a base path of one segment, the event of the API's own domain with a stage of that name; without one,
        that of a custom domain."""
        from .composing import added

        passed = added(passed_on(request, rest_request_refused), stamp).headers
        stage = request.base_path[1:]
        path = request.path[len(request.base_path) :]
        path = "/" + path.lstrip("/")
        resource = "/" if path == "/" else "/{proxy+}"
        context = {
            "deploymentId": "d4p0y1",
            "extendedRequestId": "QwErTy1ZiGYFxyz=",
            "path": request.path,
            "requestId": stamp.request_id,
            "resourceId": "r7x2ab",
            "resourcePath": resource,
            "stage": stage or _STAGE,
        }
        # As with a list of binaryMediaTypes that names what is not text. Without one, everything is text, and what is
        # not UTF-8 is broken on its way.
        body = composed_body(request)
        event = self.composed(request.replace(query=request.query.replace(";", "&")), passed, body, stamp, context)
        event["path"] = path
        if path != "/":
            event["pathParameters"] = {"proxy": path.strip("/")}
        return event

    def read(self, payload: bytes) -> Response:
        """As with ``*/*`` among the binaryMediaTypes; without it the base64 of a body is sent to most clients."""
        from .reading import refused, renamed, typed

        envelope = read_json(payload)
        if not is_object(envelope) or not envelope:
            raise refused(self.title, "result", "is no object with fields")
        unknown = envelope.keys() - _KEYS
        if unknown:
            raise refused(self.title, min(unknown)[:40], "is no key of a response")
        return typed(renamed(self.answer(envelope)), "application/json")

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import rest_refusal

        return rest_refusal(refusal)


REST_API = RestApi()

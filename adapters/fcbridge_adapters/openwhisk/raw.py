"""Raw web actions (``--web raw``): method, path, query, headers and body in keys of their own.

https://github.com/apache/openwhisk/blob/master/docs/webactions.md#raw-http-handling
"""

from __future__ import annotations

from fcbridge.codec import is_object, wire_query
from fcbridge.envelope import malformed, read_json
from fcbridge.gateway import SAMPLE_STAMP, Gateway, Limits, lazy
from fcbridge.model import Request

from .action import META, composed_body, composed_meta, parsed_body, parsed_meta
from .context import Activation
from .results import read_result, rendered_result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypedDict

    from fcbridge.gateway import Refusal, Runtime, Stamp
    from fcbridge.losses import Loss
    from fcbridge.model import Response

    class RawArguments(TypedDict):
        """Beside these: the parameters that the action and its package are bound to."""

        __ow_method: str  # in lower case
        __ow_path: str  # behind the action's name, percent-encoded; "" where there is nothing
        __ow_query: str  # percent-encoded
        __ow_headers: dict[str, str]  # names in lower case; of repeats the last
        __ow_body: str  # text or base64, which the content type alone tells


class WebAction(Gateway):
    """What raw and parsed web actions have in common."""

    # https://github.com/apache/openwhisk/blob/master/docs/reference.md#system-limits
    limits = Limits(
        methods=frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}),
        request_body=1024 * 1024,
        response_body=1024 * 1024,
    )

    @lazy
    def runtime(self) -> Runtime:
        from .runtime import LAUNCHER

        return LAUNCHER

    def context(self, event: Any, context: object) -> object:
        from os import environ

        return Activation(environ) if context is None else context

    def render(self, response: Response, event: object) -> dict[str, Any]:
        return rendered_result(response)

    def read(self, payload: bytes) -> Response:
        return read_result(self.title, read_json(payload))

    def refuse(self, refusal: Refusal) -> Response:
        from .refusals import refusal_response

        return refusal_response(refusal)


class RawAction(WebAction):
    """The base of the action's own URL, ``/api/v1/web/namespace/package/action``, is in none of the keys."""

    name = "openwhisk-raw"
    title = "OpenWhisk (raw web action)"

    @lazy
    def loses(self) -> tuple[Loss, ...]:
        from .losses import RAW_ACTION

        return RAW_ACTION

    def matches(self, event: Any) -> bool:
        return is_object(event) and event.keys() >= META and "__ow_query" in event

    def parse(self, event: RawArguments) -> Request:
        request = parsed_meta(self.title, event)
        field = "__ow_query"
        try:
            request.query = wire_query(event["__ow_query"].removeprefix("?"))
            field = "__ow_body"
            request.body = parsed_body(event.get("__ow_body"), request.headers)
        except (AttributeError, TypeError, ValueError) as error:
            raise malformed(self.title, field, error) from error
        return request

    def compose(self, request: Request, stamp: Stamp = SAMPLE_STAMP) -> dict[str, Any]:
        from .losses import respelled_query

        meta, body = composed_meta(request)
        return {**meta, "__ow_query": respelled_query(request.query), "__ow_body": composed_body(meta, body)}


RAW_ACTION = RawAction()

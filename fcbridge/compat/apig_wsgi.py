"""``make_lambda_handler``: https://github.com/adamchainz/apig-wsgi"""

from __future__ import annotations

from .. import bridge
from ..codec import is_object
from .doors import Lambda, Manner, stage_untold
from .wsgi import with_keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from ..model import Request, Response
    from .wsgi import App


def make_lambda_handler(
    wsgi_app: App,
    binary_support: bool | None = None,
    non_binary_content_type_prefixes: Iterable[str] | None = None,
) -> Callable[[Any, Any], Any]:
    """A Lambda handler of a WSGI app.

    Args:
        wsgi_app: the app.
        binary_support: whether the gateway decodes base64, as all of them do but REST APIs without
            ``binaryMediaTypes``; so None is False for payload 1.0, and True otherwise. Where it does not, what is
            UTF-8 is sent as text, whatever its type; the rest is base64 all the same, for it has no other way.
        non_binary_content_type_prefixes: what is sent as text, by the beginning of its Content-Type, instead of what
            fcbridge knows to be text.

    The environ has ``apig_wsgi.full_event``, ``apig_wsgi.context``, ``apig_wsgi.request_context`` and
    ``apig_wsgi.multi_value_headers``.
    """
    prefixes = None if non_binary_content_type_prefixes is None else tuple(non_binary_content_type_prefixes)
    handler = bridge(with_keys(wsgi_app, _keys), platform=Lambda(_Manner(binary_support, prefixes)), interface="wsgi")

    def lambda_handler(event: Any, context: Any = None) -> Any:
        return handler(event, context)

    lambda_handler.handler = handler  # type: ignore[attr-defined]  # where the local commands look for it
    return lambda_handler


def _keys(event: Any, context: Any) -> dict[str, Any]:
    keys: dict[str, Any] = {
        "apig_wsgi.full_event": event,
        "apig_wsgi.context": context,
        "apig_wsgi.multi_value_headers": event.get("version") != "2.0" and "multiValueHeaders" in event,
    }
    if "requestContext" in event:
        keys["apig_wsgi.request_context"] = event["requestContext"]
    return keys


class _Manner(Manner):
    def __init__(self, binary_support: bool | None, prefixes: tuple[str, ...] | None) -> None:
        self._binary_support = binary_support
        self._prefixes = prefixes

    def arrived(self, request: Request, event: Any) -> Request:
        return stage_untold(request, event)

    def leaving(self, response: Response, event: Any) -> Response:
        if not self._decodes(event):
            response.text = True
        elif self._prefixes is not None:
            kind = response.headers.get("content-type") or ""
            response.text = response.headers.get("content-encoding") is None and kind.startswith(self._prefixes)
        return response

    def _decodes(self, event: dict[str, Any]) -> bool:
        if event.get("version") == "2.0":
            return True  # the peer does not ask there
        if self._binary_support is None:
            around = event.get("requestContext")
            return is_object(around) and "elb" in around
        return self._binary_support


__all__ = ["make_lambda_handler"]

"""``response``: https://github.com/slank/awsgi"""

from __future__ import annotations

from .. import bridge
from .doors import Lambda, Manner, stage_untold
from .wsgi import Handlers, with_keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ..handler import Handler
    from ..model import Request, Response
    from .wsgi import App

_handlers = Handlers()


def response(app: App, event: Any, context: Any, base64_content_types: Iterable[str] | None = None) -> Any:
    """Answer one event with a WSGI app.

    ``base64_content_types`` are sent as base64, beside what is no text anyway. The environ has ``awsgi.event`` and
    ``awsgi.context``.
    """
    types = frozenset(base64_content_types or ())

    def made() -> Handler:
        return bridge(with_keys(app, _keys), platform=Lambda(_Manner(types)), interface="wsgi")

    return _handlers.of(app, made, types)(event, context)


def _keys(event: Any, context: Any) -> dict[str, Any]:
    return {"awsgi.event": event, "awsgi.context": context}


class _Manner(Manner):
    def __init__(self, types: frozenset[str]) -> None:
        self._types = types

    def arrived(self, request: Request, event: Any) -> Request:
        return stage_untold(request, event)

    def leaving(self, response: Response, event: Any) -> Response:
        if (response.headers.get("content-type") or "").partition(";")[0].strip() in self._types:
            response.text = False
        return response


__all__ = ["response"]

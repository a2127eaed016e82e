"""What the router tells of a call, in headers of the request.

https://fission.io/docs/usage/function/access-url-params/ for X-Fission-Params-*; the names of the others are those of
the router's code.
"""

from __future__ import annotations

from fcbridge.gateway import Invocation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class FunctionCall:
    """One call of a function, as the app sees it under ``fcbridge.context``.

    ``parameters`` are those of the trigger's URL pattern, by their names in lower case. The platform has no id of its
    own: ``request_id`` is the client's X-Request-Id, or the trace of a traceparent.
    """

    __slots__ = ("name", "namespace", "parameters", "request_id", "uid")

    def __init__(self, environ: Mapping[str, Any], request_id: str = "") -> None:
        self.name: str = environ.get("HTTP_X_FISSION_FUNCTION_NAME") or ""
        self.namespace: str = environ.get("HTTP_X_FISSION_FUNCTION_NAMESPACE") or ""
        self.uid: str = environ.get("HTTP_X_FISSION_FUNCTION_UID") or ""
        self.parameters: dict[str, str] = {
            key[len(_PARAMETERS) :].lower().replace("_", "-"): value
            for key, value in environ.items()
            if key.startswith(_PARAMETERS)
        }
        self.request_id = environ.get("HTTP_X_REQUEST_ID") or _trace(environ.get("HTTP_TRACEPARENT")) or request_id


_PARAMETERS = "HTTP_X_FISSION_PARAMS_"


def _trace(traceparent: str | None) -> str:
    """ "VERSION-TRACE_ID-PARENT_ID-FLAGS" (https://www.w3.org/TR/trace-context/)."""
    parts = (traceparent or "").split("-")
    return parts[1] if len(parts) >= 4 else ""


def read_context(context: object) -> Invocation:
    """The function's timeout is known to the router alone."""
    request_id = getattr(context, "request_id", None)
    return Invocation(request_id if isinstance(request_id, str) else "")

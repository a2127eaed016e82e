"""What the headers tell of an invocation: the middleware hands no context to a function.

Inferred: X-Request-Id is that of Envoy, which is in most of Knative's network layers.
https://www.w3.org/TR/trace-context/ for traceparent.
"""

from __future__ import annotations

from fcbridge.gateway import Invocation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Execution:
    """One request, as the app sees it under ``fcbridge.context``. What is not told is an empty string."""

    __slots__ = ("request_id", "span_id", "trace_id")

    def __init__(self, request_id: str = "", traceparent: str = "") -> None:
        # "VERSION-TRACE_ID-PARENT_ID-FLAGS"
        parts = traceparent.split("-")
        self.trace_id, self.span_id = parts[1:3] if len(parts) >= 4 else ("", "")
        self.request_id = request_id or self.trace_id


def execution_of_scope(scope: Mapping[str, Any]) -> Execution:
    """The execution that an ASGI scope tells of."""
    told: dict[bytes, str] = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _HEADERS}
    return Execution(*[told.get(name, "") for name in _HEADERS])


_HEADERS = (b"x-request-id", b"traceparent")


def read_context(context: object) -> Invocation:
    """No header tells how much time is left."""
    request_id = getattr(context, "request_id", None)
    return Invocation(request_id if isinstance(request_id, str) else "")

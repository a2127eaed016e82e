"""What the headers and the environment tell of an invocation: the platform hands no context to a function.

https://docs.cloud.google.com/run/docs/trace for X-Cloud-Trace-Context, https://www.w3.org/TR/trace-context/ for
traceparent. Function-Execution-Id is what the framework labels log lines with, and makes up where there is none.
"""

from __future__ import annotations

from os import environ as variables

from fcbridge.gateway import Invocation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class Execution:
    """One execution of a function, as the app sees it under ``fcbridge.context``.

    ``timeout`` is in seconds. What is not told is an empty string, or None.
    """

    __slots__ = ("execution_id", "span_id", "timeout", "trace_id")

    def __init__(self, execution_id: str = "", cloud_trace: str = "", traceparent: str = "") -> None:
        self.execution_id = execution_id
        # "TRACE_ID/SPAN_ID;o=OPTIONS" and "VERSION-TRACE_ID-PARENT_ID-FLAGS".
        trace, _, rest = cloud_trace.partition("/")
        self.trace_id, self.span_id = trace, rest.partition(";")[0]
        if not trace:
            parts = traceparent.split("-")
            if len(parts) >= 4:
                self.trace_id, self.span_id = parts[1:3]
        self.timeout = _seconds(variables.get("CLOUD_RUN_TIMEOUT_SECONDS"))

    @property
    def request_id(self) -> str:
        """The execution's id, or that of its trace."""
        return self.execution_id or self.trace_id


def execution_of_environ(environ: Mapping[str, Any]) -> Execution:
    """The execution that a WSGI environ tells of."""
    return Execution(
        environ.get("HTTP_FUNCTION_EXECUTION_ID") or "",
        environ.get("HTTP_X_CLOUD_TRACE_CONTEXT") or "",
        environ.get("HTTP_TRACEPARENT") or "",
    )


def execution_of_scope(scope: Mapping[str, Any]) -> Execution:
    """The execution that an ASGI scope tells of."""
    told: dict[bytes, str] = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _HEADERS}
    return Execution(*[told.get(name, "") for name in _HEADERS])


_HEADERS = (b"function-execution-id", b"x-cloud-trace-context", b"traceparent")


def read_context(context: object) -> Invocation:
    """The platform counts the timeout from when it has the request, so a little less remains."""
    request_id = getattr(context, "request_id", None)
    timeout = getattr(context, "timeout", None)
    return Invocation(
        request_id if isinstance(request_id, str) else "",
        timeout if isinstance(timeout, float) and 0 < timeout < 1e7 else None,
    )


def _seconds(text: str | None) -> float | None:
    # The framework takes it for its server's timeout, where 0 is none.
    seconds = float(text) if text and text.isascii() and text.isdigit() else 0.0
    return seconds if 0 < seconds < 1e7 else None

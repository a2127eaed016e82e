"""The context object of Function Compute's Python runtimes.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/context
"""

from __future__ import annotations

from fcbridge.gateway import Invocation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def read_context(context: object) -> Invocation:
    """``function.timeout`` is text in one code path of the runtime and a number in the other; there is no deadline.

    A mapping is taken for the headers that a custom runtime gets with each request.
    """
    if hasattr(context, "items"):
        context = _of_headers(context)
    request_id = getattr(context, "request_id", None)
    timeout = getattr(getattr(context, "function", None), "timeout", None)
    remaining = None
    if timeout is not None and not isinstance(timeout, bool):
        try:
            remaining = float(timeout)
        except (TypeError, ValueError, OverflowError):
            remaining = None
        if remaining is not None and not 0 < remaining < 1e7:
            remaining = None
    return Invocation(request_id if isinstance(request_id, str) else "", remaining)


def _of_headers(headers: Any) -> object:
    from .custom import CustomContext

    try:
        return CustomContext(headers, {})
    except Exception:  # of somebody else's mapping: what it cannot say is not known
        return None

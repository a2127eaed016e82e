"""The context object of FunctionGraph's Python runtimes: everything is a method.

https://support.huaweicloud.com/intl/en-us/devg-functiongraph/functiongraph_02_0420.html
"""

from __future__ import annotations

from fcbridge.gateway import Invocation


def read_context(context: object) -> Invocation:
    """``getRemainingTimeInMilliSeconds`` has a capital S in the middle, unlike its namesake in AWS Lambda's Java."""
    request_id = _said(context, "getRequestID")
    milliseconds = _said(context, "getRemainingTimeInMilliSeconds")
    remaining = None
    if isinstance(milliseconds, (int, float)) and not isinstance(milliseconds, bool) and 0 < milliseconds < 1e10:
        remaining = milliseconds / 1000
    return Invocation(request_id if isinstance(request_id, str) else "", remaining)


def _said(context: object, method: str) -> object:
    try:
        return getattr(context, method)()
    except Exception:  # of somebody else's object: what it cannot say is not known
        return None

"""The context object of CFC's Python runtime: AWS Lambda's, with a request id of Baidu's own name.

https://cloud.baidu.com/doc/CFC/s/0k0rw0397, and the template that the console makes a Python function of.
"""

from __future__ import annotations

from fcbridge.gateway import Invocation

# Inferred: the template names the first; its text is AWS Lambda's with names exchanged, so the others count as well.
_REQUEST_IDS = ("bce_request_id", "request_id", "aws_request_id", "invokeid")


def read_context(context: object) -> Invocation:
    request_id = ""
    for name in _REQUEST_IDS:
        value = getattr(context, name, None)
        if isinstance(value, str) and value:
            request_id = value
            break
    remaining = None
    try:
        milliseconds = context.get_remaining_time_in_millis()  # type: ignore[attr-defined]  # where there is none it raises
    except Exception:  # of somebody else's object: what it cannot say is not known
        milliseconds = None
    if isinstance(milliseconds, (int, float)) and not isinstance(milliseconds, bool) and 0 < milliseconds < 1e10:
        remaining = milliseconds / 1000
    return Invocation(request_id, remaining)

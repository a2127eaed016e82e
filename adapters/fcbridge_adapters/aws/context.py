"""The context object of Lambda's Python runtime.

https://docs.aws.amazon.com/lambda/latest/dg/python-context.html; what that page leaves out is as the runtime's own code
has it (aws/aws-lambda-python-runtime-interface-client).
"""

from __future__ import annotations

from fcbridge.gateway import Invocation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The account of every event and every ARN that is made here.
ACCOUNT = "123456789012"

# Nothing runs longer than this, in milliseconds: a day is many times the longest timeout there is.
_DAY = 24 * 60 * 60 * 1000


def read_context(context: object) -> Invocation:
    """The request id and the time that is left; the runtime itself counts it, to the millisecond."""
    request_id = getattr(context, "aws_request_id", None)
    tell = getattr(context, "get_remaining_time_in_millis", None)
    return Invocation(request_id if isinstance(request_id, str) else "", None if tell is None else _told(tell))


def _told(tell: Any) -> float | None:
    """Seconds; None where the context does not tell. No invocation begins without time: a stub that says 0 has none."""
    try:
        left = tell()
    except Exception:  # whatever a stub does there
        return None
    if isinstance(left, bool) or not isinstance(left, (int, float)) or not 0 < left < _DAY:
        return None
    return left / 1000

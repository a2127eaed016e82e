"""What the platform tells of an invocation.

The Python worker hands over a ``func.Context``: https://learn.microsoft.com/python/api/azure-functions/azure.functions.context
A custom handler gets a POST, whose headers are the context.
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.gateway import Invocation

#: The header with which the host numbers the POST to a custom handler.
INVOCATION_ID = "X-Azure-Functions-InvocationId"


def read_context(context: object) -> Invocation:
    """Neither context has a deadline: ``functionTimeout`` stays with the host."""
    if is_object(context):
        request_id = context.get(INVOCATION_ID) or context.get(INVOCATION_ID.lower())
    else:
        request_id = getattr(context, "invocation_id", None)
    return Invocation(request_id if isinstance(request_id, str) else "")

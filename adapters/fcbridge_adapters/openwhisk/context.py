"""The activation: what the runtime puts into the environment before each call, since ``main(args)`` gets no context.

https://github.com/apache/openwhisk/blob/master/docs/actions.md#accessing-action-metadata-within-the-action-body
"""

from __future__ import annotations

from fcbridge.gateway import Invocation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Activation:
    """One activation. ``deadline`` is in milliseconds since 1970; None where the environment does not tell it."""

    __slots__ = (
        "action_name",
        "action_version",
        "activation_id",
        "api_host",
        "deadline",
        "namespace",
        "transaction_id",
    )

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.activation_id = environ.get("__OW_ACTIVATION_ID", "")
        self.action_name = environ.get("__OW_ACTION_NAME", "")
        self.action_version = environ.get("__OW_ACTION_VERSION", "")
        self.namespace = environ.get("__OW_NAMESPACE", "")
        self.api_host = environ.get("__OW_API_HOST", "")
        self.transaction_id = environ.get("__OW_TRANSACTION_ID", "")
        deadline = environ.get("__OW_DEADLINE", "")
        self.deadline = int(deadline) if deadline.isascii() and deadline.isdigit() and len(deadline) < 16 else None


def read_context(context: object) -> Invocation:
    """A deadline that has passed is one of an earlier activation: it says nothing."""
    request_id = getattr(context, "activation_id", None)
    deadline = getattr(context, "deadline", None)
    remaining = None
    if isinstance(deadline, int) and not isinstance(deadline, bool):
        from time import time

        left = deadline / 1000 - time() if abs(deadline) < 10**16 else 0.0
        remaining = left if 0 < left < 1e7 else None
    return Invocation(request_id if isinstance(request_id, str) else "", remaining)

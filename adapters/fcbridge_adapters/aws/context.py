"""The context object of Lambda's Python runtime.

https://docs.aws.amazon.com/lambda/latest/dg/python-context.html; what that page leaves out is as the runtime's own code
has it (aws/aws-lambda-python-runtime-interface-client).
"""

from __future__ import annotations

import time

from fcbridge.gateway import Invocation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Settings

#: The account of every event and every ARN that is made here.
ACCOUNT = "123456789012"
VERSION = "$LATEST"

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


class CognitoIdentity:
    """Empty unless a mobile SDK has called the function."""

    cognito_identity_id: str | None = None
    cognito_identity_pool_id: str | None = None


class LambdaContext:
    """The context as the runtime makes it. ``memory_limit_in_mb`` is text, since it is an environment variable's."""

    def __init__(self, settings: Settings, request_id: str) -> None:
        self.aws_request_id = request_id
        self.function_name = settings.name
        self.function_version = VERSION
        self.invoked_function_arn = f"arn:aws:lambda:{settings.region}:{ACCOUNT}:function:{settings.name}"
        self.memory_limit_in_mb = str(settings.memory)
        self.log_group_name = log_group(settings)
        self.log_stream_name = LOG_STREAM
        self.client_context = None
        self.identity = CognitoIdentity()
        self.tenant_id: str | None = None
        self._deadline = time.time_ns() // 1_000_000 + settings.timeout * 1000

    def get_remaining_time_in_millis(self) -> int:
        return max(self._deadline - time.time_ns() // 1_000_000, 0)

    def w3c(self) -> dict[str, str]:
        return {}

    def log(self, msg: object) -> None:
        import sys

        sys.stdout.write(str(msg))


LOG_STREAM = "2026/03/02/[$LATEST]67c1a2b315b2f0aa0c9d8e7f6a5b4c3d"


def log_group(settings: Settings) -> str:
    return f"/aws/lambda/{settings.name}"

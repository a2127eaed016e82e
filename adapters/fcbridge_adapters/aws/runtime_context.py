"""The context object as Lambda's Python runtime makes it."""

from __future__ import annotations

import time

from .context import ACCOUNT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Settings

VERSION = "$LATEST"


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

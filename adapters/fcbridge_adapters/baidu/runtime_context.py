"""The context object as CFC's Python runtime makes it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Settings


class FunctionContext:
    """What the template documents. Under which name credentials are in it, no document says."""

    identity = None
    client_context = None
    log_group_name = ""
    log_stream_name = ""

    def __init__(self, settings: Settings, request_id: str) -> None:
        import time

        self.bce_request_id = request_id
        self.function_name = settings.name
        self.function_version = "$LATEST"
        self.invoked_function_arn = brn(settings)
        self.memory_limit_in_mb = settings.memory
        self._clock = time.monotonic
        self._deadline = time.monotonic() + settings.timeout

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - self._clock()) * 1000))


def brn(settings: Settings) -> str:
    """The function's resource name."""
    return f"brn:bce:cfc:{settings.region}:1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d:function:{settings.name}:$LATEST"

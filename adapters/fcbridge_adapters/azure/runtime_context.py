"""What the host and the Python worker tell of an invocation, as they make it."""

from __future__ import annotations

from .context import INVOCATION_ID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from threading import local

    from fcbridge.gateway import Settings


class TraceContext:
    trace_parent = ""
    trace_state = ""

    def __init__(self) -> None:
        self.attributes: dict[str, str] = {}


class RetryContext:
    retry_count = 0
    max_retry_count = 0
    exception = None


class WorkerContext:
    """The context as the Python worker makes it."""

    thread_local_storage: local

    def __init__(self, settings: Settings, invocation_id: str, directory: str) -> None:
        from threading import local

        self.invocation_id = invocation_id
        self.function_name = settings.name
        self.function_directory = directory
        self.trace_context = TraceContext()
        self.retry_context = RetryContext()
        self.thread_local_storage = local()


def posted_context(invocation_id: str) -> dict[str, str]:
    """The headers of the host's POST to a custom handler."""
    return {
        INVOCATION_ID: invocation_id,
        "X-Azure-Functions-HostVersion": "4.1037.0.0",
        "User-Agent": "Azure-Functions-Host/4.1037.0.0",
    }

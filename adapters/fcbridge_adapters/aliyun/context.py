"""The context object of Function Compute's Python runtimes.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/context
The runtimes of Python 3.9 and 3.10 have ``credentials`` and ``service``; that of 3.12 has neither.
"""

from __future__ import annotations

from fcbridge.gateway import Invocation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from fcbridge.gateway import Settings


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


class Credentials:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.access_key_id = environ.get("ALIBABA_CLOUD_ACCESS_KEY_ID")
        self.access_key_secret = environ.get("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
        self.security_token = environ.get("ALIBABA_CLOUD_SECURITY_TOKEN")

    def __repr__(self) -> str:
        return "Credentials(***)" if self.access_key_id else "Credentials()"


class Function:
    def __init__(self, settings: Settings) -> None:
        self.name = settings.name
        self.handler = settings.handler
        self.memory = settings.memory
        self.timeout: str | int = str(settings.timeout)


class Service:
    name = ""
    log_project = ""
    log_store = ""
    qualifier = "LATEST"
    version_id = ""


class Tracing:
    span_context = ""
    jaeger_endpoint = ""

    def __init__(self) -> None:
        self.span_baggages: dict[str, str] = {}


class FCContext:
    """The context as the runtime of Python 3.10 makes it, or that of 3.12 (``modern``)."""

    def __init__(self, settings: Settings, request_id: str, environ: Mapping[str, str], *, modern: bool) -> None:
        self.request_id = self.requestId = request_id
        self.function = Function(settings)
        self.region = settings.region
        self.account_id = "1357900000024680"
        self.logger = None
        if modern:
            self.function.timeout = settings.timeout
            self.log_project = self.log_store = ""
        else:
            self.credentials = Credentials(environ)
            self.service = Service()
            self.retry_count = 1
            self.tracing = Tracing()

"""The context object as Function Compute's Python runtimes make it.

The runtimes of Python 3.9 and 3.10 have ``credentials`` and ``service``; that of 3.12 has neither.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from fcbridge.gateway import Settings


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

"""The context of custom runtimes and custom containers: Function Compute sends it in the headers of each request.

https://www.alibabacloud.com/help/en/fc/user-guide/specification-details lists them. Not listed, but seen, are the
function's timeout, the ids for tracing, the instance and the number of the attempt.

The names begin with ``x-fc-``. The platform does not let a client send such headers; anywhere else anybody can, so what
they say counts on Function Compute only.
"""

from __future__ import annotations

from fcbridge.codec import is_object

from .runtime_context import Credentials, Service, Tracing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX = "x-fc-"


class CustomContext:
    """Has the names that the context of the Python runtimes has; what was not sent is empty or None.

    ``headers`` are those of one request, in any spelling. ``environ`` has the credentials of the function's role for
    the runtimes that do not send all of them: custom.debian11 leaves out the security token.
    """

    def __init__(self, headers: Mapping[str, str], environ: Mapping[str, str]) -> None:
        sent = {
            name[len(_PREFIX) :].lower(): value
            for name, value in headers.items()
            if name[: len(_PREFIX)].lower() == _PREFIX
        }
        self.request_id = self.requestId = sent.get("request-id", "")
        self.function = Function(sent)
        self.service = _service(sent)
        self.credentials = _credentials(sent, environ)
        self.region = sent.get("region", "")
        self.account_id = sent.get("account-id", "")
        self.log_project = self.service.log_project
        self.log_store = self.service.log_store
        #: What the request is: "/http-invoke" a client's own, "/invoke" an event, "/initialize" and "/pre-stop" hooks.
        self.control_path = sent.get("control-path", "")
        self.trace_id = sent.get("trace-id", "")
        self.instance_id = sent.get("instance-id", "")
        self.retry_count = _number(sent.get("retry-count"))
        self.tracing = _tracing(sent)
        self.logger = None

    def __repr__(self) -> str:
        return f"<CustomContext {self.request_id} {self.function!r} {self.region} {self.credentials!r}>"


class Function:
    """Memory in MB, timeout in seconds. ``qualifier`` is what was asked for, ``version_id`` what it stands for."""

    def __init__(self, sent: Mapping[str, str]) -> None:
        self.name = sent.get("function-name", "")
        self.handler = sent.get("function-handler", "")
        self.memory = _number(sent.get("function-memory"))
        self.timeout = _number(sent.get("function-timeout"))
        self.qualifier = sent.get("qualifier", "")
        self.version_id = sent.get("version-id", "")

    def __repr__(self) -> str:
        return f"Function({self.name!r}, {self.handler!r}, memory={self.memory}, timeout={self.timeout})"


def _service(sent: Mapping[str, str]) -> Service:
    """FC 3.0 has no services any more, and sends no name of one."""
    service = Service()
    service.name = sent.get("service-name", "")
    service.log_project = sent.get("service-logproject", "")
    service.log_store = sent.get("service-logstore", "")
    service.qualifier = sent.get("qualifier", "")
    service.version_id = sent.get("version-id", "")
    return service


def _credentials(sent: Mapping[str, str], environ: Mapping[str, str]) -> Credentials:
    """All three of one source: a key goes with its own token only."""
    own = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": sent.get("access-key-id", ""),
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": sent.get("access-key-secret", ""),
        "ALIBABA_CLOUD_SECURITY_TOKEN": sent.get("security-token", ""),
    }
    return Credentials(own if all(own.values()) or not all(map(environ.get, own)) else environ)


def _tracing(sent: Mapping[str, str]) -> Tracing:
    tracing = Tracing()
    tracing.span_context = sent.get("tracing-opentracing-span-context", "")
    tracing.jaeger_endpoint = sent.get("tracing-jaeger-endpoint", "")
    packed = sent.get("tracing-opentracing-span-baggages")
    if packed:
        tracing.span_baggages = _baggages(packed)
    return tracing


def _baggages(packed: str) -> dict[str, str]:
    """Base64 of a JSON object; nothing where it is none."""
    import json
    from binascii import a2b_base64

    try:
        found: object = json.loads(a2b_base64(packed))
    except (ValueError, RecursionError):
        return {}
    return found if is_object(found) else {}


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None

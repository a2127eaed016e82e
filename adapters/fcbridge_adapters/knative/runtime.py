"""The middleware of ``func``, played: what it makes of a request, and of what a function sends.

https://github.com/knative-extensions/func-python
"""

from __future__ import annotations

from fcbridge.gateway import Runtime
from fcbridge.played import packed_response, played_request, server_scope

from .context import Execution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Handler, Settings

#: Where the event, which is a scope, has the body. The entry writes it there.
BODY = "knative.body"

# The middleware answers the probes of Kubernetes itself.
_PROBES = frozenset({"/health/liveness", "/health/readiness"})


class FuncRuntime(Runtime):
    """There is no context argument: the second one is None. What the handler returns is the messages to send."""

    name = "knative-func"
    #: The middleware calls ``logging.basicConfig(level=INFO)`` before it loads the function.
    log_format = "%(levelname)s:%(name)s:%(message)s"

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        request = played_request(event, "A function of Knative", "knative-func")
        if request.path in _PROBES:
            return packed_response(200, [("content-type", "text/plain")], b"OK")
        scope: dict[str, Any] = {**server_scope(request), BODY: request.body}
        messages: Any = handler(scope, None)
        start, body = messages
        pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
        return packed_response(start["status"], pairs, body["body"])

    def context(self, settings: Settings, request_id: str) -> Execution:
        return Execution(request_id)

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        return {
            "K_SERVICE": settings.name,
            "K_REVISION": f"{settings.name}-00001",
            "K_CONFIGURATION": settings.name,
            "PORT": "8080",
        }

    def error(self, exception: BaseException) -> dict[str, object]:
        """The middleware has no document for errors, only text."""
        return {"errorMessage": str(exception), "errorType": type(exception).__name__}


FUNC_RUNTIME = FuncRuntime()

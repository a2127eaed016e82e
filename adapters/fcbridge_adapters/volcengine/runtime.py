"""veFaaS' Python runtime, played: how it calls ``handler(event, context)`` and what it makes of the result.

https://www.volcengine.com/docs/6662/107430. The variables and the errors are those of the official Go runtime
(https://github.com/volcengine/vefaas-golang-runtime).
"""

from __future__ import annotations

from fcbridge.bodies import base64_text
from fcbridge.codec import is_object
from fcbridge.document import load_event
from fcbridge.gateway import Runtime

from .runtime_context import FunctionContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Handler, Settings

#: Where the bytes of a body are in a payload. The real runtime writes HTTP and needs no such field.
BODY_BYTES = "bodyBytes"


class EventRuntime(Runtime):
    """The event is a JSON value. Of a result three fields are passed on; none at all is a 200."""

    name = "vefaas"

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        import json

        result = handler(load_event(event), context)
        if result is None:
            return b"{}"
        if not is_object(result):
            return json.dumps(result).encode("utf-8")
        answer: dict[str, object] = {name: result[name] for name in ("statusCode", "headers", "body") if name in result}
        body = answer.get("body")
        if isinstance(body, (bytes, bytearray)):
            # Inferred: the official Node.js template answers files with a Buffer, and the Go runtime takes bytes only.
            del answer["body"]
            answer[BODY_BYTES] = base64_text(bytes(body))
        return json.dumps(answer).encode("utf-8")

    def context(self, settings: Settings, request_id: str) -> FunctionContext:
        return FunctionContext(request_id)

    def error(self, exception: BaseException) -> dict[str, object]:
        """Inferred: the headers of the answer, as the Go runtime sets them."""
        return {
            "X-Faas-Response-Error-Code": "function_execution_error",
            "X-Faas-Response-Error-Message": f"Function returns error, {exception}.",
        }

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        return {"_FAAS_RUNTIME_PORT": "8000", "_FAAS_FUNC_TIMEOUT": str(settings.timeout)}


EVENT_RUNTIME = EventRuntime()

"""FunctionGraph's Python runtime, played: how it calls ``handler(event, context)`` and what it makes of the result.

https://support.huaweicloud.com/intl/en-us/devg-functiongraph/functiongraph_02_0420.html
"""

from __future__ import annotations

from fcbridge.document import load_event
from fcbridge.gateway import Runtime

from .runtime_context import PROJECT, FunctionContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Handler, Settings


class EventRuntime(Runtime):
    """Event functions: the event is a JSON value, whatever the trigger is."""

    name = "functiongraph"

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        import json

        result = handler(load_event(event), context)
        if result is None:
            return b""
        if isinstance(result, str):
            return result.encode("utf-8")
        return json.dumps(result).encode("utf-8")

    def context(self, settings: Settings, request_id: str) -> FunctionContext:
        import os

        return FunctionContext(settings, request_id, os.environ)

    def error(self, exception: BaseException) -> dict[str, object]:
        import traceback

        return {
            "errorMessage": str(exception),
            "errorType": type(exception).__name__,
            "stackTrace": traceback.format_tb(exception.__traceback__),
        }

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        return {
            "RUNTIME_CODE_ROOT": directory,
            "RUNTIME_FUNC_NAME": settings.name,
            "RUNTIME_FUNC_VERSION": "latest",
            "RUNTIME_HANDLER": settings.handler,
            "RUNTIME_MEMORY": str(settings.memory),
            "RUNTIME_PACKAGE": "default",
            "RUNTIME_PROJECT_ID": PROJECT,
            "RUNTIME_TIMEOUT": str(settings.timeout),
            "RUNTIME_MAX_RESP_BODY_SIZE": str(6 * 1024 * 1024),
        }


EVENT_RUNTIME = EventRuntime()

"""Function Compute's built-in Python runtime, played: how it calls ``handler(event, context)`` and reads the result.

https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/request-handlers for the contract; the encoding of
results and errors is that of the runtime's own code, as it lies in the container.
"""

from __future__ import annotations

import json

from fcbridge.gateway import Runtime

from .runtime_context import FCContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Handler, Settings


class PythonRuntime(Runtime):
    """What the runtimes for events and for HTTP have in common."""

    log_format = "%(asctime)s %(request_id)s [%(levelname)s] %(message)s"

    def context(self, settings: Settings, request_id: str) -> FCContext:
        import os
        import sys

        return FCContext(settings, request_id, os.environ, modern=sys.version_info >= (3, 12))

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        return {
            "FC_FUNC_CODE_PATH": directory,
            "FC_FUNCTION_NAME": settings.name,
            "FC_FUNCTION_HANDLER": settings.handler,
            "FC_FUNCTION_MEMORY_SIZE": str(settings.memory),
            "FC_ACCOUNT_ID": "1357900000024680",
            "FC_REGION": settings.region,
            "FC_INSTANCE_ID": "c-67c1a2b3-15b2f0aa",
        }

    def error(self, exception: BaseException) -> dict[str, object]:
        import traceback

        document: dict[str, object] = {"errorMessage": str(exception), "errorType": type(exception).__name__}
        stack = [
            [f'File "{frame.filename}"', f"line {frame.lineno}", f"in {frame.name}", frame.line or ""]
            for frame in traceback.extract_tb(exception.__traceback__)
        ]
        if stack:
            document["stackTrace"] = stack
        return document


class EventRuntime(PythonRuntime):
    """Event functions: the event arrives as bytes, whatever the trigger is."""

    name = "fc-event"

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        wire = event if isinstance(event, bytes) else json.dumps(event, ensure_ascii=False).encode("utf-8")
        result = handler(wire, context)
        if isinstance(result, bytes):
            return result
        if isinstance(result, str):
            return result.encode("utf-8")
        return json.dumps(result, indent=4, sort_keys=True, default=_encode).encode("utf-8")


def _encode(value: object) -> object:
    import datetime
    import decimal

    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    to_json = getattr(value, "to_json", None)
    if callable(to_json):
        return to_json()
    raise TypeError(f"{type(value).__name__} is not JSON serializable")


EVENT_RUNTIME = EventRuntime()

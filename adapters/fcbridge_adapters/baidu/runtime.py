"""CFC's Python runtime, played: how it calls ``handler(event, context)`` and what it makes of the result.

https://cloud.baidu.com/doc/CFC/s/0k0rw0397. The variables are those that the official runtimes read
(https://github.com/baidubce/bce-cfc-go).
"""

from __future__ import annotations

from fcbridge.document import load_event
from fcbridge.gateway import Runtime

from .runtime_context import FunctionContext, brn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Handler, Settings


class EventRuntime(Runtime):
    """The event is a JSON value, and the result becomes one."""

    name = "cfc"

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        import json

        return json.dumps(handler(load_event(event), context)).encode("utf-8")

    def context(self, settings: Settings, request_id: str) -> FunctionContext:
        return FunctionContext(settings, request_id)

    def error(self, exception: BaseException) -> dict[str, object]:
        import traceback

        return {
            "errorMessage": str(exception),
            "errorType": type(exception).__name__,
            # A text, as in the official Go runtime; AWS Lambda has a list here.
            "stackTrace": "".join(traceback.format_tb(exception.__traceback__)),
        }

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        return {
            "BCE_USER_CODE_ROOT": directory,
            "BCE_USER_FUNCTION_BRN": brn(settings),
            "BCE_USER_FUNCTION_NAME": settings.name,
            "BCE_USER_FUNCTION_MEMSIZE": str(settings.memory),
            "BCE_USER_FUNCTION_VERSION": "$LATEST",
            "BCE_USER_FUNCTION_HANDLER": settings.handler,
        }


EVENT_RUNTIME = EventRuntime()

"""SCF's Python runtime, played: how it calls ``handler(event, context)`` and what it makes of the result.

https://cloud.tencent.com/document/product/583/55593
Event and context are dicts. The platform makes JSON of whatever is returned, so a handler that returns JSON as text has
it encoded twice, and no gateway reads that.
"""

from __future__ import annotations

from fcbridge.document import load_event
from fcbridge.gateway import Runtime

from .caller import VARIABLES
from .context import scf_context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Handler, Settings

    from .context import ScfContext


class ScfRuntime(Runtime):
    """Event functions, of SCF and of CloudBase."""

    name = "scf"
    # Inferred: the documents' samples log through the root logger without setting it up, and no format is given.
    log_format = None

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        import json

        result = handler(load_event(event), context)
        # Inferred: whether other characters than ASCII are escaped on the way is not documented; sizes are those of
        # UTF-8 here.
        return json.dumps(result, ensure_ascii=False).encode("utf-8")

    def context(self, settings: Settings, request_id: str) -> ScfContext:
        return scf_context(settings, request_id, {"SCF_NAMESPACE": "default"})

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        # https://cloud.tencent.com/document/product/583/30228
        import sys

        return {
            "TENCENTCLOUD_RUNENV": "SCF",
            "TENCENTCLOUD_REGION": settings.region,
            "TENCENTCLOUD_APPID": "1259876543",
            "TENCENTCLOUD_UIN": "100012345678",
            "TENCENTCLOUD_TZ": "UTC",
            "SCF_FUNCTIONNAME": settings.name,
            "SCF_FUNCTIONVERSION": "$LATEST",
            "SCF_NAMESPACE": "default",
            "SCF_RUNTIME": f"Python{sys.version_info.major}.{sys.version_info.minor}",
            "USER_CODE_ROOT": f"{directory}/",
        }

    def error(self, exception: BaseException) -> dict[str, object]:
        """As documented, without ``requestId``: a runtime is asked about exceptions and not about invocations."""
        import traceback

        return {
            "errorCode": -1,
            "errorMessage": "user code exception caught",
            "stackTrace": "".join(traceback.format_exception(type(exception), exception, exception.__traceback__)),
            "statusCode": 430,
        }


class CallFunctionRuntime(ScfRuntime):
    """SCF's runtime with a context that tells of a mini-program's user."""

    name = "tcb-call"

    def context(self, settings: Settings, request_id: str) -> ScfContext:
        return scf_context(settings, request_id, VARIABLES)


SCF_RUNTIME = ScfRuntime()
CALL_FUNCTION_RUNTIME = CallFunctionRuntime()

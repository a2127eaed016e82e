"""The Python worker and the host's side of custom handlers, played.

The worker's part is done by the package azure-functions itself: the request is its ``HttpRequest``, and its converter
reads the response. https://github.com/Azure/azure-functions-python-worker
"""

from __future__ import annotations

from fcbridge.bodies import base64_text
from fcbridge.codec import is_object
from fcbridge.envelope import read_json
from fcbridge.errors import MalformedEvent, MissingExtra
from fcbridge.gateway import Runtime

from .cookies import worker_cookies
from .runtime_context import WorkerContext, posted_context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, TypedDict

    from fcbridge.gateway import Handler, Settings

    class WorkerRequest(TypedDict):
        """The arguments of which the worker makes a ``func.HttpRequest``."""

        method: str
        url: str
        headers: dict[str, str]
        params: dict[str, str]
        route_params: dict[str, str]
        body_base64: str


_FIELDS = frozenset({"method", "url", "headers", "params", "route_params", "body_base64"})


def azure_functions() -> ModuleType:
    """The package azure-functions, which is in the worker but need not be elsewhere. Raises MissingExtra."""
    try:
        import azure.functions
    except ModuleNotFoundError as error:
        if error.name not in ("azure", "azure.functions"):
            raise
        raise MissingExtra(
            "Azure's Python worker speaks in objects of the package azure-functions, which is not installed.",
            hint="pip install azure-functions",
        ) from None
    return azure.functions


class AzureRuntime(Runtime):
    """What the worker and custom handlers have in common."""

    worker: str

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        return {
            "FUNCTIONS_WORKER_RUNTIME": self.worker,
            "FUNCTIONS_EXTENSION_VERSION": "~4",
            "AzureWebJobsScriptRoot": directory,
            "WEBSITE_SITE_NAME": settings.name,
            "REGION_NAME": settings.region,
        }

    def error(self, exception: BaseException) -> dict[str, object]:
        """What the worker reports to the host (RpcException). The client sees nothing of it."""
        import traceback

        return {
            "message": f"{type(exception).__name__}: {exception}",
            "stackTrace": "".join(traceback.format_exception(type(exception), exception, exception.__traceback__)),
        }


class PythonRuntime(AzureRuntime):
    """The Python worker."""

    name = "azure-python"
    worker = "python"

    def accepts(self, event: object) -> bool:
        return is_object(event) and event.keys() >= _FIELDS

    def context(self, settings: Settings, request_id: str) -> WorkerContext:
        import os

        return WorkerContext(settings, request_id, os.getcwd())

    def require(self) -> None:
        azure_functions()

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        import json

        azure_functions()
        from azure.functions.http import HttpResponseConverter

        result = handler(_worker_request(read_json(event) if isinstance(event, bytes) else event), context)
        try:
            datum: Any = HttpResponseConverter.encode(result, expected_type=None)
        except NotImplementedError:
            raise TypeError("unable to encode outgoing TypedData: the function returned no HttpResponse") from None
        if datum.type == "string":
            return json.dumps({"string": datum.value}).encode("ascii")
        answer = datum.value
        return json.dumps(
            {
                "statusCode": answer["status_code"].value,
                "headers": {name: header.value for name, header in answer["headers"].items()},
                "cookies": worker_cookies(answer["cookies"] or []),
                "body": base64_text(answer["body"].value),
            }
        ).encode("ascii")


def _worker_request(event: object) -> object:
    """The request as the worker makes it of what the host sends."""
    from binascii import a2b_base64

    from azure.functions.http import HttpRequest

    if not is_object(event) or not PYTHON_RUNTIME.accepts(event):
        raise MalformedEvent(
            "A function of Azure's Python worker is called with a request, and the event is none.",
            hint="make one with `fcbridge event generate azure-python`, or choose another gateway",
        )
    return HttpRequest(
        method=event["method"],
        url=event["url"],
        headers=event["headers"],
        params=event["params"],
        route_params=event["route_params"],
        body_type="bytes",
        body=a2b_base64(event["body_base64"]),
    )


class CustomHandlerRuntime(AzureRuntime):
    """The host, which posts JSON to the server of a custom handler; the handler's result is the server's answer."""

    name = "azure-custom"
    worker = "custom"

    def environment(self, settings: Settings, directory: str) -> dict[str, str]:
        return {**super().environment(settings, directory), "FUNCTIONS_APP_ROOT_PATH": directory}

    def context(self, settings: Settings, request_id: str) -> dict[str, str]:
        return posted_context(request_id)

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        import json

        wire = event if isinstance(event, bytes) else json.dumps(event, ensure_ascii=False).encode("utf-8")
        result = handler(wire, context)
        if isinstance(result, bytes):
            return result
        return (result if isinstance(result, str) else json.dumps(result)).encode("utf-8")


PYTHON_RUNTIME = PythonRuntime()
CUSTOM_RUNTIME = CustomHandlerRuntime()

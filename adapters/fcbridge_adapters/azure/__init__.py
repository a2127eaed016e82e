"""Microsoft Azure Functions: the Python worker and custom handlers.

https://learn.microsoft.com/azure/azure-functions/functions-reference-python
https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers
"""

from __future__ import annotations

from fcbridge.gateway import Platform

from .context import read_context
from .custom import CUSTOM_HANDLER
from .python import PYTHON_WORKER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Entered, Invocation

_OPTIONS = frozenset({"auth_level", "function_name", "methods", "route"})


class Azure(Platform):
    name = "azure"
    title = "Microsoft Azure Functions"
    gateways = (PYTHON_WORKER, CUSTOM_HANDLER)
    signs = (
        frozenset({"FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_EXTENSION_VERSION"}),
        frozenset({"FUNCTIONS_WORKER_RUNTIME", "WEBSITE_SITE_NAME"}),
        frozenset({"FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_CORETOOLS_ENVIRONMENT"}),
        frozenset({"FUNCTIONS_CUSTOMHANDLER_PORT"}),
    )

    def invocation(self, context: object) -> Invocation:
        return read_context(context)

    def entry(self, handler: Entered, **options: Any) -> object:
        """An ``azure.functions.FunctionApp`` with one HTTP function that gets every request.

        Options: ``route`` ("{*path}"), ``methods`` (all), ``auth_level`` ("anonymous", "function" or "admin") and
        ``function_name`` ("web"). Raises InvalidOption, and MissingExtra without the package azure-functions.
        """
        unknown = options.keys() - _OPTIONS
        if unknown:
            return super().entry(handler, **{name: None for name in unknown})
        from .entry import function_app

        return function_app(handler, **options)


PLATFORM = Azure()

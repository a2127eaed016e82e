"""Microsoft Azure Functions: the Python worker and custom handlers.

https://learn.microsoft.com/azure/azure-functions/functions-reference-python
https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.gateway import Platform, lazy

from .context import read_context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Entered, Gateway, Invocation

_OPTIONS = frozenset({"auth_level", "function_name", "methods", "route"})


class Azure(Platform):
    name = "azure"
    title = "Microsoft Azure Functions"
    signs = (
        frozenset({"FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_EXTENSION_VERSION"}),
        frozenset({"FUNCTIONS_WORKER_RUNTIME", "WEBSITE_SITE_NAME"}),
        frozenset({"FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_CORETOOLS_ENVIRONMENT"}),
        frozenset({"FUNCTIONS_CUSTOMHANDLER_PORT"}),
    )

    @lazy
    def gateways(self) -> tuple[Gateway, ...]:
        from .custom import CUSTOM_HANDLER
        from .python import PYTHON_WORKER

        return PYTHON_WORKER, CUSTOM_HANDLER

    def likely(self, event: Any) -> Gateway | None:
        if is_object(event):
            from .custom import CUSTOM_HANDLER

            return CUSTOM_HANDLER
        from .python import PYTHON_WORKER

        return PYTHON_WORKER

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

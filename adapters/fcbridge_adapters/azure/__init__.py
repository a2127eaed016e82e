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
    from fcbridge.trigger import Trigger

_OPTIONS = frozenset(
    {
        "auth_level", "blob", "connection", "eventgrid", "eventhub", "function_name", "http", "methods", "queue",
        "route", "servicebus", "timer",
    }
)  # fmt: skip


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

    @lazy
    def triggers(self) -> tuple[Trigger, ...]:
        from .triggers import TRIGGERS

        return TRIGGERS

    def likely(self, event: Any) -> Gateway | None:
        if is_object(event):
            from .custom import CUSTOM_HANDLER

            return CUSTOM_HANDLER
        from .python import PYTHON_WORKER

        return PYTHON_WORKER

    def invocation(self, context: object) -> Invocation:
        return read_context(context)

    def entry(self, handler: Entered, **options: Any) -> object:
        """An ``azure.functions.FunctionApp`` with one HTTP function that gets every request, and one for each other
        source that is named.

        Options of the first: ``http`` (False for no such function), ``route`` ("{*path}"), ``methods`` (all),
        ``auth_level`` ("anonymous", "function" or "admin") and ``function_name`` ("web"). Of the others, each a name or
        several: ``queue``, ``blob`` (a path, as "inbox/{name}"), ``eventhub``, ``servicebus`` (a queue, or
        "topic/subscription"); ``timer`` (a schedule, or several by their names), ``eventgrid`` (True), and
        ``connection``, the setting that holds the connection, or several by their source. Raises InvalidOption, and
        MissingExtra without the package azure-functions.
        """
        unknown = options.keys() - _OPTIONS
        if unknown:
            return super().entry(handler, **{name: None for name in unknown})
        from .entry import function_app

        return function_app(handler, **options)


PLATFORM = Azure()

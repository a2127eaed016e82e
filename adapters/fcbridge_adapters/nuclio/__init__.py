"""Nuclio: functions of the Python runtime with an HTTP trigger.

https://docs.nuclio.io/en/stable/reference/runtimes/python/python-reference.html
https://github.com/nuclio/nuclio-sdk-py
"""

from __future__ import annotations

from fcbridge.gateway import Platform, lazy

from .context import read_context
from .entry import function
from .http import HTTP_TRIGGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Entered, Invocation
    from fcbridge.trigger import Trigger


class Nuclio(Platform):
    name = "nuclio"
    title = "Nuclio"
    gateways = (HTTP_TRIGGER,)
    # The processor sets both for the runtime that it starts.
    signs = (frozenset({"NUCLIO_FUNCTION_NAME", "NUCLIO_FUNCTION_VERSION"}),)

    @lazy
    def triggers(self) -> tuple[Trigger, ...]:
        from .triggers import TRIGGERS

        return TRIGGERS

    def invocation(self, context: object) -> Invocation:
        return read_context(context)

    def entry(self, handler: Entered, **options: Any) -> object:
        """``handler(context, event)`` with ``init_context(context)`` as an attribute, which the module is to export."""
        super().entry(handler, **options)
        return function(handler)


PLATFORM = Nuclio()

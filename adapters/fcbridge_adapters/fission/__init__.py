"""Fission: functions of the Python environment, behind an HTTP trigger.

https://fission.io/docs/usage/languages/python/
https://github.com/fission/environments/tree/master/python
"""

from __future__ import annotations

from fcbridge.gateway import Platform, lazy

from .context import FunctionCall, read_context
from .entry import function
from .http import HTTP_TRIGGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Entered, Gateway, Invocation
    from fcbridge.trigger import Trigger


class Fission(Platform):
    name = "fission"
    title = "Fission"
    gateways = (HTTP_TRIGGER,)
    events_over_http = True
    # No variable is set in every release of the environment: the event tells, or the name that bridge() is given.
    signs = ()

    @lazy
    def triggers(self) -> tuple[Trigger, ...]:
        from .triggers import TRIGGERS

        return TRIGGERS

    def invocation(self, context: object) -> Invocation:
        return read_context(context)

    def door(self, event: Any, context: object) -> Gateway | None:
        # The entry's own word counts where the router's headers are missing, as in a call that goes to the pod.
        return HTTP_TRIGGER if isinstance(context, FunctionCall) else super().door(event, context)

    def entry(self, handler: Entered, **options: Any) -> object:
        """``main()`` without arguments, which takes the request from Flask."""
        super().entry(handler, **options)
        return function(handler)


PLATFORM = Fission()

"""Knative functions in Python: what ``func`` builds around ``function/func.py``.

https://knative.dev/docs/functions/
https://github.com/knative-extensions/func-python, the middleware in the container
"""

from __future__ import annotations

from fcbridge.gateway import Platform, lazy

from .context import read_context
from .entry import constructor
from .http import FUNCTION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Entered, Invocation
    from fcbridge.trigger import Trigger


class Knative(Platform):
    """The entry is the constructor ``new``; see :meth:`entry`."""

    name = "knative"
    title = "Knative functions"
    gateways = (FUNCTION,)
    events_over_http = True
    # None: K_SERVICE, K_REVISION and K_CONFIGURATION are Cloud Run's too, and a container of any other kind has them.
    signs = ()

    @lazy
    def triggers(self) -> tuple[Trigger, ...]:
        from .triggers import TRIGGERS

        return TRIGGERS

    def invocation(self, context: object) -> Invocation:
        return read_context(context)

    def entry(self, handler: Entered, **options: Any) -> object:
        """``new()``, which the middleware calls once for the instance."""
        super().entry(handler, **options)
        return constructor(handler)


PLATFORM = Knative()

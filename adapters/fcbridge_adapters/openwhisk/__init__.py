"""Apache OpenWhisk: web actions of the Python runtime, raw and parsed.

https://github.com/apache/openwhisk/blob/master/docs/webactions.md
https://github.com/apache/openwhisk/blob/master/docs/actions-python.md
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


class OpenWhisk(Platform):
    name = "openwhisk"
    title = "Apache OpenWhisk"
    events_over_http = True
    # The container has the host from its start; the name comes with the init message, in older releases with the first
    # activation, and then the event tells.
    signs = (frozenset({"__OW_ACTION_NAME", "__OW_API_HOST"}),)

    @lazy
    def gateways(self) -> tuple[Gateway, ...]:
        from .raw import RAW_ACTION
        from .web import WEB_ACTION

        return RAW_ACTION, WEB_ACTION

    def likely(self, event: Any) -> Gateway | None:
        if is_object(event) and "__ow_query" in event:
            from .raw import RAW_ACTION

            return RAW_ACTION
        return None

    @lazy
    def triggers(self) -> tuple[Trigger, ...]:
        from .triggers import TRIGGERS

        return TRIGGERS

    def invocation(self, context: object) -> Invocation:
        return read_context(context)

    def entry(self, handler: Entered, **options: Any) -> object:
        """``main(args)``, which gives an object whatever happens."""
        super().entry(handler, **options)
        from .entry import main_function

        return main_function(handler)


PLATFORM = OpenWhisk()

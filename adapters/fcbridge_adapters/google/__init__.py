"""Google Cloud Run functions, formerly Cloud Functions: functions under the Functions Framework for Python.

https://docs.cloud.google.com/run/docs/write-http-functions
https://github.com/GoogleCloudPlatform/functions-framework-python
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


class Google(Platform):
    """The entry is a function, because the framework takes no other callable; see :meth:`entry`."""

    name = "google"
    title = "Google Cloud Run functions"
    events_over_http = True
    # Every Knative service and every service of Cloud Run has K_SERVICE; the buildpack sets the other for functions.
    signs = (frozenset({"K_SERVICE", "FUNCTION_TARGET"}),)

    @lazy
    def gateways(self) -> tuple[Gateway, ...]:
        from .asgi import ASGI_FUNCTION
        from .http import HTTP_FUNCTION

        return HTTP_FUNCTION, ASGI_FUNCTION

    def likely(self, event: Any) -> Gateway | None:
        if is_object(event):
            from .asgi import ASGI_FUNCTION

            return ASGI_FUNCTION
        from .http import HTTP_FUNCTION

        return HTTP_FUNCTION

    @lazy
    def triggers(self) -> tuple[Trigger, ...]:
        from .triggers import TRIGGERS

        return TRIGGERS

    def trigger(self, event: Any) -> Trigger | None:
        from fcbridge.posted import posted_request

        # Once for all of them: each would look into the request by itself.
        request = posted_request(self.gateways, event)
        if request is None:
            return None
        from .triggers.source import source_of

        name = source_of(request)
        return next((trigger for trigger in self.triggers if trigger.name == name), None)

    def invocation(self, context: object) -> Invocation:
        return read_context(context)

    def entry(self, handler: Entered, *, asgi: bool = False, **options: Any) -> object:
        """``main(request)`` for the framework, or with ``asgi=True`` the coroutine function for its ASGI form."""
        super().entry(handler, **options)
        from .entry import asgi_function, http_function

        return asgi_function(handler) if asgi else http_function(handler)


PLATFORM = Google()

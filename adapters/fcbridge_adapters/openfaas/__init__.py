"""OpenFaaS: functions of the template ``python3-http``.

https://docs.openfaas.com/languages/python/
https://github.com/openfaas/python-flask-template
"""

from __future__ import annotations

from fcbridge.gateway import Platform, lazy

from .context import read_context
from .http import HTTP_TEMPLATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Invocation
    from fcbridge.trigger import Trigger


class OpenFaaS(Platform):
    """The entry is the handler itself: the template calls ``handle(event, context)``."""

    name = "openfaas"
    title = "OpenFaaS"
    gateways = (HTTP_TEMPLATE,)
    events_over_http = True
    # What the Dockerfile of the template tells of-watchdog, which starts the function with its own environment.
    # OPENFAAS_NAME is there in OpenFaaS Pro only.
    signs = (frozenset({"fprocess", "upstream_url"}), frozenset({"OPENFAAS_NAME"}))

    @lazy
    def triggers(self) -> tuple[Trigger, ...]:
        from .triggers import TRIGGERS

        return TRIGGERS

    def invocation(self, context: object) -> Invocation:
        return read_context(context)


PLATFORM = OpenFaaS()

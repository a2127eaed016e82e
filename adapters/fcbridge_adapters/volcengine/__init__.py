"""Volcengine function service (veFaaS), which is BytePlus FaaS outside of China.

https://www.volcengine.com/docs/6662, https://docs.byteplus.com/en/docs/faas
"""

from __future__ import annotations

from fcbridge.gateway import Platform, lazy

from .context import read_context
from .http import HTTP_EVENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Invocation
    from fcbridge.trigger import Trigger


class Volcengine(Platform):
    name = "volcengine"
    title = "Volcengine veFaaS"
    gateways = (HTTP_EVENT,)
    # The variables that the official runtime and templates read; a list of all is published nowhere.
    signs = (
        frozenset({"_FAAS_RUNTIME_PORT"}),
        frozenset({"_FAAS_FUNC_TIMEOUT"}),
        frozenset({"_BYTEFAAS_RUNTIME_PORT"}),
    )

    @lazy
    def triggers(self) -> tuple[Trigger, ...]:
        from .triggers import TRIGGERS

        return TRIGGERS

    def invocation(self, context: object) -> Invocation:
        return read_context(context)


PLATFORM = Volcengine()

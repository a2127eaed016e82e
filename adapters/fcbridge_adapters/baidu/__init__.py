"""Baidu AI Cloud Cloud Function Compute (CFC).

https://cloud.baidu.com/doc/CFC/index.html
"""

from __future__ import annotations

from fcbridge.gateway import Platform, lazy

from .context import read_context
from .http import HTTP_TRIGGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Invocation
    from fcbridge.trigger import Trigger


class Baidu(Platform):
    name = "baidu"
    title = "Baidu Cloud Function Compute"
    gateways = (HTTP_TRIGGER,)
    signs = (frozenset({"BCE_USER_FUNCTION_BRN"}),)

    @lazy
    def triggers(self) -> tuple[Trigger, ...]:
        from .triggers import TRIGGERS

        return TRIGGERS

    def invocation(self, context: object) -> Invocation:
        return read_context(context)


PLATFORM = Baidu()

"""Huawei Cloud FunctionGraph, and the clouds that are built of it, as Open Telekom Cloud.

https://support.huaweicloud.com/intl/en-us/functiongraph/
"""

from __future__ import annotations

from fcbridge.gateway import Platform, lazy

from .apig import API_GATEWAY
from .context import read_context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Invocation
    from fcbridge.trigger import Trigger


class Huawei(Platform):
    name = "huawei"
    title = "Huawei Cloud FunctionGraph"
    gateways = (API_GATEWAY,)
    # Inferred: the names are documented, that no other platform sets both is not.
    signs = (frozenset({"RUNTIME_CODE_ROOT", "RUNTIME_FUNC_NAME"}),)

    @lazy
    def triggers(self) -> tuple[Trigger, ...]:
        from .triggers import TRIGGERS

        return TRIGGERS

    def invocation(self, context: object) -> Invocation:
        return read_context(context)


PLATFORM = Huawei()

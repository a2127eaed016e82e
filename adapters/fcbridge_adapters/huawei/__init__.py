"""Huawei Cloud FunctionGraph, and the clouds that are built of it, as Open Telekom Cloud.

https://support.huaweicloud.com/intl/en-us/functiongraph/
"""

from __future__ import annotations

from fcbridge.gateway import Platform

from .apig import API_GATEWAY
from .context import read_context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Invocation


class Huawei(Platform):
    name = "huawei"
    title = "Huawei Cloud FunctionGraph"
    gateways = (API_GATEWAY,)
    # Inferred: the names are documented, that no other platform sets both is not.
    signs = (frozenset({"RUNTIME_CODE_ROOT", "RUNTIME_FUNC_NAME"}),)

    def invocation(self, context: object) -> Invocation:
        return read_context(context)


PLATFORM = Huawei()

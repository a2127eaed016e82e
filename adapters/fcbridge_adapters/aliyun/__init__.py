"""Alibaba Cloud Function Compute, FC 3.0 and 2.0.

https://www.alibabacloud.com/help/en/functioncompute/
"""

from __future__ import annotations

from fcbridge.gateway import Platform

from .apigateway import API_GATEWAY
from .context import read_context
from .fc2 import HTTP_FUNCTION
from .http import HTTP_TRIGGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Invocation


class Aliyun(Platform):
    name = "aliyun"
    title = "Alibaba Cloud Function Compute"
    gateways = (HTTP_TRIGGER, API_GATEWAY, HTTP_FUNCTION)
    signs = (
        frozenset({"FC_FUNC_CODE_PATH", "FC_REGION"}),
        frozenset({"FC_FUNC_CODE_PATH", "FC_INSTANCE_ID"}),
    )

    def invocation(self, context: object) -> Invocation:
        return read_context(context)


PLATFORM = Aliyun()

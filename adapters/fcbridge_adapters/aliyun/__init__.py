"""Alibaba Cloud Function Compute, FC 3.0 and 2.0.

https://www.alibabacloud.com/help/en/functioncompute/
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.gateway import Platform, lazy

from .context import read_context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Gateway, Invocation


class Aliyun(Platform):
    name = "aliyun"
    title = "Alibaba Cloud Function Compute"
    signs = (
        frozenset({"FC_FUNC_CODE_PATH", "FC_REGION"}),
        frozenset({"FC_FUNC_CODE_PATH", "FC_INSTANCE_ID"}),
    )

    @lazy
    def gateways(self) -> tuple[Gateway, ...]:
        from .apigateway import API_GATEWAY
        from .fc2 import HTTP_FUNCTION
        from .http import HTTP_TRIGGER

        return HTTP_TRIGGER, API_GATEWAY, HTTP_FUNCTION

    def likely(self, event: Any) -> Gateway | None:
        if is_object(event) and event.get("version") == "v1":
            from .http import HTTP_TRIGGER

            return HTTP_TRIGGER
        return None

    def invocation(self, context: object) -> Invocation:
        return read_context(context)


PLATFORM = Aliyun()

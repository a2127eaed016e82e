"""Tencent Cloud: Serverless Cloud Function (SCF), and CloudBase, whose functions are functions of SCF; WeChat's
mini-programs, which reach both these functions and containers.

https://cloud.tencent.com/document/product/583
https://docs.cloudbase.net/
https://developers.weixin.qq.com/miniprogram/dev/wxcloudrun/
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.gateway import Platform, lazy

from .caller import names_its_caller, shows_a_call, shows_a_user
from .context import read_context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Entered, Gateway, Invocation
    from fcbridge.trigger import Trigger


# No event of these has come through CloudBase, whose doors are the others (inferred).
_OF_SCF_ITSELF = frozenset({"scf-url", "scf-apigw", "scf-clb"})


class Tencent(Platform):
    name = "tencent"
    title = "Tencent Cloud"
    signs = (frozenset({"TENCENTCLOUD_RUNENV", "SCF_FUNCTIONNAME"}), frozenset({"CBR_ENV_ID"}))

    @lazy
    def gateways(self) -> tuple[Gateway, ...]:
        from .apigateway import API_GATEWAY
        from .callfunction import CALL_FUNCTION
        from .container import CALL_CONTAINER
        from .functionurl import FUNCTION_URL
        from .httpaccess import HTTP_ACCESS
        from .loadbalancer import LOAD_BALANCER

        return FUNCTION_URL, API_GATEWAY, LOAD_BALANCER, HTTP_ACCESS, CALL_FUNCTION, CALL_CONTAINER

    @lazy
    def triggers(self) -> tuple[Trigger, ...]:
        from .triggers import TRIGGERS

        return TRIGGERS

    def likely(self, event: Any) -> Gateway | None:
        if not is_object(event) or "httpMethod" not in event:
            return None
        context = event.get("requestContext")
        if "queryString" not in event:
            if context is None:
                return None
            from .httpaccess import HTTP_ACCESS

            return HTTP_ACCESS
        if context is None:
            from .functionurl import FUNCTION_URL

            return FUNCTION_URL
        from .apigateway import API_GATEWAY

        return API_GATEWAY

    def invocation(self, context: object) -> Invocation:
        return read_context(context)

    def names(self, event: Any) -> str | None:
        from .strangers import named

        return named(event)

    def door(self, event: Any, context: object) -> Gateway | None:
        """A caller of ``callFunction`` chooses the whole event, so the context decides before the event is looked at:
        else he could pose as a client of another door. A call without a user can only imitate the HTTP access service,
        whose events vouch for nothing."""
        if is_object(event) and (shows_a_user(context) or names_its_caller(event)):
            return self._call_function()
        known = super().door(event, context)
        if is_object(event) and (known is None or known.name in _OF_SCF_ITSELF) and shows_a_call(context):
            return self._call_function()
        return known

    def _call_function(self) -> Gateway:
        from .callfunction import CALL_FUNCTION

        return CALL_FUNCTION

    def entry(self, handler: Entered, **options: Any) -> object:
        """An ASGI app for the server of a container. Functions need none: the handler itself is called."""
        super().entry(handler, **options)
        from .entry import ContainerApp

        return ContainerApp(handler)


PLATFORM = Tencent()

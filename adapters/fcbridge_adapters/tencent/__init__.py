"""Tencent Cloud: Serverless Cloud Function (SCF), and CloudBase, whose functions are functions of SCF; WeChat's
mini-programs, which reach both these functions and containers.

https://cloud.tencent.com/document/product/583
https://docs.cloudbase.net/
https://developers.weixin.qq.com/miniprogram/dev/wxcloudrun/
"""

from __future__ import annotations

from fcbridge.codec import is_object
from fcbridge.gateway import Platform

from .apigateway import API_GATEWAY
from .caller import shows_a_call, shows_a_user
from .callfunction import CALL_FUNCTION, names_its_caller
from .container import CALL_CONTAINER
from .context import read_context
from .functionurl import FUNCTION_URL
from .httpaccess import HTTP_ACCESS
from .loadbalancer import LOAD_BALANCER
from .triggers import named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fcbridge.gateway import Entered, Gateway, Invocation


# No event of these has come through CloudBase, whose doors are the others (inferred).
_OF_SCF_ITSELF = (FUNCTION_URL, API_GATEWAY, LOAD_BALANCER, None)


class Tencent(Platform):
    name = "tencent"
    title = "Tencent Cloud"
    gateways = (FUNCTION_URL, API_GATEWAY, LOAD_BALANCER, HTTP_ACCESS, CALL_FUNCTION, CALL_CONTAINER)
    signs = (frozenset({"TENCENTCLOUD_RUNENV", "SCF_FUNCTIONNAME"}), frozenset({"CBR_ENV_ID"}))

    def invocation(self, context: object) -> Invocation:
        return read_context(context)

    def names(self, event: Any) -> str | None:
        return named(event)

    def door(self, event: Any, context: object) -> Gateway | None:
        """A caller of ``callFunction`` chooses the whole event, so the context decides before the event is looked at:
        else he could pose as a client of another door. A call without a user can only imitate the HTTP access service,
        whose events vouch for nothing."""
        if is_object(event) and (shows_a_user(context) or names_its_caller(event)):
            return CALL_FUNCTION
        known = super().door(event, context)
        return CALL_FUNCTION if known in _OF_SCF_ITSELF and is_object(event) and shows_a_call(context) else known

    def entry(self, handler: Entered, **options: Any) -> object:
        """An ASGI app for the server of a container. Functions need none: the handler itself is called."""
        super().entry(handler, **options)
        from .entry import ContainerApp

        return ContainerApp(handler)


PLATFORM = Tencent()

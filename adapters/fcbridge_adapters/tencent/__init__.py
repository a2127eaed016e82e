"""Tencent Cloud: Serverless Cloud Function (SCF), and CloudBase, whose functions are functions of SCF.

https://cloud.tencent.com/document/product/583
https://docs.cloudbase.net/
"""

from __future__ import annotations

from fcbridge.gateway import Platform

from .apigateway import API_GATEWAY
from .context import read_context
from .functionurl import FUNCTION_URL
from .httpaccess import HTTP_ACCESS
from .loadbalancer import LOAD_BALANCER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.gateway import Invocation


class Tencent(Platform):
    name = "tencent"
    title = "Tencent Cloud"
    gateways = (FUNCTION_URL, API_GATEWAY, LOAD_BALANCER, HTTP_ACCESS)
    signs = (frozenset({"TENCENTCLOUD_RUNENV", "SCF_FUNCTIONNAME"}),)

    def invocation(self, context: object) -> Invocation:
        return read_context(context)


PLATFORM = Tencent()

"""The user of a mini-program as WeChat tells of him, and what of a request only WeChat or the platform may say.

Variables of an invocation: https://developers.weixin.qq.com/miniprogram/dev/wxcloud/guide/functions/userinfo.html
Headers of a container: https://developers.weixin.qq.com/miniprogram/dev/wxcloudrun/src/development/weixin/
"""

from __future__ import annotations

from fcbridge.codec import is_object

from .context import invocation_environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_PREFIXES = ("x-wx-", "x-scf-", "x-cloudbase-", "x-forwarded-")
_NAMES = frozenset({"forwarded", "x-original-forwarded-for", "x-real-ip"})


def is_told_by_platform(name: str) -> bool:
    """Whether a header says of the caller what he cannot be asked for himself."""
    plain = name.replace("_", "-")  # both are one name in a WSGI environ
    return plain.startswith(_PREFIXES) or plain in _NAMES


def shows_a_user(context: object) -> bool:
    """Whether WeChat has told who the user is that began this invocation."""
    text = context.get("environment") if is_object(context) else None
    # Most invocations come through another door: they are not made to wait for the JSON.
    if not isinstance(text, str) or ("WX_OPENID" not in text and "WX_FROM_OPENID" not in text):
        return False
    variables = invocation_environment(context)
    return bool(variables.get("WX_OPENID") or variables.get("WX_FROM_OPENID"))


def shows_a_call(context: object) -> bool:
    """Whether the invocation came through CloudBase, as every ``callFunction`` of whichever client does."""
    text = context.get("environment") if is_object(context) else None
    if isinstance(text, str) and text and "tcb" not in text:
        return False
    return invocation_environment(context).get("TRIGGER_SRC") == "tcb"


def names_its_caller(event: Mapping[str, Any]) -> bool:
    """Whether there is the ``userInfo`` that the platform adds: one that a page passes for itself has other fields.

    It tells the door and never the user: who invokes a function in another way can write it too.
    """
    user = event.get("userInfo")
    return is_object(user) and isinstance(user.get("openId"), str) and isinstance(user.get("appId"), str)


# -- outside: the user whom the local gateway plays -------------------------------------------------------------------

ENVIRONMENT = "shop-1a2b3c"
APPID = "wx0123456789abcdef"
OPENID = "oEXAMPLEopenid000000000000001"
UNIONID = "oUEXAMPLEunionid"
SOURCE = "wx_client"

#: The variables of an invocation that a mini-program began; its address is one of RFC 5737.
VARIABLES: dict[str, str] = {
    "WX_CONTEXT_KEYS": "WX_CLIENTIP,WX_APPID,WX_OPENID,WX_UNIONID",
    "WX_CLIENTIP": "203.0.113.24",
    "WX_APPID": APPID,
    "WX_OPENID": OPENID,
    "WX_UNIONID": UNIONID,
    "TCB_CONTEXT_KEYS": "TCB_ENV,TRIGGER_SRC,TCB_SOURCE",
    "TCB_ENV": ENVIRONMENT,
    "TRIGGER_SRC": "tcb",
    "TCB_SOURCE": SOURCE,
    "SCF_NAMESPACE": ENVIRONMENT,
}

#: The headers that WeChat adds to a request for a container.
HEADERS: tuple[tuple[str, str], ...] = (
    ("x-wx-openid", OPENID),
    ("x-wx-appid", APPID),
    ("x-wx-unionid", UNIONID),
    ("x-wx-env", ENVIRONMENT),
    ("x-wx-source", SOURCE),
)

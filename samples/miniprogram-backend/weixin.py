"""WeChat's server: who is the user that ``wx.login`` gave this code to?

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
"""

import logging
from typing import Any

import httpx

logger = logging.getLogger(__name__)

# httpx logs the URL of each request, and WeChat wants the secret and the code in the URL.
logging.getLogger("httpx").setLevel(logging.WARNING)


class LoginFailed(Exception):
    """Nobody is logged in. ``status`` and ``reason`` are for the caller."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


_SPENT = (401, "The code is not valid, or not any more: call wx.login again.")
_OURS = (502, "WeChat did not accept this backend's own credentials or request.")
# What the caller can do about it. All other codes are about this backend.
_FAILURES = {
    -1: (503, "WeChat is busy: call wx.login again in a moment."),
    40029: _SPENT,
    40163: _SPENT,
    40226: (403, "WeChat does not let this user log in."),
    45011: (429, "Too many logins: call wx.login again in a minute."),
}


class Weixin:
    """``code2session``, over a client that lives as long as the instance."""

    def __init__(self, client: httpx.AsyncClient, appid: str, secret: str) -> None:
        self._client = client
        self._appid = appid
        self._secret = secret

    async def openid(self, code: str) -> str:
        """The openid of the user. Raises LoginFailed.

        The answer's ``session_key`` opens what WeChat encrypts for this user. We do not need it, so it is not kept; it
        must not get to the mini-program in any case.
        """
        if not (self._appid and self._secret):
            logger.error("WECHAT_APPID and WECHAT_SECRET are not set: nobody can log in with a code")
            raise LoginFailed(503, "This backend takes no logins.")
        query = {
            "appid": self._appid,
            "secret": self._secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        try:
            # An answer comes with status 200 and as text/plain, whatever happened.
            answer: Any = (await self._client.get("/sns/jscode2session", params=query)).json()
        except (httpx.HTTPError, ValueError) as error:
            # Without the exception's text or chain: they may tell the URL.
            logger.error("code2session at %s failed: %s", self._client.base_url.host, type(error).__name__)
            raise LoginFailed(502, "WeChat cannot be reached.") from None
        if not isinstance(answer, dict):
            answer = {}
        # A success has no errcode, although the documents list 0.
        failure = answer.get("errcode") or 0
        openid = answer.get("openid")
        if failure or not isinstance(openid, str) or not 0 < len(openid) <= 64:
            logger.warning("code2session answered with errcode %r", failure)
            raise LoginFailed(*(_FAILURES.get(failure, _OURS) if isinstance(failure, int) else _OURS))
        return openid

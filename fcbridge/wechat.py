"""Who is calling, in the backend of a WeChat mini-program: one answer for ``callFunction`` and for ``callContainer``.

    from fcbridge import wechat

    user = wechat.identity(request)
    if user is None:
        ...  # nobody that WeChat vouches for

WeChat tells a cloud function in the variables of the invocation, and a container in ``X-WX-*`` headers:
https://developers.weixin.qq.com/miniprogram/dev/wxcloud/guide/functions/userinfo.html
https://developers.weixin.qq.com/miniprogram/dev/wxcloudrun/src/development/weixin/

Neither is taken from a caller. Both can be written by whoever reaches the app through another door, so each counts only
where the door is WeChat's own: the gateway that parsed the request says so, and where a server has the app without
fcbridge in between, the environment of a WeChat container does.
"""

from __future__ import annotations

from .codec import is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Literal

    Way = Literal["call-function", "call-container"]
    Lookup = Callable[[str], object]


class Identity:
    """A user of a mini-program, as WeChat tells of him.

    ``openid`` and ``unionid`` are the user's, ``appid`` is that of the mini-program to which the environment belongs.
    Where another mini-program shares the environment, its user and itself are ``from_openid``, ``from_unionid`` and
    ``from_appid``, and ``openid`` may be None. ``unionid`` is None for a user who has none. ``env`` is the id of the
    environment, ``source`` says what the call began with (``wx_client``, ``wx_devtools``; commas part the links of a
    chain), ``client_ip`` is the user's address, and ``way`` is ``call-function`` or ``call-container``.
    """

    __slots__ = (
        "appid", "client_ip", "env", "from_appid", "from_openid", "from_unionid", "openid", "source", "unionid", "way",
    )  # fmt: skip

    def __init__(
        self,
        way: Way,
        *,
        openid: str | None = None,
        appid: str | None = None,
        unionid: str | None = None,
        from_openid: str | None = None,
        from_appid: str | None = None,
        from_unionid: str | None = None,
        env: str | None = None,
        source: str | None = None,
        client_ip: str | None = None,
    ) -> None:
        self.way = way
        self.openid = openid
        self.appid = appid
        self.unionid = unionid
        self.from_openid = from_openid
        self.from_appid = from_appid
        self.from_unionid = from_unionid
        self.env = env
        self.source = source
        self.client_ip = client_ip

    @property
    def user(self) -> str:
        """What to keep a user's records under: the openid; of a mini-program that shares the environment, its own."""
        return self.from_openid or self.openid or ""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Identity):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash((self.way, self.appid, self.from_appid, self.user))

    def __repr__(self) -> str:
        return f"<Identity {self.user!r} of {self.from_appid or self.appid!r} by {self.way}>"


def identity(request: object) -> Identity | None:
    """The user of a mini-program who is calling; None where WeChat vouches for nobody.

    ``request`` is that of Starlette, FastAPI, Litestar, Quart, Flask or Django, an ASGI scope or a WSGI environ.
    Raises TypeError for anything else.
    """
    connection = _connection(request)
    if "fcbridge.event" in connection:
        vouched_by = connection.get("fcbridge.vouched_by")
        if vouched_by == "wechat-call-function":
            return _identity("call-function", _VARIABLES, _variables(connection.get("fcbridge.context")))
        if vouched_by != "wechat-call-container":
            return None
    elif not _is_container():
        return None
    headers = _headers_of_scope(connection) if "headers" in connection else _headers_of_environ(connection)
    # Documented: a request is from WeChat where it has this header, which nobody else can send.
    return _identity("call-container", _HEADERS, headers) if headers("x-wx-source") else None


def callback_received(message: str = "ok") -> dict[str, object]:
    """The answer that WeChat Pay wants to a callback; without it, it calls again for up to two days."""
    return {"errcode": 0, "errmsg": message}


# -- what the platform tells ------------------------------------------------------------------------------------------

_VARIABLES = {
    "openid": ("WX_OPENID",),
    "appid": ("WX_APPID",),
    "unionid": ("WX_UNIONID",),
    # Inferred: that these three are called like the headers, which are documented.
    "from_openid": ("WX_FROM_OPENID",),
    "from_appid": ("WX_FROM_APPID",),
    "from_unionid": ("WX_FROM_UNIONID",),
    "env": ("TCB_ENV", "SCF_NAMESPACE"),
    "source": ("TCB_SOURCE",),
    "client_ip": ("WX_CLIENTIP", "WX_CLIENTIPV6"),
}
_HEADERS = {
    "openid": ("x-wx-openid",),
    "appid": ("x-wx-appid",),
    "unionid": ("x-wx-unionid",),
    "from_openid": ("x-wx-from-openid",),
    "from_appid": ("x-wx-from-appid",),
    "from_unionid": ("x-wx-from-unionid",),
    "env": ("x-wx-env",),
    "source": ("x-wx-source",),
    "client_ip": ("x-original-forwarded-for",),
}


def _identity(way: Way, names: Mapping[str, tuple[str, ...]], lookup: Lookup) -> Identity | None:
    told: dict[str, str] = {}
    for field, alternatives in names.items():
        for name in alternatives:
            value = lookup(name)
            if not isinstance(value, str):
                continue
            if field == "client_ip":
                value = value.rpartition(",")[2]  # each proxy appends: the last one was written nearest to us
            value = value.strip()
            # Only a chain of sources has commas. Elsewhere they mean that a server has joined two values.
            if value and (field == "source" or "," not in value):
                told[field] = value
                break
    if way == "call-container" and "openid" in told and "from_openid" in told:
        return None  # documented: with the one there is not the other, so somebody has added one of them
    return Identity(way, **told) if "openid" in told or "from_openid" in told else None


def _variables(context: object) -> Lookup:
    """The variables of this invocation: ``context["environment"]``, a JSON object as text.

    Nothing else will do. The environment of the process may be that of an earlier invocation and thus of another user,
    and in ``context["environ"]``, pairs with ``;`` between them, a value may hold what looks like another pair.
    """
    text = context.get("environment") if is_object(context) else None
    told: object = None
    if isinstance(text, str):
        import json

        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            told = None
    variables: dict[str, object] = told if is_object(told) else {}
    return variables.get


def _headers_of_scope(scope: Mapping[str, Any]) -> Lookup:
    def lookup(name: str) -> str | None:
        wire = name.encode("latin-1")
        values: list[bytes] = [value for key, value in scope["headers"] if key == wire]
        # WeChat writes each of them once; what comes twice, somebody has added.
        return values[0].decode("latin-1") if len(values) == 1 else None

    return lookup


def _headers_of_environ(environ: Mapping[str, Any]) -> Lookup:
    return lambda name: environ.get("HTTP_" + name.upper().replace("-", "_"))


def _is_container() -> bool:
    """Whether this process is a container of WeChat CloudRun, and no function of the same cloud."""
    from os import environ

    return bool(environ.get("CBR_ENV_ID")) and not environ.get("TENCENTCLOUD_RUNENV")


def _connection(request: object) -> Mapping[str, Any]:
    """The ASGI scope or WSGI environ of a request."""
    # A Django request of its ASGI handler has a scope and a META, which is a translation of it.
    for name in ("scope", "environ", "META"):
        found = getattr(request, name, None)
        if is_object(found):
            return found
    if is_object(request) and ("headers" in request or "REQUEST_METHOD" in request):
        return request
    raise TypeError(f"no request, ASGI scope or WSGI environ, but {type(request).__name__}")

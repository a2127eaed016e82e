"""Set-Cookie on its way from the Python worker through the host.

The package azure-functions reads each Set-Cookie with ``http.cookies.SimpleCookie``, which gives up on attributes that
it does not know (Partitioned, before Python 3.14). The worker makes cookie objects of them, and fails where Expires is
written in another way than usual. The host writes them again, percent-encodes their values, and sets an empty Domain
and Path (https://github.com/Azure/azure-functions-python-worker/issues/1794). A signed session does not survive that.

A header beside the objects passes as it is, but there is room for one. So the first cookie that the objects would
harm travels as a header, and the others in a form that they harm least.
"""

from __future__ import annotations

from fcbridge.codec import field_name
from fcbridge.losses import Loss
from fcbridge.model import Headers, Response

from .headers import is_ascii_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from http.cookies import SimpleCookie
    from typing import Any, TypedDict

    class RpcCookie(TypedDict):
        """A cookie between worker and host (RpcHttpCookie)."""

        name: str
        value: str
        domain: str
        path: str
        expires: int | None  # seconds since 1970
        maxAge: float | None
        secure: bool
        httpOnly: bool
        sameSite: str  # in lower case; empty where the app named none


# -- inside the function ----------------------------------------------------------------------------------------------


def parted(cookies: list[str]) -> tuple[str, list[str]]:
    """The cookie that travels as a header, and the others as SimpleCookie reads them."""
    if len(cookies) == 1:
        return cookies[0], []
    forms = [_Form(cookie) for cookie in cookies]
    chosen = _chosen(forms)
    return cookies[chosen], [form.text for index, form in enumerate(forms) if index != chosen and form.text]


def _chosen(forms: list[_Form]) -> int:
    return next((index for index, form in enumerate(forms) if form.harmed), 0)


class _Form:
    """A cookie as the worker can read it. ``text`` is empty where it cannot; ``harmed`` where the host changes it."""

    __slots__ = ("attributes", "harmed", "name", "text", "value")

    def __init__(self, cookie: str) -> None:
        pair, *attributes = cookie.split(";")
        self.name, _, value = [part.strip() for part in pair.partition("=")]
        known = [(attribute, _known(attribute)) for attribute in attributes if attribute.strip()]
        self.attributes = [spelled for _, spelled in known if spelled]
        self.text = "; ".join([f"{self.name}={_quoted(value)}", *self.attributes])
        read = _read_value(self.name, self.text)
        if read is None:
            self.text = ""
        self.value = read or ""
        self.harmed = read != value or not _UNRESERVED.issuperset(value) or any(not spelled for _, spelled in known)


def _read_value(name: str, text: str) -> str | None:
    """The value that the worker reads; None where it reads no such cookie."""
    from http.cookies import CookieError, SimpleCookie

    try:
        field_name(name)  # the host refuses what is no token
        read = SimpleCookie(text)
    except (CookieError, ValueError):
        return None
    return str(read[name].value) if list(read) == [name] else None


# What Uri.EscapeDataString leaves alone (RFC 3986 section 2.3).
_UNRESERVED = frozenset("-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


def _quoted(value: str) -> str:
    """``value`` in quotation marks where SimpleCookie would stop in it."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        return value
    if any(letter in ' \t",\\' for letter in value):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return value


def _known(attribute: str) -> str:
    """``attribute`` as SimpleCookie, worker and host all take it; nothing where they do not."""
    name, _, value = [part.strip() for part in attribute.partition("=")]
    lower = name.lower()
    if lower in ("secure", "httponly"):
        return name if not value else ""
    if lower == "expires":
        value = _date(value)
    elif lower == "max-age":
        value = value if _is_age(value) else ""
    elif lower == "samesite":
        value = value if value.lower() in _SAME_SITE else ""
    elif lower not in ("domain", "path") or '"' in value:
        return ""
    return f"{name}={_quoted(value)}" if value else ""


_SAME_SITE = ("lax", "strict", "none")


def _date(value: str) -> str:
    """``value`` in the one spelling that the worker reads; every other of RFC 6265 section 5.1.1 fails there."""
    from time import gmtime, strftime

    try:
        _seconds(value)
    except ValueError:
        from email.utils import mktime_tz, parsedate_tz

        try:
            parts = parsedate_tz(value)
            return strftime(_DATE, gmtime(mktime_tz(parts))) if parts else ""
        except (ValueError, OverflowError, OSError):
            return ""
    return value


_DATE = "%a, %d %b %Y %H:%M:%S GMT"


def _seconds(date: str) -> int:
    from calendar import timegm
    from time import strptime

    return timegm(strptime(date, _DATE))


def _is_age(value: str) -> bool:
    digits = value[1:] if value.startswith("-") else value
    return digits.isascii() and digits.isdigit() and len(digits) < 11


# -- outside ----------------------------------------------------------------------------------------------------------


def worker_cookies(read: list[SimpleCookie]) -> list[RpcCookie]:
    """The cookie objects that the worker sends to the host. Raises ValueError where it does."""
    return [
        {
            "name": name,
            "value": morsel.value,
            "domain": morsel["domain"],
            "path": morsel["path"],
            # Without a zone, so in the worker's own time, which is UTC.
            "expires": _seconds(morsel["expires"]) if morsel["expires"] else None,
            "maxAge": float(morsel["max-age"]) if morsel["max-age"] else None,
            "secure": bool(morsel["secure"]),
            "httpOnly": bool(morsel["httponly"]),
            "sameSite": morsel["samesite"].lower() if morsel["samesite"].lower() in _SAME_SITE else "",
        }
        for cookie in read
        for name, morsel in cookie.items()
    ]


def host_cookie(cookie: Mapping[str, Any]) -> str:
    """The Set-Cookie that the host writes. Raises KeyError, TypeError, AttributeError or ValueError for no cookie.

    https://learn.microsoft.com/dotnet/api/microsoft.net.http.headers.setcookieheadervalue
    """
    from urllib.parse import quote

    field_name(cookie["name"])
    text = f"{cookie['name']}={quote(cookie['value'], safe='')}{_host_attributes(cookie)}"
    if not is_ascii_text(text):
        raise ValueError("a cookie with an attribute that is not ASCII")
    return text


def _host_attributes(cookie: Mapping[str, Any]) -> str:
    from time import gmtime, strftime

    parts: list[str] = []
    if cookie["expires"] is not None:
        parts.append(f"expires={strftime(_DATE, gmtime(cookie['expires']))}")
    if cookie["maxAge"] is not None:
        parts.append(f"max-age={int(cookie['maxAge'])}")
    parts += [f"domain={cookie['domain']}", f"path={cookie['path']}"]
    if cookie["secure"]:
        parts.append("secure")
    if cookie["sameSite"]:
        parts.append(f"samesite={cookie['sameSite']}")
    if cookie["httpOnly"]:
        parts.append("httponly")
    return "".join([f"; {part}" for part in parts])


# -- losses -----------------------------------------------------------------------------------------------------------


def _changed(response: Response) -> Response:
    """Of several cookies, those that the host harms and that do not travel as a header."""
    cookies = response.headers.get_all("set-cookie")
    if len(cookies) < 2:
        return response
    forms = [_Form(cookie) for cookie in cookies]
    chosen = _chosen(forms)
    changed: list[str] = []
    for index, (cookie, form) in enumerate(zip(cookies, forms, strict=True)):
        if index == chosen or not form.harmed:
            changed.append(cookie)
        elif form.text:
            from urllib.parse import quote

            changed.append("; ".join([f"{form.name}={quote(form.value, safe='')}", *form.attributes]))
    return _with_cookies(response, changed)


def _rewritten(response: Response) -> Response:
    """Of several cookies, all that do not travel as a header, in the host's spelling; the header comes first."""
    cookies = response.headers.get_all("set-cookie")
    if len(cookies) < 2:
        return response
    forms = [_Form(cookie) for cookie in cookies]
    chosen = _chosen(forms)
    rewritten = [cookies[chosen]]
    for index, form in enumerate(forms):
        if index != chosen and form.text:
            from http.cookies import SimpleCookie

            [cookie] = worker_cookies([SimpleCookie(form.text)])
            rewritten.append(f"{form.name}={form.value}{_host_attributes(cookie)}")
    return _with_cookies(response, rewritten)


def _with_cookies(response: Response, cookies: list[str]) -> Response:
    pairs = response.headers.without("set-cookie").pairs
    return response.replace(headers=Headers.of([*pairs, *[("set-cookie", cookie) for cookie in cookies]]))


CHANGED_COOKIES = Loss(
    "changed-cookies",
    "of several Set-Cookie, one travels unchanged; the values of the others are percent-encoded, and attributes such "
    "as Partitioned are dropped",
    cure="set one cookie a response, or cookies of letters and digits",
    on_response=_changed,
    witness=Response(headers=Headers([("set-cookie", "a=x/y"), ("set-cookie", "b=x/y; Partitioned; Secure")])),
)

REWRITTEN_COOKIES = Loss(
    "rewritten-cookies",
    "of several Set-Cookie, all but one are written again by the host: the spelling and the order of attributes change",
    on_response=_rewritten,
    witness=Response(headers=Headers([("set-cookie", "a=1"), ("set-cookie", "b=2; Path=/")])),
    quiet=True,
)

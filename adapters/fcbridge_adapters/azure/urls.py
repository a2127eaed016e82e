"""The URL in an event: what the host makes of a client's target, and how it is read again.

The host is an ASP.NET Core application. It composes the URL of scheme, host, ``Request.Path`` (decoded by Kestrel, and
encoded again by ``PathString``) and the query string as it came:
https://learn.microsoft.com/dotnet/api/microsoft.aspnetcore.http.pathstring
"""

from __future__ import annotations

from fcbridge.codec import below_base, decoded_path, json_text, wire_path, wire_query

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from re import Match

    from fcbridge.model import Request

#: The catch-all parameters by which a route's prefix is recognised: ours, and that of Microsoft's AsgiFunctionApp.
CATCH_ALLS = ("path", "route")

# A prefix is a routePrefix and a few literal segments.
_PREFIX_SEGMENTS = 8


# -- inside the function ----------------------------------------------------------------------------------------------


def parted_url(url: str) -> tuple[str, str, str, str]:
    """Scheme, host, path and query; scheme and host are empty where the URL is a path only."""
    scheme, found, rest = url.partition("://")
    if not found or "/" in scheme or "?" in scheme:
        scheme, host, rest = "", "", url
    else:
        host = rest.partition("?")[0].partition("/")[0]
        rest = rest[len(host) :]
    path, _, query = rest.partition("?")
    return scheme, host, wire_path(path), wire_query(query)


def base_of(path: str, parameters: Mapping[str, object]) -> str:
    """What stands in ``path`` before the value of the catch-all parameter; nothing where there is no such parameter.

    At the root of a prefix the value is empty and the host leaves it out, so there the event does not tell.
    """
    value = next((parameters[name] for name in CATCH_ALLS if parameters.get(name)), None)
    if not isinstance(value, str) or not value.strip("/"):
        return ""
    if path.endswith(f"/{value}"):
        return path[: -len(value) - 1].rstrip("/")
    # The value is decoded; whether %2F in it is, no document says.
    wanted = decoded_path(value).strip("/")
    cut = 0
    for _ in range(_PREFIX_SEGMENTS):
        if decoded_path(path[cut:]).strip("/") == wanted:
            return path[:cut].rstrip("/")
        cut = path.find("/", cut + 1)
        if cut < 0:
            break
    return ""


# -- outside ----------------------------------------------------------------------------------------------------------


def event_url(request: Request) -> str:
    """The URL in the event of a request."""
    host = json_text(request.headers.get("host") or "localhost")
    return f"{request.scheme}://{host}{host_path(request.path)}{f'?{request.query}' if request.query else ''}"


def route_parameters(request: Request) -> dict[str, str]:
    """The value of the catch-all, decoded, below the base path; the host leaves out an empty one."""
    path = kestrel_path(request.path)
    base = decoded_path(request.base_path)
    if base and below_base(path, base):
        path = path[len(base) :]
    return {CATCH_ALLS[0]: path[1:]} if len(path) > 1 else {}


def host_path(path: str) -> str:
    """``path`` as it stands in the URL of an event."""
    import re
    from urllib.parse import quote

    decoded = kestrel_path(path)
    # PathString takes what looks like an escape for one, also where it was "%2541" on the wire.
    decoded = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", decoded)
    return quote(decoded, safe="%/:@!$&'()*+,;=~")


def kestrel_path(path: str) -> str:
    """``path`` as Kestrel decodes it: UTF-8 only, an escaped slash is left, dot segments are removed."""
    import re

    # It refuses %00 with a 400, which is nothing that an event could show.
    decoded = re.sub(r"(?:%(?!2[Ff]|00)[0-9A-Fa-f]{2})+", _decoded_run, path)
    kept: list[str] = []
    segments = decoded.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _decoded_run(escapes: Match[str]) -> str:
    from urllib.parse import unquote_to_bytes

    text = unquote_to_bytes(escapes.group()).decode("utf-8", "surrogateescape")
    return "".join([f"%{ord(letter) - 0xDC00:02X}" if "\udc80" <= letter <= "\udcff" else letter for letter in text])

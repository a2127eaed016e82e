"""Pages that are not the app's own: what a developer sees in the browser when the app does not load."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ..model import Headers

if TYPE_CHECKING:
    from ..gateway import Refusal
    from ..model import Request, Response

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --line: #8884; --faint: #888; --accent: #c2410c }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 3rem auto; padding: 0 1.5rem }}
h1 {{ font-size: 1.25rem; margin: 0; color: var(--accent) }}
.message {{ font: 1.05rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; margin: .5rem 0 1.5rem }}
pre {{ font: .875rem/1.6 ui-monospace, monospace; border: 1px solid var(--line); border-radius: .5rem; padding: 1rem;
       overflow-x: auto }}
footer {{ color: var(--faint); font-size: .875rem }}
</style>
</head>
<body>
<h1>{title}</h1>
<p class="message">{message}</p>
<pre>{traceback}</pre>
<footer>{footer}</footer>
</body>
</html>
"""


def is_loopback(host: str | None) -> bool:
    """Whether a Host header names this machine. Any other name may have been rebound to it by a page in the browser,
    which would then read a developer's paths and source lines."""
    if host is None:
        return False
    name, colon, port = host.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()):
        name = host
    return name.lower() in _LOOPBACK


def failure_page(request: Request, response: Response, refusal: Refusal, traceback: str, gateway: str) -> Response:
    """The platform's answer (status and headers stay), with the traceback as its body."""
    title = "The app does not start"
    footer = f"fcbridge dev, as {gateway} answers: {response.status}. Save the repaired file, then reload this page."
    if "text/html" in (request.headers.get("accept") or ""):
        kind = "text/html"
        page = _PAGE.format(
            title=escape(title), message=escape(refusal.message), traceback=escape(traceback), footer=escape(footer)
        )
    else:
        kind = "text/plain"
        page = f"{title}: {refusal.message}\n\n{traceback}\n{footer}\n"
    body = page.encode("utf-8", "replace")
    headers = response.headers.without("content-type", "content-length").pairs
    headers += [
        ("content-type", f"{kind}; charset=utf-8"),
        ("content-length", str(len(body))),
        ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"),
        ("cache-control", "no-store"),
    ]
    return response.replace(headers=Headers.of(headers), body=b"" if request.method == "HEAD" else body)

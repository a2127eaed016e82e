"""What takes the place of an app in a function that takes only events."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_TEXT = b"This function takes events, and no HTTP requests."


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """A WSGI app that has nothing at any path."""
    pairs = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(_TEXT)))]
    start_response("404 Not Found", pairs)
    return [_TEXT]

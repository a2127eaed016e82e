"""The header fields that belong to the platform.

https://www.alibabacloud.com/help/en/functioncompute/fc-2-0/user-guide/http-functions lists what cannot be set.
"""

from __future__ import annotations

from fcbridge.model import Headers, Request, Response

_REQUEST = frozenset({"connection", "keep-alive"})
_RESPONSE = frozenset({"connection", "content-length", "date", "keep-alive", "server", "upgrade"})


def request_refused(name: str) -> bool:
    """Whether the platform keeps a client's header from the function."""
    return name in _REQUEST or name.startswith("x-fc-")


def response_refused(name: str) -> bool:
    """Whether the platform drops or overwrites a function's header."""
    return name in _RESPONSE or name.startswith("x-fc-")


def passed_on(request: Request) -> Headers:
    """What of a client's headers reaches the function."""
    return Headers.of([pair for pair in request.headers if not request_refused(pair[0])])


def sent_on(response: Response) -> Response:
    """What of a function's response reaches the client."""
    return response.replace(headers=Headers.of([pair for pair in response.headers if not response_refused(pair[0])]))

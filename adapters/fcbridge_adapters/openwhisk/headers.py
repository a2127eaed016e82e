"""The header fields that the controller takes out, fills in or writes itself.

Akka HTTP keeps the length and the coding of a message to itself and refuses to send what speaks of the connection.
https://doc.akka.io/libraries/akka-http/current/common/http-model.html#http-headers
"""

from __future__ import annotations

from fcbridge.model import Headers, Request, Response

_REQUEST = frozenset({"content-length", "timeout-access", "transfer-encoding"})
_RESPONSE = frozenset({"connection", "content-length", "date", "server", "transfer-encoding"})


def request_refused(name: str) -> bool:
    """Whether the controller keeps a client's header from the action."""
    return name in _REQUEST


def response_refused(name: str) -> bool:
    """Whether the controller drops or overwrites an action's header."""
    return name in _RESPONSE


def with_type(request: Request) -> Request:
    """``request`` with the type that Akka HTTP gives to a body without one."""
    if not request.body or "content-type" in request.headers:
        return request
    return request.replace(headers=Headers.of([*request.headers, ("content-type", "application/octet-stream")]))


def sent_on(response: Response) -> Response:
    """What of an action's response reaches the client."""
    return response.replace(headers=Headers.of([pair for pair in response.headers if not response_refused(pair[0])]))

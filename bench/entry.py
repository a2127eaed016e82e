"""What a contestant is once it is ready, and what the contestants of AWS have in common."""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Callable
from typing import Any, NamedTuple

from fcbridge.model import Request

from .events import Answer


def nothing() -> None:
    """Nothing to do."""


class Entry(NamedTuple):
    """A contestant that is ready for one request to one app."""

    call: Callable[[], object]
    read: Callable[[Any], Answer]
    close: Callable[[], object] = nothing
    prepare: Callable[[], object] = nothing
    """Called before each batch, outside the time: sets what all contestants share, as the thread's event loop."""


Enter = Callable[[Any, str, Request], Entry]
"""Of the app, its interface, and the request."""
EventOf = Callable[[Request], Any]


class UntimedContext:
    """What AWS's runtime tells of an invocation, without its deadline."""

    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    function_name = "bench"


class LambdaContext(UntimedContext):
    def get_remaining_time_in_millis(self) -> int:
        return 30_000


def read_envelope(result: dict[str, Any]) -> Answer:
    single: dict[str, str] = result.get("headers") or {}
    multiple: dict[str, list[str]] = result.get("multiValueHeaders") or {}
    headers = {name.lower(): value for name, value in single.items()}
    headers |= {name.lower(): values[0] for name, values in multiple.items()}
    body = a2b_base64(result["body"]) if result.get("isBase64Encoded") else result["body"].encode("utf-8")
    return Answer(int(result["statusCode"]), headers.get("content-type", ""), body)

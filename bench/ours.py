"""fcbridge, on the events of several platforms.

The peers know no deadline, and fcbridge keeps the platform's: a timer for each invocation. So it runs with a context
that tells one, and with a context that tells none, which is the same work as theirs.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

from fcbridge import bridge
from fcbridge.bodies import use_pybase64
from fcbridge.gateway import Settings
from fcbridge.model import Request
from fcbridge.registry import gateway

from .entry import Enter, Entry, EventOf, LambdaContext, UntimedContext, read_envelope
from .events import Answer, aliyun, azure, read_azure

_REQUEST_ID = "1-67c1a2b3-15b2f0aa-0d4c5e6f7a8b"


def on_lambda(event_of: EventOf, *, deadline: bool = False, fast: bool = False) -> Enter:
    """The very event that the peers get, and a dict as their answer is."""

    def enter(app: Any, interface: str, request: Request) -> Entry:
        handler = bridge(app, platform="aws")
        event, context = event_of(request), LambdaContext() if deadline else UntimedContext()
        return Entry(lambda: handler(event, context), read_envelope, handler.pre_stop, _codec(fast))

    return enter


def on_function_compute(*, wire: bool = False, deadline: bool = False, fast: bool = False) -> Enter:
    """``wire``: the bytes of JSON that the platform hands over; what is returned is JSON too."""

    def enter(app: Any, interface: str, request: Request) -> Entry:
        door = gateway("fc3-http")
        event = aliyun(door.name, request)
        if wire:
            event = json.dumps(event, ensure_ascii=False).encode("utf-8")
        told = door.runtime.context(Settings(), _REQUEST_ID)
        context = told if deadline else SimpleNamespace(request_id=_REQUEST_ID)
        handler = bridge(app, platform="aliyun")

        def read(payload: str) -> Answer:
            response = door.read(payload.encode("utf-8"))
            return Answer(response.status, response.headers.get("content-type") or "", response.body)

        return Entry(lambda: handler(event, context), read, handler.pre_stop, _codec(fast))

    return enter


def on_azure(app: Any, interface: str, request: Request) -> Entry:
    """As Azure's worker calls it: awaited on the worker's loop, or in a thread where the app is WSGI."""
    door = gateway("azure-python")
    event, context = azure(request), door.runtime.context(Settings(), _REQUEST_ID)
    handler = bridge(app, platform="azure")
    if interface == "wsgi":
        return Entry(lambda: handler(event, context), read_azure, handler.pre_stop, _codec(False))
    loop = asyncio.new_event_loop()

    def close() -> None:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        handler.pre_stop()

    return Entry(lambda: loop.run_until_complete(handler.invoke(event, context)), read_azure, close, _codec(False))


def has_fast() -> bool:
    """Whether what the extra ``fast`` installs is there."""
    return find_spec("pybase64") is not None


def _codec(fast: bool) -> Callable[[], None]:
    """Sets the base64 that the whole process uses."""
    return partial(use_pybase64, fast)

"""A handler of each kind, and both kinds of functions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from .apps import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fcbridge import Handler


@pytest.fixture(params=list(KINDS))
def handler(request: pytest.FixtureRequest) -> Iterator[Handler]:
    """Beside an ASGI app, beside a WSGI app, and without one."""
    made = KINDS[request.param]()
    yield made
    made.pre_stop()


@pytest.fixture(params=["called", "awaited"])
def send(request: pytest.FixtureRequest, handler: Handler) -> Callable[..., Any]:
    """``send(event, context)``: the handler, called as it is, and awaited in a loop of the caller's."""

    def awaited(event: object, context: object = None) -> Any:
        return asyncio.run(handler.invoke(event, context))

    return handler if request.param == "called" else awaited


@pytest.fixture(params=["def", "async def"])
def make(request: pytest.FixtureRequest) -> Callable[[Callable[[Any], Any]], Callable[..., Any]]:
    """``make(body)``: a function of an event, synchronous or not, that does what ``body`` does."""

    def made(body: Callable[[Any], Any]) -> Callable[..., Any]:
        def function(event: Any) -> Any:
            return body(event)

        async def coroutine_function(event: Any) -> Any:
            await asyncio.sleep(0)
            return body(event)

        return function if request.param == "def" else coroutine_function

    return made

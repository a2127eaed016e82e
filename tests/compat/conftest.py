from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def a_loop_for_the_peer() -> Iterator[None]:
    """Mangum makes itself an event loop where the thread has none, and leaves it open: the next test that sets another
    one would hear of it."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()

"""What an invocation may not leave behind in its caller's thread."""

from __future__ import annotations

import asyncio
import contextvars
import sys
from typing import Any, NamedTuple


class Traces(NamedTuple):
    """Equal before and after a call that leaves nothing."""

    running_loop: asyncio.AbstractEventLoop | None
    generator_hooks: object
    coroutine_origins: int
    handled_exception: object
    context: dict[contextvars.ContextVar[Any], object]

    @classmethod
    def now(cls) -> Traces:
        return cls(
            asyncio._get_running_loop(),  # pyright: ignore[reportPrivateUsage]
            sys.get_asyncgen_hooks(),
            sys.get_coroutine_origin_tracking_depth(),
            sys.exc_info()[1],
            dict(contextvars.copy_context().items()),
        )

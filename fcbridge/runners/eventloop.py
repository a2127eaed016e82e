"""The event loop itself: asyncio's own, which writes down who made a task and ends without a word."""

from __future__ import annotations

import asyncio
import sys
from asyncio import Task

from .tasks import CURRENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator
    from typing import Any, TypeVar

    _T = TypeVar("_T")

if sys.platform == "win32":
    from asyncio import ProactorEventLoop as _PlatformLoop
else:
    from asyncio import SelectorEventLoop as _PlatformLoop


class EventLoop(_PlatformLoop):
    """The platform's own loop, not that of a policy: uvloop is dear to start and stop once a call."""

    def create_task(self, coro: Generator[Any, None, _T] | Coroutine[Any, Any, _T], **options: Any) -> Task[_T]:
        task = super().create_task(coro, **options)
        tasks = CURRENT.get()
        if tasks is not None and tasks.loop is self:
            tasks.note(task)
        return task

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        # A task that refused to end when the app was stopped, or that nobody stopped before the interpreter ended.
        if (self.is_closed() or sys.is_finalizing()) and str(context.get("message")).startswith("Task was destroyed"):
            return
        super().call_exception_handler(context)

    def __del__(self) -> None:
        # Quietly, without asyncio's ResourceWarning: an instance that ends without notice is a platform's daily life.
        if not self.is_closed() and not self.is_running():
            self.set_debug(False)  # which would read source files, too late in the life of an interpreter
            self.close()


async def cancel_tasks(events: EventLoop, within: float) -> None:
    """Cancel everything that is left on a loop and give it so many seconds to end."""
    left = asyncio.all_tasks(events)
    current = asyncio.current_task(events)
    if current is not None:
        left.discard(current)
    for task in left:
        task.cancel()
    if left:
        ended, _ = await asyncio.wait(left, timeout=within)
        for task in ended:
            error = None if task.cancelled() else task.exception()
            if error is not None:
                events.call_exception_handler(
                    {"message": "A task raised while the app was stopped", "exception": error, "task": task}
                )
    await asyncio.wait({Task(events.shutdown_asyncgens(), loop=events)}, timeout=within)
    await asyncio.sleep(0)  # closed transports say so in a callback

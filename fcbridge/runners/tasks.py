"""Which tasks an invocation made.

asyncio keeps no such book, but a context does: a task is made in the context of the code that makes it and lives in a
copy (PEP 567), so whatever an invocation starts, directly or through its tasks and callbacks, sees the invocation's
``Tasks`` in this variable. ``EventLoop.create_task`` writes them down; nothing is spent where no task is made.
"""

from __future__ import annotations

from contextvars import ContextVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Task
    from typing import Any

    AnyTask = Task[Any]

# Finished tasks are forgotten each time that so many more are noted.
_SWEEP = 64


class Tasks:
    """The tasks that one invocation made and that are not finished.

    Held by strong references, so none is collected midway: a loop itself holds its tasks weakly.
    """

    # Of the class until a task is noted: most invocations make none.
    _limit = _SWEEP
    noted: list[AnyTask] = []  # noqa: RUF012  # replaced, never changed

    loop: AbstractEventLoop  # on which they run

    def note(self, task: AnyTask) -> None:
        """Write a new task down."""
        if not task.done():  # an eager task may be (Python 3.12)
            if self.noted:
                self.noted.append(task)
            else:
                self.noted = [task]
            if len(self.noted) >= self._limit:
                self._limit = len(self.pending()) + _SWEEP

    def pending(self) -> list[AnyTask]:
        """Those that are still running."""
        if self.noted:
            self.noted = [task for task in self.noted if not task.done()]
        return self.noted


#: The book of the invocation that this context belongs to.
CURRENT: ContextVar[Tasks | None] = ContextVar("fcbridge.tasks", default=None)

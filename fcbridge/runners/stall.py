"""Where work stands at one moment: for work that is given up, and for tasks that outlive their invocation.

Loaded only when there is something to tell.
"""

from __future__ import annotations

import gc
import os
import sys
from traceback import StackSummary
from types import FrameType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .eventloop import AnyTask

    Line = tuple[str, int, str, bool]  # file, line, function, whether it is the user's

_STANDARD = os.path.dirname(os.__file__)
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# How many places a message names.
_PLACES = 3
# The outermost own frame of the threads that run a coroutine's blocking calls.
_WORKERS = (os.path.join("concurrent", "futures", "thread.py"), os.path.join("anyio", "_backends", "_asyncio.py"))


class Stall:
    """The stacks of some tasks or threads, and the places in them that a user can do something about."""

    __slots__ = ("_stacks",)

    def __init__(self, stacks: Iterable[tuple[str, list[Line]]]) -> None:
        self._stacks = [(title, stack) for title, stack in stacks if stack]

    @classmethod
    def of_tasks(cls, tasks: Iterable[AnyTask]) -> Stall:
        """Tasks that wait for something. Where that is a blocking call in a thread, the thread's stack is added."""
        stacks = [(f"Task {task.get_name()!r}", _stack_of_task(task)) for task in tasks]
        if not any(line[3] for _, stack in stacks for line in stack):
            stacks += _stacks_of_workers()
        return cls(stacks)

    @classmethod
    def of_thread(cls, identity: int) -> Stall:
        """What a thread is doing."""
        frame = _frames().get(identity)
        return cls([] if frame is None else [("Thread of the event loop", _stack_of_frame(frame))])

    def __str__(self) -> str:
        """``at file:line in function``: the innermost line of the user's in each stack, of a library where none is."""
        lines = self._own() or [stack[-1] for _, stack in self._stacks][:1]
        if not lines:
            return "at an unknown place"
        places = dict.fromkeys(f"{file}:{line} in {function}" for file, line, function, _ in lines)
        return "at " + ", ".join(list(places)[:_PLACES])

    def report(self) -> str:
        """All stacks in full, innermost call last."""
        return "\n".join(f"{title}, innermost call last:\n{_text(stack)}" for title, stack in self._stacks)

    def _own(self) -> list[Line]:
        found: list[Line] = []
        for _, stack in self._stacks:
            found += [line for line in reversed(stack) if line[3]][:1]
        return found


def name_of(task: AnyTask) -> str:
    """``'Task-3' coroutine at file:line in function``."""
    coroutine = getattr(task.get_coro(), "__qualname__", "coroutine")
    return f"{task.get_name()!r} {coroutine} {Stall([('', _stack_of_task(task))])}"


def _text(stack: list[Line]) -> str:
    return "".join(StackSummary.from_list([(*line[:3], None) for line in stack]).format()).rstrip()


def _line(frame: FrameType) -> Line:
    code = frame.f_code
    return code.co_filename, frame.f_lineno, code.co_name, _is_users(code.co_filename, frame.f_globals.get("__name__"))


def _stack_of_task(task: AnyTask) -> list[Line]:
    """The lines of all coroutines that wait for one another, down to what they wait for in the end.

    ``Task.get_stack`` shows only the outermost one of a suspended task.
    """
    stack: list[Line] = []
    waiting: Any = task.get_coro()
    while waiting is not None:
        frame: FrameType | None = _attribute(waiting, "frame")
        if frame is not None:
            stack.append(_line(frame))
            waiting = _attribute(waiting, "await")
        else:
            waiting = _inner(waiting)
    return stack


def _attribute(waiting: object, what: str) -> Any:
    """``cr_frame`` or ``cr_await`` of a coroutine, and what generators and asynchronous generators have for it."""
    for prefix in ("cr", "gi", "ag"):
        value = getattr(waiting, f"{prefix}_{what}", None)
        if value is not None:
            return value
    return getattr(waiting, "gi_yieldfrom", None) if what == "await" else None


def _inner(waiting: object) -> object:
    """What stands between two coroutines (the step of an asynchronous generator) shows nothing but to the collector."""
    for referent in gc.get_referents(waiting):
        if isinstance(_attribute(referent, "frame"), FrameType):
            return referent
    return None


def _stack_of_frame(frame: FrameType | None) -> list[Line]:
    stack: list[Line] = []
    while frame is not None:
        stack.append(_line(frame))
        frame = frame.f_back
    return stack[::-1]


def _stacks_of_workers() -> list[tuple[str, list[Line]]]:
    found: list[tuple[str, list[Line]]] = []
    for identity, frame in _frames().items():
        stack = _stack_of_frame(frame)
        if any(line[3] for line in stack) and any(line[0].endswith(_WORKERS) for line in stack):
            found.append((f"Worker thread {identity}", stack))
    return found


def _frames() -> dict[int, FrameType]:
    return sys._current_frames()  # pyright: ignore[reportPrivateUsage]  # public by its documentation


def _is_users(file: str, module: str | None) -> bool:
    """Whether a line is neither Python's, nor ours, nor of an installed package."""
    if file.startswith(("<frozen", _STANDARD, _OURS)) or "site-packages" in file or "dist-packages" in file:
        return False
    # Functions are deployed with their dependencies beside the code (pip install --target): then the record of the
    # installation stands beside the package (https://packaging.python.org/en/latest/specifications/recording-installed-packages/).
    package = str(module).partition(".")[0]
    folder, found, _ = file.rpartition(f"{os.sep}{package}{os.sep}")
    if not found:
        return True
    try:
        names = os.listdir(folder)
    except OSError:
        return True
    return not any(name.endswith(".dist-info") and name.partition("-")[0].lower() == package.lower() for name in names)

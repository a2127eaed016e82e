"""A process that was forked: its event loop is the parent's, and has to be made anew.

Servers that fork their workers load the app before, and apps fork for work of their own. In the child the thread of the
loop is gone, locks may be held by nobody, and the loop's descriptors are those of the parent: an epoll set is shared by
all who have inherited it, so closing the loop there, which takes its socket out of the set, would leave the parent deaf
(https://man7.org/linux/man-pages/man7/epoll.7.html, questions 3 and 6).

Nothing is asked when a request comes: Python itself calls back in a child
(https://docs.python.org/3/library/os.html#os.register_at_fork). A host that forks in C has to tell Python of it, by
PyOS_AfterFork_Child.
"""

from __future__ import annotations

import os
from _thread import get_ident
from weakref import WeakSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from .eventloop import EventLoop

    class Inheritable(Protocol):
        def forked(self) -> None:
            """Let go of what is the parent's. Called in the child, before anything else runs there."""


_watched: WeakSet[Inheritable] = WeakSet()
_registered = False
# What the parent still uses. A coroutine that is collected runs its "finally" blocks, and those of an app say goodbye
# on connections that the parent has too. So nothing in here goes before the process does: not even when the interpreter
# ends, since the registered callback holds on to this module until after the last collection.
_inherited: list[object] = []


def watch(subject: Inheritable) -> None:
    """Have ``subject.forked()`` called in each child that is forked while the subject is there."""
    global _registered
    if not _registered and hasattr(os, "register_at_fork"):
        _registered = True  # once: there is no way to take it back
        os.register_at_fork(after_in_child=_in_child)
    _watched.add(subject)


def disown(events: EventLoop) -> None:
    """In a child: part with a loop of the parent's. Its descriptors are closed here, the parent's stay as they are."""
    from asyncio import all_tasks
    from contextlib import suppress
    from selectors import SelectSelector

    if events.is_closed():
        return
    loop: Any = events
    executor, selector = loop._default_executor, loop._selector
    _inherited.append((events, all_tasks(events), executor, list(selector.get_map().values())))
    # With an empty selector, which has no descriptor, there is nothing for the loop to take out of the shared set.
    loop._selector = SelectSelector()
    with suppress(OSError, ValueError):  # of kqueue, which is not inherited
        selector.close()
    loop._default_executor = None  # its threads are the parent's, and one of them may have held its lock
    if loop._thread_id == get_ident():
        return  # the child goes on inside of the loop, in what the app does there
    loop._thread_id = None  # of the parent
    with suppress(AttributeError, OSError, ValueError):  # where another thread was closing it and its socket is gone
        events.close()


def _in_child() -> None:
    for subject in list(_watched):
        subject.forked()

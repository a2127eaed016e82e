"""Counts what a call does: the bytecode instructions of all Python frames, and the calls into C.

Neither is a time. Instructions weigh the same whether they add two numbers or encode a megabyte, and a type that is
called is no C call. But whatever is done needlessly on the way of an invocation shows in one of them.

Allocations are not counted: Python tells how many blocks there are (``sys.getallocatedblocks``), not how many were
given out meanwhile, and an invocation gives back what it takes.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, NamedTuple

# Fills the caches, and lets whatever is done once be done.
_WARM = 40
# Invocations that are counted. What happens in every so manieth one is spread over them.
_COUNTED = 20


class Count(NamedTuple):
    """Of one call, the mean of many."""

    instructions: float
    calls: float


def count(function: Callable[[], object]) -> Count:
    """What one call of ``function`` does when all is warm, in this thread."""

    def run() -> None:
        for _ in range(_COUNTED):
            function()

    for _ in range(_WARM):
        function()
    collecting = gc.isenabled()
    gc.disable()  # it would run finalizers whenever it likes
    try:
        return Count(_instructions(run) / _COUNTED, _calls(run) / _COUNTED)
    finally:
        if collecting:
            gc.enable()


if sys.version_info >= (3, 12):

    def _instructions(run: Callable[[], None]) -> int:
        """https://docs.python.org/3/library/sys.monitoring.html; settrace tells some of them late, or not at all."""
        monitoring = sys.monitoring
        seen = 0

        def note(code: CodeType, _: int) -> object:
            nonlocal seen
            seen += code.co_filename != __file__
            return None

        tool = monitoring.PROFILER_ID + 1  # 3 and 4 have no purpose of their own
        monitoring.use_tool_id(tool, "fcbridge's cost")
        try:
            monitoring.register_callback(tool, monitoring.events.INSTRUCTION, note)
            monitoring.set_events(tool, monitoring.events.INSTRUCTION)
            run()
        finally:
            monitoring.set_events(tool, monitoring.events.NO_EVENTS)
            monitoring.free_tool_id(tool)
        return seen

else:

    def _instructions(run: Callable[[], None]) -> int:
        """https://docs.python.org/3/library/sys.html#sys.settrace, with ``f_trace_opcodes``."""
        seen = 0

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            nonlocal seen
            if event == "call":
                frame.f_trace_opcodes = frame.f_code.co_filename != __file__
                frame.f_trace_lines = False
            elif event == "opcode":
                seen += 1
            return trace

        before = sys.gettrace()  # a debugger's, or that of a measurement of coverage
        sys.settrace(trace)
        try:
            run()
        finally:
            sys.settrace(before)
        return seen


def _calls(run: Callable[[], None]) -> int:
    """https://docs.python.org/3/library/sys.html#sys.setprofile"""
    seen = 0

    def profile(_frame: FrameType, event: str, _: Any) -> None:
        nonlocal seen
        if event == "c_call":
            seen += 1

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        run()
        found = seen
    finally:
        sys.setprofile(before)
    return found

"""What the process holds, and whether it grew."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import sys
import threading
from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Sample(NamedTuple):
    """Taken between two batches, when nothing is under way, after a collection of garbage."""

    resident: int
    """Bytes of memory; 0 where there is no /proc."""
    large: int
    """Bytes that C's malloc has given out: what Python has in pieces of more than 512 bytes, and what C has; 0 where
    malloc does not tell."""
    blocks: int
    """Pieces of at most 512 bytes that Python has allocated, whatever is in them."""
    objects: int
    """Objects that the garbage collector tracks."""
    descriptors: int
    threads: int
    tasks: int
    """Tasks of asyncio that are not done."""
    loops: int
    """Event loops that are not closed."""


# Each thread of the GNU C library keeps hundreds of freed pieces to itself, which malloc counts as given out. Without
# them what it tells is exact: https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html
_EXACT = "glibc.malloc.tcache_count=0"

#: How much more there may be in the last fifth than in the first, by the least that was seen there. Blocks and large
#: pieces: caches that are full are emptied and fill again, each in its own time, with some 1,000 entries. Objects: a
#: loop keeps up to 100 cancelled timers, and no cache keeps what the collector tracks. Resident memory: the gaps
#: between the pieces too, which no program has in its hands.
BOUNDS = Sample(
    resident=6_000_000,
    large=200_000 if _EXACT in os.environ.get("GLIBC_TUNABLES", "") else 4_000_000,
    blocks=2_000,
    objects=400,
    descriptors=0,
    threads=0,
    tasks=0,
    loops=0,
)


class Series:
    """Samples with the number of invocations by then, kept as bare numbers: what counts must not be counted."""

    def __init__(self) -> None:
        self._numbers = array("q")

    def take(self, done: int) -> None:
        self._numbers.extend((done, *sample()))

    @property
    def last(self) -> Sample:
        return Sample(*self._numbers[-len(Sample._fields) :])

    def __iter__(self) -> Iterator[tuple[int, Sample]]:
        width = len(Sample._fields) + 1
        for place in range(0, len(self._numbers), width):
            done, *numbers = self._numbers[place : place + width]
            yield done, Sample(*numbers)


def sample() -> Sample:
    for thread in threading.enumerate():
        # Synchronous work in other threads has a watchdog, which ends a moment after the work.
        if thread.name == "fcbridge watchdog":
            thread.join()
    while gc.collect():
        pass
    # Before this function makes anything of its own.
    memory = _resident(), _large(), sys.getallocatedblocks()
    objects = gc.get_objects()
    tasks = loops = 0
    for value in objects:
        # Not isinstance, which asks proxies for the class of what they stand for.
        if issubclass(type(value), asyncio.Task):
            tasks += not value.done()
        elif issubclass(type(value), asyncio.AbstractEventLoop):
            loops += not value.is_closed()
    return Sample(*memory, len(objects), _descriptors(), threading.active_count(), tasks, loops)


def grown(samples: Sequence[Sample], bounds: Sample = BOUNDS) -> Iterator[str]:
    """What grew beyond its bound."""
    fifth = len(samples) // 5
    for name, bound in bounds._asdict().items():
        first = min(getattr(one, name) for one in samples[:fifth])
        last = min(getattr(one, name) for one in samples[-fifth:])
        if last - first > bound:
            yield f"{name} grew from {first:,} to {last:,}, by more than {bound:,}"


def left(before: Sample, after: Sample) -> Iterator[str]:
    """What is there and was not before, where none of it may be."""
    for name in ("descriptors", "threads", "tasks", "loops"):
        over = getattr(after, name) - getattr(before, name)
        if over > 0:
            yield f"{over} {name} are left after pre_stop"


def _resident() -> int:
    try:
        with open("/proc/self/status") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:")), 0)
    except OSError:
        return 0


class _Mallinfo(ctypes.Structure):
    """https://man7.org/linux/man-pages/man3/mallinfo.3.html"""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keep",
        )
    ]


def _large() -> int:
    mallinfo = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if mallinfo is None:  # of the GNU C library since 2.33
        return 0
    mallinfo.restype = _Mallinfo
    told = mallinfo()
    return int(told.uordblks + told.hblkhd)


def _descriptors() -> int:
    for folder in "/proc/self/fd", "/dev/fd":
        if os.path.isdir(folder):
            return len(os.listdir(folder))
    return 0

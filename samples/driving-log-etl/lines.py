"""The lines of a stream, one after the other: never more of it in memory than one piece and one line."""

from collections.abc import Iterator
from typing import Protocol

PIECE = 256 * 1024
#: A line that is longer is no line of a driving log, and is not collected to its end.
LONGEST = 1024 * 1024


class Stream(Protocol):
    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; nothing at the end."""
        ...


def lines(stream: Stream) -> Iterator[tuple[int, bytes]]:
    """The number of each line, from 1 on, and the line without its end. Of a line that is longer than LONGEST come its
    first LONGEST + 1 bytes. Empty lines are counted and left out."""
    number = 0
    begun = b""  # of a line whose end has not come
    while piece := stream.read(PIECE):
        *complete, rest = piece.split(b"\n")
        for line in complete:
            number += 1
            if begun:
                line, begun = _joined(begun, line), b""
            if line and line != b"\r":
                yield number, line.removesuffix(b"\r")
        begun = _joined(begun, rest)
    if begun:
        yield number + 1, begun


def _joined(begun: bytes, more: bytes) -> bytes:
    return begun + more[: LONGEST + 1 - len(begun)]

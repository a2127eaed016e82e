"""The protocol between the gateway and a function instance: frames over a pipe in each direction.

A frame is two lengths (32 bits each, big-endian), a JSON object of the first length and raw bytes of the second. Events
and payloads travel as the raw bytes, so a body of 32 MB is not escaped a second time.

=================  ==============================================  ===========================
gateway sends      head                                            bytes
=================  ==============================================  ===========================
``start``          gateway, target, directory, settings, roots
``invoke``         request_id                                      the event, as JSON
``fire``           request_id                                      what a trigger sends
``stop``
=================  ==============================================  ===========================

=================  ==============================================  ===========================
instance sends     head                                            bytes
=================  ==============================================  ===========================
``ready``          routes, seconds
``failed``         message, error, traceback
``answer``         seconds                                         the payload
``raised``         message, error, traceback, seconds
=================  ==============================================  ===========================
"""

from __future__ import annotations

import json
from struct import Struct
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from asyncio import StreamReader
    from typing import BinaryIO

_LENGTHS = Struct("!II")


class Frame(NamedTuple):
    """One message. ``head["kind"]`` says which."""

    head: dict[str, Any]
    content: bytes = b""

    @property
    def kind(self) -> str:
        return str(self.head["kind"])


def frame(kind: str, content: bytes = b"", **head: object) -> bytes:
    """A frame as it goes over the pipe."""
    packed = json.dumps({"kind": kind, **head}, default=str).encode("ascii")
    return b"".join((_LENGTHS.pack(len(packed), len(content)), packed, content))


def read_frame(pipe: BinaryIO) -> Frame | None:
    """The next frame; None where the pipe ends."""
    lengths = pipe.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head, content = _LENGTHS.unpack(lengths)
    packed = pipe.read(head + content)
    if len(packed) < head + content:
        return None
    return Frame(json.loads(packed[:head]), packed[head:])


async def receive_frame(pipe: StreamReader) -> Frame | None:
    """The next frame; None where the pipe ends or what comes is no frame."""
    from asyncio import IncompleteReadError

    try:
        head, content = _LENGTHS.unpack(await pipe.readexactly(_LENGTHS.size))
        return Frame(json.loads(await pipe.readexactly(head)), await pipe.readexactly(content))
    except (IncompleteReadError, ConnectionError, ValueError):
        return None

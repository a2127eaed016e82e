"""What a function of the Python worker has been called with, and what the registration knows of it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Delivery:
    """``event`` is an object of the package azure-functions, such as ``func.QueueMessage``, or a list of such; ``name``
    is that of the queue, topic, hub or timer, which no object tells."""

    __slots__ = ("event", "name")

    def __init__(self, event: Any, name: str) -> None:
        self.event = event
        self.name = name

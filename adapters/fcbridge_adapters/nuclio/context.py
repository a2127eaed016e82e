"""Nuclio's context lives as long as the worker; what belongs to one event alone is in the event.

https://docs.nuclio.io/en/stable/reference/runtimes/python/python-reference.html
"""

from __future__ import annotations

from fcbridge.gateway import Invocation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class EventContext:
    """Nuclio's context with the id of an event, as the app sees it under ``fcbridge.context``.

    ``logger``, ``platform``, ``user_data`` and all else is the context's own.
    """

    def __init__(self, event_id: str, worker: object) -> None:
        self.event_id = event_id
        self.worker = worker

    def __getattr__(self, name: str) -> Any:
        return getattr(self.worker, name)


def read_context(context: object) -> Invocation:
    """The timeout of an event is known to the processor alone."""
    event_id = getattr(context, "event_id", None)
    return Invocation(event_id if isinstance(event_id, str) else "")

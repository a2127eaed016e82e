"""The request id in log records.

``RequestIdFilter`` gives every record a ``request_id``, unless it has one already. It is added to the handlers that the
root logger has when ``bridge()`` is called and when the app has been initialized; to others it can be added by hand.
"""

from __future__ import annotations

from _contextvars import ContextVar  # of contextvars, which is one module more to load

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging

    from .losses import Loss

    Record = logging.LogRecord

#: The id of the invocation that this context belongs to; empty outside of one.
REQUEST_ID: ContextVar[str] = ContextVar("fcbridge.request_id", default="")

#: A list in which the losses of this context's responses are noted, where somebody wants them beside the log.
LOST: ContextVar[list[Loss] | None] = ContextVar("fcbridge.lost", default=None)


class RequestIdFilter:
    """A logging filter (any object with ``filter`` is one since Python 3.2): sets ``record.request_id``.

    Add it to a handler, not to a logger: a logger's filters do not see the records of its children.
    """

    def filter(self, record: Record) -> bool:
        if not hasattr(record, "request_id"):
            record.request_id = REQUEST_ID.get() or "-"
        return True


def install() -> None:
    """Add the filter to the root logger's handlers, where logging is in use at all."""
    import sys

    logging = sys.modules.get("logging")
    if logging is None:
        return
    for handler in logging.getLogger().handlers:
        if not any(isinstance(known, RequestIdFilter) for known in handler.filters):
            handler.addFilter(RequestIdFilter())


def logger() -> logging.Logger:
    """The logger ``fcbridge``; ``logging`` is imported with the first line that is written."""
    import logging

    return logging.getLogger("fcbridge")

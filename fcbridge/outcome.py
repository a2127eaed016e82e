"""What becomes of one event, in neutral words: ``ack``, ``retry`` or ``reject``.

A function that returns has acknowledged its event, and one that raises wants it again; these say it plainly. Each can
be returned or raised::

    return ack()
    return retry(after=30)
    raise reject("no such vehicle")
"""

from __future__ import annotations


class Outcome(Exception):
    """``verb`` is ``ack``, ``retry`` or ``reject``; ``after`` is in seconds, None where it is the platform's choice.

    ``reason`` is for the log. A rejected event is never wanted again. ``cause`` is the exception that made it a retry,
    ``value`` what the function has returned: the result, where the source waits for one.
    """

    __slots__ = ("after", "cause", "reason", "value", "verb")

    def __init__(
        self,
        verb: str,
        reason: str = "",
        after: float | None = None,
        cause: BaseException | None = None,
        value: object = None,
    ) -> None:
        super().__init__(verb, reason)
        self.verb = verb
        self.reason = reason
        self.after = after
        self.cause = cause
        self.value = value

    @property
    def failed(self) -> bool:
        """Whether the platform has to deliver the event again."""
        return self.verb == "retry"

    def __repr__(self) -> str:
        return f"<Outcome {self.verb}{f' after {self.after:g} s' if self.after is not None else ''}>"


def ack(value: object = None) -> Outcome:
    """The event is done. ``value`` is the answer, where the source waits for one."""
    return Outcome("ack", value=value)


def retry(after: float | None = None, reason: str = "") -> Outcome:
    """The event is wanted again, after so many seconds where the platform can wait."""
    return Outcome("retry", reason, after)


def reject(reason: str = "") -> Outcome:
    """The event is wrong and will stay wrong: it is logged, and not delivered again."""
    return Outcome("reject", reason)

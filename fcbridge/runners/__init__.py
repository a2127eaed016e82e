"""Runners: what runs an app for one neutral request."""

from __future__ import annotations

from abc import ABC, abstractmethod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..model import Glance, Plain, Request, Response


class Runner(ABC):
    """Runs one app. ``start`` and ``stop`` may be called again and do nothing then; a stopped runner may start anew."""

    @abstractmethod
    def start(self) -> None:
        """Bring the app up. Raises StartupFailed; the next call tries again."""

    @abstractmethod
    def stop(self) -> None:
        """Take the app down, once."""

    @abstractmethod
    def __call__(self, request: Request, remaining: float | None = None) -> Response:
        """Have the app answer. ``remaining`` is the time in seconds after which unfinished work is given up.

        Raises what the app raises before its response is complete, AppProtocolError where the app breaks its protocol,
        DeadlineExceeded where it is given up. Called from any thread, from several at once, and with a running loop in
        the caller's thread.
        """

    @abstractmethod
    def at_a_glance(self, asked: tuple[Glance, object, object], remaining: float | None) -> Plain | Response:
        """The same for a request at a glance, with its event and context; the response at a glance where it is as
        usual."""

    async def invoke(self, request: Request, remaining: float | None = None) -> Response:
        """The same for a caller that has a loop, which goes on meanwhile."""
        import asyncio

        return await asyncio.to_thread(self, request, remaining)

    def drain(self) -> None:  # noqa: B027  # nothing outlives a synchronous app's response
        """Let work that outlived its response finish, within the budget."""

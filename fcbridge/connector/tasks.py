"""What a course of events has to have done outside of itself, from a thread or from a loop."""

from __future__ import annotations

from ..model import Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from ..model import Plain, Request
    from ..runners import Runner

    class Task(Protocol):
        def run(self) -> Response | None:
            """From a thread."""
            ...

        async def run_beside(self) -> Response | None:
            """From a loop, which goes on meanwhile."""
            ...


class Ask:
    """A request to an app."""

    __slots__ = ("_remaining", "_request", "_runner")

    def __init__(self, runner: Runner, request: Request, remaining: float | None) -> None:
        self._runner = runner
        self._request = request
        self._remaining = remaining

    def run(self) -> Response:
        return self._runner(self._request, self._remaining)

    async def run_beside(self) -> Response:
        return await self._runner.invoke(self._request, self._remaining)


class Do:
    """Blocking work, broken off when its time is over, as far as Python can."""

    __slots__ = ("_remaining", "_work")

    def __init__(self, work: Callable[[], None], remaining: float | None = None) -> None:
        self._work = work
        self._remaining = remaining

    def run(self) -> None:
        if self._remaining is None:
            self._work()
        else:
            from ..runners.deadline import run_within

            run_within(self._remaining, _Timed(self._work))

    async def run_beside(self) -> None:
        from asyncio import to_thread

        await to_thread(self.run)


class _Timed:
    """Work that says when it is done by having a response, as :func:`run_within` wants it."""

    __slots__ = ("_work", "response")

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self.response: Plain | Response | None = None

    def run(self) -> Response:
        self._work()
        response = self.response = Response(204)
        return response

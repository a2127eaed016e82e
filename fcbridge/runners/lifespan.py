"""The lifespan of an app, once from startup to shutdown.

https://asgi.readthedocs.io/en/stable/specs/lifespan.html
"""

from __future__ import annotations

import asyncio

from ..logs import logger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping
    from typing import Any

    Scope = dict[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

# Seconds that the app gets to return once it has said its last word.
_GRACE = 1.0

_STARTING, _UP, _FAILED, _STOPPING, _DOWN = range(5)


class Lifespan:
    """One run of the app's lifespan, in a task of its own. A failed one is not used again."""

    __slots__ = (
        "_answered", "_app", "_error", "_message", "_phase", "_received", "_required", "_stopping", "state",
        "supported", "task",
    )  # fmt: skip

    def __init__(self, app: AsgiApp, required: bool) -> None:
        self._app = app
        self._required = required
        self._phase = _STARTING
        self._answered = asyncio.Event()  # the app has said how its startup, or its shutdown, went; or it has ended
        self._stopping = asyncio.Event()
        self._received = 0
        self._message = ""
        self._error: BaseException | None = None
        self.state: dict[str, Any] = {}
        self.supported = False
        self.task: asyncio.Task[None] | None = None

    async def startup(self) -> None:
        """Start the app and wait until it is up, or has shown that it knows no lifespan. Raises StartupFailed."""
        self.task = asyncio.create_task(self._run(), name="fcbridge lifespan")
        await self._answered.wait()
        if self._phase == _UP:
            self.supported = True
            _let_threads_stay(self.task)
        elif self._phase == _FAILED:
            await _end(self.task)
            from ..errors import StartupFailed

            raise StartupFailed(
                f"The app's startup failed: {_cause(self._error, self._message)}.",
                hint="the app itself reports this (lifespan.startup.failed); the next invocation tries again",
            ) from self._error
        elif isinstance(self._error, (KeyboardInterrupt, SystemExit)):
            raise self._error
        elif self._required:
            did = "returned" if self._error is None else f"raised {_cause(self._error)}"
            from ..errors import StartupFailed

            raise StartupFailed(
                f"The app has no lifespan: it {did} before its startup was complete.",
                hint="lifespan='auto' runs an app that has none",
            ) from self._error
        else:
            logger().debug("The app has no lifespan", exc_info=self._error)

    async def shutdown(self, within: float) -> None:
        """Stop the app, in so many seconds. What goes wrong is logged."""
        task = self.task
        if task is None or task.done() or self._phase != _UP:
            return
        self._phase = _STOPPING
        self._answered.clear()
        self._stopping.set()
        await asyncio.wait({asyncio.ensure_future(self._answered.wait())}, timeout=within)
        if not self._answered.is_set():
            from .stall import Stall

            stall = Stall.of_tasks([task])
            logger().error(
                "The app's shutdown was still going on after %.3g seconds, %s, and is given up.\n%s",
                within, stall, stall.report(),
            )  # fmt: skip
        await _end(task)

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self._app(scope, self._receive, self._send)
        except BaseException as error:
            self._error = error
            if isinstance(error, (KeyboardInterrupt, SystemExit)) and self._phase != _STARTING:
                raise
            if self._phase in (_UP, _STOPPING) and not isinstance(error, asyncio.CancelledError):
                what = "lifespan" if self._phase == _UP else "shutdown"
                logger().error("The app's %s failed.", what, exc_info=error)
        finally:
            self._answered.set()

    async def _receive(self) -> Message:
        self._received += 1
        if self._received == 1:
            return {"type": "lifespan.startup"}
        if self._received > 2 and self._stopping.is_set():
            # There is nothing more to come.
            await asyncio.get_running_loop().create_future()
        await self._stopping.wait()
        return {"type": "lifespan.shutdown"}

    async def _send(self, message: Message) -> None:
        kind = message["type"]
        if self._phase == _STARTING and kind == "lifespan.startup.complete":
            self._phase = _UP
        elif self._phase == _STARTING and kind == "lifespan.startup.failed":
            self._phase = _FAILED
            self._message = str(message.get("message", ""))
        elif self._phase == _STOPPING and kind == "lifespan.shutdown.complete":
            self._phase = _DOWN
        elif self._phase == _STOPPING and kind == "lifespan.shutdown.failed":
            self._phase = _DOWN
            logger().error("The app's shutdown failed: %s", message.get("message", ""))
        else:
            from ..errors import AppProtocolError

            raise AppProtocolError(f"The app sent {kind!r} where its lifespan has no place for it.")
        self._answered.set()


def _let_threads_stay(task: asyncio.Task[None]) -> None:
    """Have anyio keep its worker threads until ``task`` ends: those of Starlette's and FastAPI's ``def`` endpoints.

    It keeps them as long as the task that ``run_until_complete`` was called with, which it knows by this callback (see
    ``find_root_task`` in anyio/_backends/_asyncio.py). Without one they end with the request that they were made for.
    When the task ends, the callback stops the loop, which is turned on by whoever drives it.
    """
    known: Callable[[asyncio.Task[None]], None] | None = getattr(asyncio.base_events, "_run_until_complete_cb", None)
    if known is not None:
        task.add_done_callback(known)


async def _end(task: asyncio.Task[None]) -> None:
    """Let a task return after its last word, and cancel it where it does not."""
    await asyncio.wait({task}, timeout=_GRACE)
    if not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=_GRACE)


def _cause(error: BaseException | None, message: str = "") -> str:
    """One line of an exception, or of a message, which may be a whole traceback."""
    if error is not None and not isinstance(error, asyncio.CancelledError):
        text = str(error).strip().partition("\n")[0]
        return f"{type(error).__name__}: {text}" if text else type(error).__name__
    lines = message.strip().splitlines() or ["it gives no reason"]
    # In a traceback the exception follows the last line that is indented.
    last = max((number for number, line in enumerate(lines) if line.startswith("  ")), default=-1)
    return lines[min(last + 1, len(lines) - 1)].strip().rstrip(".")

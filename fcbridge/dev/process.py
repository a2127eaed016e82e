"""A function instance as the gateway sees it: a process that is started, asked, watched, and stopped or killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psutil  # type: ignore[import-untyped,unused-ignore]  # typed by types-psutil, where that is installed

from ..gateway import Refusal
from .frames import frame, receive_frame
from .plan import ROOT

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from .frames import Frame
    from .plan import Plan

MEGABYTE = 1024 * 1024
#: How often memory, deadline and the process itself are looked at while an instance works, in seconds.
_POLL = 0.05
#: How long faulthandler gets to write where a hung instance hangs, in seconds.
_DUMP = 0.2
#: How long an instance may take to go that has failed to start, or whose pipe has ended, in seconds.
_LAST_WORDS = 1.0
# Not "-m": that puts the working directory before the standard library, and a random.py in it would be the end.
_BOOT = (
    "import sys; sys.path[:] = [sys.argv.pop(), *filter(None, sys.path)]; "
    "from fcbridge.dev.instance import main; sys.exit(main())"
)


class DidNotStart(Exception):
    """The app does not load, or its initializer failed."""

    def __init__(self, refusal: Refusal, traceback: str | None = None) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal
        self.traceback = traceback


@dataclass
class Outcome:
    """What came of one invocation: a payload, or the reason why there is none. Memory is the peak, in bytes."""

    payload: bytes = b""
    refusal: Refusal | None = None
    traceback: str | None = None
    seconds: float = 0.0
    memory: int = 0
    cold: bool = False


@dataclass(eq=False)
class Instance:
    """One process. It answers one request at a time; after one that it did not survive, ``alive`` is False."""

    number: int
    process: asyncio.subprocess.Process
    plan: Plan
    routes: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    #: How long it took to start, and how much of that the app's own code took, in seconds.
    seconds: float = 0.0
    load_seconds: float = 0.0
    invocations: int = 0
    _peak: int = 0
    _killed: bool = False
    _usage: psutil.Process | None = None

    @classmethod
    async def start(cls, plan: Plan, number: int) -> Instance:
        """A new process with the app loaded and initialized. Raises DidNotStart."""
        clock = asyncio.get_running_loop().time
        begin = clock()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-B",  # a file saved twice within a second and of the same size has a stale .pyc
            "-c",
            _BOOT,
            ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # Ctrl-C in a terminal goes to its whole foreground group; here the gateway says when to stop.
            start_new_session=True,
            env=plan.environment(),
            limit=MEGABYTE,
        )
        instance = cls(number, process, plan)
        try:
            answer = await instance._watched(instance._ask(plan.order()), plan.start_timeout)
        except asyncio.CancelledError:
            await instance.kill()
            raise
        if isinstance(answer, Refusal):
            late = (
                f"The app has not started after {plan.start_timeout:g} seconds; a server that its module runs belongs "
                'below `if __name__ == "__main__":`'
            )
            raise DidNotStart(Refusal(Refusal.INIT_FAILED, late if answer.kind == Refusal.TIMEOUT else answer.message))
        if answer.kind == "failed":
            await instance.stop(_LAST_WORDS)
            head = answer.head
            raise DidNotStart(Refusal(Refusal.INIT_FAILED, head["message"], head["error"]), head["traceback"])
        instance.routes = [(methods, path) for methods, path in answer.head["routes"]]
        instance.load_seconds = answer.head["seconds"]
        instance.seconds = clock() - begin
        return instance

    @property
    def alive(self) -> bool:
        return not self._killed and self.process.returncode is None

    async def invoke(self, request_id: str, event: bytes, *, fired: bool = False) -> Outcome:
        """Have the handler answer one event; ``fired`` ones come from no gateway, and may be no JSON."""
        clock = asyncio.get_running_loop().time
        begin = clock()
        cold = self.invocations == 0
        self.invocations += 1
        self._peak = 0
        answer = await self._watched(
            self._ask(frame("fire" if fired else "invoke", event, request_id=request_id)), self.plan.settings.timeout
        )
        if isinstance(answer, Refusal):
            return Outcome(refusal=answer, seconds=clock() - begin, memory=self._peak, cold=cold)
        head: dict[str, Any] = answer.head
        outcome = Outcome(answer.content, seconds=head["seconds"], memory=self._peak, cold=cold)
        if answer.kind == "raised":
            outcome.refusal = Refusal(Refusal.UNHANDLED, head["message"], head["error"])
            outcome.traceback = head["traceback"]
        return outcome

    async def stop(self, grace: float) -> None:
        """Let a request that runs be answered and ``pre_stop`` run; kill it when ``grace`` seconds are over."""
        try:
            await asyncio.wait_for(self._bow_out(), grace)
        except asyncio.TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End the process at once."""
        self._killed = True
        self._end_session()
        await self._gone()

    # -- the process ---------------------------------------------------------------------------------------------------

    async def _ask(self, order: bytes) -> Frame | None:
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            self.process.stdin.write(order)
            await self.process.stdin.drain()
        except ConnectionError:
            return None
        return await receive_frame(self.process.stdout)

    async def _bow_out(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            self.process.stdin.write(frame("stop"))
            await self.process.stdin.drain()
            # An answer that nobody waits for any more must not keep it from reading on.
            while await self.process.stdout.read(MEGABYTE):
                pass
        except ConnectionError:  # it has gone already
            pass
        await self._gone()

    async def _gone(self) -> None:
        # Where something that the app has forked still holds the pipes, Process.wait() does not return on every version
        # of Python (gh-119710); the return code is there all the same.
        wait = asyncio.ensure_future(self.process.wait())
        while self.process.returncode is None:
            await asyncio.wait({wait}, timeout=_POLL)
        wait.cancel()
        self._end_session()

    def _end_session(self) -> None:
        """What the app has started goes with it, as it does with an instance in the cloud."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()

    # -- what the platform watches -------------------------------------------------------------------------------------

    async def _watched(self, work: Coroutine[Any, Any, Frame | None], timeout: float) -> Frame | Refusal:
        """The answer, or the reason why the instance had to go or went by itself."""
        clock = asyncio.get_running_loop().time
        end = clock() + timeout
        task = asyncio.ensure_future(work)
        try:
            while True:
                await asyncio.wait({task}, timeout=max(0.0, min(_POLL, end - clock())))
                if self._measured() > self.plan.settings.memory * MEGABYTE:
                    await self.kill()
                    return Refusal(Refusal.OUT_OF_MEMORY, self._memory_message())
                if not task.done() and self.process.returncode is not None:
                    # What it sent last may still be in the pipe.
                    await asyncio.wait({task}, timeout=_POLL)
                    return (task.result() if task.done() else None) or await self._exit()
                if task.done():
                    return task.result() or await self._exit()
                if clock() >= end:
                    await self._kill_hung(task)
                    return Refusal(Refusal.TIMEOUT, f"Function timed out after {timeout:g} seconds")
        finally:
            task.cancel()

    def _measured(self) -> int:
        try:
            self._usage = self._usage or psutil.Process(self.process.pid)
            used: int = self._usage.memory_info().rss
        except psutil.Error:
            return 0
        self._peak = max(self._peak, used)
        return used

    def _memory_message(self) -> str:
        return (
            f"Function ran out of memory: {self._peak // MEGABYTE} MB used, and it has {self.plan.settings.memory} MB"
        )

    async def _kill_hung(self, task: asyncio.Task[Frame | None]) -> None:
        if hasattr(signal, "SIGUSR1"):
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGUSR1)
            await asyncio.wait({task}, timeout=_DUMP)
        await self.kill()

    async def _exit(self) -> Refusal:
        # The pipe may end before the process does.
        self._killed = True
        try:
            await asyncio.wait_for(self._gone(), _LAST_WORDS)
        except asyncio.TimeoutError:
            await self.kill()
        return Refusal(
            Refusal.EXITED,
            f"Process exited unexpectedly before completing request ({_ending(self.process.returncode)})",
        )


def _ending(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"

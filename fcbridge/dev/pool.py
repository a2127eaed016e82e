"""The function instances: who is free, who waits, and which of them still run the code as it was saved last."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, cast

from ..gateway import Refusal
from .process import DidNotStart, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from .console import Console
    from .process import Instance

    #: Starts the instance with that number. Raises DidNotStart.
    Start = Callable[[int], Coroutine[Any, Any, Instance]]

#: How long requests may take to end when the gateway stops, in seconds.
_DRAIN = 5.0
#: How long an instance may take to stop after that, ``pre_stop`` included, in seconds.
_GRACE = 10.0
_STOPPED = Refusal(Refusal.EXITED, "The gateway was stopped")


class Pool:
    """Up to ``size`` instances of the same code. Each answers one request at a time; requests wait in order."""

    def __init__(self, start: Start, size: int, console: Console) -> None:
        self._start = start
        self._size = size
        self._console = console
        self._number = 0
        # Only of the code as it is: what is in none of these is old, and goes when it has answered.
        self._members: set[Instance] = set()
        self._free: list[Instance] = []
        self._starting: set[asyncio.Task[None]] = set()
        self._waiting: deque[asyncio.Future[Instance]] = deque()
        self._answers: dict[Instance, asyncio.Future[Outcome]] = {}
        # Every process there is, old ones and those that are about to end included.
        self._running: set[Instance] = set()
        self._retiring: dict[Instance, asyncio.Task[None]] = {}
        self._told: str | None = None
        self._closed = False

    def warm(self) -> None:
        """Start one instance before the first request needs it."""
        self._grow(at_least=1)

    def reload(self) -> None:
        """Begin anew with the code as it is now. Requests that are being answered are answered; the rest wait."""
        for task in self._starting:
            task.cancel()
        self._starting.clear()
        free, self._free, self._members = self._free, [], set()
        for instance in free:
            self._retire(instance)
        self._grow(at_least=1)

    async def invoke(self, request_id: str, event: bytes, *, fired: bool = False) -> Outcome:
        """Have an instance answer one event, as soon as one is free; ``fired`` ones come from no gateway."""
        try:
            instance = await self._take()
        except DidNotStart as failure:
            return Outcome(refusal=failure.refusal, traceback=failure.traceback, cold=True)
        answer = asyncio.ensure_future(instance.invoke(request_id, event, fired=fired))
        self._answers[instance] = answer
        try:
            # Nobody but the instance itself ends an invocation, so that nothing is left of it in the pipe.
            return await asyncio.shield(answer)
        finally:
            await asyncio.wait({answer})
            del self._answers[instance]
            self._give_back(instance)

    async def close(self) -> None:
        """Stop every instance, ``pre_stop`` included. Requests that are being answered have a while to end."""
        self._closed = True
        for task in self._starting:
            task.cancel()
        self._refuse_waiting(DidNotStart(_STOPPED))
        for instance in self._free:
            self._retire(instance)
        if self._answers:
            await asyncio.wait(self._answers.values(), timeout=_DRAIN)
        await asyncio.gather(*(instance.kill() for instance in self._answers))
        for instance in self._running:
            self._retire(instance)
        await asyncio.gather(*self._retiring.values(), *self._starting)

    async def kill(self) -> None:
        """End every instance at once."""
        await asyncio.gather(*(instance.kill() for instance in list(self._running)))

    # -- one instance after another ------------------------------------------------------------------------------------

    async def _take(self) -> Instance:
        if self._closed:
            raise DidNotStart(_STOPPED)
        while self._free:
            instance = self._free.pop()
            if instance.alive:
                return instance
            self._lose(instance)
            self._console.note(f"instance {instance.number} has exited while it was idle")
        waiter: asyncio.Future[Instance] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self._grow()
        return await waiter

    def _give_back(self, instance: Instance) -> None:
        if not instance.alive:
            self._lose(instance)
        elif instance not in self._members:
            self._retire(instance)
        else:
            self._hand_over(instance)
        self._grow()

    def _hand_over(self, instance: Instance) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(instance)
                return
        self._free.append(instance)

    def _grow(self, at_least: int = 0) -> None:
        """Start as many instances as requests wait for, up to the pool's size."""
        wanted = max(at_least, sum(not waiter.done() for waiter in self._waiting))
        while len(self._starting) < min(wanted, self._size - len(self._members)) and not self._closed:
            self._number += 1
            task = asyncio.ensure_future(self._add(self._number))
            self._starting.add(task)

    async def _add(self, number: int) -> None:
        task = cast("asyncio.Task[None]", asyncio.current_task())
        try:
            instance = await self._start(number)
        except DidNotStart as failure:
            self._fail(failure)
            return
        except asyncio.CancelledError:
            return
        except Exception as error:  # no process to be had, an env file that cannot be read: those who wait must know
            self._fail(DidNotStart(Refusal(Refusal.INIT_FAILED, f"{type(error).__name__}: {error}")))
            return
        finally:
            self._starting.discard(task)
        self._running.add(instance)
        self._members.add(instance)
        self._told = None
        self._console.started(instance)
        self._hand_over(instance)

    def _fail(self, failure: DidNotStart) -> None:
        # Each request tries again; what it finds is told once.
        self._console.failure(failure.refusal, None if failure.traceback == self._told else failure.traceback)
        self._told = failure.traceback
        self._refuse_waiting(failure)

    def _refuse_waiting(self, failure: DidNotStart) -> None:
        waiting, self._waiting = self._waiting, deque()
        for waiter in waiting:
            if not waiter.done():
                waiter.set_exception(failure)

    # -- the end -------------------------------------------------------------------------------------------------------

    def _lose(self, instance: Instance) -> None:
        self._members.discard(instance)
        self._running.discard(instance)

    def _retire(self, instance: Instance) -> None:
        if instance not in self._retiring:
            self._retiring[instance] = asyncio.ensure_future(self._stop(instance))

    async def _stop(self, instance: Instance) -> None:
        if instance.alive:
            await instance.stop(_GRACE)
        self._lose(instance)
        del self._retiring[instance]

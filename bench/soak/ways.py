"""The ways in which a handler is called: one after the other, from several threads at once, by ``await``."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from fcbridge import Handler, bridge
from fcbridge.registry import gateway

from .cases import Case

_AT_ONCE = 4

#: Of ten batches. A handler that was once called from two threads at once is another one from then on, so that each
#: way has handlers of its own.
_TURNS = ("alone",) * 8 + ("threads", "await")
_ON_ERROR = {"alone": "respond", "threads": "respond", "await": "raise"}


class Ways:
    """One handler for each way, interface and platform, and the threads and the loop that call them."""

    def __init__(self, asgi: Callable[..., Any], wsgi: Callable[..., Any]) -> None:
        self._apps = {"asgi": asgi, "wsgi": wsgi}
        self._handlers: dict[tuple[str, str, str], Handler] = {}
        self._threads = ThreadPoolExecutor(_AT_ONCE)
        self._loop = asyncio.new_event_loop()
        self._turn = 0
        _fill(self._threads)

    def open(self) -> None:
        """Make the handlers, and start their apps."""
        for way, on_error in _ON_ERROR.items():
            for interface, app in self._apps.items():
                for platform, door in ("aliyun", "fc3-http"), ("aws", "aws-rest"):
                    options: Any = {"platform": platform, "on_error": on_error, "background": 0.05}
                    handler = self._handlers[way, interface, platform] = bridge(app, **options)
                    handler.initialize()
                    if way != "alone":
                        # Called where a loop runs, it gives the app's loop the thread that it would have some day.
                        first = gateway(door).compose(gateway(door).sample())
                        self._loop.run_until_complete(handler.invoke(first))
                        if interface == "wsgi":
                            _fill(vars(handler)["_runner"]._pool())

    def stop(self) -> None:
        """Stop the handlers, and forget them."""
        for handler in self._handlers.values():
            handler.pre_stop()
        self._handlers.clear()
        for thread in threading.enumerate():
            if thread.name.startswith("fcbridge WSGI"):
                thread.join()  # it was told to end

    def close(self) -> None:
        """End the callers."""
        self._threads.shutdown()
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def invoke(self, batch: Sequence[Case]) -> Iterator[str]:
        """What is wrong with the answers."""
        way = _TURNS[self._turn % len(_TURNS)]
        self._turn += 1
        # Synchronous work is broken off in the main thread only.
        apart = [case for case in batch if case.kind.name == "deadline" and case.interface == "wsgi"]
        yield from self._invoke("alone", apart)
        yield from self._invoke(way, [case for case in batch if case not in apart])

    def _invoke(self, way: str, batch: Sequence[Case]) -> Iterator[str]:
        if way == "await":
            outcomes = self._loop.run_until_complete(self._gather(batch))
        elif way == "threads":
            outcomes = list(self._threads.map(partial(self._call, way), batch))
        else:
            outcomes = [self._call(way, case) for case in batch]
        for case, outcome in zip(batch, outcomes, strict=True):
            complaint = case.check(outcome, _ON_ERROR[way])
            if complaint is not None:
                yield f"{way}: {case}: {complaint}"

    def _call(self, way: str, case: Case) -> object:
        try:
            return self._handlers[way, case.interface, case.platform](case.event, case.context)
        except Exception as error:
            return error

    async def _gather(self, batch: Sequence[Case]) -> list[Any]:
        handlers = [self._handlers["await", case.interface, case.platform] for case in batch]
        calls = [handler.invoke(case.event, case.context) for handler, case in zip(handlers, batch, strict=True)]
        return await asyncio.gather(*calls, return_exceptions=True)


def _fill(pool: Any) -> None:
    """Have all threads of a pool there from the beginning: one is made whenever none is idle, up to its bound."""
    barrier = threading.Barrier(pool._max_workers)
    for future in [pool.submit(barrier.wait) for _ in range(barrier.parties)]:
        future.result()

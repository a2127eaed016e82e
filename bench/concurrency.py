"""Many invocations at once in one instance: 1, 10, 100 callers, each of which calls again as soon as it is answered.

threads     each caller is a thread that calls ``handler(event, context)``
await       each caller is a task on one loop that awaits ``handler.invoke(event, context)``

The app either never waits or takes 20 ms that it spends waiting. Of each caller's answers the last is checked to be
its own. A figure is the median of the rounds, all contestants in each of them. The time of a round begins before the
callers are let go, because the thread that opens the gate may be the last one to go on. Mangum takes the event loop of
its thread and fails in one that has none, so each of its threads is given one by hand.

A WSGI app that is awaited runs in one of 40 threads.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from random import Random
from statistics import median, quantiles
from typing import Any, NamedTuple

from fcbridge import bridge

from .apps import Environ, Receive, Scope, Send, raw_asgi, raw_wsgi
from .entry import LambdaContext, UntimedContext, nothing, read_envelope
from .events import GET, rest
from .progress import progress
from .table import Table

CALLERS = (1, 10, 100)
WAIT = 0.02


class Effort(NamedTuple):
    rounds: int
    calls: int
    """In a round, of all callers together, where the app never waits."""
    waits: int
    """In a round, of each caller, where it does."""


FULL = Effort(7, 10_000, 10)
QUICK = Effort(1, 100, 1)


class Round(NamedTuple):
    """Seconds: of all calls together, and of each."""

    whole: float
    calls: Sequence[float]


class Running(NamedTuple):
    """A contestant with an app. ``round`` is of so many callers, and so many calls of each."""

    round: Callable[[int, int], Round]
    close: Callable[[], object] = nothing


class Way(NamedTuple):
    """How a contestant is called by many at once."""

    name: str
    way: str
    enter: Callable[[Any], Running]
    """Of the app."""


class Work(NamedTuple):
    title: str
    app: Callable[..., Any]
    waits: bool
    ways: tuple[Way, ...]


def tables(quick: bool = False) -> Iterator[Table]:
    """A table for each kind of app: a row for each way to call it, a column for each number of callers."""
    effort = QUICK if quick else FULL
    for work in _WORKS:
        rows: list[list[str]] = [[way.name, way.way] for way in work.ways]
        medians: dict[str, dict[str, object]] = {f"{way.name} | {way.way}": {} for way in work.ways}
        for number in CALLERS:
            with progress(f"{work.title}, {number} at once"):
                results = _measured(work, number, effort)
            for row, own, rounds in zip(rows, medians.values(), results, strict=True):
                rate, middle, last = _figures(number, rounds)
                row.append(f"{rate:,.0f}/s ({middle * 1e3:.3g}, {last * 1e3:.3g})")
                own[str(number)] = {"calls/s": rate, "p50": middle, "p99": last}
        heads = [f"{number} at once:" for number in CALLERS]
        yield Table(f"{work.title}: calls/s (p50, p99 in ms)", ["", "by", *heads], rows, medians)


def _measured(work: Work, number: int, effort: Effort) -> list[list[Round]]:
    """The rounds of each way, which come in a random order in each round. Of handlers that are new: one that was called
    twice at once is another one from then on."""
    each = effort.waits if work.waits else max(1, effort.calls // number)
    running = [way.enter(work.app) for way in work.ways]
    results: list[list[Round]] = [[] for _ in running]
    order = list(range(len(running)))
    random = Random(7)
    for _ in range(effort.rounds):
        random.shuffle(order)
        for index in order:
            results[index].append(running[index].round(number, each))
    for one in running:
        one.close()
    return results


def _figures(number: int, rounds: Iterable[Round]) -> tuple[float, float, float]:
    """Calls in a second, and of the calls' seconds the median and the 99th of a hundred."""
    rates: list[float] = []
    middles: list[float] = []
    lasts: list[float] = []
    for whole, calls in rounds:
        rates.append(len(calls) / whole)
        middles.append(median(calls))
        lasts.append(quantiles(calls, n=100, method="inclusive")[98] if len(calls) > 1 else calls[0])
    return median(rates), median(middles), median(lasts)


# -- the callers ------------------------------------------------------------------------------------------------------


def _event(caller: int) -> dict[str, Any]:
    return rest(GET.request.replace(query=f"caller={caller}"))


def _check(name: str, caller: int, result: Any) -> None:
    answer = read_envelope(result)
    if answer.status != 200 or answer.body != f"caller={caller}".encode("ascii"):
        raise ValueError(f"{name} gives a caller an answer of {len(answer.body)} bytes that is not its own")


def by_threads(name: str, handler: Callable[..., Any], context: object, loops: bool, number: int, each: int) -> Round:
    """``loops``: a loop for each thread. Raises what a caller has met with, ValueError for an answer not its own."""
    gate = threading.Barrier(number + 1)
    times: list[list[float]] = [[] for _ in range(number)]
    ends = [0.0] * number
    errors: list[BaseException] = []

    def call(caller: int) -> None:
        event, own, clock = _event(caller), times[caller], time.perf_counter
        result: Any = None
        loop = asyncio.new_event_loop() if loops else None
        asyncio.set_event_loop(loop)
        try:
            gate.wait()
            for _ in range(each):
                start = clock()
                result = handler(event, context)
                own.append(clock() - start)
            ends[caller] = clock()
            _check(name, caller, result)
        except BaseException as error:
            errors.append(error)
            gate.abort()
        finally:
            if loop is not None:
                loop.close()

    threads = [threading.Thread(target=call, args=(caller,)) for caller in range(number)]
    for thread in threads:
        thread.start()
    while gate.n_waiting < number and not gate.broken:
        time.sleep(0.001)
    start = time.perf_counter()
    try:
        gate.wait()
    finally:
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]
    return Round(max(ends) - start, [taken for own in times for taken in own])


async def _by_await(name: str, handler: Any, context: object, number: int, each: int) -> Round:
    times: list[float] = []

    async def call(caller: int) -> None:
        event, clock = _event(caller), time.perf_counter
        result: Any = None
        for _ in range(each):
            start = clock()
            result = await handler.invoke(event, context)
            times.append(clock() - start)
        _check(name, caller, result)

    tasks = [call(caller) for caller in range(number)]
    start = time.perf_counter()
    await asyncio.gather(*tasks)
    return Round(time.perf_counter() - start, times)


# -- the contestants --------------------------------------------------------------------------------------------------


def _called(app: Any) -> Running:
    handler, context = bridge(app, platform="aws"), UntimedContext()
    return Running(partial(by_threads, "fcbridge", handler, context, False), handler.pre_stop)


def _awaited(app: Any) -> Running:
    handler, context = bridge(app, platform="aws"), UntimedContext()

    def run(number: int, each: int) -> Round:
        return asyncio.run(_by_await("fcbridge", handler, context, number, each))

    return Running(run, handler.pre_stop)


def _mangum(app: Any) -> Running:
    from mangum import Mangum

    return Running(partial(by_threads, "Mangum", Mangum(app, lifespan="off"), LambdaContext(), True))


def _apig_wsgi(app: Any) -> Running:
    from apig_wsgi import make_lambda_handler

    handler: Any = make_lambda_handler(app, binary_support=True)
    return Running(partial(by_threads, "apig-wsgi", handler, LambdaContext(), False))


_ASGI = (
    Way("fcbridge", "threads", _called),
    Way("Mangum, a loop for each thread", "threads", _mangum),
    Way("fcbridge", "await", _awaited),
)
_WSGI = (
    Way("fcbridge", "threads", _called),
    Way("apig-wsgi", "threads", _apig_wsgi),
    Way("fcbridge", "await", _awaited),
)

_asgi, _wsgi = raw_asgi(), raw_wsgi()


async def _waiting_asgi(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await asyncio.sleep(WAIT)
    await _asgi(scope, receive, send)


def _waiting_wsgi(environ: Environ, start_response: Callable[..., object]) -> Iterable[bytes]:
    time.sleep(WAIT)
    body: Iterable[bytes] = _wsgi(environ, start_response)
    return body


_WORKS = (
    Work("ASGI that never waits", _asgi, False, _ASGI),
    Work("ASGI that waits 20 ms", _waiting_asgi, True, _ASGI),
    Work("WSGI that never waits", _wsgi, False, _WSGI),
    Work("WSGI that waits 20 ms", _waiting_wsgi, True, _WSGI),
)

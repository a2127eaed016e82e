"""Asynchronous generators and the loop's hooks for them (PEP 525)."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncGenerator

from .catalogue import probe, steps


async def _numbers(closed: list[str], suspends: bool = False) -> AsyncGenerator[int]:
    try:
        for number in range(3):
            if suspends:
                await asyncio.sleep(0)
            yield number
    finally:
        await asyncio.sleep(0)
        closed.append("closed")


def _hooks() -> object:
    loop = asyncio.get_running_loop()
    hooks = sys.get_asyncgen_hooks()
    return [getattr(hook, "__self__", None) is loop for hook in (hooks.firstiter, hooks.finalizer)]


@probe
async def the_loop_s_hooks_are_set() -> object:
    first = _hooks()
    await asyncio.sleep(0)
    return [first, _hooks()]


@probe
async def a_generator_is_gone_through() -> object:
    closed: list[str] = []
    at_once = [number async for number in _numbers(closed)]
    return [at_once, [number async for number in _numbers(closed, suspends=True)], closed]


@probe
async def a_generator_is_closed_by_hand() -> object:
    closed: list[str] = []
    numbers = _numbers(closed)
    first = await numbers.__anext__()
    await numbers.aclose()
    return [first, closed]


@steps(2)
async def an_abandoned_generator_is_closed_on_the_loop(step: int) -> object:
    if step == 0:
        _closed.clear()
        numbers = _numbers(_closed)
        await numbers.__anext__()  # does not suspend
        del numbers
        gc.collect()
        return list(_closed)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return _closed


@probe
async def an_abandoned_generator_is_closed_while_its_request_waits() -> object:
    closed: list[str] = []
    numbers = _numbers(closed)
    await numbers.__anext__()
    del numbers
    gc.collect()
    for _ in range(5):
        await asyncio.sleep(0)
    return closed


@probe
async def the_loop_knows_its_generators() -> object:
    known = getattr(asyncio.get_running_loop(), "_asyncgens")  # noqa: B009  # what shutdown_asyncgens goes through
    numbers = _numbers([])
    await numbers.__anext__()
    seen = numbers in known
    await numbers.aclose()
    return seen


@steps(2)
async def a_generator_begun_by_one_request_is_ended_by_the_next(step: int) -> object:
    if step == 0:
        _closed.clear()
        _begun.append(_numbers(_closed, suspends=True))
        return await _begun[0].__anext__()
    numbers = _begun.pop()
    return [[number async for number in numbers], _closed]


_closed: list[str] = []
_begun: list[AsyncGenerator[int]] = []

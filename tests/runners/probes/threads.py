"""Threads: the loop's pool, and the way back from a thread to the loop. With what asgiref and sniffio make of it."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import sniffio
from asgiref.sync import async_to_sync, sync_to_async

from .catalogue import outcome, probe, steps


def _where() -> str:
    return threading.current_thread().name.rstrip("0123456789")


async def _loop_s_thread() -> int:
    await asyncio.sleep(0)
    return threading.get_ident()


@probe
async def the_pool_is_the_loop_s() -> object:
    return [await asyncio.to_thread(_where), await asyncio.get_running_loop().run_in_executor(None, _where)]


@probe
async def a_pool_of_one_s_own() -> object:
    with ThreadPoolExecutor(1, thread_name_prefix="mine") as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, _where)


@probe
async def an_exception_comes_back_from_a_thread() -> object:
    def fails() -> None:
        raise LookupError("in a thread")

    return await outcome(asyncio.to_thread(fails))


@probe
async def a_thread_has_no_running_loop() -> object:
    def run() -> object:
        try:
            asyncio.get_running_loop()
        except RuntimeError as error:
            return str(error)
        return None

    return await asyncio.to_thread(run)


@probe
async def a_thread_has_the_loop_run_a_coroutine() -> object:
    loop = asyncio.get_running_loop()
    own = threading.get_ident()

    def run() -> bool:
        return asyncio.run_coroutine_threadsafe(_loop_s_thread(), loop).result() == own

    return [await asyncio.to_thread(run), await asyncio.gather(*(asyncio.to_thread(run) for _ in range(4)))]


@steps(3)
async def a_request_stays_on_its_thread(step: int) -> object:
    before = threading.get_ident()
    await asyncio.sleep(0)
    after = threading.get_ident()
    return [before == after, await asyncio.to_thread(threading.get_ident) == before]


# -- sniffio ----------------------------------------------------------------------------------------------------------


def _library() -> str:
    try:
        return sniffio.current_async_library()
    except sniffio.AsyncLibraryNotFoundError as error:
        return type(error).__name__


@probe
async def sniffio_knows_the_library() -> object:
    async def child() -> str:
        return _library()

    first = _library()
    await asyncio.sleep(0)
    return [first, _library(), await asyncio.create_task(child()), await asyncio.to_thread(_library)]


# -- asgiref ----------------------------------------------------------------------------------------------------------


@probe
async def sync_to_async_runs_in_one_thread() -> object:
    ident = sync_to_async(threading.get_ident)
    first, second = await ident(), await ident()
    return [first == second, first == threading.get_ident()]


@probe
async def sync_to_async_runs_in_a_pool() -> object:
    return await sync_to_async(_where, thread_sensitive=False)()


@probe
async def async_to_sync_comes_back_to_the_loop() -> object:
    loop = asyncio.get_running_loop()

    async def where() -> bool:
        await asyncio.sleep(0)
        return asyncio.get_running_loop() is loop

    return await sync_to_async(async_to_sync(where))()


@probe
async def async_to_sync_is_refused_on_the_loop() -> object:
    async def nothing() -> None:
        pass

    try:
        async_to_sync(nothing)()
    except RuntimeError as error:
        return str(error)
    return None

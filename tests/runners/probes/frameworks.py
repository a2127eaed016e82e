"""Starlette and FastAPI, with what they do by tasks, groups and threads."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncGenerator, Generator, Iterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import BackgroundTasks, Depends, FastAPI
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from ..asgi_apps import Receive, Scope, Send, finish, start
from .catalogue import step_of, tell, whole

VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("of the frameworks", default="unset")


def starlette(name: str, endpoint: Any, status: int = 200, number: int = 2, **options: Any) -> None:
    whole(name, Starlette(routes=[Route(f"/{name}", endpoint)], **options), status, number)


def _pool() -> str:
    """What a thread of a pool is called, without its number."""
    return threading.current_thread().name.rstrip("0123456789")


# -- endpoints --------------------------------------------------------------------------------------------------------


async def _plain(request: Request) -> Response:
    return JSONResponse({"method": request.method, "numbers": request.state.shared["numbers"]})


async def _awaiting(request: Request) -> Response:
    await asyncio.sleep(0)
    body = await request.body()
    return JSONResponse([len(body), await request.is_disconnected(), VARIABLE.get()])


def _in_a_thread(request: Request) -> Response:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return JSONResponse([_pool(), VARIABLE.get()])
    return JSONResponse("there is a loop")


async def _streaming(request: Request) -> Response:
    async def chunks() -> AsyncGenerator[bytes]:
        for number in range(3):
            yield b"%d" % number
            await asyncio.sleep(0)

    return StreamingResponse(chunks(), media_type="text/plain")


async def _streaming_without_a_suspension(request: Request) -> Response:
    async def chunks() -> AsyncGenerator[bytes]:
        for number in range(3):
            yield b"%d" % number

    return StreamingResponse(chunks(), media_type="text/plain")


async def _streaming_from_a_thread(request: Request) -> Response:
    def chunks() -> Iterator[bytes]:
        yield from (b"%d" % number for number in range(3))

    return StreamingResponse(chunks(), media_type="text/plain")


async def _file(request: Request) -> Response:
    return FileResponse(Path(__file__).with_name("__init__.py"), media_type="text/plain")


async def _failing(request: Request) -> Response:
    raise LookupError("on purpose")


async def _forbidden(request: Request) -> Response:
    raise HTTPException(403, "not for you")


async def _as_a_teapot(request: Request, error: Exception) -> Response:
    await asyncio.sleep(0)
    return PlainTextResponse(f"{type(error).__name__}: {error}", 418)


starlette("starlette_endpoint", _plain)
starlette("starlette_endpoint_that_awaits", _awaiting)
starlette("starlette_endpoint_in_a_thread", _in_a_thread)
starlette("starlette_streams", _streaming)
starlette("starlette_streams_without_a_suspension", _streaming_without_a_suspension)
starlette("starlette_streams_from_a_thread", _streaming_from_a_thread)
starlette("starlette_sends_a_file", _file)
starlette("starlette_server_error", _failing, 500)
starlette("starlette_http_exception", _forbidden, 403)
starlette("starlette_exception_handler", _failing, 418, exception_handlers={LookupError: _as_a_teapot})

# -- the background ---------------------------------------------------------------------------------------------------


async def _with_background(request: Request) -> Response:
    async def slowly() -> None:
        await asyncio.sleep(0)
        _done.append("coroutine function")

    if step_of(request.scope) == 0:
        _done.clear()
        return JSONResponse(None, background=BackgroundTask(slowly))
    if step_of(request.scope) == 1:
        return JSONResponse(
            await _once_there(_done, 1), background=BackgroundTask(lambda: _done.append(f"function in {_pool()}"))
        )
    return JSONResponse(await _once_there(_done, 2))


async def _once_there(notes: list[str], number: int) -> list[str]:
    """A server goes on with the next request meanwhile; the handler has returned no earlier."""
    while len(notes) < number:
        await asyncio.sleep(0)
    return list(notes)


starlette("starlette_background_tasks", _with_background, number=3)


async def _listening(scope: Scope, receive: Receive, send: Send) -> None:
    """As Starlette's StreamingResponse listens, and BaseHTTPMiddleware."""
    if step_of(scope) == 1:
        return await tell(send, _done)
    _done.clear()
    await receive()
    heard = asyncio.create_task(_listen(receive))
    await start(send, headers=[(b"content-type", b"text/plain")])
    await asyncio.sleep(0)
    _done.append("silence" if not heard.done() else "too early")
    await finish(send)
    await heard


async def _listen(receive: Receive) -> None:
    _done.append((await receive())["type"])


whole("a_listener_hears_of_the_end_when_the_response_is_complete", _listening)

# -- middlewares ------------------------------------------------------------------------------------------------------


class Around(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        token = VARIABLE.set(f"{VARIABLE.get()}, set by a middleware")
        task = asyncio.current_task()
        response = await call_next(request)
        response.headers["x-around"] = f"{task is asyncio.current_task()} {VARIABLE.get()}"
        VARIABLE.reset(token)
        return response


_AROUND = Middleware(Around)
starlette("one_middleware", _awaiting, middleware=[_AROUND])
starlette("three_middlewares", _awaiting, middleware=[_AROUND] * 3)
starlette("a_middleware_around_a_thread", _in_a_thread, middleware=[_AROUND])
starlette("a_middleware_around_a_stream", _streaming, middleware=[_AROUND])
starlette("a_middleware_around_an_error", _failing, 500, middleware=[_AROUND])
starlette("a_middleware_around_a_background_task", _with_background, number=3, middleware=[_AROUND])
starlette("gzip", _streaming, middleware=[Middleware(GZipMiddleware, minimum_size=0)])

# -- FastAPI ----------------------------------------------------------------------------------------------------------

_done: list[str] = []
_notes: list[list[str]] = []


async def _awaited(step: int) -> AsyncGenerator[str]:
    if step == 0:
        _notes.append([])
    notes = _notes[-1]
    await _once_there(notes, 4 * step)
    notes.append(f"{step} opened")
    VARIABLE.set("by the async dependency")
    await asyncio.sleep(0)
    yield "async"
    await asyncio.sleep(0)
    notes.append(f"{step} closed")


def _threaded(step: int) -> Generator[str]:
    notes = _notes[-1]
    notes.append(f"{step} opened in {_pool()}")
    yield "threaded"
    notes.append(f"{step} closed in {_pool()}")


async def _asynchronous() -> AsyncGenerator[str]:
    VARIABLE.set("by the async dependency")
    await asyncio.sleep(0)
    yield "async"


def _value() -> str:
    return f"a value of {_pool()}"


def fastapi(name: str) -> FastAPI:
    application = FastAPI()
    whole(name, application, number=3)
    return application


_dependent = fastapi("fastapi_dependencies")


@_dependent.get("/fastapi_dependencies")
async def dependent(
    step: int, awaited: Annotated[str, Depends(_awaited)], threaded: Annotated[str, Depends(_threaded)]
) -> object:
    return [awaited, threaded, VARIABLE.get(), _notes[-1]]


_dependent_in_a_thread = fastapi("fastapi_def_endpoint")


@_dependent_in_a_thread.get("/fastapi_def_endpoint")
def dependent_in_a_thread(
    value: Annotated[str, Depends(_value)], awaited: Annotated[str, Depends(_asynchronous)]
) -> object:
    return [value, awaited, VARIABLE.get(), _value()]


_behind = fastapi("fastapi_background_tasks")


@_behind.get("/fastapi_background_tasks")
async def behind(step: int, background: BackgroundTasks) -> object:
    if step == 0:
        _done.clear()
    before = await _once_there(_done, step)
    background.add_task(lambda: _done.append(f"background {step} in {_pool()}"))
    return before

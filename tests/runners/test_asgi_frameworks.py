"""Starlette and FastAPI as they are used, on the runner."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import BackgroundTasks, Body, FastAPI
from fastapi import Request as FastApiRequest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request as StarletteRequest
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from fcbridge.errors import DeadlineExceeded
from fcbridge.runners.asgi import AsgiRunner

from .asgi_apps import line_of, request, running

Endpoint = Callable[[StarletteRequest], Any]


class Passing(BaseHTTPMiddleware):
    async def dispatch(self, request: StarletteRequest, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers["x-passed"] = "1"
        return response


def starlette(endpoint: Endpoint, *, middleware: bool = False) -> Starlette:
    return Starlette(
        routes=[Route("/{path:path}", endpoint, methods=["GET", "POST", "HEAD"])],
        middleware=[Middleware(Passing)] if middleware else [],
    )


BOTH = pytest.mark.parametrize("middleware", [False, True], ids=["plain", "BaseHTTPMiddleware"])


def inline(runner: AsgiRunner) -> Any:
    return runner(request("/x"))


def awaited(runner: AsgiRunner) -> Any:
    return asyncio.run(runner.invoke(request("/x")))


WAYS = pytest.mark.parametrize("call", [inline, awaited])


# -- Starlette --------------------------------------------------------------------------------------------------------


@WAYS
@BOTH
def test_a_streaming_response_arrives_whole(middleware: bool, call: Callable[[AsgiRunner], Any]) -> None:
    async def rows() -> AsyncGenerator[bytes]:
        for n in range(100):
            await asyncio.sleep(0)
            yield b"%d\n" % n

    async def endpoint(request: StarletteRequest) -> Response:
        return StreamingResponse(rows(), media_type="text/csv")

    with running(starlette(endpoint, middleware=middleware), "auto") as runner:
        response = call(runner)
    assert response.body == b"".join(b"%d\n" % n for n in range(100))
    assert response.headers.get("content-length") is None


def test_a_streaming_response_of_a_synchronous_iterator_arrives_whole() -> None:
    def rows() -> Iterator[bytes]:
        yield from (b"a", b"b", b"c")

    async def endpoint(request: StarletteRequest) -> Response:
        return StreamingResponse(rows())

    with running(starlette(endpoint), "auto") as runner:
        assert runner(request()).body == b"abc"


@WAYS
@BOTH
def test_background_tasks_are_done_before_the_call_returns(middleware: bool, call: Callable[[AsgiRunner], Any]) -> None:
    done: list[str] = []

    async def background() -> None:
        await asyncio.sleep(0)
        done.append("background")

    async def endpoint(request: StarletteRequest) -> Response:
        return PlainTextResponse("ok", background=BackgroundTask(background))

    with running(starlette(endpoint, middleware=middleware), "auto") as runner:
        assert call(runner).body == b"ok"
        assert done == ["background"]


def test_a_background_task_that_fails_is_logged_and_the_response_returned(caplog: pytest.LogCaptureFixture) -> None:
    async def background() -> None:
        raise LookupError("in the background")

    async def endpoint(request: StarletteRequest) -> Response:
        return PlainTextResponse("ok", background=BackgroundTask(background))

    with running(starlette(endpoint), "auto") as runner:
        assert runner(request()).body == b"ok"
    assert "LookupError: in the background" in caplog.text


@BOTH
def test_a_background_task_that_takes_too_long_is_cut_and_named(
    middleware: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def background() -> None:
        await asyncio.Event().wait()  # background

    async def endpoint(request: StarletteRequest) -> Response:
        return PlainTextResponse("ok", background=BackgroundTask(background))

    with running(starlette(endpoint, middleware=middleware), "auto") as runner:
        assert runner(request(), 0.05).body == b"ok"
    place = f"{__file__}:{line_of(__file__, 'background')} in background"
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert any(place in warning for warning in warnings)


def test_an_exception_of_an_endpoint_leaves_the_call_with_starlette_s_500_behind_it() -> None:
    async def endpoint(request: StarletteRequest) -> Response:
        raise LookupError("endpoint")

    async def answered(request: StarletteRequest, error: Exception) -> Response:
        return PlainTextResponse("sorry", status_code=500)

    plain = starlette(endpoint)
    # ServerErrorMiddleware sends its 500, completely, and raises so that servers can log.
    with running(plain, "auto") as runner:
        assert runner(request()).status == 500
    plain.add_exception_handler(LookupError, answered)
    plain.middleware_stack = None
    with running(plain, "auto") as runner:
        assert runner(request()).body == b"sorry"


def test_a_file_is_sent_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "picture.bin"
    file.write_bytes(bytes(range(256)) * 1024)

    async def endpoint(request: StarletteRequest) -> Response:
        return FileResponse(file)

    async def never(*_: object) -> None:
        raise AssertionError("read by Starlette")

    with running(starlette(endpoint), "auto") as runner:
        monkeypatch.setattr("anyio.open_file", never)
        response = runner(request())
        assert response.body == bytes(range(256)) * 1024
        assert response.headers.get("content-length") == str(256 * 1024)
        head = runner(request(method="HEAD"))
        assert (head.body, head.headers.get("content-length")) == (b"", str(256 * 1024))


def test_a_range_of_a_file_is_sent(tmp_path: Path) -> None:
    file = tmp_path / "picture.bin"
    file.write_bytes(bytes(range(256)))

    async def endpoint(request: StarletteRequest) -> Response:
        return FileResponse(file)

    with running(starlette(endpoint), "auto") as runner:
        response = runner(request(headers=[("range", "bytes=10-19")]))
    assert (response.status, response.body) == (206, bytes(range(10, 20)))


@BOTH
def test_a_request_body_is_read_whole(middleware: bool) -> None:
    async def endpoint(request: StarletteRequest) -> Response:
        chunks = [chunk async for chunk in request.stream()]
        return Response(b"".join(chunks))

    with running(starlette(endpoint, middleware=middleware), "auto") as runner:
        assert runner(request(method="POST", body=bytes(range(256)))).body == bytes(range(256))


@BOTH
def test_the_client_is_not_disconnected_while_it_waits(middleware: bool) -> None:
    async def endpoint(request: StarletteRequest) -> Response:
        await request.body()
        return JSONResponse([await request.is_disconnected() for _ in range(3)])

    with running(starlette(endpoint, middleware=middleware), "auto") as runner:
        assert runner(request()).body == b"[false,false,false]"


def test_middleware_around_a_stream_works() -> None:
    async def rows() -> AsyncGenerator[bytes]:
        for _ in range(10):
            yield b"x" * 1000

    async def endpoint(request: StarletteRequest) -> Response:
        return StreamingResponse(rows(), media_type="text/plain")

    app = Starlette(
        routes=[Route("/", endpoint)],
        middleware=[Middleware(Passing), Middleware(GZipMiddleware), Middleware(Passing)],
    )
    with running(app, "auto") as runner:
        response = runner(request(headers=[("accept-encoding", "gzip")]))
        assert response.headers.get("content-encoding") == "gzip"
        assert runner(request()).body == b"x" * 10_000


def test_cookies_stay_several() -> None:
    async def endpoint(request: StarletteRequest) -> Response:
        response = PlainTextResponse("ok")
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        return response

    with running(starlette(endpoint), "auto") as runner:
        cookies = runner(request()).headers.get_all("set-cookie")
    assert [cookie.partition(";")[0] for cookie in cookies] == ["a=1", "b=2"]


def test_a_base_path_is_the_root_path_and_routes_match_below_it() -> None:
    async def endpoint(request: StarletteRequest) -> Response:
        return PlainTextResponse(f"{request.url.path} {request.url_for('item', n=7).path}")

    app = Starlette(routes=[Route("/items/{n}", endpoint, name="item")])
    with running(app, "auto") as runner:
        assert runner(request("/api/items/9", base_path="/api")).body == b"/api/items/9 /api/items/7"


@BOTH
def test_where_an_endpoint_hangs_is_named(middleware: bool) -> None:
    async def endpoint(request: StarletteRequest) -> Response:
        await asyncio.Event().wait()  # endpoint
        return Response()

    app = starlette(endpoint, middleware=middleware)
    with running(app, "auto") as runner, pytest.raises(DeadlineExceeded) as caught:
        runner(request(), 0.05)
    assert f"{__file__}:{line_of(__file__, 'endpoint')} in endpoint" in caught.value.message


def test_where_a_synchronous_endpoint_hangs_is_named() -> None:
    release = threading.Event()

    def endpoint(request: StarletteRequest) -> Response:
        release.wait()  # synchronous
        return Response()

    with running(starlette(endpoint), "auto") as runner:
        try:
            with pytest.raises(DeadlineExceeded) as caught:
                runner(request(), 0.05)
        finally:
            release.set()
    assert f"{__file__}:{line_of(__file__, 'synchronous')} in endpoint" in caught.value.message


# -- FastAPI ----------------------------------------------------------------------------------------------------------


class Shop:
    """An app with a lifespan, state, a dependency in a thread, background tasks."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.app = FastAPI(lifespan=self.lifespan)
        self.app.get("/async")(self.read)
        self.app.get("/sync")(self.read_in_a_thread)
        self.app.post("/items")(self.write)
        self.app.get("/raw")(self.raw)

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncGenerator[dict[str, Any]]:
        self.notes.append("startup")
        yield {"pool": "the pool"}
        self.notes.append("shutdown")

    async def read(self, request: FastApiRequest) -> dict[str, str]:
        return {"pool": request.state.pool}

    def read_in_a_thread(self, request: FastApiRequest) -> dict[str, str]:
        return {"pool": request.state.pool, "thread": threading.current_thread().name[:5]}

    async def write(self, item: Annotated[dict[str, int], Body()], background: BackgroundTasks) -> dict[str, int]:
        background.add_task(self.notes.append, f"stored {item['n']}")
        return item

    async def raw(self, request: FastApiRequest) -> dict[str, Any]:
        return {"event": request.scope["fcbridge.event"], "context": request.scope["fcbridge.context"]}


@pytest.fixture
def shop() -> Iterator[tuple[Shop, AsgiRunner]]:
    shop = Shop()
    with running(shop.app, "on") as runner:
        yield shop, runner
    assert shop.notes[0] == "startup"
    assert shop.notes[-1] == "shutdown"
    assert shop.notes.count("startup") == shop.notes.count("shutdown") == 1


def test_the_state_of_a_lifespan_reaches_an_endpoint(shop: tuple[Shop, AsgiRunner]) -> None:
    assert shop[1](request("/async")).body == b'{"pool":"the pool"}'


def test_a_synchronous_endpoint_runs_in_a_thread(shop: tuple[Shop, AsgiRunner]) -> None:
    for _ in range(3):
        assert shop[1](request("/sync")).body == b'{"pool":"the pool","thread":"AnyIO"}'


def test_a_json_body_is_validated_and_background_tasks_are_done(shop: tuple[Shop, AsgiRunner]) -> None:
    notes, runner = shop[0].notes, shop[1]
    json = [("content-type", "application/json")]
    response = runner(request("/items", json, method="POST", body=b'{"n": 7}'))
    assert (response.status, response.body) == (200, b'{"n":7}')
    assert notes[-1] == "stored 7"
    assert runner(request("/items", json, method="POST", body=b'{"n": "x"}')).status == 422


def test_event_and_context_reach_the_endpoint(shop: tuple[Shop, AsgiRunner]) -> None:
    response = shop[1](request("/raw", event={"version": "v1"}, context="the context"))
    assert response.body == b'{"event":{"version":"v1"},"context":"the context"}'


def test_eight_threads_and_a_loop_are_served_at_once(shop: tuple[Shop, AsgiRunner]) -> None:
    bodies: list[bytes] = []
    runner = shop[1]

    def work() -> None:
        for path in ("/async", "/sync") * 10:
            bodies.append(runner(request(path), 1e6).body)

    async def main() -> None:
        for response in await asyncio.gather(*(runner.invoke(request("/sync")) for _ in range(20))):
            bodies.append(response.body)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    asyncio.run(main())
    for thread in threads:
        thread.join()
    assert len(bodies) == 180
    assert all(body.startswith(b'{"pool":"the pool"') for body in bodies)

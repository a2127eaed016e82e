"""Facts of the clients: what travels, what arrives, what is raised and what is warned about."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import anyio.to_thread
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from fcbridge import bridge
from fcbridge.errors import AppNotFound, StartupFailed, UnknownGateway
from fcbridge.gateway import Refusal, Settings
from fcbridge.local.door import Exchange
from fcbridge.testing import AsyncClient, Client, LossWarning

GATEWAYS = ["fc3-http", "fc-apigw", "fc2-http"]


async def echo(request: Request) -> Response:
    body = await request.body()
    seen = {
        "method": request.method,
        "raw_path": request.scope["raw_path"].decode("ascii"),
        "path": request.scope["path"],
        "query": request.scope["query_string"].decode("ascii"),
        "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in request.scope["headers"]],
        "body": body.decode("latin-1"),
        "scheme": request.url.scheme,
        "host": request.url.hostname,
    }
    return JSONResponse(seen)


async def cookies(request: Request) -> Response:
    response = PlainTextResponse("two")
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


async def binary(request: Request) -> Response:
    return Response(bytes(range(256)), media_type="application/octet-stream")


async def failing(request: Request) -> Response:
    raise LookupError("no such note")


async def counted(request: Request) -> Response:
    return JSONResponse(request.state.started)


app = Starlette(
    routes=[
        Route("/cookies", cookies),
        Route("/binary", binary),
        Route("/failing", failing),
        Route("/{rest:path}", echo, methods=["GET", "POST", "PUT", "OPTIONS", "DELETE", "PATCH"]),
    ]
)


def wsgi_app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/failing":
        raise LookupError("no such note")
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["REQUEST_METHOD"].encode(), b" ", environ["wsgi.input"].read()]


@pytest.fixture(params=GATEWAYS)
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    with Client(app, request.param) as client:
        yield client


def test_path_query_headers_and_body_arrive_as_httpx_sends_them(client: Client) -> None:
    seen = client.post("/a%2Fb/%E6%8A%A5%20x/?z=1&a=%20", headers={"x-tag": "alpha"}, content=b"\x00\xff").json()
    assert seen["raw_path"] == "/a%2Fb/%E6%8A%A5%20x/"
    assert seen["path"] == "/a/b/报 x/"
    assert httpx.QueryParams(seen["query"]) == httpx.QueryParams("z=1&a=%20")
    assert ["x-tag", "alpha"] in seen["headers"]
    assert ["host", "testserver"] in seen["headers"]
    assert ["content-length", "2"] in seen["headers"]
    assert seen["body"] == "\x00\xff"
    assert (seen["method"], seen["scheme"], seen["host"]) == ("POST", "https", "testserver")


def test_json_forms_files_and_generators_are_read_whole(client: Client) -> None:
    assert json.loads(client.put("/", json={"name": "报"}).json()["body"].encode("latin-1")) == {"name": "报"}
    assert client.post("/", data={"a": "1 2"}).json()["body"] == "a=1+2"
    assert "\x00\xff" in client.post("/", files={"upload": b"\x00\xff"}).json()["body"]
    seen = client.post("/", content=iter([b"one", b"two"])).json()
    assert seen["body"] == "onetwo"
    assert "transfer-encoding" not in dict(seen["headers"])


def test_a_binary_response_comes_back_byte_for_byte(client: Client) -> None:
    response = client.get("/binary")
    assert response.content == bytes(range(256))
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers.get_list("content-length") == ["256"]


def test_a_redirect_is_followed_and_cookies_are_kept_as_httpx_does_it() -> None:
    async def login(request: Request) -> Response:
        return Response(status_code=302, headers={"location": "/me", "set-cookie": "sid=1; Path=/"})

    async def me(request: Request) -> Response:
        return PlainTextResponse(request.cookies["sid"])

    with Client(Starlette(routes=[Route("/login", login), Route("/me", me)]), follow_redirects=True) as client:
        assert client.get("/login").text == "1"


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_wsgi_app_is_bridged_too(gateway: str) -> None:
    with Client(wsgi_app, gateway) as client:
        assert client.post("/", content=b"body").text == "POST body"


def test_the_host_is_that_of_the_url() -> None:
    with Client(app, base_url="https://api.example.com:8443/v1") as client:
        seen = client.get("items").json()
    assert ["host", "api.example.com:8443"] in seen["headers"]
    assert seen["raw_path"] == "/v1/items"


# -- the life of the app ----------------------------------------------------------------------------------------------


def recording_app() -> tuple[Starlette, list[str]]:
    events: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[dict[str, int]]:
        events.append("startup")
        yield {"started": events.count("startup")}
        events.append("shutdown")

    return Starlette(routes=[Route("/", counted)], lifespan=lifespan), events


def test_entering_the_client_starts_the_app_and_leaving_it_stops_the_app() -> None:
    recording, events = recording_app()
    with Client(recording) as client:
        assert events == ["startup"]
        assert [client.get("/").json() for _ in range(3)] == [1, 1, 1]
    assert events == ["startup", "shutdown"]


def test_without_with_the_first_request_starts_the_app_and_close_stops_it() -> None:
    recording, events = recording_app()
    client = Client(recording)
    assert events == []
    assert client.get("/").json() == 1
    client.close()
    assert events == ["startup", "shutdown"]


def test_an_app_that_does_not_come_up_fails_the_with() -> None:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        raise OSError("no database")
        yield

    with pytest.raises(StartupFailed), Client(Starlette(lifespan=lifespan)):
        pass


# -- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failing_app", [app, wsgi_app], ids=["asgi", "wsgi"])
def test_what_an_app_raises_comes_out_of_the_client(failing_app: object) -> None:
    with Client(failing_app) as client, pytest.raises(LookupError, match="no such note"):
        client.get("/failing")


@pytest.mark.parametrize("failing_app", [app, wsgi_app], ids=["asgi", "wsgi"])
def test_or_is_answered_as_the_deployed_function_answers(failing_app: object) -> None:
    with Client(failing_app, raise_app_exceptions=False) as client:
        response = client.get("/failing")
    assert (response.status_code, response.text) == (500, "Internal Server Error")
    assert client.last.refusal is None


def test_a_handler_that_raises_is_answered_by_the_platform_where_nobody_wants_the_exception() -> None:
    def handler(event: bytes, context: object) -> str:
        raise LookupError("no such note")

    with Client(handler, raise_app_exceptions=False) as client:
        response = client.get("/")
    assert response.status_code == 502
    assert response.headers["x-fc-error-type"] == "UnhandledInvocationError"
    assert response.json()["errorType"] == "LookupError"
    assert client.last.refusal is not None
    assert client.last.refusal.kind == Refusal.UNHANDLED
    assert client.last.event is not None


def test_a_payload_that_the_gateway_cannot_read_is_a_bad_payload() -> None:
    def handler(event: bytes, context: object) -> dict[str, object]:
        return {"statusCode": "many"}

    with Client(handler) as client:
        assert client.get("/").status_code == 502
    assert client.last.refusal is not None
    assert client.last.refusal.kind == Refusal.BAD_PAYLOAD


def test_the_limits_of_the_gateway_are_on_and_can_be_turned_off() -> None:
    long = "/" + "a" * 5000
    with Client(app) as client:
        assert client.get(long).status_code == 400
        assert client.request("PROPFIND", "/").status_code == 403
    with Client(app, limits=False) as client:
        assert client.get(long).status_code == 200


def test_a_gateway_that_does_not_exist_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UnknownGateway, match="fc3-http"):
        Client(app, "fc4-http")


def test_an_app_that_does_not_exist_is_refused() -> None:
    with pytest.raises(AppNotFound):
        Client("tests.apps:no_such_app")


# -- handlers ---------------------------------------------------------------------------------------------------------


def test_a_handler_is_called_as_it_is() -> None:
    contexts: list[Any] = []

    def handler(event: bytes, context: Any) -> str:
        contexts.append(context)
        return json.dumps({"statusCode": 200, "body": str(json.loads(event)["rawPath"])})

    with Client(handler, settings=Settings(name="orders", timeout=7)) as client:
        assert client.get("/a%2Fb").text == "/a%2Fb"
        client.get("/")
    assert contexts[0].function.name == "orders"
    assert int(contexts[0].function.timeout) == 7
    assert contexts[0].request_id != contexts[1].request_id


def test_a_handler_that_bridge_made_keeps_its_options() -> None:
    with Client(bridge(app, base_path="/notes")) as client:
        seen = client.get("/notes/7").json()
    assert seen["path"] == "/notes/7"
    with Client(bridge(app)) as client:
        assert client.get("/failing").status_code == 500  # on_error="respond" is its own


def test_a_string_names_an_app_or_a_handler() -> None:
    with Client("tests.apps:environ_app") as client:
        assert client.get("/x").json()["PATH_INFO"] == "/x"
    with Client(f"{__name__}:HANDLER") as client:
        assert client.get("/x").json()["path"] == "/x"


HANDLER = bridge(app)


# -- what is told -----------------------------------------------------------------------------------------------------


def test_the_exchange_has_the_event_and_the_payload() -> None:
    with Client(app) as client:
        response = client.get("/notes")
        exchange = response.extensions["fcbridge.exchange"]
    assert isinstance(exchange, Exchange)
    assert exchange is client.last
    event: Any = exchange.event
    assert event["rawPath"] == "/notes"
    assert exchange.payload is not None
    assert json.loads(exchange.payload)["statusCode"] == 200


def test_before_the_first_request_there_is_no_exchange() -> None:
    with Client(app) as client, pytest.raises(LookupError):
        _ = client.last


def test_what_a_response_loses_is_a_warning_at_the_line_of_the_test() -> None:
    with Client(app) as client:
        with pytest.warns(LossWarning, match="only one Set-Cookie") as caught:
            response = client.get("/cookies")
        assert caught[0].filename == __file__
        assert response.headers.get_list("set-cookie") == ["b=2; Path=/; SameSite=lax"]
        assert [loss.name for loss in client.last.lost] == ["one-set-cookie"]


def test_what_a_request_loses_is_a_warning_too() -> None:
    with Client(app) as client:
        with pytest.warns(LossWarning, match="repeated query keys"):
            client.get("/", params={"tag": ["red", "blue"]})
        client.get("/", params={"b": "x y", "a": "1"})  # a spelling that is not kept harms nobody


def test_a_gateway_that_loses_nothing_warns_of_nothing() -> None:
    with Client(app, "fc2-http") as client:
        assert len(client.get("/cookies").headers.get_list("set-cookie")) == 2


# -- the asynchronous twin --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["asyncio"])
@pytest.mark.parametrize("gateway", GATEWAYS)
def test_the_asynchronous_client_does_the_same(gateway: str, backend: str) -> None:
    recording, events = recording_app()

    async def main() -> None:
        async with AsyncClient(recording, gateway) as client:
            assert events == ["startup"]
            assert (await client.get("/")).json() == 1
            assert isinstance(client.last, Exchange)
        assert events == ["startup", "shutdown"]
        async with AsyncClient(app, gateway) as client:
            assert (await client.post("/", content=_chunks())).json()["body"] == "onetwo"
            with pytest.raises(LookupError, match="no such note"):
                await client.get("/failing")

    anyio.run(main, backend=backend)


async def _chunks() -> AsyncIterator[bytes]:
    yield b"one"
    yield b"two"


def test_the_callers_loop_is_free_while_the_handler_works() -> None:
    entered, released = threading.Event(), threading.Event()

    def handler(event: bytes, context: object) -> str:
        entered.set()
        assert released.wait(60), "the caller's loop stands still"
        return "{}"

    async def main() -> None:
        async with AsyncClient(handler) as client, anyio.create_task_group() as tasks:
            tasks.start_soon(client.get, "/")
            await anyio.to_thread.run_sync(entered.wait)
            released.set()

    anyio.run(main)


def test_a_loss_is_warned_about_at_the_awaiting_line() -> None:
    async def main() -> None:
        async with AsyncClient(app) as client:
            with pytest.warns(LossWarning) as caught:
                await client.get("/cookies")
            assert caught[0].filename == __file__

    anyio.run(main)

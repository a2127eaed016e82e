"""What a container serves: Starlette's client stands for the container's ASGI server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from fcbridge import bridge, wechat
from fcbridge.handler import Handler
from fcbridge_adapters.tencent.entry import ContainerApp

WECHAT = {"x-wx-source": "wx_client", "x-wx-openid": "oEXAMPLE", "x-wx-service": "shop"}

Client: Any = TestClient  # its types are those of an HTTP client that is not the project's


@pytest.fixture
def in_container(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TENCENTCLOUD_RUNENV", raising=False)
    monkeypatch.setenv("CBR_ENV_ID", "prod-9zxy")


async def tell(request: Request) -> Response:
    user = wechat.identity(request)
    body = await request.body()
    return JSONResponse(
        {
            "user": user.user if user else None,
            "headers": [name for name in request.headers if name.startswith(("x-wx-", "x_wx_"))],
            "line": f"{request.method} {request.url.path}?{request.url.query}",
            "body": body.decode(),
            "client": request.client.host if request.client else None,
        }
    )


def served(app: object = None) -> Any:
    """What the module of a container exports; typed by what a server is told of it."""
    shop = app or Starlette(routes=[Route("/{rest:path}", tell, methods=["GET", "POST", "HEAD"])])
    return bridge(shop, platform="tencent").entry()


def test_a_request_goes_through_the_app_and_back(in_container: None) -> None:
    with Client(served()) as client:
        answer = client.post(
            "/api/%E8%8C%B6?page=2", content=b"abc", headers={**WECHAT, "x-forwarded-for": "192.0.2.1"}
        )
    assert answer.status_code == 200
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.json() == {
        "user": "oEXAMPLE",
        "headers": ["x-wx-source", "x-wx-openid", "x-wx-service"],
        "line": "POST /api/茶?page=2",
        "body": "abc",
        "client": "192.0.2.1",
    }


def test_the_headers_of_wechat_do_not_get_to_the_app_where_anybody_can_write_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CBR_ENV_ID", raising=False)
    with Client(served()) as client:
        assert client.get("/", headers=WECHAT).json()["headers"] == []
        assert client.get("/", headers={"x_wx_service": "shop"}).json()["headers"] == []
    monkeypatch.setenv("CBR_ENV_ID", "prod-9zxy")
    monkeypatch.setenv("TENCENTCLOUD_RUNENV", "SCF")  # a web function
    with Client(served()) as client:
        assert client.get("/", headers=WECHAT).json() | {"line": ""} == {
            "user": None, "headers": [], "line": "", "body": "", "client": None,
        }  # fmt: skip


def test_a_wsgi_app_is_served_too(in_container: None) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        user = wechat.identity(environ)
        start_response("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return [user.user.encode() if user else b"nobody"]

    with Client(served(app)) as client:
        answer = client.get("/", headers=WECHAT)
        assert answer.text == "oEXAMPLE"
        assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
        assert client.get("/", headers={"x-wx-openid": "attacker"}).text == "nobody"


@pytest.mark.parametrize(
    "body", [b'{"action": "CheckContainerPath"}', b"<xml>\n<action>CheckContainerPath</action>\n</xml>"]
)
def test_the_check_of_a_path_is_answered_without_the_app(body: bytes) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("the app was asked")

    with Client(served(app)) as client:
        answer = client.post("/wechat/push", content=body)
    assert (answer.status_code, answer.text, answer.headers["content-length"]) == (200, "success", "7")


def test_an_app_that_raises_is_a_plain_500(in_container: None) -> None:
    async def broken(request: Request) -> Response:
        raise KeyError("secret")

    with Client(served(Starlette(routes=[Route("/", broken)]))) as client:
        answer = client.get("/")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")


def test_a_response_without_content_has_no_length_of_one(in_container: None) -> None:
    async def empty(request: Request) -> Response:
        if request.method == "GET":
            return Response(status_code=204, headers={"content-length": "0"})  # as Flask has it
        return Response(b"four")

    with Client(served(Starlette(routes=[Route("/", empty, methods=["GET", "HEAD", "POST"])]))) as client:
        assert "content-length" not in client.get("/").headers
        assert client.post("/").headers["content-length"] == "4"
        head = client.head("/")
        assert (head.headers["content-length"], head.content) == ("4", b"")


def test_the_app_lives_as_long_as_the_server() -> None:
    events: list[str] = []

    class Lifespan:
        def __init__(self, app: Starlette) -> None:
            pass

        async def __aenter__(self) -> None:
            events.append("up")

        async def __aexit__(self, *error: object) -> None:
            events.append("down")

    with Client(served(Starlette(lifespan=Lifespan))):
        assert events == ["up"]
    assert events == ["up", "down"]


def test_an_app_that_does_not_start_keeps_the_server_from_starting() -> None:
    messages = [{"type": "lifespan.startup"}]
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    async def receive() -> dict[str, Any]:
        return messages.pop()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(served(app)({"type": "lifespan"}, receive, send))
    assert [message["type"] for message in sent] == ["lifespan.startup.failed"]
    assert "no database" in sent[0]["message"]


def test_a_client_that_goes_before_its_body_has_come_is_not_answered() -> None:
    messages: list[dict[str, Any]] = [
        {"type": "http.disconnect"},
        {"type": "http.request", "body": b"a", "more_body": True},
    ]

    async def receive() -> dict[str, Any]:
        return messages.pop()

    async def send(message: dict[str, Any]) -> None:
        raise AssertionError("nobody is there")

    asyncio.run(served()({"type": "http", "method": "POST", "headers": []}, receive, send))
    assert messages == []


def test_a_websocket_is_refused() -> None:
    with Client(served()) as client, pytest.raises(WebSocketDisconnect), client.websocket_connect("/"):
        pass


def test_the_local_commands_find_the_handler_in_what_is_exported() -> None:
    entry = served()
    assert isinstance(entry, ContainerApp)
    assert isinstance(entry.handler, Handler)


def test_an_option_is_refused() -> None:
    with pytest.raises(TypeError, match="takes no option 'port'"):
        bridge(tell, platform="tencent", interface="asgi3").entry(port=80)


def test_a_container_is_recognised_by_its_environment(in_container: None) -> None:
    assert isinstance(bridge(Starlette()).entry(), ContainerApp)


def test_the_id_of_a_call_is_in_the_context() -> None:
    seen: list[object] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["fcbridge.context"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    with Client(bridge(app, platform="tencent", lifespan="off").entry()) as client:
        client.get("/", headers={"x-wx-call-id": "call-1", "x-request-id": "request-1"})
        client.get("/", headers={"x-request-id": "request-1"})
        client.get("/")
        client.get("/", headers={"x-request-id": "a" * 129})  # no id of any platform, and in every line of the log
        client.get("/", headers={"x-request-id": "caf\xe9".encode("latin-1")})
    assert seen == [{"request_id": told} for told in ("call-1", "request-1", "", "", "")]

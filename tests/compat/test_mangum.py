from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from fcbridge.compat.mangum import Mangum
from fcbridge.errors import InvalidOption, UnknownEvent
from fcbridge.model import Headers, Request
from fcbridge.registry import gateway


def event(name: str, path: str = "/items", **fields: Any) -> Any:
    request = Request("GET", path, headers=Headers([("host", "api.example.com")]), client=("203.0.113.24", 0), **fields)
    return gateway(name).compose(request)


def answering(kind: bytes, body: bytes, *headers: tuple[bytes, bytes]) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind), *headers]})
        await send({"type": "http.response.body", "body": body})

    return app


async def echo(scope: Any, receive: Any, send: Any) -> None:
    body = json.dumps([scope["path"], scope["raw_path"].decode(), scope["root_path"]]).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body})


def test_the_scope_has_event_and_context() -> None:
    scopes: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scopes.append(scope)
        await answering(b"text/plain", b"")(scope, receive, send)

    sent, context = event("aws-http-v2"), object()
    Mangum(app, lifespan="off")(sent, context)
    assert scopes[0]["aws.event"] is sent
    assert scopes[0]["aws.context"] is context


def test_the_lifespan_is_that_of_the_instance() -> None:
    told: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            told.append((await receive())["type"])
            scope["state"]["pool"] = "open"
            await send({"type": "lifespan.startup.complete"})
            told.append((await receive())["type"])
            await send({"type": "lifespan.shutdown.complete"})
        else:
            told.append(scope["state"]["pool"])
            await answering(b"text/plain", b"")(scope, receive, send)

    handler = Mangum(app)
    for _ in range(3):
        handler(event("aws-rest"), None)
    handler.handler.pre_stop()
    assert told == ["lifespan.startup", "open", "open", "open", "lifespan.shutdown"]


@pytest.mark.parametrize("base", ["/shop", "shop", "/shop/"])
def test_the_base_path_is_cut_off(base: str) -> None:
    handler = Mangum(echo, lifespan="off", api_gateway_base_path=base)
    assert json.loads(handler(event("aws-rest", "/shop/a%2Fb"))["body"]) == ["/a/b", "/a%2Fb", ""]
    assert json.loads(handler(event("aws-rest", "/shop"))["body"]) == ["/", "/", ""]


def test_the_base_path_is_a_whole_segment() -> None:
    handler = Mangum(echo, lifespan="off", api_gateway_base_path="/shop")
    assert json.loads(handler(event("aws-http-v2", "/shopping"))["body"])[0] == "/shopping"


def test_a_stage_is_where_mangum_has_it() -> None:
    handler = Mangum(echo, lifespan="off")
    assert json.loads(handler(event("aws-rest", "/prod/items", base_path="/prod"))["body"]) == ["/items", "/items", ""]
    named = event("aws-http-v2", "/prod/items")
    named["requestContext"]["stage"] = "prod"
    assert json.loads(handler(named)["body"])[0] == "/prod/items"
    assert json.loads(Mangum(echo, "off", "/prod")(named)["body"])[0] == "/items"


@pytest.mark.parametrize(
    ("kind", "body", "types", "encoded"),
    [
        (b"application/x-mine", b"text", None, True),
        (b"application/x-mine", b"text", ["application/x-mine"], False),
        (b"application/x-mine; v=1", b"text", ["x-mine"], False),
        (b"application/json", b"{}", ["text/"], True),
        (b"application/problem+json", b"{}", None, False),
        (b"application/vnd.oai.openapi;version=3.1", b"openapi: 3.1.0", None, False),
        (b"text/plain", b"\xff", ["text/"], True),
    ],
)
def test_the_types_of_text_are_those_that_are_named(kind: bytes, body: bytes, types: Any, encoded: bool) -> None:
    handler = Mangum(answering(kind, body), lifespan="off", text_mime_types=types)
    assert handler(event("aws-http-v2"))["isBase64Encoded"] is encoded


def test_packed_text_is_base64_whatever_is_named() -> None:
    packed = answering(b"text/html", gzip.compress(b"<p>"), (b"content-encoding", b"gzip"))
    assert Mangum(packed, lifespan="off", text_mime_types=["text/"])(event("aws-alb"))["isBase64Encoded"] is True


@pytest.mark.parametrize("name", ["aws-rest", "aws-http-v2", "aws-alb", "aws-alb-multi", "aws-edge-origin"])
def test_excluded_headers_are_left_out_at_every_door(name: str) -> None:
    app = answering(b"text/plain", b"", (b"x-powered-by", b"x"), (b"x-kept", b"y"))
    answer = json.dumps(Mangum(app, lifespan="off", exclude_headers=["X-Powered-By"])(event(name)))
    assert "x-powered-by" not in answer.lower()
    assert "x-kept" in answer.lower()


class Custom:
    """A custom handler as Mangum's documentation shows it."""

    def __init__(self, event: Any, context: Any, config: Any) -> None:
        self.event = event
        self.config = config

    @classmethod
    def infer(cls, event: Any, context: Any, config: Any) -> bool:
        return "mine" in event

    @property
    def body(self) -> bytes:
        return bytes(self.event["mine"], "utf-8")

    @property
    def scope(self) -> dict[str, Any]:
        return {
            "type": "http",
            "http_version": "1.1",
            "method": "PUT",
            "headers": [[b"host", b"mine.example"], [b"x-tag", b"a"]],
            "path": "/caf\xe9",
            "raw_path": None,
            "root_path": "",
            "scheme": "https",
            "query_string": b"a=1",
            "server": ("mine.example", 443),
            "client": ("203.0.113.9", 0),
            "asgi": {"version": "3.0"},
            "mine.config": self.config,
        }

    def __call__(self, response: Any) -> dict[str, Any]:
        return {"mine": [response["status"], response["headers"], response["body"]]}


def test_a_custom_handler_is_asked_first_and_answers_in_its_own_format() -> None:
    seen: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope, body=(await receive())["body"])
        await answering(b"text/plain", b"ok", (b"x-a", b"1"), (b"x-a", b"2"))(scope, receive, send)

    context = object()
    handler = Mangum(app, lifespan="off", custom_handlers=[Custom], exclude_headers=["X-No"])
    assert handler({"mine": "hello"}, context) == {
        "mine": [200, [[b"content-type", b"text/plain"], [b"x-a", b"1"], [b"x-a", b"2"]], b"ok"]
    }
    assert (seen["method"], seen["path"], seen["raw_path"], seen["query_string"]) == (
        "PUT", "/café", b"/caf%C3%A9", b"a=1",
    )  # fmt: skip
    assert seen["body"] == b"hello"
    assert seen["aws.event"] == {"mine": "hello"}
    assert seen["aws.context"] is context
    assert seen["mine.config"]["exclude_headers"] == ["x-no"]
    assert handler(event("aws-rest"), context)["statusCode"] == 200


def test_a_wrong_lifespan_is_refused() -> None:
    with pytest.raises(InvalidOption, match="lifespan"):
        Mangum(echo, lifespan="sometimes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_an_event_that_is_not_http_is_refused_by_name() -> None:
    with pytest.raises(UnknownEvent, match="aws-http-v2"):
        Mangum(echo, lifespan="off")({"colour": "red"})

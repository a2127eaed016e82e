"""Small apps and events that several tests share."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from types import SimpleNamespace
from typing import Any

from fcbridge.codec import is_object
from fcbridge.model import Headers, Request
from fcbridge.registry import gateway

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
StartResponse = Callable[..., Callable[[bytes], object]]


def http_event(method: str = "GET", path: str = "/", name: str = "fc3-http", **fields: Any) -> dict[str, Any]:
    """An event of a gateway; ``fields`` are those of the Request, headers as a list of pairs."""
    headers = Headers([("host", "api.example.com"), *fields.pop("headers", [])])
    request = Request(method, path, headers=headers, client=("203.0.113.24", 0), **fields)
    event = gateway(name).compose(request)
    assert is_object(event)
    return event


def context(request_id: str = "1-67c1a2b3", timeout: object = "60") -> SimpleNamespace:
    """What is common to the context objects of Function Compute's runtimes."""
    return SimpleNamespace(request_id=request_id, function=SimpleNamespace(timeout=timeout))


def answered(payload: Any) -> dict[str, Any]:
    """The envelope in a payload."""
    assert isinstance(payload, str)
    envelope: dict[str, Any] = json.loads(payload)
    return envelope


async def scope_app(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI, without lifespan: answers what it was asked."""
    assert scope["type"] == "http"
    message = await receive()
    seen = {
        "method": scope["method"],
        "path": scope["path"],
        "raw_path": scope["raw_path"].decode("ascii"),
        "root_path": scope["root_path"],
        "query": scope["query_string"].decode("ascii"),
        "client": scope["client"],
        "scheme": scope["scheme"],
        "body": message["body"].decode("latin-1"),
    }
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"application/json")],
        }
    )
    await send({"type": "http.response.body", "body": json.dumps(seen).encode()})


def environ_app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """WSGI: answers what it was asked."""
    seen = {key: value for key, value in environ.items() if isinstance(value, str)}
    seen["body"] = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode("latin-1")
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(seen).encode()]


def answering(
    status: int = 200, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """An ASGI app that always answers this."""
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    return app

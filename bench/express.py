"""The Express pattern taken literally: a real server on loopback, and an HTTP client that passes it each event."""

from __future__ import annotations

import socket
from binascii import a2b_base64, b2a_base64
from threading import Thread
from typing import Any

from fcbridge.model import Request

from .entry import Entry, read_envelope
from .events import aliyun


def express(app: Any, interface: str, request: Request) -> Entry:
    import httpx
    import uvicorn

    # asyncio sets TCP_NODELAY only where the protocol is named; without it each answer waits 40 ms for an ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
    Thread(target=server.run, args=([listener],)).start()  # connections wait in the listener until it accepts
    client = httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", trust_env=False, timeout=60)
    event = aliyun("fc-apigw", request)

    def call() -> object:
        body = event["body"]
        reply = client.request(
            event["httpMethod"],
            event["path"],
            params=event["queryParameters"],
            headers=event["headers"],
            content=a2b_base64(body) if event["isBase64Encoded"] else body.encode("utf-8"),
        )
        kind = reply.headers.get("content-type", "")
        text = kind.startswith("text/") or "json" in kind
        return {
            "statusCode": reply.status_code,
            "headers": dict(reply.headers),
            "isBase64Encoded": not text,
            "body": reply.text if text else b2a_base64(reply.content, newline=False).decode("ascii"),
        }

    def close() -> None:
        client.close()
        server.should_exit = True  # it looks ten times a second, and closes the listener

    return Entry(call, read_envelope, close)

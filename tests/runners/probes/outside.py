"""What the loop watches: sockets, processes; and httpx, which uses both loop and library."""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import Any

import httpx

from ..asgi_apps import Receive, Scope, Send, answer
from .catalogue import probe, steps

_PROGRAM = "import sys; sys.stdout.write(sys.stdin.read().upper()); sys.exit(3)"


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def _hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello")
    await writer.drain()
    writer.close()
    await writer.wait_closed()


def _port(server: asyncio.AbstractServer) -> int:
    assert isinstance(server, asyncio.Server)
    port: int = server.sockets[0].getsockname()[1]
    return port


@probe
async def streams_to_a_server_on_the_same_loop() -> object:
    server = await asyncio.start_server(_echo, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection("127.0.0.1", _port(server))
        writer.write(b"hello\n")
        answered = await reader.read()
        writer.close()
        await writer.wait_closed()
    return answered.decode()


@steps(12)
async def a_listening_socket_is_served_between_requests_that_never_suspend(step: int) -> object:
    """The client is a plain socket. The loop has to accept, read and answer in its turns between the requests."""
    if step == 0:
        server = await asyncio.start_server(_echo, "127.0.0.1", 0)
        client = socket.create_connection(("127.0.0.1", _port(server)))
        client.sendall(b"hello\n")
        client.setblocking(False)
        _open[:] = [server, client]
    elif step == 11:
        server, client = _open
        try:
            return client.recv(100).decode()
        finally:
            client.close()
            server.close()
            _open.clear()
    return None


@probe
async def a_pair_of_sockets_on_the_loop() -> object:
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.setblocking(False)
        seen: asyncio.Future[bytes] = loop.create_future()
        loop.add_reader(theirs, lambda: None if seen.done() else seen.set_result(theirs.recv(10)))
        await loop.sock_sendall(ours, b"hello")
        first = await seen
        loop.remove_reader(theirs)
        await loop.sock_sendall(theirs, first.upper())
        return (await loop.sock_recv(ours, 10)).decode()


@probe
async def a_name_is_looked_up() -> object:
    found = await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)
    return [list(address) for _, _, _, _, address in found]


@probe
async def a_process_is_run() -> object:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", "-c", _PROGRAM, stdin=pipe, stdout=pipe, stderr=pipe
    )
    out, error = await process.communicate(b"hello")
    return [out.decode(), error.decode(), process.returncode]


@probe
async def httpx_to_an_app() -> object:
    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0)
        await answer(send, scope["path"].encode("ascii"))

    application: Any = inner
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://api.example.com", trust_env=False) as client:
        response = await client.get("/inner")
    return [response.status_code, response.text]


@probe
async def httpx_to_a_server() -> object:
    server = await asyncio.start_server(_hello, "127.0.0.1", 0)
    async with server, httpx.AsyncClient(trust_env=False) as client:
        response = await client.get(f"http://127.0.0.1:{_port(server)}/", timeout=60)
    return [response.status_code, response.text]


_open: list[Any] = []

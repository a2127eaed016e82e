from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.dev.server import DevServer


class StartServer(Protocol):
    def __call__(self, environ: dict[str, str] | None = None, **options: Any) -> DevServer: ...


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """``start_server(**DevOptions)`` starts ``fcbridge dev`` in ``tmp_path``; the servers end with the test."""
    servers: list[DevServer] = []

    def start(environ: dict[str, str] | None = None, **options: Any) -> DevServer:
        server = DevServer(tmp_path, environ, **options)
        servers.append(server)
        server.wait_until_ready()
        return server

    yield start
    for server in servers:
        server.close()

"""Redis, which writes every change to its file before it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .packages import environ, program
from .process import Process, Server

if TYPE_CHECKING:
    from pathlib import Path


class RedisServer(Server):
    """``url`` is what a client connects to."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    @property
    def url(self) -> str:
        return f"redis://{self.address}/0"

    def _started(self) -> Process:
        path = program("redis-server")
        options = {
            "bind": "127.0.0.1",
            "port": self.port,
            "dir": self._folder,
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "daemonize": "no",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        return Process([path, *arguments], "Ready to accept connections", environ=environ(path), folder=self._folder)

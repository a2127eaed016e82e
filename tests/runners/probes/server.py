"""``python -m tests.runners.probes.server``: the probes under uvicorn on loopback. Prints its port."""

from __future__ import annotations

import socket

import uvicorn

from . import app


def main() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # so that who reads the port can connect at once
        print(listening.getsockname()[1], flush=True)
        config = uvicorn.Config(app, loop="asyncio", http="h11", ws="none", lifespan="on", log_level="critical")
        uvicorn.Server(config).run([listening])


if __name__ == "__main__":
    main()

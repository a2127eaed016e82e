"""Object storage that speaks S3 (and SQS and SNS): moto's server.

It keeps everything in memory and a record of what was asked of it in a file, which it is told again when it is brought
back. Signatures are not checked: any key and secret will do.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from urllib.request import ProxyHandler, Request, build_opener

from .process import Process, Server

if TYPE_CHECKING:
    from pathlib import Path

KEY = "EXAMPLEKEY"
SECRET = "example-secret"
REGION = "us-east-1"


class S3Server(Server):
    """``url`` is the endpoint for clients, who have to ask in the path style."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._record = folder / "s3-requests"

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def restart(self) -> None:
        super().restart()
        self._post("replay-recording")

    def _started(self) -> Process:
        return Process(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", self.port],
            "Running on http",
            environ={
                "MOTO_ENABLE_RECORDING": "true",
                "MOTO_RECORDER_FILEPATH": str(self._record),
                "PYTHONUNBUFFERED": "1",
                "PYTHONWARNINGS": "ignore",
            },
        )

    def _post(self, action: str) -> None:
        request = Request(f"{self.url}/moto-api/recorder/{action}", method="POST")
        with build_opener(ProxyHandler({})).open(request):  # the machine may have a proxy, which this is not for
            pass

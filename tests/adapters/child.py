"""A server of a platform as a process of its own, and what a test may ask of it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from http.client import HTTPConnection
from pathlib import Path
from threading import Condition, Thread
from typing import TYPE_CHECKING

from fcbridge.codec import is_object
from fcbridge.model import Headers, Response
from fcbridge.played import unpacked_request

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
_PATHS = (ROOT, ROOT / "adapters", Path(__file__).parent)
#: What a server writes beside what the app has said.
SERVERS_OWN = ("connection", "date", "server", "transfer-encoding")


class Child:
    """Every wait ends with a line of the console, or with the process."""

    def __init__(self, command: list[str], directory: Path, environ: Mapping[str, str]) -> None:
        # Neither the tests' own settings of Python nor signs of a platform. gunicorn has its control socket in HOME.
        inherited = {name: os.environ[name] for name in ("LANG", "PATH", "TMPDIR") if name in os.environ}
        self.process = subprocess.Popen(
            command,
            cwd=directory,
            env={
                **inherited,
                "HOME": str(directory),
                "PYTHONPATH": os.pathsep.join(map(str, _PATHS)),
                "PYTHONUNBUFFERED": "1",
                **environ,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        self._lines: list[str] = []
        self._ended = False
        self._changed = Condition()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def console(self) -> str:
        """What it has said so far."""
        with self._changed:
            return "".join(self._lines)

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The first line that matches, whether it was there before or is still to come."""
        with self._changed:
            seen = 0
            while True:
                for line in self._lines[seen:]:
                    match = re.search(pattern, line)
                    if match:
                        return match
                seen = len(self._lines)
                assert not self._ended, f"it ended without {pattern!r}:\n{''.join(self._lines)}"
                self._changed.wait()

    def stop(self) -> int:
        """SIGTERM, and the exit code. The console is complete then."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self._reader.join()
        return self.process.wait()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                with self._changed:
                    self._lines.append(line)
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()


def answered(port: int, wire: object, *, chunked: bool = False) -> Response:
    """What a server on the loopback answers to a packed request, whose headers are sent as they are."""
    assert is_object(wire)
    request = unpacked_request(wire)
    connection = HTTPConnection("127.0.0.1", port)
    try:
        connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers:
            if not (chunked and name == "content-length"):
                connection.putheader(name, value.encode("latin-1"))
        if chunked:
            connection.putheader("transfer-encoding", "chunked")
            halves = [request.body[:5], request.body[5:]]
            connection.endheaders(iter(halves), encode_chunked=True)
        else:
            connection.endheaders(request.body or None)
        response = connection.getresponse()
        pairs = [(name, value) for name, value in response.getheaders() if name.lower() not in SERVERS_OWN]
        return Response(response.status, Headers(pairs), response.read())
    finally:
        connection.close()

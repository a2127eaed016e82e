"""Lambda's Runtime API on a free port of loopback, and a function under AWS's own runtime that talks to it.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedReader
from pathlib import Path
from threading import Condition, Thread
from types import TracebackType
from typing import cast

from fcbridge.gateway import Settings
from fcbridge_adapters.aws.runtime import LAMBDA_RUNTIME

ROOT = Path(__file__).resolve().parents[2]
VERSION = "/2018-06-01/runtime"
ARN = "arn:aws:lambda:eu-west-3:123456789012:function:demo"
# Longer than anything here takes: what never comes fails the test, and does not hold up the whole run.
_PATIENCE = 120.0


class Invocation:
    """One event on its way, and what the runtime posted for it."""

    def __init__(self, request_id: str, event: bytes, timeout: float) -> None:
        self.request_id = request_id
        self.event = event
        self.timeout = timeout
        self.kind = ""  # "response" or "error"
        self.payload = b""
        self.headers = Message()


class RuntimeApi:
    """Hands out events one by one and collects what comes back. Every wait ends with an answer, or with the runtime."""

    def __init__(self) -> None:
        self.init_errors: list[tuple[Message, bytes]] = []
        self._changed = Condition()
        self._waiting: deque[Invocation] = deque()
        self._taken: dict[str, Invocation] = {}
        self._count = 0
        self._ended = False
        api = self

        class Endpoint(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body in one packet: the runtime's client acknowledges late otherwise, 40 ms each time.
            wbufsize = -1
            disable_nagle_algorithm = True

            def handle(self) -> None:
                with suppress(ConnectionError):  # a process that is killed resets its connections
                    super().handle()

            def do_GET(self) -> None:
                if self.path != f"{VERSION}/invocation/next":
                    return self._answer(404)
                invocation = api._next()
                if invocation is None:
                    self.close_connection = True
                    return None
                return self._answer(
                    200,
                    invocation.event,
                    {
                        "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                        "Lambda-Runtime-Deadline-Ms": str(int((time.time() + invocation.timeout) * 1000)),
                        "Lambda-Runtime-Invoked-Function-Arn": ARN,
                        "Lambda-Runtime-Trace-Id": "Root=1-67c1a2b3-15b2f0aa0c9d8e7f6a5b4c3d;Sampled=0",
                    },
                )

            def do_POST(self) -> None:
                payload = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self._answer(202 if api._post(self.path, self.headers, payload) else 400, b'{"status":"OK"}')

            def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def invoke(self, event: bytes, timeout: float = 60.0) -> Invocation:
        """Have ``event`` answered; ``timeout`` is what the function is told, in seconds, and stops nobody."""
        with self._changed:
            self._count += 1
            invocation = Invocation(f"67c1a2b3-15b2-4f0a-8c9d-{self._count:012d}", event, timeout)
            self._waiting.append(invocation)
            self._changed.notify_all()
            self._wait(lambda: bool(invocation.kind))
        if not invocation.kind:
            raise AssertionError("the runtime ended and has not answered")
        return invocation

    def wait_for_init_error(self) -> tuple[Message, bytes]:
        """Head and body of what the runtime posted because the function does not load."""
        with self._changed:
            self._wait(lambda: bool(self.init_errors))
        return self.init_errors[0]

    def runtime_ended(self) -> None:
        """Whoever waits for the runtime waits no longer."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def close(self) -> None:
        self.runtime_ended()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _wait(self, done: Callable[[], bool]) -> None:
        if not self._changed.wait_for(lambda: done() or self._ended, _PATIENCE):
            raise AssertionError("the runtime has not answered")

    def _next(self) -> Invocation | None:
        with self._changed:
            self._changed.wait_for(lambda: bool(self._waiting) or self._ended)
            if self._ended:
                return None
            invocation = self._waiting.popleft()
            self._taken[invocation.request_id] = invocation
            return invocation

    def _post(self, path: str, headers: Message, payload: bytes) -> bool:
        with self._changed:
            if path == f"{VERSION}/init/error":
                self.init_errors.append((headers, payload))
            else:
                start, _, rest = path.partition("/invocation/")
                request_id, _, kind = rest.partition("/")
                invocation = self._taken.pop(request_id, None)
                if start != VERSION or kind not in ("response", "error") or invocation is None:
                    return False
                invocation.headers, invocation.payload, invocation.kind = headers, payload, kind
            self._changed.notify_all()
            return True


class RealFunction:
    """``python -m awslambdaric HANDLER`` in a process of its own, as the image of the managed runtime starts it."""

    def __init__(self, handler: str, directory: Path, **variables: str) -> None:
        self.api = RuntimeApi()
        # As in Lambda, whatever the tests are run in.
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON", "_HANDLER"))
        }
        settings = Settings(handler=handler, region="eu-west-3")
        environ = {
            **inherited,
            **LAMBDA_RUNTIME.environment(settings, str(directory)),
            "AWS_LAMBDA_RUNTIME_API": self.api.address,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "adapters")]),
            **variables,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", handler],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environ,
            cwd=directory,
        )
        self._output = b""
        self._ended = False
        self._written = Condition()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def invoke(self, event: bytes, timeout: float = 60.0) -> Invocation:
        try:
            return self.api.invoke(event, timeout)
        except AssertionError as error:
            raise AssertionError(f"{error}:\n{self.output}") from None

    @property
    def output(self) -> str:
        """What the function has written so far."""
        with self._written:
            return self._output.decode("utf-8", "replace")

    def wait_for_output(self, text: str) -> None:
        """Until the function has written ``text``, which may come later than an answer that it sent before."""
        with self._written:
            self._written.wait_for(lambda: text.encode() in self._output or self._ended, _PATIENCE)
        assert text in self.output, self.output

    def wait(self) -> int:
        """The exit code, once the runtime has ended by itself."""
        code = self.process.wait(_PATIENCE)
        self._reader.join()
        return code

    def close(self) -> None:
        """Lambda ends a process without a signal that it could act on, unless it has extensions."""
        self.process.kill()
        self.wait()
        self.api.close()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        stream = cast("BufferedReader", self.process.stdout)
        # Not by lines: the runtime ends none after the traceback of a record.
        while chunk := stream.read1():
            with self._written:
                self._output += chunk
                self._written.notify_all()
        with self._written:
            self._ended = True
            self._written.notify_all()
        self.api.runtime_ended()

    def __enter__(self) -> RealFunction:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

"""A proxy in front of moto's server: whoever asks ``http://<bucket>.<any store>/<key>`` gets the bucket's object.

The clients of OSS, COS and OBS want the bucket in the host's name, which loopback has none of, and take a proxy for it.
"""

from __future__ import annotations

import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Asked(NamedTuple):
    """What a client has sent: to which host, and how it has signed."""

    host: str
    headers: dict[str, str]


class VirtualHosts:
    def __init__(self, port: int) -> None:
        self.asked: list[Asked] = []
        hosts = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                hosts.pass_on(self, port)

            do_HEAD = do_GET

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def pass_on(self, request: BaseHTTPRequestHandler, port: int) -> None:
        target = urlsplit(request.path)
        assert target.hostname is not None
        self.asked.append(Asked(target.hostname, {name.lower(): value for name, value in request.headers.items()}))
        bucket = target.hostname.partition(".")[0]
        connection = HTTPConnection("127.0.0.1", port)
        wanted = {name: request.headers[name] for name in ("Range", "If-Match") if name in request.headers}
        wanted["Authorization"] = "AWS4-HMAC-SHA256 Credential=EXAMPLEKEY/20260302/us-east-1/s3/aws4_request"
        connection.request(request.command, f"/{bucket}{target.path}", headers=wanted)
        with connection.getresponse() as answer:
            request.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("connection", "date", "server", "transfer-encoding"):
                    request.send_header(name, value)
            request.end_headers()
            request.wfile.write(answer.read())
        connection.close()

    def __enter__(self) -> VirtualHosts:
        self._thread.start()
        return self

    def __exit__(self, *exception: Any) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

"""Alibaba's log service, as far as it gives out lines: PullLogs, with signatures that are checked.

https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-pulllogs. What goes over the wire is
made by the vendor's own classes: the protobuf messages, LZ4, and the signature that the request should have.
"""

from __future__ import annotations

import json
import threading
from base64 import b64decode, b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

# They come without types.
_COMPRESS: Any = import_module("aliyun.log.compress")
_PROTO: Any = import_module("aliyun.log.proto")
_UTIL: Any = import_module("aliyun.log.util").Util

ENDPOINT = "cn-shanghai-intranet.log.aliyuncs.com"
HOST = f"driving.{ENDPOINT}"
KEY, SECRET, TOKEN = "EXAMPLEKEY", "example-secret", "example-token"


def cursor(position: int) -> str:
    """What the service calls a position in a shard."""
    return b64encode(str(1772439300000000000 + position).encode()).decode()


def position(text: str) -> int:
    return int(b64decode(text)) - 1772439300000000000


class LogService:
    """Shard 1 of the logstore ``raw-lines`` of the project ``driving``, to be had through :attr:`proxy`: the client
    makes the host out of the project and the endpoint, and a proxy is whatever host it wants.

    ``groups`` are the lines, as they came in: each group has one position, and each line is its fields.
    """

    def __init__(self, groups: Sequence[Sequence[dict[str, str]]], at_once: int = 2) -> None:
        self.groups = groups
        self.at_once = at_once
        self.requests: list[dict[str, str]] = []
        self.refusals: dict[int, str] = {}  # by the request's place, from 1 on
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                service.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def proxy(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        target = urlsplit(request.path)
        query = dict(parse_qsl(target.query, keep_blank_values=True))
        self.requests.append(query)
        if len(self.requests) in self.refusals:
            refused(request, 403, self.refusals[len(self.requests)])
        elif not self._signed(request, target.path, query):
            refused(request, 401, "SignatureNotMatch")
        elif target.path != "/logstores/raw-lines/shards/1" or target.hostname != HOST:
            refused(request, 404, "LogStoreNotExist")
        elif query.get("type") != "log" or request.headers["Accept-Encoding"] != "lz4":
            refused(request, 400, "ParameterInvalid")
        else:
            self._give(request, query)

    def _give(self, request: BaseHTTPRequestHandler, query: dict[str, str]) -> None:
        begin = position(query["cursor"])
        end = min(position(query["end_cursor"]), begin + min(int(query["count"]), self.at_once), len(self.groups))
        message = _PROTO.LogGroupList()
        for lines in self.groups[begin:end]:
            group = message.LogGroups.add()
            group.Topic, group.Source = "", "192.0.2.7"
            for fields in lines:
                log = group.Logs.add()
                log.Time = 1772439331
                for name, value in fields.items():
                    content = log.Contents.add()
                    content.Key, content.Value = name, value
        plain = message.SerializeToString()
        body = _COMPRESS.lz_compresss(plain)
        request.send_response(200)
        for name, value in {
            "Content-Type": "application/x-protobuf",
            "Content-Length": str(len(body)),
            "x-log-compresstype": "lz4",
            "x-log-bodyrawsize": str(len(plain)),
            "x-log-count": str(max(end - begin, 0)),
            "x-log-cursor": cursor(max(begin, end)),
            "x-log-requestid": "67C41A94F4E5D6C7B8A90123",
        }.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    def _signed(self, request: BaseHTTPRequestHandler, path: str, query: dict[str, str]) -> bool:
        """Whether the request has the signature that the vendor's own code makes of it."""
        signed = {
            name: value
            for name, value in request.headers.items()
            if name.lower().startswith(("x-log-", "x-acs-")) and name.lower() != "x-log-date"  # added behind it
        }
        content = f"GET\n\n\n{request.headers['Date']}\n"
        content += _UTIL.canonicalized_log_headers(signed) + _UTIL.canonicalized_resource(path, query)
        signature = f"LOG {KEY}:{_UTIL.hmac_sha1(content, SECRET)}"
        return signed.get("x-acs-security-token") == TOKEN and request.headers["Authorization"] == signature

    def __enter__(self) -> LogService:
        self._thread.start()
        return self

    def __exit__(self, *exception: Any) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def refused(request: BaseHTTPRequestHandler, status: int, code: str) -> None:
    body = json.dumps({"errorCode": code, "errorMessage": code}).encode()
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(body)))
    request.send_header("x-log-requestid", "67C41A94F4E5D6C7B8A90124")
    request.end_headers()
    request.wfile.write(body)

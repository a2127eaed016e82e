"""An app without a framework that tells what reached it."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs


def app(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
    path: str = environ["PATH_INFO"]
    body: bytes = environ["wsgi.input"].read()
    query: dict[str, list[str]] = parse_qs(environ["QUERY_STRING"])
    if path == "/back":
        start_response("200 OK", [("Content-Type", environ["CONTENT_TYPE"]), ("X-Length", str(len(body)))])
        return [body]
    if path.startswith("/status/"):
        start_response(f"{path[8:]} Chosen", [("ETag", '"1"')])
        return []
    if path == "/cookie":
        start_response("200 OK", [("Set-Cookie", f"sid={query['value'][0]}; Path=/"), ("Content-Type", "text/plain")])
        return [environ.get("HTTP_COOKIE", "").encode("latin-1")]
    headers: dict[str, str] = {name[5:].lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    answer = {
        "method": environ["REQUEST_METHOD"],
        "path": path.encode("latin-1").decode("utf-8"),
        "query": query,
        "scheme": environ["wsgi.url_scheme"],
        "client": environ["REMOTE_ADDR"],
        "type": environ.get("CONTENT_TYPE", ""),
        "length": len(body),
        "sha256": sha256(body).hexdigest(),
        "headers": headers,
    }
    start_response("200 OK", [("Content-Type", "application/json"), ("X-App", "echo")])
    return [json.dumps(answer).encode()]

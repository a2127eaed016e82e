"""The runtime of Function Compute 2.0 for HTTP functions, played: it builds the environ and collects the answer.

https://www.alibabacloud.com/help/en/functioncompute/fc-2-0/user-guide/http-handlers-1
"""

from __future__ import annotations

import json
from binascii import a2b_base64

from fcbridge.bodies import base64_text
from fcbridge.codec import is_object
from fcbridge.envelope import read_json
from fcbridge.errors import MalformedEvent

from .fc2 import DEFAULT_TYPE, PARAMS
from .runtime import PythonRuntime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypedDict

    from fcbridge.gateway import Handler

    from .fc2 import Params

    class Written(TypedDict):
        status: int
        headers: list[tuple[str, str]]


class HttpRuntime(PythonRuntime):
    """An HTTP function is called as a WSGI app is."""

    name = "fc2-http"

    def accepts(self, event: object) -> bool:
        return is_object(event) and PARAMS in event

    def call(self, handler: Handler, event: object, context: object) -> bytes:
        if isinstance(event, bytes):
            event = read_json(event)
        if not is_object(event) or not self.accepts(event):
            raise MalformedEvent(
                f"An HTTP function of FC 2.0 is called with {PARAMS!r}, and the event has no such field.",
                hint="make one with `fcbridge event generate fc2-http`, or choose another gateway",
            )
        environ = runtime_environ(event, context)
        answer: Written = {"status": 0, "headers": []}
        written: list[bytes] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], None]:
            answer["status"] = int(status.split(" ", 1)[0])
            answer["headers"] = list(headers)
            return written.append

        result = handler(environ, start_response)
        if isinstance(result, (bytes, str)):
            chunks: list[bytes | str] = [result]
        else:
            chunks = list(result)  # type: ignore[call-overload]
        written.extend(chunk.encode("utf-8") if isinstance(chunk, str) else chunk for chunk in chunks)
        headers: dict[str, list[str]] = {}
        for name, value in answer["headers"]:
            headers.setdefault(name, []).append(value)
        params = {"status": answer["status"], "headersMap": headers}
        wire = {PARAMS: packed(params), "body": base64_text(b"".join(written))}
        return json.dumps(wire).encode("ascii")


def runtime_environ(event: dict[str, Any], context: object) -> dict[str, Any]:
    """The environ as the runtime of FC 2.0 builds it."""
    import os
    import sys
    from io import BytesIO

    params: Params = json.loads(a2b_base64(event["x-fc-http-params"]))
    body = a2b_base64(event["body"])
    environ: dict[str, Any] = dict(os.environ)
    environ.update(
        {
            "REQUEST_METHOD": params["method"],
            "PATH_INFO": params["path"] or "/",
            "QUERY_STRING": params["requestURI"].partition("?")[2],
            "CONTENT_TYPE": DEFAULT_TYPE,
            "CONTENT_LENGTH": str(len(body)),
            "SCRIPT_NAME": "",
            "SERVER_NAME": "FCRUNTIME",
            "SERVER_PORT": "9000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_SOFTWARE": "FCRUNTIME/1.0",
            "HTTP": "on",
            "REMOTE_ADDR": params["clientIP"],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "fc.request_uri": params["requestURI"],
            "fc.context": context,
            "HTTP_X_FC_FUNCTION_HANDLER": "index.handler",
        }
    )
    for name, values in params["headersMap"].items():
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = values[0]
        elif key != "CONTENT_LENGTH":
            environ["HTTP_" + key] = ",".join(values)
    return environ


def packed(params: object) -> str:
    """The field of that name, in an event and in a result."""
    return base64_text(json.dumps(params, ensure_ascii=False).encode("utf-8"))


HTTP_RUNTIME = HttpRuntime()

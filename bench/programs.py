"""The programs of the cold start: from an import to the first answer, as the text of a module that is run once.

What a program imports, makes and answers stands apart, so that each of the three has a time of its own.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from .events import CASES, aliyun, http_api, rest

_REQUEST = CASES[0].request


class Program(NamedTuple):
    name: str
    event: str
    """What it is fed with, as in the table."""
    imports: str
    make: str
    answer: str
    """Raises AssertionError where the answer is wrong."""


class Group(NamedTuple):
    """An app, and the programs that follow on it."""

    name: str
    base: str
    """What is imported anyway, whatever the adapter."""
    app: str
    alone: Program
    """Calls the app without an adapter."""
    programs: tuple[Program, ...]


# -- the apps ---------------------------------------------------------------------------------------------------------

_RAW_WSGI = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
"""
_RAW_ASGI = """
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            step = (await receive())["type"]
            await send({"type": f"{step}.complete"})
            if step == "lifespan.shutdown":
                return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"hello"})
"""
_FLASK = """
app = flask.Flask("bench")
app.get("/items/<int:item>")(lambda item: "hello")
"""
_FASTAPI = """
app = fastapi.FastAPI()
async def find(item: int):
    return "hello"
app.get("/items/{item}")(find)
"""

_ALONE_WSGI = Program(
    "the app called directly",
    "",
    "",
    "",
    f"""
import io
environ = {{
    "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": {_REQUEST.path!r}, "QUERY_STRING": {_REQUEST.query!r},
    "SERVER_NAME": "api.example.com", "SERVER_PORT": "443", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0),
    "wsgi.url_scheme": "https", "wsgi.input": io.BytesIO(), "wsgi.errors": None,
}}
assert b"hello" in b"".join(app(environ, lambda status, headers, exc_info=None: None))
""",
)
_ALONE_ASGI = Program(
    "the app called directly",
    "",
    "",
    "",
    f"""
scope = {{
    "type": "http", "asgi": {{"version": "3.0"}}, "http_version": "1.1", "method": "GET", "scheme": "https",
    "path": {_REQUEST.path!r}, "raw_path": b"", "query_string": {_REQUEST.query.encode()!r}, "root_path": "",
    "headers": [], "client": None, "server": None,
}}
sent = []
async def receive():
    return {{"type": "http.request", "body": b"", "more_body": False}}
async def send(message):
    sent.append(message)
try:
    app(scope, receive, send).send(None)
except StopIteration:
    pass
assert b"hello" in sent[-1]["body"]
""",
)

# -- the adapters -----------------------------------------------------------------------------------------------------

_REST = repr(rest(_REQUEST))
_HTTP_API = repr(http_api(_REQUEST))
_FC = aliyun("fc3-http", _REQUEST)
_FC_BYTES = json.dumps(_FC).encode("ascii")


def _fcbridge(platform: str, format: str, event: str, answer: str) -> Program:
    return Program(
        "fcbridge",
        format,
        "from fcbridge import bridge",
        f'handler = bridge(app, platform="{platform}")',
        f'assert "hello" in handler({event}, None){answer}',
    )


def _peer(name: str, imports: str, make: str, call: str) -> Program:
    return Program(name, "REST 1.0 dict", imports, make, f'assert "hello" in {call}["body"]')


FCBRIDGE = (
    _fcbridge("aws", "REST 1.0 dict", _REST, '["body"]'),
    _fcbridge("aws", "HTTP API 2.0 dict", _HTTP_API, '["body"]'),
    _fcbridge("aliyun", "fc3-http dict", repr(_FC), ""),
    _fcbridge("aliyun", "fc3-http bytes", repr(_FC_BYTES), ""),
)
MANGUM = tuple(
    _peer(
        f"Mangum, lifespan {lifespan}",
        "import asyncio; from mangum import Mangum",
        f'asyncio.set_event_loop(asyncio.new_event_loop()); handler = Mangum(app, lifespan="{lifespan}")',
        f"handler({_REST}, None)",
    )
    for lifespan in ("off", "auto")
)
_WSGI = (
    *FCBRIDGE,
    _peer("awsgi", "from awsgi import response", "", f"response(app, {_REST}, None)"),
    _peer(
        "apig-wsgi",
        "from apig_wsgi import make_lambda_handler",
        "handler = make_lambda_handler(app, binary_support=True)",
        f"handler({_REST}, None)",
    ),
    _peer(
        "serverless-wsgi",
        "from serverless_wsgi import handle_request",
        "",
        f"handle_request(app, {_REST}, None)",
    ),
)
_ASGI = (*FCBRIDGE, *MANGUM)

RAW_WSGI = Group("raw-wsgi", "pass", _RAW_WSGI, _ALONE_WSGI, _WSGI)
RAW_ASGI = Group("raw-asgi", "import asyncio", _RAW_ASGI, _ALONE_ASGI, _ASGI)
FLASK = Group("flask", "import flask", _FLASK, _ALONE_WSGI, _WSGI)
# FastAPI 0.165 leaves asyncio alone on Python 3.13 and has imported it on the others; an endpoint brings it anyway.
FASTAPI = Group("fastapi", "import asyncio, fastapi", _FASTAPI, _ALONE_ASGI, _ASGI)

GROUPS = (RAW_WSGI, FLASK, RAW_ASGI, FASTAPI)

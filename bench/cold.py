"""The time of a process from nothing to its first answer.

Each program runs in a fresh process, all of them in every round, in random order. The time is that of the processor,
user and system: nothing here waits for a disk or a network, and the clock on the wall would measure what else the
machine does. Every module has its bytecode: a round before the first one writes it. Without it all of this takes
several times as long, whatever the adapter.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

from .events import CASES, aliyun, rest
from .table import above, milliseconds, printed

ROOT = Path(__file__).parents[1]

_REQUEST = CASES[0].request
_FC = json.dumps(aliyun("fc3-http", _REQUEST)).encode("ascii")


class Program(NamedTuple):
    name: str
    text: str


class Group(NamedTuple):
    """An app; the programs follow on its own ``text``, which makes ``app``."""

    title: str
    text: str
    alone: str
    """Calls the app without an adapter."""
    programs: tuple[Program, ...]


def tables(rounds: int, warm: bool = True) -> Iterator[str]:
    """One table an app: milliseconds above ``python -c pass``, and above the app that is called directly."""
    programs = {("", "pass"): "pass"}
    for group in _GROUPS:
        programs[group.title, "import"] = group.text.partition("\n\n")[0]
        programs[group.title, "alone"] = f"{group.text}\n{group.alone}"
        for program in group.programs:
            programs[group.title, program.name] = f"{group.text}\n{program.text}"
    times: dict[tuple[str, str], list[float]] = {key: [] for key in programs}
    order = list(programs)
    random = Random(7)
    for turn in range(rounds + warm):
        random.shuffle(order)
        for key in order:
            taken = _seconds(programs[key])
            if turn >= warm:
                times[key].append(taken)
    base = times["", "pass"]
    for group in _GROUPS:
        alone = times[group.title, "alone"]
        names = [*(["import"] if group.text.startswith("import") else []), "alone", *(p.name for p in group.programs)]
        shown = {"import": group.text.partition("\n")[0], "alone": "the app called directly"}
        rows = [
            [
                shown.get(name, name),
                milliseconds(above(times[group.title, name], base)),
                "" if name in shown else f"{above(times[group.title, name], alone) * 1e3:+.1f}",
            ]
            for name in names
        ]
        yield printed(
            f"{group.title}: ms to the first answer (`python -c pass`: {milliseconds(median(base))} ms)",
            ["", "above pass:", "above the app:"],
            rows,
        )


def _seconds(text: str) -> float:
    """The processor's time of one process. Raises RuntimeError where it fails, which a wrong answer makes it do."""
    paths = [str(ROOT), str(ROOT / "adapters")]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    process = os.posix_spawn(sys.executable, [sys.executable, "-c", text], environ)
    _, status, usage = os.wait4(process, 0)
    if status:
        raise RuntimeError(f"a program of the cold start failed:\n{text}")
    return usage.ru_utime + usage.ru_stime


# -- the programs -----------------------------------------------------------------------------------------------------

_RAW_WSGI = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
"""
_RAW_ASGI = """
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"hello"})
"""
_FLASK = """import flask

app = flask.Flask("bench")
app.get("/items/<int:item>")(lambda item: "hello")
"""
_FASTAPI = """import fastapi

app = fastapi.FastAPI()
async def find(item: int):
    return "hello"
app.get("/items/{item}")(find)
"""

_ALONE_WSGI = f"""
import io
environ = {{
    "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": {_REQUEST.path!r}, "QUERY_STRING": {_REQUEST.query!r},
    "SERVER_NAME": "api.example.com", "SERVER_PORT": "443", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0),
    "wsgi.url_scheme": "https", "wsgi.input": io.BytesIO(), "wsgi.errors": None,
}}
assert b"hello" in b"".join(app(environ, lambda status, headers, exc_info=None: None))
"""
_ALONE_ASGI = f"""
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
"""

_FCBRIDGE = Program(
    "fcbridge",
    f"""
from fcbridge import bridge
handler = bridge(app, platform="aliyun")
assert "hello" in handler({_FC!r}, None)
""",
)
_MANGUM = """
import asyncio
from mangum import Mangum
asyncio.set_event_loop(asyncio.new_event_loop())
handler = Mangum(app, lifespan="{lifespan}")
assert "hello" in handler({event!r}, None)["body"]
"""
_AWS = rest(_REQUEST)
_WSGI = (
    _FCBRIDGE,
    Program(
        "awsgi",
        f"""
from awsgi import response
assert "hello" in response(app, {_AWS!r}, None)["body"]
""",
    ),
    Program(
        "apig-wsgi",
        f"""
from apig_wsgi import make_lambda_handler
handler = make_lambda_handler(app, binary_support=True)
assert "hello" in handler({_AWS!r}, None)["body"]
""",
    ),
    Program(
        "serverless-wsgi",
        f"""
from serverless_wsgi import handle_request
assert "hello" in handle_request(app, {_AWS!r}, None)["body"]
""",
    ),
)
_ASGI = (_FCBRIDGE, Program("Mangum, lifespan off", _MANGUM.format(lifespan="off", event=_AWS)))

_GROUPS = (
    Group("raw-wsgi", _RAW_WSGI, _ALONE_WSGI, _WSGI),
    Group("flask", _FLASK, _ALONE_WSGI, _WSGI),
    Group("raw-asgi", _RAW_ASGI, _ALONE_ASGI, _ASGI),
    Group("fastapi", _FASTAPI, _ALONE_ASGI, _ASGI),
)

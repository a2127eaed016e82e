"""The peers themselves, beside what ``fcbridge.compat`` has in their place, with the same app behind both."""

from __future__ import annotations

import json
import warnings
from base64 import b64encode
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from fcbridge.gateway import Gateway
from fcbridge.registry import platform

EVENTS = Path(__file__).parents[1] / "events" / "aws"
AWS = platform("aws")
PEERS = ("mangum", "apig_wsgi", "serverless_wsgi", "awsgi")

#: What the app answers with; two names that are there twice.
FIELDS = [
    ("content-type", "application/json"),
    ("set-cookie", "a=1"),
    ("set-cookie", "b=2"),
    ("vary", "accept"),
    ("vary", "cookie"),
]


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    body = (await receive())["body"]
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    seen = {
        "method": scope["method"],
        "path": scope["path"],
        "base": scope["root_path"],
        "query": scope["query_string"].decode("latin-1"),
        "client": scope["client"][0] if scope["client"] else None,
        "scheme": scope["scheme"],
        "cookie": headers.get("cookie"),
        "type": headers.get("content-type"),
        "body": b64encode(body).decode("ascii"),
        "keys": [scope.get("aws.event") is not None, scope.get("aws.context")],
    }
    fields = [(name.encode("ascii"), value.encode("ascii")) for name, value in FIELDS]
    await send({"type": "http.response.start", "status": 201, "headers": fields})
    await send({"type": "http.response.body", "body": json.dumps(seen).encode("ascii")})


def wsgi_app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    own = ("apig_wsgi.", "serverless.", "awsgi.")
    seen = {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "base": environ["SCRIPT_NAME"],
        "query": environ["QUERY_STRING"],
        "client": environ["REMOTE_ADDR"],
        "scheme": environ["wsgi.url_scheme"],
        "cookie": environ.get("HTTP_COOKIE"),
        "type": environ.get("CONTENT_TYPE") or None,
        "body": b64encode(body).decode("ascii"),
        "user": environ.get("REMOTE_USER"),
        "keys": {key: value for key, value in environ.items() if key.startswith(own)},
    }
    start_response("201 Created", [(name.title(), value) for name, value in FIELDS])
    return [json.dumps(seen).encode("ascii")]


def entry(module: str) -> Callable[[Any, Any], Any]:
    """A handler with the arguments that are the same for both: ``mangum``, or ``fcbridge.compat.mangum``."""
    found: Any = import_module(module)
    name = module.rpartition(".")[2]
    if name == "mangum":
        with warnings.catch_warnings():
            # It makes itself an event loop in a way that later Pythons deprecate.
            warnings.simplefilter("ignore", DeprecationWarning)
            made: Callable[[Any, Any], Any] = found.Mangum(asgi_app, lifespan="off")
            return made
    if name == "apig_wsgi":
        return found.make_lambda_handler(wsgi_app)  # type: ignore[no-any-return]
    call = found.handle_request if name == "serverless_wsgi" else found.response
    return lambda event, context: call(wsgi_app, event, context)


class Seen(NamedTuple):
    """What the app saw, and what the client got."""

    request: dict[str, Any]
    status: int
    fields: list[tuple[str, str]]


def http_events() -> dict[str, tuple[Any, Gateway]]:
    """The example events that a gateway of Lambda takes, by name."""
    found: dict[str, tuple[Any, Gateway]] = {}
    for path in sorted(EVENTS.glob("*.json")):
        event = json.loads(path.read_text("utf-8"))
        if isinstance(event, dict):
            event.pop("_comment", None)  # pyright: ignore[reportUnknownMemberType]
        door = AWS.door(event, None)
        if door is not None:
            found[path.stem] = (event, door)
    return found


def seen(handler: Callable[[Any, Any], Any], event: Any, door: Gateway) -> Seen:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        result = handler(event, None)
    answer = door.read(json.dumps(result).encode("utf-8"))
    return Seen(
        json.loads(answer.body), answer.status, [pair for pair in answer.headers if pair[0] != "content-length"]
    )

"""What the soak sends and what has to come back: no two events are alike, and every answer is checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

from fcbridge.errors import EventError
from fcbridge.gateway import Gateway
from fcbridge.model import Headers, Request, Response
from fcbridge.registry import gateway


class Kind(NamedTuple):
    """One way for the app to behave. ``weight`` is how often, among all of them."""

    name: str
    weight: int
    interfaces: tuple[str, ...] = ("asgi", "wsgi")
    method: str = "GET"
    status: int = 200
    raising: tuple[str, ...] = ()
    """The interfaces that raise out of a handler with ``on_error="raise"``."""


_ASGI = ("asgi",)
_WSGI = ("wsgi",)
_BOTH = ("asgi", "wsgi")

KINDS = (
    Kind("echo", 200),
    Kind("text", 100, method="POST"),
    Kind("binary", 100, method="POST"),
    Kind("head", 30, method="HEAD"),
    Kind("chunks", 30),
    Kind("cookies", 10),
    Kind("raises", 20, status=500, raising=_BOTH),
    Kind("late", 20, raising=_ASGI),
    Kind("headers", 10, status=500, raising=_BOTH),
    Kind("deadline", 1, status=504, raising=_BOTH),
    Kind("broken", 40),
    Kind("tasks", 20, _ASGI),
    Kind("suspends", 60, _ASGI),
    Kind("timeout", 40, _ASGI),
    Kind("timer", 20, _ASGI),
    Kind("generators", 20, _ASGI),
    Kind("thread", 20, _ASGI),
    Kind("listens", 20, _ASGI),
    Kind("closes", 40, _WSGI),
    Kind("writes", 40, _WSGI),
    Kind("restarts", 40, _WSGI),
)

#: The gateways, the platform of each, and whether the event is the JSON itself.
DOORS = (
    ("aliyun", "fc3-http", False),
    ("aliyun", "fc3-http", True),
    ("aws", "aws-rest", False),
    ("aws", "aws-http-v2", False),
)

_SHORT, _LONG = 0.01, 30.0
_LARGE = 300_000


class Context:
    """What the context readers of both platforms look at; ``timeout`` in seconds."""

    def __init__(self, number: int, timeout: float) -> None:
        self.request_id = self.aws_request_id = f"request-{number}"
        self.function = self
        self.timeout = timeout

    def get_remaining_time_in_millis(self) -> float:
        return self.timeout * 1000


class Case:
    """One invocation: ``event`` and ``context`` for the handler of its platform and interface."""

    __slots__ = ("context", "event", "gateway", "interface", "kind", "platform", "request")

    def __init__(
        self, number: int, kind: Kind, interface: str, platform: str, door: Gateway, wire: bool, random: Random
    ) -> None:
        self.kind = kind
        self.interface = interface
        self.platform = platform
        self.gateway = door
        self.request = _request(number, kind, random)
        event: Any = door.compose(self.request)
        if kind.name == "broken":
            self.event: Any = _BREAKS[number % len(_BREAKS)](event, number)
        else:
            self.event = json.dumps(event).encode("ascii") if wire else event
        # Without a context there is no deadline.
        patient = None if number % 3 else Context(number, _LONG)
        self.context = Context(number, _SHORT) if kind.name == "deadline" else patient

    def check(self, outcome: object, on_error: str) -> str | None:
        """What is wrong with a payload, or with the exception that came instead; None where it is right."""
        kind = self.kind
        if kind.name == "broken":
            return None if isinstance(outcome, EventError) else f"no EventError: {_shown(outcome)}"
        if on_error == "raise" and self.interface in kind.raising:
            return None if isinstance(outcome, Exception) else f"no exception: {_shown(outcome)}"
        if isinstance(outcome, BaseException):
            return f"an exception: {_shown(outcome)}"
        payload = outcome if isinstance(outcome, str) else json.dumps(outcome)
        return self._check_response(self.gateway.read(payload.encode("utf-8")))

    def _check_response(self, response: Response) -> str | None:
        kind, request = self.kind, self.request
        if response.status != kind.status:
            return f"status {response.status}"
        if kind.status != 200:
            return None
        name, value = request.headers.pairs[0]
        if response.headers.get(name) != value:
            return f"no field {name}"
        body = request.body or f"{request.path}?{request.query}".encode("ascii")
        # Some gateways decode the query; then a space may be spelled differently.
        if response.body.replace(b"+", b"%20") != (b"" if kind.method == "HEAD" else body.replace(b"+", b"%20")):
            return f"a wrong body of {len(response.body)} bytes"
        return None

    def __str__(self) -> str:
        return f"{self.interface} {self.gateway.name} {self.request.method} {self.request.path}"


def cases(seed: int = 7) -> Iterator[Case]:
    """Without end, the same ones for the same seed."""
    random = Random(seed)
    doors = [(platform, gateway(name), wire) for platform, name, wire in DOORS]
    chosen = {
        interface: [kind for kind in KINDS if interface in kind.interfaces for _ in range(kind.weight)]
        for interface in _BOTH
    }
    number = 0
    while True:
        interface = _BOTH[number % 2]
        yield Case(number, random.choice(chosen[interface]), interface, *random.choice(doors), random)
        number += 1


def _request(number: int, kind: Kind, random: Random) -> Request:
    # The longest names are longer than what a cache takes as a key.
    name = f"x-soak-{number}{'-long' * (number % 13)}"
    headers = [
        (name, f"value {number}"),
        ("host", f"shop-{number % 5000}.example.com"),
        ("cookie", f"session={number}; theme=dark"),
        ("user-agent", f"soak/{number % 700}"),
    ]
    body = b""
    if kind.name == "text":
        body = f'{{"number": {number}}}'.encode("ascii")
        headers.append(("content-type", f"application/soak-{number}+json"))
    elif kind.name == "binary":
        body = random.randbytes(_LARGE if number % 499 == 0 else random.randrange(1, 3000))
        headers.append(("content-type", f"application/x-soak-{number}"))
    else:
        headers.append(("content-type", f"text/plain; soak={number}"))
    if body:
        headers.append(("content-length", str(len(body))))
    query = f"k{number}={number}&q=deep%20blue"
    return Request(
        kind.method, f"/{kind.name}/{number}", query, Headers.of(headers), body, (f"203.0.113.{number % 250}", 0)
    )


# -- broken events ----------------------------------------------------------------------------------------------------


def _no_json(event: dict[str, Any], number: int) -> object:
    return json.dumps(event).encode("ascii")[: -1 - number % 50]


def _strange(event: dict[str, Any], number: int) -> object:
    return {f"key-{number}": number, "version": "soak"}


def _no_headers(event: dict[str, Any], number: int) -> object:
    return {**event, "headers": number, "multiValueHeaders": number}


def _no_base64(event: dict[str, Any], number: int) -> object:
    return {**event, "body": "a", "isBase64Encoded": True}


_BREAKS: tuple[Callable[[dict[str, Any], int], object], ...] = (_no_json, _strange, _no_headers, _no_base64)


def _shown(outcome: object) -> str:
    return f"{type(outcome).__name__} {str(outcome)[:200]}"

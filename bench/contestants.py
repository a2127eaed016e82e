"""Who takes part: each adapter with the event format that it knows, the Express pattern, and LIMIT."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import Any, NamedTuple

from . import ours, peers
from .apps import App
from .entry import Enter, Entry
from .events import LARGE, REQUEST_1, REQUEST_5, Case, http_api, rest
from .express import express
from .flat import flat
from .limit import limit, looped, reference

REST, HTTP_API = "REST 1.0", "HTTP API 2.0"
FC, FC_BYTES, FC_APIGW = "fc3-http dict", "fc3-http bytes", "fc-apigw"
AZURE = "azure-python"
LIMIT = ("LIMIT", "the app alone")
FLAT = ("FLAT", REST)
REFERENCE = ("json.loads + base64", FC_BYTES)


class Contestant(NamedTuple):
    name: str
    event: str
    """The event format, as in the table."""
    interfaces: tuple[str, ...]
    package: str
    """Its distribution."""
    enter: Enter
    suspends: bool | None = None
    """Whether for apps that suspend, or for those that do not; None: for both."""
    for_case: Callable[[Case], bool] = lambda case: True
    there: Callable[[], bool] = lambda: True
    """Whether what it needs is there."""

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.event


def entered(contestant: Contestant, app: Any, interface: str, case: Case) -> Entry:
    """Ready, and its answer checked. Raises ValueError where it is wrong."""
    entry = contestant.enter(app, interface, case.request)
    try:
        for _ in range(2):  # the first time may differ: the app starts
            entry.prepare()
            wrong = case.check(entry.read(entry.call()), whole=contestant.key != REFERENCE)
            if wrong:
                raise ValueError(f"{contestant.name} ({contestant.event}) answers {case.name} with {wrong}")
    except BaseException:
        entry.close()
        raise
    return entry


def contestants(app: App, case: Case) -> list[Contestant]:
    """Those that can run an app, LIMIT first."""
    return [
        contestant
        for contestant in _CONTESTANTS
        if app.interface in contestant.interfaces
        and contestant.suspends in (None, app.suspends)
        and contestant.there()
        and contestant.for_case(case)
    ]


def chosen(app: App, case: Case, keys: Iterable[tuple[str, str]]) -> list[Contestant]:
    """Those of the names and event formats, in the order of ``contestants``; whoever is not there is left out."""
    wanted = set(keys)
    return [contestant for contestant in contestants(app, case) if contestant.key in wanted]


def versions() -> dict[str, str]:
    """The distributions that take part, and the frameworks."""
    names = sorted({one.package for one in _CONTESTANTS if one.package and one.there()})
    return {name: version(name) for name in [*names, "starlette", "fastapi", "flask", "uvicorn"]}


_ASGI, _WSGI, _BOTH = ("asgi",), ("wsgi",), ("asgi", "wsgi")
OURS, TIMED, FAST = "fcbridge", "fcbridge, deadline", "fcbridge, fast"
OFF, AUTO = "Mangum, lifespan off", "Mangum, lifespan auto"


def _is_large(case: Case) -> bool:
    return case in LARGE


def _is_small(case: Case) -> bool:
    return case not in LARGE


def _is_picture_sent(case: Case) -> bool:
    return case in (REQUEST_1, REQUEST_5)


def _ours(name: str, event: str, enter: Enter) -> Contestant:
    if name == FAST:
        return Contestant(name, event, _BOTH, "pybase64", enter, for_case=_is_large, there=ours.has_fast)
    return Contestant(name, event, _BOTH, "fcbridge", enter)


_CONTESTANTS = (
    Contestant(*LIMIT, _BOTH, "", limit, suspends=False),
    Contestant(*LIMIT, _BOTH, "", looped, suspends=True),
    Contestant(*FLAT, _BOTH, "", flat, suspends=False, for_case=_is_small),
    _ours(OURS, REST, ours.on_lambda(rest)),
    _ours(OURS, HTTP_API, ours.on_lambda(http_api)),
    _ours(OURS, FC, ours.on_function_compute()),
    _ours(OURS, FC_BYTES, ours.on_function_compute(wire=True)),
    _ours(OURS, AZURE, ours.on_azure),
    _ours(TIMED, REST, ours.on_lambda(rest, deadline=True)),
    _ours(TIMED, HTTP_API, ours.on_lambda(http_api, deadline=True)),
    _ours(TIMED, FC_BYTES, ours.on_function_compute(wire=True, deadline=True)),
    _ours(FAST, REST, ours.on_lambda(rest, fast=True)),
    _ours(FAST, FC_BYTES, ours.on_function_compute(wire=True, fast=True)),
    Contestant(OFF, REST, _ASGI, "mangum", peers.mangum("off", rest)),
    Contestant(OFF, HTTP_API, _ASGI, "mangum", peers.mangum("off", http_api)),
    Contestant(AUTO, REST, _ASGI, "mangum", peers.mangum("auto", rest)),
    Contestant(AUTO, HTTP_API, _ASGI, "mangum", peers.mangum("auto", http_api)),
    Contestant("awsgi", REST, _WSGI, "aws-wsgi", peers.awsgi),
    Contestant("apig-wsgi", REST, _WSGI, "apig-wsgi", peers.apig_wsgi(rest)),
    Contestant("apig-wsgi", HTTP_API, _WSGI, "apig-wsgi", peers.apig_wsgi(http_api)),
    Contestant("serverless-wsgi", REST, _WSGI, "serverless-wsgi", peers.serverless_wsgi(rest)),
    Contestant("serverless-wsgi", HTTP_API, _WSGI, "serverless-wsgi", peers.serverless_wsgi(http_api)),
    Contestant("a2wsgi + Mangum", REST, _WSGI, "a2wsgi", peers.a2wsgi_mangum),
    Contestant("asgiref + Mangum", REST, _WSGI, "asgiref", peers.asgiref_mangum),
    Contestant("Azure's middleware", AZURE, _BOTH, "azure-functions", peers.azure_middleware),
    Contestant("Express pattern", FC_APIGW, _ASGI, "httpx", express),
    Contestant(*REFERENCE, _BOTH, "", reference, for_case=_is_picture_sent),
)

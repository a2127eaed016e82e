"""The listed differences: ``differences/<gateway>/<suite>.toml``.

[losses.scheme]                     # a loss that the gateway declares, by its name
tests = ["tests/test_requests.py::test_request_url[asyncio]"]

[limits.method]                     # a limit that it declares, by the kind of the refusal
tests = [...]

[capabilities.streaming]            # what no buffered function has; see CAPABILITIES
tests = [...]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from fcbridge.gateway import Gateway, Refusal

from .suites import HERE, Suite

#: What a buffered function cannot have, whatever its gateway.
CAPABILITIES = {
    "streaming": (
        "a response leaves the function when it is complete: no part of it arrives earlier, its chunks are not told "
        "apart, its length is known and sent, and the client cannot hold back or cancel the app"
    ),
    "trailers": "a payload has no place for trailers",
    "push": "a payload has no place for pushed responses",
    "client-extensions": "objects that an app hands to a test client in its own process, such as a template's context",
    "server": "there is no socket: the server's address is what the Host header says, and localhost where it says none",
    "environ": "the environ is made from the event: entries that a test puts into it do not travel",
    "websocket": "WebSocket sessions stay plain, and have no share in the state that the function's lifespan made",
    "shutdown": "an app that fails in its shutdown is logged: nobody is there to be told",
    "interim": "a status of 1xx ends no response (RFC 9110 section 15.2), and a function has only one to give",
    "own-500": "for an app that raises before it answers, a function has a 500 of its own, with a body",
}


@dataclass(frozen=True)
class Reason:
    kind: str  # losses, limits, capabilities
    name: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.name}"


class Differences:
    """Of one suite behind one gateway."""

    def __init__(self, reasons: dict[str, Reason], mistakes: list[str]) -> None:
        self.reasons = reasons
        #: What is wrong with the list itself.
        self.mistakes = mistakes

    def of(self, reason: Reason) -> list[str]:
        return [test for test, listed in self.reasons.items() if listed == reason]

    @property
    def losses(self) -> list[str]:
        """The losses that are given as reasons."""
        return sorted({reason.name for reason in self.reasons.values() if reason.kind == "losses"})


def listed(suite: Suite, gateway: Gateway) -> Differences:
    """What is listed for ``suite`` behind ``gateway``; nothing where there is no file."""
    tomllib = import_module("tomllib")  # since Python 3.11, which the suites need
    file = HERE / "differences" / gateway.name / f"{suite.name}.toml"
    table: dict[str, Any] = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    return check(table, gateway)


def check(table: dict[str, Any], gateway: Gateway) -> Differences:
    known = {
        "losses": [loss.name for loss in gateway.loses],
        "limits": list(Refusal.KINDS),
        "capabilities": list(CAPABILITIES),
    }
    reasons: dict[str, Reason] = {}
    mistakes: list[str] = []
    for reason, test in _entries(table):
        if reason.name not in known.get(reason.kind, ()):
            mistakes.append(f"{reason}: {gateway.name} declares no such thing")
        if test in reasons:
            mistakes.append(f"{test} is listed twice, under {reasons[test]} and {reason}")
        reasons[test] = reason
    return Differences(reasons, mistakes)


def _entries(table: dict[str, Any]) -> Iterator[tuple[Reason, str]]:
    for kind, names in table.items():
        for name, entry in names.items():
            for test in entry["tests"]:
                yield Reason(kind, name), test

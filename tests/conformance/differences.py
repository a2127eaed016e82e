"""The listed differences: ``differences/<suite>.toml``, one list for all gateways.

[losses.scheme]                     # what an app can see of a loss; counts for the gateways that declare it
tests = ["tests/test_requests.py::test_request_url[asyncio]"]

[limits.method]                     # the kind of the refusal; counts where the gateway has refused something
tests = [...]

[capabilities.streaming]            # what no buffered function has; see CAPABILITIES
tests = [...]

A test may stand under several reasons: behind one gateway it differs for the one, behind another for the other.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
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
    "outer-app": (
        "the platform calls the function within a Flask app of its own: a context that a test has pushed in its own "
        "process is not the innermost, and the app makes itself another one"
    ),
    "own-500": "for an app that raises before it answers, a function has a 500 of its own, with a body",
}


@dataclass(frozen=True, order=True)
class Reason:
    kind: str  # losses, limits, capabilities
    name: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.name}"

    def may_hold(self, gateway: Gateway) -> bool:
        """Whether the gateway declares it."""
        return self.kind != "losses" or any(loss.name == self.name for loss in gateway.loses)


class Differences:
    """Of one suite. ``reasons`` has the reasons of each listed test; ``mistakes`` is what is wrong with the list."""

    def __init__(self, reasons: dict[str, list[Reason]], mistakes: list[str]) -> None:
        self.reasons = reasons
        self.mistakes = mistakes

    def of(self, reason: Reason) -> list[str]:
        return [test for test, listed in self.reasons.items() if reason in listed]

    def losses_of(self, gateway: Gateway) -> list[str]:
        """The losses that are given as reasons and that the gateway declares."""
        listed = {reason for reasons in self.reasons.values() for reason in reasons if reason.kind == "losses"}
        return sorted(reason.name for reason in listed if reason.may_hold(gateway))

    def entries(self) -> Iterator[tuple[str, Reason]]:
        for test, reasons in self.reasons.items():
            for reason in reasons:
                yield test, reason


def file_of(suite: Suite) -> Path:
    return HERE / "differences" / f"{suite.name}.toml"


def listed(suite: Suite, known: Iterable[Gateway]) -> Differences:
    """What is listed for ``suite``; nothing where there is no file. ``known`` are all gateways there are."""
    tomllib = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    file = file_of(suite)
    table: dict[str, Any] = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    return check(table, known)


def check(table: dict[str, Any], known: Iterable[Gateway]) -> Differences:
    names = {
        "losses": {loss.name for gateway in known for loss in gateway.loses},
        "limits": set(Refusal.KINDS),
        "capabilities": set(CAPABILITIES),
    }
    reasons: dict[str, list[Reason]] = {}
    mistakes: list[str] = []
    for reason, test in _entries(table):
        if reason.name not in names.get(reason.kind, ()):
            mistakes.append(f"{reason}: no gateway declares such a thing")
        if reason in reasons.setdefault(test, []):
            mistakes.append(f"{test} is listed twice under {reason}")
        reasons[test].append(reason)
    return Differences(reasons, mistakes)


def written(differences: Differences, title: str) -> str:
    """The list as it stands in its file."""
    reasons = sorted({reason for _, reason in differences.entries()})
    lines = [f"# {title}'s tests that end otherwise behind a gateway, by reason. See ../differences.py."]
    for reason in reasons:
        tests = sorted(differences.of(reason))
        lines += ["", f"[{reason}]", "tests = [", *(f"    {_quoted(test)}," for test in tests), "]"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    import json

    return json.dumps(text)  # TOML's basic strings escape as JSON's do


def _entries(table: dict[str, Any]) -> Iterator[tuple[Reason, str]]:
    for kind, names in table.items():
        for name, entry in names.items():
            for test in entry["tests"]:
                yield Reason(kind, name), test

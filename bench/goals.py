"""What fcbridge is meant to reach, beside what it does: each goal's cases alone, interleaved in one run.

All of it is ratios, so that the machine matters little. *Overhead* is the time above LIMIT, the app called directly:
the adapter's own cost. The goals of the cold start and of memory are in the modules of that name.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from .apps import APPS
from .contestants import (
    AUTO,
    FAST,
    FC_BYTES,
    FLAT,
    HTTP_API,
    LIMIT,
    OFF,
    OURS,
    REFERENCE,
    REST,
    TIMED,
    chosen,
)
from .events import GET, REQUEST_5, RESPONSE_5, Case
from .invocation import QUICK, Effort, Key, Times, measured
from .table import Goal as Goal
from .table import above, ratio

_FULL = Effort(100, 25, 0.002)


class Aim(NamedTuple):
    """A ratio of what one or two contestants take, and its bound; None for a figure that is there to be compared."""

    what: str
    needs: tuple[Key, ...]
    figure: Callable[[Times], float]
    bound: float | None
    at_least: bool = False

    def goal(self, case: str, times: Times) -> Goal:
        figure = self.figure(times)
        if self.bound is None:
            return Goal(f"{case}: {self.what}", f"{figure:.3f}", "", None)
        reached = figure >= self.bound if self.at_least else figure <= self.bound
        return Goal(
            f"{case}: {self.what}", f"{figure:.3f}", f"{'>=' if self.at_least else '<='} {self.bound:.3g}", reached
        )


def overhead(ours: Key, peer: Key, bound: float | None) -> Aim:
    def figure(times: Times) -> float:
        return above(times[ours], times[LIMIT]) / above(times[peer], times[LIMIT])

    return Aim(f"overhead of {_named(ours)} / {peer[0]}", (ours, peer), figure, bound)


def limits(ours: Key, bound: float) -> Aim:
    return Aim(f"{_named(ours)} / LIMIT", (ours,), partial(_ratio, ours, LIMIT), bound)


def share(ours: Key, other: Key, bound: float) -> Aim:
    return Aim(f"{_named(ours)} / {other[0]}", (ours, other), partial(_ratio, ours, other), bound)


def faster(ours: Key, peer: Key, bound: float) -> Aim:
    return Aim(f"{peer[0]} / {_named(ours)}", (ours, peer), partial(_ratio, peer, ours), bound, True)


def goals(quick: bool = False) -> Iterator[Goal]:
    """Of the time of one invocation. One whose contestant is not there is left out."""
    effort = QUICK if quick else _FULL
    apps = {app.name: app for app in APPS}
    for name, case, aims in _AIMS:
        app = apps[name]
        running = chosen(app, case, [LIMIT, *(key for aim in aims for key in aim.needs)])
        times = measured(app, case, running, effort)
        for aim in aims:
            if all(key in times for key in aim.needs):
                yield aim.goal(f"{name} {case.name}", times)


def _ratio(one: Key, other: Key, times: Times) -> float:
    return ratio(times[one], times[other])


def _named(key: Key) -> str:
    name, event = key
    return f"{name} ({event})"


#: Python 3.12 calls functions, and steps coroutines, faster beside what a framework does itself.
_FASTAPI = 1.24 if sys.version_info >= (3, 12) else 1.28

_AIMS: tuple[tuple[str, Case, list[Aim]], ...] = (
    (
        "raw-asgi",
        GET,
        [
            overhead((name, event), (peer, event), bound)
            for event in (REST, HTTP_API)
            for peer, bound in ((AUTO, 1 / 10), (OFF, 1 / 3.5))
            for name in (OURS, TIMED)
        ]
        + [overhead(FLAT, (peer, REST), None) for peer in (AUTO, OFF)],
    ),
    ("fastapi", GET, [limits((name, event), _FASTAPI) for event in (REST, HTTP_API) for name in (OURS, TIMED)]),
    ("starlette-middleware", GET, [limits((name, REST), 1.15) for name in (OURS, TIMED)]),
    (
        "raw-wsgi",
        GET,
        [
            overhead((name, event), (peer, event), bound)
            for event in (REST, HTTP_API)
            for peer, bound in (("apig-wsgi", 1 / 2), ("serverless-wsgi", 1 / 8))
            for name in (OURS, TIMED)
        ]
        + [overhead(FLAT, (peer, REST), None) for peer in ("apig-wsgi", "serverless-wsgi")],
    ),
    ("flask", GET, [limits((name, event), 1.20) for event in (REST, HTTP_API) for name in (OURS, TIMED)]),
    ("raw-asgi", RESPONSE_5, [faster((OURS, REST), (OFF, REST), 1.5), faster((FAST, REST), (OFF, REST), 25)]),
    *(
        (name, REQUEST_5, [share((OURS, FC_BYTES), REFERENCE, 0.8), share((FAST, FC_BYTES), REFERENCE, 0.06)])
        for name in ("raw-asgi", "raw-wsgi")
    ),
)

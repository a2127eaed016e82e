"""An ASGI app of many probes. Each is asked by its own path and answers, as JSON, what it saw of the loop it ran on.

A probe that answers otherwise than under a server has found something that the engine does not keep. No probe says what
is right: that is what uvicorn answers.
"""

from __future__ import annotations

from . import anyios, callbacks, cancellation, contexts, frameworks, generators, loops, outside, tasks, threads, waits
from .catalogue import PROBES, app

__all__ = ["GROUPS", "PROBES", "app"]

#: Where the probes are; each module enters its own into the catalogue.
GROUPS = (
    tasks, contexts, callbacks, waits, cancellation, generators, loops, threads, outside, anyios, frameworks,
)  # fmt: skip

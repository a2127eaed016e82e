"""The command line: ``fcbridge dev``, ``invoke``, ``request``, ``event``, ``trigger``, ``routes``.

stdout is data, stderr is talk. Each command is one module with ``parser()`` and ``run()``, imported when it is called.
"""

from __future__ import annotations

from .program import main

__all__ = ["main"]

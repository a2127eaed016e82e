"""What is being measured, on stderr: a line that is overwritten in a terminal, a line each elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def progress(what: str) -> Generator[None, None, None]:
    """While it lasts, ``what`` is shown."""
    if not sys.stderr.isatty():
        print(f"measuring {what} ...", file=sys.stderr, flush=True)
        yield
        return
    sys.stderr.write(f"\r\x1b[Kmeasuring {what} ...")
    sys.stderr.flush()
    try:
        yield
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

"""What the test kit needs beside the standard library."""

from __future__ import annotations

from ..errors import MissingExtra


def missing(part: str, error: ModuleNotFoundError, install: str) -> MissingExtra:
    """The refusal of a part whose package is not installed; raise it from ``error``."""
    return MissingExtra(f"{part} needs the package {error.name}.", hint=f"pip install {install}")

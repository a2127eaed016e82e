"""The example events of the samples, handed to a handler as the runtime of FC 3.0 does it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fcbridge.gateway import Settings
from fcbridge.registry import gateway

if TYPE_CHECKING:
    from fcbridge import Handler

SAMPLES = Path(__file__).parents[2] / "samples"


def statuses(handler: Handler, sample: str) -> dict[str, int]:
    """What each event of a sample is answered with, by its file's name. They are sent in the order of their names."""
    door = gateway("fc3-http")
    found: dict[str, int] = {}
    with handler:
        for path in sorted((SAMPLES / sample / "events").glob("*.json")):
            context = door.runtime.context(Settings(name=sample), f"1-67c1a2b3-{len(found)}")
            found[path.name] = door.read(door.runtime.call(handler, path.read_bytes(), context)).status
    return found

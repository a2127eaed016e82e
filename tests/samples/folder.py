"""What the folder of a sample holds beside its code: example events, and a description of the function."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from fcbridge.gateway import Settings
from fcbridge.registry import gateway

if TYPE_CHECKING:
    from fcbridge import Handler

SAMPLES = Path(__file__).parents[2] / "samples"


def deployed(sample: str) -> list[str]:
    """The attributes of ``app`` that s.yaml names: the handler, the initializer, the hook before the end."""
    return re.findall(r"\bhandler: app\.(\w+)$", (SAMPLES / sample / "s.yaml").read_text("utf-8"), re.MULTILINE)


def statuses(handler: Handler, sample: str, door_name: str = "fc3-http") -> dict[str, int]:
    """What each event of a sample is answered with, by its file's name; as the runtime before the gateway hands them
    over, and in the order of their names."""
    door = gateway(door_name)
    found: dict[str, int] = {}
    with handler:
        for path in sorted((SAMPLES / sample / "events").glob("*.json")):
            context = door.runtime.context(Settings(name=sample), f"1-67c1a2b3-{len(found)}")
            found[path.name] = door.read(door.runtime.call(handler, path.read_bytes(), context)).status
    return found

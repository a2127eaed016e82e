"""The module of a sample that exports what its platform calls, and what its events are answered with."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fcbridge.gateway import Settings
from fcbridge.registry import gateway

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path
    from types import ModuleType


@contextmanager
def module_of(folder: Path, name: str) -> Generator[ModuleType]:
    """The module ``name`` of a folder that stands first on the path. It does not stay behind, nor do its neighbours."""
    names = {path.stem for path in folder.glob("*.py") if path.stem != "__main__"}
    others = {known: sys.modules.pop(known) for known in names & sys.modules.keys()}
    sys.path.insert(0, str(folder))
    try:
        yield import_module(name)
    finally:
        sys.path.remove(str(folder))
        for known in names:
            sys.modules.pop(known, None)
        sys.modules.update(others)


def statuses(handler: Any, events: Path, door_name: str) -> list[int]:
    """What the events of a folder are answered with, in the order of their names."""
    door = gateway(door_name)
    context = door.runtime.context(Settings(name="hello"), "request-1")
    with handler:
        payloads = [door.runtime.call(handler, path.read_bytes(), context) for path in sorted(events.glob("*.json"))]
    return [door.read(payload).status for payload in payloads]

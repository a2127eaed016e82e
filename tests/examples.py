"""The example events: what the platforms send, one file each, with invented values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parent / "events"


class Examples:
    """Those of one folder: ``Examples("huawei")("apig")`` is the event in ``events/huawei/apig.json``."""

    def __init__(self, folder: str) -> None:
        self.folder = EVENTS / folder

    def __call__(self, name: str) -> Any:
        return event_of(self.folder / f"{name}.json")

    def names(self, pattern: str = "*.json") -> set[str]:
        return {path.stem for path in self.folder.glob(pattern)}


def event_of(path: Path) -> Any:
    """What a function gets: a JSON value without the note that may stand beside it, or bytes that are no JSON."""
    content = path.read_bytes()
    try:
        event = json.loads(content)
    except ValueError:
        return content
    if isinstance(event, dict):
        event.pop("_comment", None)  # pyright: ignore[reportUnknownMemberType]
    return event  # pyright: ignore[reportUnknownVariableType]

"""What a run has measured, and where: kept as JSON, so that a page can be made of several runs."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Any

from .table import Goal, Table


class Record:
    """One run on one Python. Times are in seconds."""

    def __init__(self, machine: str, command: str) -> None:
        from .contestants import versions

        self.python = platform.python_version()
        self.machine = machine
        self.command = command
        self.versions = versions()
        self.goals: dict[str, list[Goal]] = {}
        self.tables: dict[str, list[str]] = {}
        """By part, in Markdown."""
        self.medians: dict[str, Any] = {}
        """By part and title."""

    def add(self, part: str, table: Table | str) -> None:
        self.tables.setdefault(part, []).append(str(table))
        if isinstance(table, Table):
            self.medians.setdefault(part, {})[table.title] = table.medians

    def write(self, file: Path) -> None:
        goals = {part: [goal._asdict() for goal in goals] for part, goals in self.goals.items()}
        file.write_text(json.dumps({**vars(self), "goals": goals}, indent=1) + "\n", "utf-8")

    @classmethod
    def read(cls, file: Path) -> Record:
        record = cls.__new__(cls)
        vars(record).update(json.loads(file.read_text("utf-8")))
        record.goals = {part: [Goal(**goal) for goal in goals] for part, goals in vars(record)["goals"].items()}
        return record


def machine() -> str:
    """``Linux x86_64, 2 CPUs (AMD EPYC)``."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs ({_processor()})"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:  # not Linux
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"

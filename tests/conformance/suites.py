"""The suites that are run, and where they are pinned."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PINS = HERE / "sdists.txt"
REQUIREMENTS = HERE / "requirements.txt"

_PIN = re.compile(r"^(?P<name>[a-z]+)==(?P<version>\S+) --hash=sha256:(?P<sha256>[0-9a-f]{64})$", re.MULTILINE)


@dataclass(frozen=True)
class Suite:
    """The source distribution of a framework, with its tests in it."""

    name: str
    version: str
    sha256: str

    @property
    def archive(self) -> str:
        return f"{self.name}-{self.version}.tar.gz"

    @property
    def folder(self) -> str:
        return f"{self.name}-{self.version}"


SUITES = {
    pin["name"]: Suite(pin["name"], pin["version"], pin["sha256"]) for pin in _PIN.finditer(PINS.read_text("utf-8"))
}

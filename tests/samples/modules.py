"""The module of a sample, loaded as its platform loads it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path
    from types import ModuleType


@contextmanager
def module_of(folder: Path, name: str) -> Generator[ModuleType]:
    """The module ``name`` of a folder that stands first on the path, as a function's code directory does. Many samples
    have one of the same name, so neither it nor its neighbours stay behind."""
    names = {path.stem for path in folder.glob("*.py") if path.stem != "__main__"}
    names |= {path.parent.name for path in folder.glob("*/__init__.py")}
    others = _taken_out(names)
    sys.path.insert(0, str(folder))
    try:
        yield import_module(name)
    finally:
        sys.path.remove(str(folder))
        _taken_out(names)
        sys.modules.update(others)


def _taken_out(names: set[str]) -> dict[str, ModuleType]:
    """The loaded modules of these names, and those below them."""
    return {known: sys.modules.pop(known) for known in list(sys.modules) if known.partition(".")[0] in names}

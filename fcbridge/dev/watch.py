"""Saved files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import Change, DefaultFilter, awatch  # pyright: ignore[reportUnknownVariableType]  # trio.Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: What an app is made of. Not every file: an app that writes a database or an upload beside itself would start anew
#: with each request.
_SUFFIXES = frozenset(
    {".py", ".pyi", ".toml", ".ini", ".cfg", ".yaml", ".yml", ".html", ".jinja", ".jinja2", ".j2", ".mako"}
)


class SourceFilter(DefaultFilter):
    """Sources, templates, configuration and the env file; not what lies in .git, .venv, node_modules and the like."""

    def __init__(self, env_file: Path | None) -> None:
        super().__init__()
        self._env_file = env_file

    def __call__(self, change: Change, path: str) -> bool:
        file = Path(path)
        return (file.suffix in _SUFFIXES or file == self._env_file) and super().__call__(change, path)


async def watch(folders: Iterable[Path], env_file: Path | None, saved: Callable[[list[Path]], None]) -> None:
    """Call ``saved`` with the files, as often as some are. Raises OSError where the folders cannot be watched."""
    async for changes in awatch(*folders, watch_filter=SourceFilter(env_file), ignore_permission_denied=True):
        saved(sorted({Path(path) for _, path in changes}))

"""Which gateway is played where neither the command line nor the project names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import AppNotFound, ConfigurationError, InvalidOption
from ..registry import platform
from .source import read_source
from .target import resolve

if TYPE_CHECKING:
    from pathlib import Path

#: The one for an app that names no platform, because it runs on all of them.
DEFAULT = "fc3-http"


def gateway_of_app(target: str | None, directory: Path) -> str | None:
    """The first gateway of the platform that the app's module names, as ``bridge(app, platform="google")`` does; None
    where it names none, or several. What is wrong with the app is told by whoever loads it."""
    try:
        file = resolve(target, directory).file
        names = read_source(file).platforms if file is not None else set[str]()
        return platform(names.pop()).gateways[0].name if len(names) == 1 else None
    except (AppNotFound, ConfigurationError, InvalidOption):
        return None

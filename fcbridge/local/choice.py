"""Which gateway is played where neither the command line nor the project names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import AppNotFound, ConfigurationError, InvalidOption
from ..registry import detect, platform, platform_of
from .project import read_project
from .source import read_source
from .target import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping
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


def platform_here(directory: Path, environ: Mapping[str, str]) -> str | None:
    """The platform that a project is for: that of its gateway, or the one that its app names, or the one whose signs
    are in the environment; None where nothing tells."""
    gateway = read_project(directory).gateway or gateway_of_app(None, directory)
    if gateway is not None:
        return platform_of(gateway).name
    found = detect(environ)
    return found.name if found is not None else None

"""The local gateway and function platform: ``fcbridge dev``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import MissingExtra
from .options import DevOptions

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["DevOptions", "serve"]


def serve(options: DevOptions) -> int:
    """Run the local gateway until Ctrl-C or SIGTERM and return the exit code.

    Raises a ConfigurationError or an AppNotFound where it cannot start: MissingExtra, UnknownGateway, InvalidOption.
    """
    return int(_server().serve(options))


def _server() -> ModuleType:
    from importlib import import_module
    from importlib.util import find_spec

    for name in ("starlette", "uvicorn", "watchfiles", "dotenv", "psutil"):
        if find_spec(name) is None:
            raise MissingExtra(f"fcbridge dev needs the package {name}", hint='pip install "fcbridge[dev]"')
    return import_module(".server", __name__)

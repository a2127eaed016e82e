"""The exit codes, which scripts may rely on."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from ..errors import AppNotFound, ConfigurationError

if TYPE_CHECKING:
    from ..errors import BridgeError


class Exit(IntEnum):
    """What became of a command."""

    OK = 0
    FAILED = 1
    USAGE = 2
    APP = 3
    CONFIGURATION = 4
    INTERRUPTED = 130  # 128 + SIGINT, as shells have it
    PIPE = 141  # 128 + SIGPIPE

    @property
    def says(self) -> str:
        return _SAYS[self]

    @classmethod
    def of(cls, error: BridgeError) -> Exit:
        """The code for an error that ends a command."""
        own: Exit | None = getattr(error, "exit", None)
        if own is not None:
            return own
        if isinstance(error, AppNotFound):
            return cls.APP
        return cls.CONFIGURATION if isinstance(error, ConfigurationError) else cls.FAILED


_SAYS = {
    Exit.OK: "done",
    Exit.FAILED: "the function failed, or the platform answered in its place",
    Exit.USAGE: "the command line is wrong",
    Exit.APP: "the app is not found or does not load",
    Exit.CONFIGURATION: "a name, an option or an installation is wrong",
    Exit.INTERRUPTED: "Ctrl-C",
    Exit.PIPE: "whoever read the output went away",
}

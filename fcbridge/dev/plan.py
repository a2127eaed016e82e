"""What every instance of a function is started with."""

from __future__ import annotations

import os
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from ..errors import InvalidOption
from ..local.firing import OBJECTS
from .frames import frame

if TYPE_CHECKING:
    from ..gateway import Gateway, Settings

#: The folder that fcbridge is imported from.
ROOT = str(Path(__file__).resolve().parent.parent.parent)


@dataclass(frozen=True)
class Plan:
    """How the instances of one function are started."""

    gateway: Gateway
    target: str
    directory: Path
    settings: Settings
    env_file: Path | None = None
    #: How long an app may take to load and initialize, in seconds.
    start_timeout: float = 60
    #: Where the objects are that local triggers tell of: a folder with one for each bucket.
    objects: Path | None = None

    def environment(self) -> dict[str, str]:
        """What the instance sees: the file, this process's own variables over it, the platform's over both."""
        platform = self.gateway.runtime.environment(self.settings, str(self.directory))
        objects = {OBJECTS: str(self.objects)} if self.objects is not None else {}
        return {**self.file_variables(), **os.environ, **platform, **objects}

    def file_variables(self) -> dict[str, str]:
        """The variables in the env file; none where there is no file. Raises InvalidOption where it is no text."""
        if self.env_file is None or not self.env_file.is_file():
            return {}
        try:
            return {name: value for name, value in dotenv_values(self.env_file).items() if value is not None}
        except UnicodeDecodeError as error:
            raise InvalidOption("The env file is not UTF-8.", hint="save it as UTF-8") from error

    def order(self) -> bytes:
        """The frame that starts an instance."""
        settings = {name: getattr(self.settings, name) for name in type(self.settings).__slots__}
        platform = sys.modules[type(self.gateway).__module__.partition(".")[0]]
        roots = [ROOT, *(str(Path(path).parent) for path in getattr(platform, "__path__", ()))]
        return frame(
            "start",
            gateway=self.gateway.name,
            target=self.target,
            directory=str(self.directory),
            settings=settings,
            roots=list(dict.fromkeys(roots)),
            request_id=str(uuid.uuid4()),
        )

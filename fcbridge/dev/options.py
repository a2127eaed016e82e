"""What ``fcbridge dev`` is started with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..local.choice import DEFAULT


@dataclass(frozen=True)
class DevOptions:
    """The options of the local gateway. Timeout in seconds, memory in MB."""

    #: ``"module:attr"``, or None to look for the app.
    target: str | None = None
    #: The gateway to play, by its name in the registry.
    gateway: str = DEFAULT
    host: str = "127.0.0.1"
    #: Where to listen; the next free one is taken when it is busy, any free one when it is 0.
    port: int = 9000
    timeout: int = 60
    memory: int = 512
    #: How many function instances there may be at once. Each answers one request at a time.
    instances: int = 1
    #: Whether a saved file starts new instances.
    reload: bool = True
    #: Folders to watch, instead of ``directory``.
    reload_dirs: tuple[str, ...] = ()
    #: Read into the environment of the instances; what is set already is kept. None reads no file.
    env_file: str | None = ".env"
    #: Print every composed event.
    show_event: bool = False
    #: Answer as the platform does where a request or a response is larger than it allows.
    limits: bool = True
    #: None: on a terminal, and when NO_COLOR is not set.
    color: bool | None = None
    #: The code directory.
    directory: str = "."

    @property
    def root(self) -> Path:
        """The code directory, absolute."""
        return Path(self.directory).resolve()

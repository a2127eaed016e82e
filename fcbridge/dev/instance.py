"""A function instance: the process in which the handler runs, as the platform's own runtime runs it.

It is started by :mod:`fcbridge.dev.process` and speaks :mod:`fcbridge.dev.frames` over what were its standard input and
output. Nothing but the standard library and fcbridge is imported before the app, as in the cloud.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ..gateway import Settings
from ..local.target import resolve
from ..registry import gateway, platform_of
from .frames import frame, read_frame
from .tracebacks import told, without_machinery

if TYPE_CHECKING:
    from types import FrameType

    from ..gateway import Handler
    from ..local.target import Target


def main() -> int:
    """Serve one gateway until it says ``stop``, ends the pipe or sends SIGTERM; all three run ``pre_stop``."""
    incoming, outgoing = _pipes()
    with incoming, outgoing:
        first = read_frame(incoming)
        if first is None:
            return 0
        function = Function(first.head)
        outgoing.write(function.start())
        outgoing.flush()
        if function.handler is not None:
            _serve(function, incoming, outgoing)
            function.stop()
    return 0


class Function:
    """The function in this process: what the gateway orders, done with the handler."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.handler: Handler | None = None
        self._name: str = order["target"]
        self._target: Target | None = None
        self._directory = Path(order["directory"])
        self._settings = Settings(**order["settings"])
        self._request_id: str = order["request_id"]
        _set_path(self._directory, order["roots"])
        self._gateway = gateway(order["gateway"])
        self._platform = platform_of(self._gateway.name).name
        self._runtime = self._gateway.runtime
        # The runtime's own frames are not the app's fault.
        self._machinery = [str(Path(_file_of(self._runtime)).parent)]

    def start(self) -> bytes:
        """Load the app and run its initializer: the frame that says how it went."""
        begin = time.perf_counter()
        self._log_as_the_platform()
        try:
            self._target = resolve(self._name, self._directory)
            handler = self._target.load(self._platform)
            initialize = self._target.hook(handler, "initialize")
            if initialize is not None:
                initialize(self._context())
        except BaseException as error:  # sys.exit() in a module, too, leaves the platform without a handler
            report = self._report(error)
            if isinstance(error, SystemExit):
                report["traceback"] += f"hint: {_SERVER}\n"
            return frame("failed", **report)
        self.handler = handler
        return frame("ready", routes=_routes(handler), seconds=time.perf_counter() - begin)

    def invoke(self, request_id: str, event: bytes, *, fired: bool = False) -> bytes:
        """Hand one event to the handler: the frame with its payload, or with what it raised. What a trigger has
        ``fired`` goes to the runtime as the bytes that it is."""
        assert self.handler is not None
        self._request_id = request_id
        begin = time.perf_counter()
        try:
            value = self._fired(event) if fired else json.loads(event)
            payload = self._runtime.call(self.handler, value, self._context())
        except Exception as error:  # SystemExit ends the process on the platform, and here
            return frame("raised", seconds=time.perf_counter() - begin, **self._report(error))
        return frame("answer", payload, seconds=time.perf_counter() - begin)

    def _fired(self, event: bytes) -> object:
        """What a trigger sends, as the runtime takes it: one with a wire form of its own takes that as JSON."""
        try:
            value = json.loads(event)
        except (ValueError, RecursionError):
            return event
        return value if self._runtime.accepts(value) else event

    def stop(self) -> None:
        """Run ``pre_stop``."""
        pre_stop = self._target.hook(self.handler, "pre_stop") if self._target else None
        if pre_stop is None:
            return
        try:
            pre_stop(self._context())
        except Exception as error:
            sys.stderr.write(f"pre_stop failed\n{told(error, self._machinery)}")

    def _context(self) -> object:
        return self._runtime.context(self._settings, self._request_id)

    def _report(self, error: BaseException) -> dict[str, Any]:
        text = told(error, self._machinery)
        error.__traceback__ = without_machinery(error, self._machinery)
        message = str(error).partition("\n")[0]
        return {
            "message": f"{type(error).__name__}: {message}" if message else type(error).__name__,
            "error": self._runtime.error(error),
            "traceback": text,
        }

    def _log_as_the_platform(self) -> None:
        """The root logger has a handler before the app is loaded, so ``logging.basicConfig()`` in it does nothing."""
        if self._runtime.log_format is None:
            return
        handler = logging.StreamHandler()
        handler.setFormatter(_LineFormat(self._runtime.log_format))
        handler.addFilter(self._stamp)
        logging.root.addHandler(handler)
        logging.root.setLevel(logging.INFO)

    def _stamp(self, record: logging.LogRecord) -> bool:
        record.request_id = self._request_id
        return True


_SERVER = 'put what runs a server below `if __name__ == "__main__":`'


class _LineFormat(logging.Formatter):
    """Times are UTC with milliseconds: ``2026-03-02T08:15:31.482Z``."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"


class _Stop(BaseException):
    """SIGTERM while there is nothing to do."""


def _serve(function: Function, incoming: BinaryIO, outgoing: BinaryIO) -> None:
    idle = stopping = False

    def terminate(number: int, at: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        if idle:
            raise _Stop

    # After the initializer, which may have set one of its own. A request that runs is answered first.
    signal.signal(signal.SIGTERM, terminate)
    try:
        while not stopping:
            idle = True
            order = read_frame(incoming)
            idle = False
            if order is None or order.kind == "stop":
                return
            fired = order.kind == "fire"
            outgoing.write(function.invoke(order.head["request_id"], order.content, fired=fired))
            outgoing.flush()
    except (_Stop, BrokenPipeError):
        return


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take the protocol's descriptors out of the way, so that what the app prints goes to the console."""
    # os.dup makes descriptors that are not inherited (PEP 446): what the app starts cannot hold the pipe open.
    incoming, outgoing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    # A line at a time, with PYTHONUNBUFFERED too: else the lines of two instances mix.
    sys.stdout.reconfigure(line_buffering=True, write_through=False)  # type: ignore[union-attr]
    if hasattr(signal, "SIGUSR1"):
        # Before a hung instance is killed, the gateway asks where it hangs.
        faulthandler.register(signal.SIGUSR1, all_threads=True)
    return os.fdopen(incoming, "rb"), os.fdopen(outgoing, "wb")


def _set_path(directory: Path, roots: list[str]) -> None:
    """The code directory first; where fcbridge and the platform were found last, unless they are installed anyway."""
    os.chdir(directory)
    rest = [entry for entry in sys.path[1:] if entry != str(directory)]
    sys.path[:] = [str(directory), *rest, *(root for root in roots if root not in rest)]


def _routes(handler: Handler) -> list[tuple[str, str]]:
    from ..local.routes import routes

    return [(" ".join(route.methods), route.path) for route in routes(getattr(handler, "app", handler))]


def _file_of(thing: object) -> str:
    return getattr(sys.modules[type(thing).__module__], "__file__", None) or __file__

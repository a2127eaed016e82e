"""A server as a process of this one: it has said that it is ready, and it is ended by its id."""

from __future__ import annotations

import os
import queue
import random
import re
import shutil
import signal
import socket
import subprocess
import threading
from abc import ABC, abstractmethod
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeVar

    Server_ = TypeVar("Server_", bound="Server")


class ServerEnded(RuntimeError):
    """The process came to its end before it was ready; the message has the end of what it wrote."""


class Process:
    """A running command whose output has matched ``ready``. What matched is :attr:`told`.

    It waits as long as the command runs: what can hang says so by the time limit of the whole run.
    """

    def __init__(
        self, command: Sequence[object], ready: str, *, environ: Mapping[str, str] | None = None, folder: object = None
    ) -> None:
        self._ready = re.compile(ready)
        self._lines: deque[str] = deque(maxlen=200)
        self._announced = threading.Event()
        self.told: re.Match[str] | None = None
        self._process = subprocess.Popen(
            [*_leash(), *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=None if environ is None else {**os.environ, **environ},
            cwd=None if folder is None else str(folder),
        )
        self._reader = threading.Thread(target=self._read, name=f"output of {command[0]}", daemon=True)
        self._reader.start()
        self._announced.wait()
        if self.told is None:
            self.kill()
            raise ServerEnded(f"{command[0]} has ended before it was ready:\n{self.output}")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def output(self) -> str:
        """The last lines that it wrote."""
        return "".join(self._lines)

    def write(self, line: str) -> None:
        """A line for its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """End it at once: it is asked nothing and saves nothing more."""
        self._end(signal.SIGKILL)

    def end(self) -> None:
        """Ask it to end, and wait until it has."""
        self._end(signal.SIGTERM)

    def freeze(self) -> None:
        """It keeps its connections and answers nothing, until :meth:`thaw`."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        self._process.send_signal(how)  # nothing, where it has ended already
        self._process.send_signal(signal.SIGCONT)  # a test that failed may have left it frozen, and deaf to the first
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line)
            if self.told is None and (told := self._ready.search(line)):
                self.told = told
                self._announced.set()
            elif self.told is not None:
                self.said(line)
        self._announced.set()
        self.gone()

    def said(self, line: str) -> None:
        """A line that it wrote after it was ready; for those who talk to it."""

    def gone(self) -> None:
        """It writes no more."""


class Telling(Process):
    """A process that says one thing after the other, each of which can be waited for: in lines that match ``mark``."""

    def __init__(self, command: Sequence[object], ready: str, mark: str, **options: Any) -> None:
        self._mark = re.compile(mark)
        self._heard: queue.Queue[str | None] = queue.Queue()
        super().__init__(command, ready, **options)

    def said(self, line: str) -> None:
        if self._mark.search(line):
            self._heard.put(line.rstrip("\n"))

    def gone(self) -> None:
        self._heard.put(None)

    def next(self) -> str:
        """The next line. Raises ServerEnded where there will be none."""
        line = self._heard.get()
        if line is None:
            self.gone()  # for whoever asks once more
            raise ServerEnded(f"it has ended, and was to say more:\n{self.output}")
        return line

    def so_far(self) -> list[str]:
        """The lines that nobody has asked for."""
        found: list[str] = []
        with suppress(ServerEnded):
            while not self._heard.empty():
                found.append(self.next())
        return found


class Server(ABC):
    """A server that tests can start, kill and bring back. Its port and its data stay the same."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: Process | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def process(self) -> Process:
        assert self._process is not None, f"{type(self).__name__} does not run"
        return self._process

    @abstractmethod
    def _started(self) -> Process:
        """Start it, on :attr:`port`."""

    def start(self) -> None:
        assert self._process is None, f"{type(self).__name__} runs already"
        self._process = self._started()

    def kill(self) -> None:
        """As a machine that loses power: nothing is said to clients, nothing is written any more."""
        process, self._process = self.process, None
        process.kill()

    def stop(self) -> None:
        """As an operator stops it."""
        if self._process is not None:
            process, self._process = self._process, None
            process.end()

    def restart(self) -> None:
        """Bring it back, on the same port and with what it has kept."""
        self.start()

    def __enter__(self: Server_) -> Server_:
        self.start()
        return self

    def __exit__(self, *exception: Any) -> None:
        self.stop()


def free_port() -> int:
    """A port of loopback on which nobody listens.

    It lies below those that systems give to outgoing connections, so that none of these has it while its server is
    down: Linux takes 32768 and above, others 49152 and above.
    """
    for port in random.SystemRandom().sample(range(15000, 32000), 500):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port between 15000 and 32000")


def _leash() -> list[str]:
    """The server ends when this process does, even if it is killed: where there is a command for that."""
    setpriv = shutil.which("setpriv")
    return [] if setpriv is None else [setpriv, "--pdeathsig", "TERM", "--"]

"""``fcbridge dev`` as a process of its own, and what a test may ask of it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from threading import Condition, Thread

import httpx

ROOT = Path(__file__).resolve().parent.parent.parent
_PATIENCE = 60.0
# Without the working directory on the path, as the installed command is.
_PROGRAM = """
import sys
sys.path[:] = filter(None, sys.path)
import json
from fcbridge.dev import DevOptions, serve
sys.exit(serve(DevOptions(**json.loads(sys.argv[1]))))
"""


class DevServer:
    """The gateway on a free port: ``serve(DevOptions(**options))``, or a command of its own.

    Every wait ends with a line on the console, or with the process.
    """

    def __init__(
        self,
        directory: Path,
        environ: dict[str, str] | None = None,
        *,
        command: list[str] | None = None,
        **options: object,
    ) -> None:
        self.directory = directory
        self.url = ""
        options = {"port": 0, "directory": str(directory), **options}
        path = os.pathsep.join([str(ROOT), str(ROOT / "adapters")])
        # As in a shell, whatever the tests are run in.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        self.process = subprocess.Popen(
            [sys.executable, *(command or ["-c", _PROGRAM, json.dumps(options)])],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**inherited, "PYTHONPATH": path, "PYTHONWARNINGS": "error", **(environ or {})},
            cwd=directory,
            start_new_session=True,
        )
        self._lines: list[str] = []
        self._seen = 0
        self._ended = False
        self._changed = Condition()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    # -- the console ---------------------------------------------------------------------------------------------------

    @property
    def console(self) -> str:
        """Everything that it has said so far."""
        with self._changed:
            return "".join(self._lines)

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The next line that matches; lines before it are not looked at again."""
        with self._changed:
            while True:
                while self._seen < len(self._lines):
                    self._seen += 1
                    match = re.search(pattern, self._lines[self._seen - 1])
                    if match:
                        return match
                # A line that never comes fails the test, and does not hold up the whole run.
                if self._ended or not self._changed.wait(_PATIENCE):
                    raise AssertionError(f"said nothing like {pattern!r}:\n{''.join(self._lines)}")

    def wait_until_ready(self) -> None:
        self.url = self.wait_for(r"url\s+(http://\S+)")[1]

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._changed:
                self._lines.append(line.decode("utf-8", "replace"))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    # -- requests ------------------------------------------------------------------------------------------------------

    def client(self, **options: object) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=None, trust_env=False, **options)  # type: ignore[arg-type]

    def get(self, path: str, **headers: str) -> httpx.Response:
        with self.client(headers=headers) as client:
            return client.get(path)

    # -- files and signals ---------------------------------------------------------------------------------------------

    def save(self, name: str, text: str, modified: int | None = None) -> None:
        """Write a file as an editor does, in one step, and wait until the gateway has seen it."""
        scratch = self.directory / f"{name}.tmp"
        scratch.write_text(text, "utf-8")
        if modified is not None:
            os.utime(scratch, (modified, modified))
        scratch.replace(self.directory / name)
        self.wait_for(rf"^{re.escape(name)}( and \d+ more)? changed")

    def interrupt(self, number: int = signal.SIGINT) -> int:
        """Ctrl-C, which a terminal sends to every process of the foreground group, or SIGTERM; and the exit code."""
        if number == signal.SIGINT:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        code = self.process.wait()
        self._reader.join()
        return code

    def close(self) -> None:
        if self.process.poll() is None:
            self.interrupt(signal.SIGTERM)
        assert self.process.stderr is not None
        self.process.stderr.close()

"""The command line in this process: what is typed, and what comes of it."""

from __future__ import annotations

import io
import json
import shlex
from pathlib import Path
from typing import Any

from fcbridge.cli import main
from fcbridge.cli.environment import Environment


class _Bytes(io.BytesIO):
    def __init__(self, terminal: bool, content: bytes = b"") -> None:
        super().__init__(content)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


class _Text(io.StringIO):
    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


class Result:
    """``code``, what went to stdout (``data``, ``out`` as text) and what went to stderr (``talk``)."""

    def __init__(self, code: int, data: bytes, talk: str) -> None:
        self.code = code
        self.data = data
        self.talk = talk

    @property
    def out(self) -> str:
        return self.data.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def refusal(self) -> tuple[int, str, str]:
        """Exit code, the line of the error, and its hint; nothing else may have been said."""
        assert self.data == b""
        error, _, hint = self.talk.partition("\n")
        return self.code, error.removeprefix("error: "), hint.removeprefix("hint: ").rstrip("\n")


class Shell:
    """A folder, and commands that are typed in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def __call__(
        self,
        typed: str,
        *,
        stdin: bytes = b"",
        terminal: bool = False,
        keyboard: bool = False,
        environ: dict[str, str] | None = None,
    ) -> Result:
        stdout, stderr = _Bytes(terminal), _Text(terminal)
        environment = Environment(
            stdin=_Bytes(keyboard, stdin), stdout=stdout, stderr=stderr, environ=environ or {}, cwd=self.folder
        )
        code = main(shlex.split(typed), environment)
        return Result(code, stdout.getvalue(), stderr.getvalue())

"""Everything of the process that a command touches, in one object that a test can replace."""

from __future__ import annotations

import os
import sys
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from ..local.redaction import laid_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..errors import BridgeError

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


class Environment:
    """Streams, variables and the working directory. stdin and stdout are bytes, because events and bodies are."""

    def __init__(
        self,
        *,
        stdin: BinaryIO,
        stdout: BinaryIO,
        stderr: TextIO,
        environ: Mapping[str, str],
        cwd: Path,
    ) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.environ = environ
        self.cwd = cwd

    @classmethod
    def of_process(cls) -> Environment:
        """The one of this process."""
        return cls(
            # A stream that was closed before the start is None to Python.
            stdin=sys.stdin.buffer if sys.stdin else BytesIO(),
            stdout=sys.stdout.buffer if sys.stdout else BytesIO(),
            stderr=sys.stderr or StringIO(),
            environ=os.environ,
            cwd=Path.cwd(),
        )

    # -- data ----------------------------------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        """Data, as UTF-8 and with a line end. A lone surrogate becomes an escape, in JSON the right one."""
        self.stdout.write(f"{text}\n".encode("utf-8", "backslashreplace"))

    def write_json(self, value: object) -> None:
        """Data for a machine, laid out for an eye."""
        self.write(laid_out(value))

    def write_bytes(self, content: bytes) -> None:
        """Data exactly as it is; on a terminal it ends with a line end."""
        self.stdout.write(content)
        if self.is_terminal and content and not content.endswith(b"\n"):
            self.stdout.write(b"\n")

    @property
    def is_terminal(self) -> bool:
        """Whether a person reads the data."""
        return self.stdout.isatty()

    # -- talk ----------------------------------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """A line of talk."""
        self.stdout.flush()  # the two are often one terminal
        print(text, file=self.stderr, flush=True)

    def note(self, text: str, hint: str | None = None) -> None:
        """Something worth knowing that is nobody's fault."""
        self._labelled("note", "cyan", text, hint)

    def warn(self, text: str, hint: str | None = None) -> None:
        """Something that is likely to hurt."""
        self._labelled("warning", "yellow", text, hint)

    def refuse(self, error: BridgeError) -> None:
        """The last words of a command that does not go on."""
        self._labelled("error", "red", error.message, error.hint)

    def _labelled(self, label: str, style: str, text: str, hint: str | None) -> None:
        self.say(f"{self.styled(label + ':', style)} {text}")
        if hint is not None:
            self.say(f"{self.styled('hint:', 'cyan')} {hint}")

    # -- colour --------------------------------------------------------------------------------------------------------

    @property
    def allows_colour(self) -> bool:
        """Whether the variables leave it to the terminal; see https://no-color.org."""
        return not self.environ.get("NO_COLOR") and self.environ.get("TERM") != "dumb"

    def styled(self, text: str, style: str, *, data: bool = False) -> str:
        """``text`` for the stream of talk, or of data, in a colour where that stream shows one. Never the only sign."""
        stream = self.stdout if data else self.stderr
        if not (self.allows_colour and (stream.isatty() or self.environ.get("FORCE_COLOR"))):
            return text
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"

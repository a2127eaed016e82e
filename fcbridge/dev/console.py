"""What ``fcbridge dev`` says, all of it on standard error."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, TextIO, cast

from ..local.redaction import laid_out, redacted
from .process import MEGABYTE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..gateway import Refusal
    from ..local.door import Exchange
    from ..losses import Loss
    from .process import Instance, Outcome

_BOLD, _DIM, _RED, _GREEN, _YELLOW, _CYAN = 1, 2, 31, 32, 33, 36
_STATUS_COLORS = {2: _GREEN, 3: _CYAN, 4: _YELLOW, 5: _RED}
#: More routes than this are counted, not shown.
_ROUTES = 30
#: Texts of an event that are longer than this are cut: they are bodies.
_LONGEST_SHOWN = 1000
_LONGEST_READ = 64 * 1024


class Console:
    """Lines for people. Colour on a terminal, unless NO_COLOR is set (https://no-color.org)."""

    def __init__(self, stream: TextIO | None = None, *, color: bool | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._color = color if color is not None else self._stream.isatty() and not os.environ.get("NO_COLOR")
        self._routes_shown = False

    # -- the life of the gateway ---------------------------------------------------------------------------------------

    def banner(self, title: str, lines: Iterable[tuple[str, str]]) -> None:
        """What runs where; the first line names the URL."""
        self._say(f"\n{self._paint(title, _BOLD)}\n")
        for name, text in lines:
            self._say(f"  {self._paint(f'{name:<9}', _DIM)} {text}")
        self._say("")

    def started(self, instance: Instance) -> None:
        """An instance is ready; the first one tells the app's routes, too."""
        spent = f"{_milliseconds(instance.seconds)}, the app itself {_milliseconds(instance.load_seconds)}"
        self.note(f"instance {instance.number} started in {spent}")
        if not self._routes_shown:
            self._routes_shown = True
            self._show_routes(instance.routes)

    def note(self, text: str) -> None:
        self._say(self._paint(text, _DIM))

    def warning(self, text: str) -> None:
        self._say(f"{self._paint('warning:', _YELLOW)} {text}")

    def failure(self, refusal: Refusal, traceback: str | None) -> None:
        """Why the platform answers in place of the function."""
        if traceback:
            self._say(traceback.rstrip("\n"))
        self._say(f"{self._paint(f'{refusal.kind}:', _RED)} {refusal.message}")

    # -- one invocation ------------------------------------------------------------------------------------------------

    def event(self, event: object) -> None:
        """The composed event, credentials redacted and long bodies shortened."""
        # What is long is cut before it is read for credentials, and what that leaves again for the eye.
        shown = _cut(redacted(_cut(event, _LONGEST_READ)), _LONGEST_SHOWN)
        self._say(laid_out(shown))

    def invocation(self, exchange: Exchange, outcome: Outcome | None, request_id: str) -> None:
        """Method, path, status, cold or warm, time, memory, request id. Without an outcome no instance was asked."""
        request, status = exchange.request, exchange.answer.status
        told = ["-", "-", "-"] if outcome is None else _told(outcome)
        shown = self._paint(str(status), _STATUS_COLORS.get(status // 100, _RED))
        # Tokens in a query are credentials, too.
        told = [f"{request.method:<7} {redacted(request.target)}", shown, *told, self._paint(request_id, _DIM)]
        self._say("  ".join(told))

    def fired(self, trigger: str, outcome: Outcome, request_id: str) -> None:
        """The same of an invocation by a trigger, which has no status."""
        failed = outcome.refusal is not None
        shown = self._paint("failed" if failed else "done", _RED if failed else _GREEN)
        told = [f"{'EVENT':<7} {trigger}", shown, *_told(outcome), self._paint(request_id, _DIM)]
        self._say("  ".join(told))

    def losses(self, exchange: Exchange, lost: Iterable[Loss]) -> None:
        """What the gateway could not carry, once a request."""
        for loss in dict.fromkeys(lost):
            cure = f"; {loss.cure}" if loss.cure else ""
            self.warning(f"{exchange.request.method} {exchange.request.path}: {loss.says}{cure}")

    # -- words ---------------------------------------------------------------------------------------------------------

    def _show_routes(self, routes: list[tuple[str, str]]) -> None:
        if not routes:
            return
        self._say("")
        width = max(len(methods) for methods, _ in routes)
        for number, (methods, path) in enumerate(routes[:_ROUTES]):
            name = "" if number else "routes"
            self._say(f"  {self._paint(f'{name:<9}', _DIM)} {methods:<{width}}  {path}")
        if len(routes) > _ROUTES:
            self._say(f"  {'':<9} and {len(routes) - _ROUTES} more: fcbridge routes")
        self._say("")

    def _paint(self, text: str, color: int) -> str:
        return f"\x1b[{color}m{text}\x1b[0m" if self._color else text

    def _say(self, text: str) -> None:
        # Where nobody listens any more (a pipe whose reader has gone), the gateway must still be able to stop.
        with contextlib.suppress(OSError):
            # In one piece: the instances write to the same terminal.
            self._stream.write(f"{text}\n")
            self._stream.flush()


def _told(outcome: Outcome) -> list[str]:
    """Cold or warm, time, memory."""
    return [
        "cold" if outcome.cold else "warm",
        _milliseconds(outcome.seconds) if outcome.seconds else "-",
        f"{outcome.memory // MEGABYTE} MB" if outcome.memory else "-",
    ]


def _cut(value: object, longest: int) -> object:
    if isinstance(value, dict):
        return {name: _cut(inner, longest) for name, inner in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_cut(inner, longest) for inner in cast("list[object]", value)]
    if isinstance(value, str) and len(value) > longest:
        return f"{value[:_LONGEST_SHOWN]}... ({len(value)} characters)"
    return value


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 0.01 else f"{seconds * 1000:.0f} ms"

"""Tracebacks that begin where the user's own code does."""

from __future__ import annotations

import importlib
import re
from itertools import dropwhile
from pathlib import Path
from traceback import TracebackException
from typing import TYPE_CHECKING

from ..errors import BridgeError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

_PACKAGE = str(Path(__file__).resolve().parent.parent)
_MACHINERY = (_PACKAGE, str(Path(importlib.__file__).parent), "<frozen importlib", "<frozen runpy")
# Errors that need no frames.
_TELLING = (BridgeError, SyntaxError)
# What is left of a traceback without frames.
_EMPTY = re.compile(r"^Traceback \(most recent call last\):\n(?!  )", re.MULTILINE)


def without_machinery(error: BaseException, machinery: Iterable[str] = ()) -> TracebackType | None:
    """The traceback below the frames that call the app: fcbridge's, the import system's, and those in ``machinery``.

    All of it where it does not get to the app, unless it is one of fcbridge's own errors, which say what to do, or a
    SyntaxError, which says where it is.
    """
    prefixes = (*_MACHINERY, *machinery)
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(prefixes):
        trace = trace.tb_next
    return error.__traceback__ if trace is None and not isinstance(error, _TELLING) else trace


def told(error: BaseException, machinery: Iterable[str] = ()) -> str:
    """The traceback as text, causes included, each of them below the machinery."""
    prefixes = (*_MACHINERY, *machinery)
    report = TracebackException.from_exception(error)
    pending: list[tuple[TracebackException | None, BaseException | None]] = [(report, error)]
    while pending:
        part, of = pending.pop()
        if part is None or of is None:
            continue
        below = list(dropwhile(lambda frame: frame.filename.startswith(prefixes), part.stack))
        if below or isinstance(of, _TELLING):
            part.stack[:] = below
        pending += [(part.__cause__, of.__cause__), (part.__context__, of.__context__)]
    return _EMPTY.sub("", "".join(report.format()))

"""``fcbridge migrate``: the change from a peer's import to its counterpart here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..local.migration import PEERS, changes
from .exits import Exit
from .parser import Parser, UsageError

if TYPE_CHECKING:
    from argparse import Namespace

    from .environment import Environment

_EXAMPLES = """examples:
  fcbridge migrate handler.py
  fcbridge migrate . | git apply
  fcbridge migrate . --write
"""


def parser(environment: Environment) -> Parser:
    command = Parser(
        environment,
        "migrate",
        f"Show what changes where {', '.join(PEERS)} is imported. Nothing is written without --write.",
        "PATH [OPTIONS]",
        _EXAMPLES,
    )
    command.add_argument("path", metavar="PATH", help="a file, or a folder with everything below it")
    command.add_argument("--write", action="store_true", help="change the files")
    command.add_argument("--json", action="store_true", help="as JSON: file, diff and notes of each")
    return command


def run(options: Namespace, environment: Environment) -> int:
    path = environment.cwd / options.path
    if not path.exists():
        raise UsageError(f"There is no file or folder {options.path!r}.", hint="for example fcbridge migrate .")
    found = [
        (change.file.relative_to(environment.cwd).as_posix(), change)
        if change.file.is_relative_to(environment.cwd)
        else (change.file.as_posix(), change)
        for change in changes(path)
    ]
    changed = [(name, change) for name, change in found if change.after != change.before]
    if options.write:
        for _, change in changed:
            change.write()
    if options.json:
        environment.write_json(
            [{"file": name, "diff": change.diff(name), "notes": change.notes} for name, change in found]
        )
    else:
        for name, change in changed:
            environment.write(change.diff(name).rstrip("\n"))
    for name, change in found:
        for note in change.notes:
            environment.note(f"{name}: {note}")
    if not found:
        environment.note(f"nothing here imports {', '.join(PEERS)}")
    elif changed:
        count = f"{len(changed)} file{'s' if len(changed) > 1 else ''}"
        environment.note(f"changed {count}" if options.write else f"{count} would change: --write does it")
    return Exit.OK

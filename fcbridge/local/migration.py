"""From a peer's import to that of its counterpart in ``fcbridge.compat``: which lines of which files change."""

from __future__ import annotations

import ast
import re
import tokenize
from dataclasses import dataclass, field
from difflib import unified_diff
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: The peers' modules, with what ``fcbridge.compat`` has of each.
PEERS = {
    "mangum": frozenset({"Mangum"}),
    "apig_wsgi": frozenset({"make_lambda_handler"}),
    "serverless_wsgi": frozenset({"handle_request"}),
    "awsgi": frozenset({"response"}),
}

# Folders that hold the code of others.
_FOREIGN = frozenset({"node_modules", "site-packages", "__pycache__", "venv", "env", "build", "dist"})


@dataclass
class Change:
    """Of one file. ``notes`` are what somebody has to look at, with the line."""

    file: Path
    before: str
    after: str
    encoding: str
    notes: list[str] = field(default_factory=list[str])

    def diff(self, name: str) -> str:
        """As ``diff -u`` shows it; empty where nothing changes."""
        lines = unified_diff(self.before.splitlines(True), self.after.splitlines(True), f"a/{name}", f"b/{name}")
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

    def write(self) -> None:
        self.file.write_bytes(self.after.encode(self.encoding))


def changes(path: Path) -> Iterator[Change]:
    """What changes in a file, or in the files of a folder that import a peer."""
    for file in [path] if path.is_file() else sorted(_python_files(path)):
        change = _change(file)
        if change is not None:
            yield change


def _python_files(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_symlink():
            continue
        if entry.is_dir():
            # An environment has a pyvenv.cfg, whatever it is called.
            if not (entry.name.startswith(".") or entry.name in _FOREIGN or (entry / "pyvenv.cfg").exists()):
                yield from _python_files(entry)
        elif entry.suffix == ".py":
            yield entry


def _change(file: Path) -> Change | None:
    content = file.read_bytes()
    if not any(name.encode("ascii") in content for name in PEERS):
        return None
    try:
        # PEP 263; utf-8-sig comes back for a file with a byte order mark, and keeps it.
        encoding = tokenize.detect_encoding(BytesIO(content).readline)[0]
        text = content.decode(encoding)
        tree = ast.parse(text)
    except (SyntaxError, UnicodeDecodeError, ValueError) as error:
        return Change(file, "", "", "utf-8", [f"is no Python that this interpreter reads: {type(error).__name__}"])
    change = Change(file, text, text, encoding)
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    # From the end, so that the positions before it still hold.
    for node in sorted(imports, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        if isinstance(node, ast.Import):
            _change_import(change, node)
        elif not node.level and node.module:
            _change_from(change, node, node.module)
    change.notes.reverse()
    return change if change.notes or change.after != change.before else None


def _change_from(change: Change, node: ast.ImportFrom, module: str) -> None:
    """``from mangum import Mangum`` becomes ``from fcbridge.compat.mangum import Mangum``."""
    peer = module.partition(".")[0]
    if peer not in PEERS:
        return
    unknown = [alias.name for alias in node.names if alias.name not in PEERS[peer]]
    if module != peer:
        change.notes.append(f"line {node.lineno}: {module} has no counterpart, only {peer} itself has")
    elif unknown:
        change.notes.append(f"line {node.lineno}: {peer}.{unknown[0]} has no counterpart")
    else:
        start, end = _span(change, node)
        statement = change.after[start:end]
        changed = re.sub(rf"^(from[\s\\]+){peer}\b", rf"\g<1>fcbridge.compat.{peer}", statement)
        change.after = change.after[:start] + changed + change.after[end:]


def _change_import(change: Change, node: ast.Import) -> None:
    """``import mangum`` becomes ``from fcbridge.compat import mangum``; what stands beside it stays."""
    for alias in node.names:
        peer, dot, _ = alias.name.partition(".")
        if dot and peer in PEERS:
            change.notes.append(f"line {node.lineno}: {alias.name} has no counterpart, only {peer} itself has")
            return
    moved = [alias for alias in node.names if alias.name in PEERS]
    if not moved:
        return
    kept = [alias for alias in node.names if alias.name not in PEERS]
    start, end = _span(change, node)
    statements = [f"import {', '.join(map(_spelled, kept))}"] if kept else []
    statements.append(f"from fcbridge.compat import {', '.join(map(_spelled, moved))}")
    before = change.after[change.after.rfind("\n", 0, start) + 1 : start]
    # "if x: import mangum" has no line of its own to add one to.
    parting = "; " if before.strip() else "\n" + before
    change.after = change.after[:start] + parting.join(statements) + change.after[end:]


def _spelled(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _span(change: Change, node: ast.stmt) -> tuple[int, int]:
    """Where a statement stands in the text; what is behind it may have changed already, what is before it has not."""
    assert node.end_lineno is not None and node.end_col_offset is not None
    return _offset(change.before, node.lineno, node.col_offset), _offset(
        change.before, node.end_lineno, node.end_col_offset
    )


def _offset(text: str, line: int, column: int) -> int:
    # Columns of the syntax tree count bytes of UTF-8, lines are those of the language and not of str.splitlines.
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    start = sum(map(len, lines[: line - 1]))
    return start + len(lines[line - 1].encode("utf-8")[:column].decode("utf-8"))

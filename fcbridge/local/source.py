"""What a Python file defines at its top level, read without running it.

An app must be found although importing it fails: then its traceback can be shown, which is what helps.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class Source:
    """The names that a module binds. ``defined`` maps a name to the dotted name of what it was made by calling, if that
    is how it was made. ``opaque`` says that there may be more: a star import, a ``__getattr__``, a syntax error.
    ``platforms`` are the platforms that ``bridge(app, platform=...)`` names anywhere in it."""

    __slots__ = ("broken", "defined", "functions", "imported", "opaque", "platforms")

    def __init__(self) -> None:
        self.defined: dict[str, str | None] = {}
        self.functions: set[str] = set()
        self.imported: set[str] = set()
        self.platforms: set[str] = set()
        self.opaque = False
        self.broken = False

    def has(self, name: str) -> bool:
        """Whether the module binds ``name``; a plain ``import name`` does not count, it binds a module."""
        return name in self.defined or name in self.imported

    def maker(self, name: str) -> str:
        """The last part of the name of the callable that made ``name``, as ``FastAPI``; or nothing."""
        return (self.defined.get(name) or "").rpartition(".")[2]


def read_source(path: Path) -> Source:
    """Read one file. A file that does not parse is read by its lines; one that cannot be opened binds nothing."""
    source = Source()
    try:
        content = path.read_bytes()
    except OSError:
        return source
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes: the import will warn again, with the right place
            tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # ValueError: NUL bytes, before Python 3.12
        _read_lines(source, content.decode("utf-8", "replace"))
        return source
    _read_body(source, tree.body)
    source.platforms.update(_platforms(tree))
    return source


# -- the tree ---------------------------------------------------------------------------------------------------------


def _read_body(source: Source, body: Iterable[ast.stmt]) -> None:
    for statement in body:
        _read_statement(source, statement)


def _read_statement(source: Source, statement: ast.stmt) -> None:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        source.opaque = source.opaque or statement.name == "__getattr__"  # PEP 562
        source.functions.add(statement.name)
        source.defined.setdefault(statement.name, None)
    elif isinstance(statement, ast.ClassDef):
        source.defined.setdefault(statement.name, None)
    elif isinstance(statement, ast.Assign):
        for name in _bound(statement.targets):
            source.defined[name] = _callee(statement.value)
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        for name in _bound([statement.target]):
            source.defined[name] = _callee(statement.value)
    elif isinstance(statement, ast.ImportFrom):
        for alias in statement.names:
            source.opaque = source.opaque or alias.name == "*"
            source.imported.add(alias.asname or alias.name)
    elif isinstance(statement, ast.If):
        # Neither branch of `if TYPE_CHECKING:` and `if __name__ == "__main__":` runs when a platform imports the file.
        if not _never_true(statement.test):
            _read_body(source, statement.body)
        _read_body(source, statement.orelse)
    elif isinstance(statement, ast.Try):
        _read_body(source, [*statement.body, *statement.orelse, *statement.finalbody])
        for handler in statement.handlers:
            _read_body(source, handler.body)
    elif isinstance(statement, (ast.With, ast.For, ast.While)):
        _read_body(source, statement.body)


def _platforms(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (_callee(node) or "").rpartition(".")[2] == "bridge":
            for keyword in node.keywords:
                if keyword.arg == "platform" and isinstance(keyword.value, ast.Constant):
                    yield str(keyword.value.value)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fcbridge.compat"):
            yield "aws"  # the entry points there are Lambda's


def _bound(targets: Iterable[ast.expr]) -> Iterator[str]:
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id
        elif isinstance(target, (ast.Tuple, ast.List)):
            yield from _bound(target.elts)


def _callee(value: ast.expr) -> str | None:
    return ast.unparse(value.func) if isinstance(value, ast.Call) else None


def _never_true(test: ast.expr) -> bool:
    if isinstance(test, (ast.Name, ast.Attribute)):
        return ast.unparse(test).rpartition(".")[2] == "TYPE_CHECKING"
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


# -- the lines of a file that does not parse --------------------------------------------------------------------------

_FUNCTION = re.compile(r"(?:async\s+)?def\s+(\w+)")
_CLASS = re.compile(r"class\s+(\w+)")
_ASSIGNED = re.compile(r"(\w+)\s*(?::[^=]+)?=(?!=)\s*(?:([\w.]+)\s*\()?")
_IMPORTED = re.compile(r"from\s+[\w.]+\s+import\s+(.+)")


def _read_lines(source: Source, text: str) -> None:
    source.broken = source.opaque = True
    for line in text.splitlines():
        if match := _FUNCTION.match(line):
            source.functions.add(match[1])
            source.defined.setdefault(match[1], None)
        elif match := _CLASS.match(line):
            source.defined.setdefault(match[1], None)
        elif match := _IMPORTED.match(line):
            names = match[1].partition("#")[0].strip(" ()\\").split(",")
            source.imported.update(name.split()[-1] for name in names if name.split())
        elif match := _ASSIGNED.match(line):
            source.defined[match[1]] = match[2]

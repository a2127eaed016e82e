"""Finding the app of a folder, and what to suggest where there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .source import read_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .source import Source

#: Where an app is looked for, in this order, first in the folder and then in its ``src``. A file that only a platform
#: loads (Azure's function_app, the one that AWS's console makes) comes before the one of the app that it imports.
MODULES = (
    "index", "function_app", "lambda_function", "main", "app", "wsgi", "asgi", "handler", "func", "function.func",
)  # fmt: skip
#: What an app is called, in this order.
ATTRIBUTES = ("app", "application", "handler")
#: What a function is called that makes one.
FACTORIES = ("create_app", "make_app", "create_application", "make_application")

# An `app` or a `handler` that was made by one of these answers no HTTP.
_NO_APPS = frozenset({"Celery", "FileHandler", "NullHandler", "RotatingFileHandler", "StreamHandler", "Typer"})
_MAKERS = frozenset(
    {
        "Bottle", "FastAPI", "Flask", "Litestar", "Quart", "Sanic", "Starlette", "bridge", "entry",
        "get_asgi_application", "get_wsgi_application",
    }
)  # fmt: skip
# A folder full of scripts is not worth reading to the end for a hint.
_SUGGESTION_FILES = 200
_SKIPPED = frozenset({"build", "dist", "docs", "node_modules", "site-packages", "tests", "venv"})


@dataclass(frozen=True)
class Place:
    """A module, the attribute of it that is the app (None: known only after the import), and the folder it is below."""

    module: str
    attribute: str | None
    root: Path


def discover(directory: Path) -> Place | None:
    """The app of ``directory``, or None."""
    undecided: Place | None = None
    for root, module, path in candidates(directory):
        source = read_source(path)
        attribute = app_of(source)
        if attribute is not None:
            return Place(module, attribute, root)
        if source.opaque and undecided is None:
            undecided = Place(module, None, root)
    return _django(directory) or undecided


def candidates(directory: Path) -> Iterator[tuple[Path, str, Path]]:
    """The files of the known names that exist: the folder they are below, the module, the file."""
    for root in (directory, directory / "src"):
        for module in MODULES:
            path = file_of(module, root)
            if path is not None:
                yield root, module, path


def file_of(module: str, root: Path) -> Path | None:
    """The file that ``import module`` reads when ``root`` is on the path; a package wins over a module, as there."""
    base = root.joinpath(*module.split("."))
    for path in (base / "__init__.py", base.with_name(base.name + ".py")):
        if path.is_file():
            return path
    return None


def app_of(source: Source) -> str | None:
    """The first of the known names that a file binds; its own definitions come before what it imports."""
    for names in (source.defined, source.imported):
        for attribute in ATTRIBUTES:
            if attribute in names and source.maker(attribute) not in _NO_APPS:
                return attribute
    return None


def suggestions(directory: Path) -> list[str]:
    """What could be typed instead, as ``server:api`` and ``main:create_app()``; the best first."""
    found: list[tuple[int, str]] = []
    for module, path in _python_files(directory):
        source = read_source(path)
        apps = [name for name in source.defined if source.maker(name) in _MAKERS]
        named = [name for name in ATTRIBUTES if name in source.defined and source.maker(name) not in _NO_APPS]
        found += [(0, f"{module}:{name}") for name in dict.fromkeys(apps + named)]
        found += [(1, f"{module}:{name}()") for name in FACTORIES if name in source.functions]
    return [text for _, text in sorted(found, key=lambda item: item[0])]


def _python_files(directory: Path) -> Iterator[tuple[str, Path]]:
    count = 0
    for root in (directory, directory / "src"):
        for pattern in ("*.py", "*/*.py"):
            for path in sorted(root.glob(pattern)):
                parts = path.relative_to(root).with_suffix("").parts
                if parts[0] == "src" or parts[0] in _SKIPPED or not all(part.isidentifier() for part in parts):
                    continue
                count += 1
                if count > _SUGGESTION_FILES:
                    return
                yield ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts), path


# -- Django -----------------------------------------------------------------------------------------------------------

_SETTINGS = re.compile(r"""DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']""")


def _django(directory: Path) -> Place | None:
    """``manage.py`` beside a package with a ``wsgi.py``; it names the package where there are several."""
    for root in (directory, directory / "src"):
        manage = root / "manage.py"
        if not manage.is_file():
            continue
        packages = [path.parent.name for path in sorted(root.glob("*/wsgi.py")) if path.parent.name.isidentifier()]
        match = _SETTINGS.search(manage.read_text("utf-8", "replace"))
        named = match[1].partition(".")[0] if match else ""
        for package in [named] if named in packages else packages:
            source = read_source(root / package / "wsgi.py")
            if source.has("application") or source.broken:
                return Place(f"{package}.wsgi", "application", root)
    return None

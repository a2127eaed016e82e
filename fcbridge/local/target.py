"""What to run: ``"index:app"``, ``"index"``, or nothing at all, and the handler that comes of it."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from inspect import getattr_static
from typing import TYPE_CHECKING, Any, cast

from ..errors import AppNotFound
from ..nearest import nearest
from .discovery import ATTRIBUTES, MODULES, app_of, candidates, discover, file_of, suggestions
from .project import read_project
from .source import read_source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from ..gateway import Handler
    from ..handler import Handler as BridgedApp
    from .source import Source

_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_ATTRIBUTE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*(\(\))?")


@dataclass(frozen=True)
class Target:
    """An app by its name. ``attribute`` is None where only the import can tell; ``paths`` are the folders that stand
    first on ``sys.path`` while it is imported, as the code directory does on the platforms."""

    module: str
    attribute: str | None
    paths: tuple[Path, ...]

    def __str__(self) -> str:
        return self.module if self.attribute is None else f"{self.module}:{self.attribute}"

    @property
    def file(self) -> Path | None:
        """The file of the module, where it lies in one of the folders."""
        files = (file_of(self.module, path) for path in self.paths)
        return next((file for file in files if file is not None), None)

    def load(self, platform: str | None = None) -> Handler:
        """Import the app and return what the platform would call.

        That is the attribute itself where it is a handler already, the module's own handler where it was made of this
        very app, because that one is what will be deployed, and else ``bridge(app, platform=platform)``.
        Raises AppNotFound; what the app's own code raises passes through.
        """
        from ..runners.loading import load

        for path in reversed(self.paths):
            text = str(path)
            sys.path[:] = [text, *(entry for entry in sys.path if entry != text)]
        attribute = self.attribute or self._attribute_after_import()
        app = load(f"{self.module}:{attribute}")
        return _handler(app, sys.modules[self.module], platform)

    def hook(self, handler: object, name: str) -> Callable[[object], object] | None:
        """The lifecycle hook ``initialize`` or ``pre_stop``: what the module calls so and takes a context, because that
        is what a deployment names, or else the handler's own."""
        for found in (getattr(sys.modules.get(self.module), name, None), getattr(handler, name, None)):
            if callable(found) and _parameters(found)[:1] == ["context"]:
                return found  # type: ignore[no-any-return]
        return None

    def _attribute_after_import(self) -> str:
        from importlib import import_module

        module = import_module(self.module)
        for attribute in ATTRIBUTES:
            if hasattr(module, attribute):
                return attribute
        raise _without_app(self.module, [])


def resolve(target: str | None, directory: Path) -> Target:
    """Find out what ``target`` means in ``directory``, without importing anything.

    None: what ``[tool.fcbridge]`` in pyproject.toml names, else the first app that is found.
    Raises AppNotFound with what was tried and what to type, InvalidOption for a broken pyproject.toml.
    """
    named = target if target is not None else read_project(directory).app
    if named is not None:
        return _named(named, directory)
    place = discover(directory)
    if place is None:
        raise _nothing_found(directory)
    return Target(place.module, place.attribute, _paths(place.root, directory))


# -- names ------------------------------------------------------------------------------------------------------------


def _named(text: str, directory: Path) -> Target:
    module, colon, attribute = text.strip().partition(":")
    if module.endswith(".py") or "/" in module:
        module = _module_of_file(text, module, directory)
    if not _MODULE.fullmatch(module) or (colon and not _ATTRIBUTE.fullmatch(attribute)):
        raise AppNotFound(f"{text!r} is not of the form module:attribute.", hint="for example fcbridge dev index:app")
    root = next((root for root in (directory, directory / "src") if _is_below(module, root)), directory)
    path = file_of(module, root)
    if path is None:
        _refuse_dotted_attribute(text, module, attribute, directory)
        _refuse_missing(module, attribute, directory)
    if not colon:
        return Target(module, _attribute_in(module, path, root), _paths(root, directory))
    return Target(module, attribute, _paths(root, directory))


def _is_below(module: str, root: Path) -> bool:
    # Not a package without __init__.py: it could be any folder, and the import will find it all the same.
    return file_of(module, root) is not None


def _module_of_file(text: str, name: str, directory: Path) -> str:
    """``src/shop/index.py`` as ``shop.index``: people type what the shell completes."""
    path = directory / name
    if path.is_dir():
        raise AppNotFound(f"{text!r} is a folder, not an app.", hint=f"cd {name} && fcbridge dev")
    if not path.is_file():
        raise AppNotFound(f"There is no file {name!r}.", hint="for example fcbridge dev index:app")
    try:
        parts = list(path.resolve().relative_to(directory.resolve()).with_suffix("").parts)
    except ValueError:
        raise AppNotFound(
            f"{name!r} lies outside of the code directory.", hint=f"cd {path.parent} && fcbridge dev {path.stem}"
        ) from None
    if parts[0] == "src" and len(parts) > 1 and not (directory / "src" / "__init__.py").is_file():
        del parts[0]
    if parts[-1] == "__init__" and len(parts) > 1:
        del parts[-1]
    return ".".join(parts)


def _refuse_dotted_attribute(text: str, module: str, attribute: str, directory: Path) -> None:
    """``index.handler`` is how the platforms write it; here a colon parts the two."""
    parent, dot, name = module.rpartition(".")
    if not dot or attribute:
        return
    for root in (directory, directory / "src"):
        path = file_of(parent, root)
        if path is not None and read_source(path).has(name):
            raise AppNotFound(f"There is no module {text!r}.", hint=f"type {parent}:{name}")


def _refuse_missing(module: str, attribute: str, directory: Path) -> None:
    """A name that is misspelt is refused now, and not by the import. What is installed may be named too."""
    from importlib.machinery import PathFinder

    top = module.partition(".")[0]
    roots = (directory, directory / "src")
    if top in sys.modules or PathFinder.find_spec(top, [*map(str, roots), *sys.path]) is not None:
        return
    here = {path.stem for root in roots for path in root.glob("*.py")}
    here |= {path.parent.name for root in roots for path in root.glob("*/__init__.py")}
    meant = nearest(top, here)
    named = f"{meant}{module[len(top) :]}{':' if attribute else ''}{attribute}"
    raise AppNotFound(
        f"There is no module {module!r} in {directory}.",
        hint=f"did you mean {named}?" if meant else _typed(suggestions(directory)),
    )


def _attribute_in(module: str, path: Path | None, root: Path) -> str | None:
    if path is None:
        return None
    source = read_source(path)
    attribute = app_of(source)
    if attribute is None and not source.opaque:
        raise _without_app(module, [text for text in suggestions(root) if text.startswith(f"{module}:")], source)
    return attribute


def _paths(root: Path, directory: Path) -> tuple[Path, ...]:
    return (root,) if root == directory else (root, directory)


# -- refusals ---------------------------------------------------------------------------------------------------------


def _without_app(module: str, typed: list[str], source: Source | None = None) -> AppNotFound:
    if not typed and source is not None:
        typed = [f"{module}:{match}" for name in ATTRIBUTES if (match := nearest(name, source.defined))]
    return AppNotFound(
        f"Module {module!r} has no {_one_of(ATTRIBUTES)}.",
        hint=_typed(typed) if typed else f"name the attribute: {module}:NAME",
    )


def _nothing_found(directory: Path) -> AppNotFound:
    seen = [str(path.relative_to(directory)) for _, _, path in candidates(directory)]
    tried = f"no {_one_of(ATTRIBUTES)} in {_one_of(MODULES)}, here and in src"
    told = f" ({' and '.join(seen)} {'is' if len(seen) == 1 else 'are'} there, without one)" if seen else ""
    return AppNotFound(
        f"There is no app in {directory}: {tried}{told}.",
        hint=_typed(suggestions(directory))
        or "name it as module:attribute, for example fcbridge dev server:app, or set app in [tool.fcbridge]",
    )


def _typed(names: list[str]) -> str | None:
    # The shell wants quotes around parentheses.
    quoted = [f'"{name}"' if name.endswith(")") else name for name in names[:3]]
    return f"type fcbridge dev {' or '.join(quoted)}" if quoted else None


def _one_of(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


# -- handlers ---------------------------------------------------------------------------------------------------------


def _handler(app: object, module: ModuleType, platform: str | None) -> Handler:
    from .. import bridge
    from ..handler import Handler as BridgedApp

    app = _entered(app)
    if isinstance(app, BridgedApp):
        return app
    for value in list(vars(module).values()):
        handler = _entered(value)
        if isinstance(handler, BridgedApp) and _is_of(handler, app):
            return handler
    if _takes_event_and_context(app):
        return cast("Handler", app)
    return bridge(cast("Any", app), platform=platform)


def _entered(value: object) -> object:
    """The handler of which ``Handler.entry()`` made a value; any other value itself."""
    from ..handler import Handler as BridgedApp

    # Statically: a module's values may be anything, such as a proxy that raises outside of a request.
    entered: object = getattr_static(value, "handler", None)
    return entered if isinstance(entered, BridgedApp) else value


def _is_of(handler: BridgedApp, app: object) -> bool:
    # The entry points of fcbridge.compat put a function around the app.
    return handler.app is app or getattr_static(handler.app, "__wrapped__", None) is app


def _takes_event_and_context(app: object) -> bool:
    """Whether it is a handler as the platforms' own examples write it: ``def handler(event, context)``."""
    return callable(app) and not isinstance(app, type) and _parameters(app)[:2] == ["event", "context"]


def _parameters(function: Callable[..., object]) -> list[str]:
    import inspect

    try:
        return [name.strip("_") for name in inspect.signature(function).parameters]
    except (TypeError, ValueError):
        return []

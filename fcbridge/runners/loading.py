"""The app that ``"module:attr"`` names."""

from __future__ import annotations

from ..errors import AppNotFound
from ..nearest import nearest
from .interface import interface_of, made_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType
    from typing import Any


def load(target: str) -> object:
    """Import ``"module:attr"``, ``"package.module:attr.sub"`` or ``"module:create_app()"``.

    Raises AppNotFound where there is no such module or attribute. What the module raises while it is imported passes
    through unchanged: its traceback ends in the line to mend.
    """
    module_name, names, called = _parsed(target.strip())
    module = _imported(module_name)
    app: Any = module
    path = f"{module_name}:"
    for name in names:
        try:
            app = getattr(app, name)
        except AttributeError as error:
            if error.name not in (None, name):
                raise  # of a property, or of the module's own __getattr__
            raise _no_attribute(app, path, name) from None
        path += name if path.endswith(":") else f".{name}"
    if not called:
        return app
    if not callable(app):
        raise AppNotFound(f'"{path}" is not callable.', hint=f'type "{path}", without the parentheses')
    return made_by(app)


def app_names(module: ModuleType) -> list[str]:
    """The names in a module whose values look like an app, or like a factory of one; the usual ones first."""
    names = [name for name, value in list(vars(module).items()) if _looks_like_app(name, value, module)]
    return sorted(names, key=lambda name: (name not in _USUAL, name))


_USUAL = ("app", "application", "create_app", "handler", "make_app")


def _looks_like_app(name: str, value: Any, module: ModuleType) -> bool:
    from types import FunctionType

    if name.startswith("_") or isinstance(value, type):
        return False
    try:
        interface = interface_of(value)
    except Exception:  # no app; or a proxy that stands for nothing outside of a request
        return False
    if not isinstance(value, FunctionType):
        return interface != "factory"
    # Of functions only this module's own: get_wsgi_application is everywhere, and any two arguments could be WSGI's.
    if value.__module__ != module.__name__:
        return False
    return "app" in name if interface == "factory" else value.__code__.co_varnames[:1] in (("environ",), ("scope",))


# -- the text ---------------------------------------------------------------------------------------------------------


def _parsed(target: str) -> tuple[str, list[str], bool]:
    """The module's name, the attributes' names, and whether the last one is to be called."""
    if "/" in target or "\\" in target or target.endswith(".py") or ".py:" in target:
        raise _path(target)
    module, colon, attribute = target.partition(":")
    if not module and not attribute:
        raise AppNotFound("The name of the app is empty.", hint='type "module:attr", for example "index:app"')
    if not colon:
        raise AppNotFound(f'"{target}" has no colon between the module and the app in it.', hint=_with_colon(target))
    if not module:
        raise AppNotFound(f'"{target}" names no module.', hint=f'for {attribute} in index.py, type "index:{attribute}"')
    if not attribute:
        raise AppNotFound(
            f'"{target}" names nothing in the module.', hint=f'type "{module}:app" if the app is called app'
        )
    if not all(module.split(".")):
        raise AppNotFound(f'"{module}" is not the full name of a module.', hint='for example "package.module:app"')
    name, parenthesis, rest = attribute.partition("(")
    if parenthesis and rest.replace(" ", "") != ")":
        raise AppNotFound(
            f'"{target}" calls {name} with arguments.',
            hint=f'write a function that makes this call and takes none, and type "{module}:" and its name',
        )
    names = name.split(".")
    if not all(name.isidentifier() for name in names):
        raise AppNotFound(f'"{name}" is not the name of an attribute.', hint=f'for example "{module}:app"')
    return module, names, bool(parenthesis)


def _path(target: str) -> AppNotFound:
    file, colon, attribute = target.replace("\\", "/").rpartition(":")
    if not colon or "/" in attribute:  # the colon of a drive
        file, attribute = f"{file}{colon}{attribute}", ""
    parts = [part for part in file.removesuffix(".py").split("/") if part not in ("", ".")]
    if len(parts) > 1 and parts[-1] == "__init__":
        del parts[-1]
    outside = file.startswith(("/", "..")) or ":" in file
    module = ".".join(parts[-1:] if outside else parts) or "index"
    cure = f'type "{module}:{attribute or "app"}"'
    return AppNotFound(
        f'"{target}" is a path, and the name of a module is needed.',
        hint=f"{cure} in the folder of that file" if outside else cure,
    )


def _with_colon(target: str) -> str:
    if target.endswith(")"):
        return f'for {target} in index.py, type "index:{target}"'
    parent, dot, last = target.rpartition(".")
    if not dot:
        return f'type "{target}:app" if the app in {target}.py is called app'
    return f'type "{parent}:{last}" if {parent} is the module, or "{target}:app" if {target} is'


# -- the module and what is in it -------------------------------------------------------------------------------------


def _imported(name: str) -> ModuleType:
    from importlib import import_module

    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        # Only the module that was asked for, or a package it is in. What it imports itself is its author's affair.
        missing = error.name
        if missing is None or not (name == missing or name.startswith(f"{missing}.")):
            raise
        raise _no_module(name, missing) from None


def _no_module(name: str, missing: str) -> AppNotFound:
    import sys

    parent, _, last = missing.rpartition(".")
    if parent in sys.modules and not hasattr(sys.modules[parent], "__path__"):
        return AppNotFound(
            f'There is no module "{missing}": {parent} is a module, not a package.', hint=f'type "{parent}:{last}"'
        )
    looked_for = "" if missing == name else f', and "{name}" is in it'
    similar = nearest(last, _neighbours(parent))
    if similar:
        hint = f'did you mean "{name.replace(missing, f"{parent}.{similar}" if parent else similar, 1)}"?'
    else:
        hint = f"start in the folder that {last}.py or {last}/ is in, or put that folder on PYTHONPATH"
    return AppNotFound(f'There is no module "{missing}"{looked_for}.', hint=hint)


def _neighbours(parent: str) -> Iterable[str]:
    """The modules in a package; without one those in the folder that Python looks through first."""
    import sys
    from pkgutil import iter_modules

    folders = sys.modules[parent].__path__ if parent in sys.modules else (sys.path[0] or ".",) if sys.path else ()
    return [module.name for module in iter_modules(folders)]


def _no_attribute(owner: Any, path: str, name: str) -> AppNotFound:
    if not path.endswith(":"):
        similar = nearest(name, dir(owner))
        return AppNotFound(
            f'"{path}" has no attribute "{name}".', hint=f'did you mean "{path}.{similar}"?' if similar else None
        )
    module = path[:-1]
    message = f'The module "{module}" has no "{name}".'
    if _is_submodule(owner, name):
        return AppNotFound(message, hint=f'{name} is a module: type "{module}.{name}:app"')
    similar = nearest(name, _public(owner))
    names = list(dict.fromkeys([*([similar] if similar else []), *app_names(owner)]))
    if not names:
        return AppNotFound(message, hint="nothing in it looks like an app: is it the right module?")
    return AppNotFound(message, hint="did you mean " + " or ".join(f'"{path}{name}"' for name in names[:3]) + "?")


def _public(module: ModuleType) -> list[str]:
    return [name for name in vars(module) if not name.startswith("_")]


def _is_submodule(package: ModuleType, name: str) -> bool:
    from importlib.util import find_spec

    return hasattr(package, "__path__") and find_spec(f"{package.__name__}.{name}") is not None

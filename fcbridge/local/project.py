"""``[tool.fcbridge]`` in pyproject.toml: what a project says of its own function."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, cast

from ..errors import InvalidOption, MissingExtra
from ..nearest import nearest

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Project:
    """The keys of the table; None where it does not have one. Timeout in seconds, memory in MB."""

    app: str | None = None
    gateway: str | None = None
    port: int | None = None
    timeout: int | None = None
    memory: int | None = None
    instances: int | None = None


#: Key: the least and the greatest value.
_RANGES: dict[str, tuple[int, int]] = {
    "port": (0, 65535),
    "timeout": (1, 86400),
    "memory": (1, 1 << 20),
    "instances": (1, 1000),
}


def read_project(directory: Path) -> Project:
    """The table of the pyproject.toml in ``directory``; an empty one where there is none.

    Raises InvalidOption for what cannot be read, an unknown key or a value of the wrong type, and MissingExtra on
    Python 3.10 without tomli.
    """
    path = directory / "pyproject.toml"
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return Project()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidOption(f"pyproject.toml cannot be read: {type(error).__name__}.") from error
    if "fcbridge" not in text:
        return Project()
    table = _table(_parsed(text))
    return Project(**{key: _checked(key, value) for key, value in table.items()})  # type: ignore[arg-type]


def _parsed(text: str) -> dict[str, object]:
    try:
        document: dict[str, object] = _toml().loads(text)
    except ValueError as error:  # tomllib.TOMLDecodeError
        raise InvalidOption(f"pyproject.toml is no TOML: {error}.", hint="see https://toml.io") from error
    return document


def _toml() -> Any:
    from importlib import import_module

    for name in ("tomllib", "tomli"):  # the former since Python 3.11
        try:
            return import_module(name)
        except ImportError:
            continue
    raise MissingExtra(
        "Reading [tool.fcbridge] of pyproject.toml needs the package tomli on Python 3.10.",
        hint='pip install "fcbridge[dev]"',
    )


def _table(document: dict[str, object]) -> dict[str, object]:
    tool = document.get("tool")
    table: object = cast("dict[str, object]", tool).get("fcbridge", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise InvalidOption(f"tool.fcbridge in pyproject.toml is {_kind(table)}, not a table.", hint="[tool.fcbridge]")
    return cast("dict[str, object]", table)


def _checked(key: str, value: object) -> object:
    known = [field.name for field in fields(Project)]
    if key not in known:
        meant = nearest(key, known)
        raise InvalidOption(
            f"[tool.fcbridge] in pyproject.toml has no key {key!r}.",
            hint=f"did you mean {meant!r}?" if meant else f"it has {', '.join(known)}",
        )
    if key not in _RANGES:
        if not isinstance(value, str):
            raise InvalidOption(f"tool.fcbridge.{key} in pyproject.toml is {_kind(value)}, not a string.")
        return value
    low, high = _RANGES[key]
    # bool is an int to isinstance, and "memory = true" is a slip.
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidOption(f"tool.fcbridge.{key} in pyproject.toml is {_kind(value)}, not an integer.")
    if not low <= value <= high:
        raise InvalidOption(f"tool.fcbridge.{key} in pyproject.toml is not between {low} and {high}.")
    return value


_KINDS: dict[type, str] = {
    bool: "a boolean", str: "a string", int: "an integer", float: "a float", list: "an array", dict: "a table",
}  # fmt: skip


def _kind(value: object) -> str:
    """The type of a value in TOML's own words."""
    return _KINDS.get(type(value), f"a {type(value).__name__}")

"""Which platforms there are, and which one this is.

The built-in platforms are modules of ``fcbridge_adapters``; a stranger's distribution adds one with an entry point in
the group ``fcbridge.platforms.v1`` that names its ``PLATFORM``. Names are tried in that order and entry points are only
read when the built-in names do not answer: reading them costs more than everything else at a cold start.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from .gateway import Gateway, Platform

GROUP = "fcbridge.platforms.v1"

_loaded: dict[str, Platform] = {}


def platform(name: str) -> Platform:
    """The platform called ``name``. Raises UnknownPlatform with the names there are, ConfigurationError for one of
    somebody else that does not load."""
    known = _loaded.get(name)
    if known is not None:
        return known
    found: Platform | None = _adapters().built_in(name)
    if found is not None:
        return found
    for entry in _entry_points():
        if entry.name == name:
            return _load_entry(entry)
    names = sorted([*_signs(), *(entry.name for entry in _entry_points())])
    from .errors import UnknownPlatform

    raise UnknownPlatform(
        f"There is no platform {name!r}.",
        hint=f"{_nearest(name, names)}installed are: {', '.join(names)}",
    )


def platforms() -> dict[str, Platform]:
    """Every platform that is installed, by name."""
    found = {name: platform(name) for name in _signs()}
    for entry in _entry_points():
        if entry.name not in found:
            found[entry.name] = _loaded.get(entry.name) or _load_entry(entry)
    return found


def gateways() -> dict[str, Gateway]:
    """Every gateway of every platform, by name."""
    return {gateway.name: gateway for owner in platforms().values() for gateway in owner.gateways}


def gateway(name: str) -> Gateway:
    """The gateway called ``name``. Raises UnknownGateway with the names there are."""
    known = gateways()
    if name in known:
        return known[name]
    owner = platforms().get(name)
    if owner is not None:
        from .errors import UnknownGateway

        raise UnknownGateway(
            f"There is no gateway {name!r}, which is a platform.",
            hint=f"its gateways are: {', '.join(gateway.name for gateway in owner.gateways)}",
        )
    from .errors import UnknownGateway

    raise UnknownGateway(
        f"There is no gateway {name!r}.", hint=f"{_nearest(name, known)}installed are: {', '.join(sorted(known))}"
    )


def platform_of(gateway_name: str) -> Platform:
    """The platform to which a gateway belongs."""
    for owner in platforms().values():
        if any(door.name == gateway_name for door in owner.gateways):
            return owner
    gateway(gateway_name)
    raise AssertionError(gateway_name)


def detect(environ: Mapping[str, str] | None = None) -> Platform | None:
    """The platform whose signs are in the environment; None where there are none.

    Raises AmbiguousPlatform where the signs of two are there.
    """
    if environ is None:
        import os

        environ = os.environ
    names: list[str] = _adapters().recognised(environ)
    if not names:
        names = [
            entry.name
            for entry in _entry_points()
            if entry.name not in _signs() and _adapters().shows(platform(entry.name).signs, environ)
        ]
    if len(names) > 1:
        from .errors import AmbiguousPlatform

        raise AmbiguousPlatform(
            f"The environment shows the signs of {' and '.join(sorted(names))}.",
            hint=f"say which one it is: bridge(app, platform={sorted(names)[0]!r})",
        )
    return platform(names[0]) if names else None


def _adapters() -> Any:
    return __import__("fcbridge_adapters")


def _signs() -> Mapping[str, object]:
    signs: Mapping[str, object] = _adapters().SIGNS
    return signs


_entries: list[_Entry] | None = None

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint as _Entry


def _entry_points() -> list[_Entry]:
    global _entries
    if _entries is None:
        from importlib.metadata import entry_points

        _entries = list(entry_points(group=GROUP))
    return _entries


def _load_entry(entry: _Entry) -> Platform:
    try:
        found: Platform = entry.load()
    except Exception as error:
        owner = f" of {entry.dist.name}" if entry.dist is not None else ""
        from .errors import ConfigurationError

        raise ConfigurationError(
            f"The platform {entry.name!r}{owner} does not load: {type(error).__name__}: {error}.",
            hint="upgrade or uninstall the distribution that brings it",
        ) from error
    _loaded[entry.name] = found
    return found


def _nearest(name: str, names: Iterable[str]) -> str:
    from .nearest import nearest

    meant = nearest(name, names)
    return f"did you mean {meant!r}? " if meant else ""

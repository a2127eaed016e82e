"""Which events have been done, so that a second delivery of one is skipped."""

from __future__ import annotations

from .protocol import Claim, Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .redis import RedisStore
    from .sqlite import SQLiteStore

__all__ = ["Claim", "RedisStore", "SQLiteStore", "Store"]

_HOMES = {"RedisStore": "redis", "SQLiteStore": "sqlite"}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(__import__(f"{__name__}.{home}", fromlist=[name]), name)
    return found

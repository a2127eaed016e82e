"""The terms on which a store lends claims: for how long, how long it remembers, and in whose name."""

from __future__ import annotations

from ..errors import InvalidOption

#: Seconds of a lease where neither the store nor the platform says how long: most functions are faster.
LEASE = 300.0
#: Seconds for which an event is known as done: a week, in which every platform has given up delivering it.
RETENTION = 7 * 24 * 3600.0
# About three centuries, in seconds: what any store can count to.
_FOREVER = 1e10


class Terms:
    """``lease`` and ``retention`` are in seconds. Raises InvalidOption for what cannot be meant."""

    __slots__ = ("lease", "namespace", "retention")

    def __init__(self, lease: float | None, retention: float, namespace: str) -> None:
        self.lease = None if lease is None else _seconds("lease", lease)
        self.retention = _seconds("retention", retention)
        if not isinstance(namespace, str) or not namespace:  # pyright: ignore[reportUnnecessaryIsInstance]  # untyped callers
            raise InvalidOption("The namespace of a store is no text, or empty.", hint="name the function: 'orders'")
        self.namespace = namespace

    def lent(self, remaining: float | None) -> float:
        """How long a claim lasts, in seconds, of an invocation that may still run for ``remaining``."""
        if self.lease is not None:
            return self.lease
        return LEASE if remaining is None else max(remaining, 0.0)


def packed(key: str) -> bytes:
    """A key as bytes. Keys come out of JSON, which may hold half of a surrogate pair."""
    if not key:
        raise InvalidOption("An event without an id cannot be told from another.", hint="leave once= away for it")
    return key.encode("utf-8", "surrogatepass")


def _seconds(option: str, value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < _FOREVER:
        return float(value)
    raise InvalidOption(f"The {option} of a store is no positive number of seconds.", hint=f"{option}=300, for example")

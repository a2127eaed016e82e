"""The contract of a store that knows which events have been done.

An event is claimed before it runs and marked when it has succeeded::

    claim = store.begin(key)       # "new": it is ours; "done": skip it; "busy": somebody else runs it just now
    ...                            # the effect
    store.done(claim)              # or store.forget(claim), where it has failed

A claim is a lease. Who crashes between the effect and the mark leaves a claim that ends by itself, and the event then
runs again: at least once, not exactly once. Who is slower than the lease may find that the claim has passed to another,
and can then neither mark nor forget it: every claim has a token of its own, and only the newest counts.
"""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal


class Claim:
    """What a store says of an event that is about to run.

    ``token`` is a positive number, greater than that of every earlier claim of the same key; 0 where the state is not
    ``new``. ``wait`` is how long the lease of the one who is ``busy`` still lasts, in seconds.
    """

    __slots__ = ("key", "state", "token", "wait")

    def __init__(self, key: str, state: Literal["new", "done", "busy"], token: int = 0, wait: float = 0.0) -> None:
        self.key = key
        self.state = state
        self.token = token
        self.wait = wait

    def __repr__(self) -> str:
        return f"<Claim {self.state}{f' token={self.token}' if self.token else ''}>"


class Store(Protocol):
    """What ``once=`` takes. Every method may be called from any thread, and blocks until the store has answered.

    All raise StoreUnavailable where the store cannot be reached: of an event that was not begun nothing has run, and
    one that could not be marked runs again when its lease is over.
    """

    def begin(self, key: str, remaining: float | None = None) -> Claim:
        """Claim an event. Of all who ask at once exactly one is told ``new``.

        ``key`` is what tells the event from every other: its id, with whatever makes it unique; never empty.
        ``remaining`` is how long the invocation may still run, in seconds: the lease, where the store was made
        without one.
        """
        ...

    def done(self, claim: Claim) -> bool:
        """The event has succeeded: from now on it is ``done``. False where the claim has passed to another, or was
        forgotten."""
        ...

    def forget(self, claim: Claim) -> bool:
        """The event has failed: the next delivery runs it. False where the claim has passed to another, or is done."""
        ...

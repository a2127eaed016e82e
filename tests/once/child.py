"""A process of its own that uses a store: ``child.py ADDRESS KEY NOW VERB [ARGUMENT]``. It says what it was told."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from fcbridge.once import RedisStore, SQLiteStore


def opened(address: str, now: float) -> SQLiteStore | RedisStore:
    """The store at ``sqlite:PATH`` or a URL of Redis, whose clock stands still."""
    if address.startswith("sqlite:"):
        return SQLiteStore(address.removeprefix("sqlite:"), lease=60, clock=lambda: now)
    return RedisStore(address, lease=60, clock=lambda: now)


def race(store: SQLiteStore | RedisStore, key: str) -> None:
    """Begin a hundred events when all the others do, which a line on stdin says."""
    print("ready", flush=True)
    sys.stdin.readline()
    print(*[store.begin(f"{key} {number}").state for number in range(100)], flush=True)


def crash(store: SQLiteStore | RedisStore, key: str, effect: str) -> None:
    """Have the effect, and end before it is marked."""
    if store.begin(key).state == "new":
        with Path(effect).open("a") as file:
            file.write("effect\n")
        os._exit(9)


def fork(store: SQLiteStore | RedisStore, key: str) -> None:
    """Use in a child what the parent has opened, and the other way round."""
    ours, theirs = key, f"{key} of the child"
    store.begin(ours)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        states = [store.begin(key).state for key in (ours, theirs)]
        os.write(writing, " ".join(states).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    print(os.read(reading, 100).decode(), store.begin(theirs).state)
    store.close()


if __name__ == "__main__":
    address, key, now, verb, *arguments = sys.argv[1:]
    verbs: dict[str, Callable[..., None]] = {"race": race, "crash": crash, "fork": fork}
    verbs[verb](opened(address, float(now)), key, *arguments)

"""The two stores, and a Redis server of the tests' own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from fcbridge.once import RedisStore, SQLiteStore
from tests.services.redis import RedisServer


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class MakeStore(Protocol):
    def __call__(self, **options: Any) -> SQLiteStore | RedisStore: ...


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A missing program is a failure here and not a skip: tests/services says how to come by it."""
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(params=["sqlite", "redis"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store is that processes can share: as tests/once/child.py takes it."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'done.sqlite3'}"
    server: RedisServer = request.getfixturevalue("redis")
    return server.url


@pytest.fixture
def key() -> str:
    """An event that no other test has had: they share the server."""
    return uuid.uuid4().hex


@pytest.fixture(params=["sqlite in a file", "sqlite in memory", "redis"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[MakeStore]:
    """``make_store(**options)``: stores that share what they know, but for that in memory, of which one is made."""
    made: list[SQLiteStore | RedisStore] = []
    of_test = uuid.uuid4().hex

    def make(**options: Any) -> SQLiteStore | RedisStore:
        options = {"clock": clock, **options}
        store: SQLiteStore | RedisStore
        if request.param == "redis":
            server: RedisServer = request.getfixturevalue("redis")
            namespace = options.get("namespace", "of no name")
            options["namespace"] = f"{of_test} {namespace}" if namespace else namespace
            store = RedisStore(server.url, **options)
        else:
            path = ":memory:" if request.param == "sqlite in memory" else tmp_path / "done.sqlite3"
            store = SQLiteStore(path, **options)
        made.append(store)
        return store

    yield make
    for store in made:
        store.close()

"""How often a post could not be looked at: RabbitMQ's flag tells that a message was delivered before, not how often.

It is counted in a file of SQLite: for the invocations of an instance, and for all instances where it lies on a file
system that they share. An instance that counts alone tries a post more often, and loses none.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_TABLE = "CREATE TABLE IF NOT EXISTS tries (id TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID"


class Tries:
    def __init__(self, path: Path) -> None:
        self._path = path

    def another(self, id: str) -> int:
        """Count one more; which one it was."""
        with self._database() as database:
            database.execute("INSERT INTO tries VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET count = count + 1", (id,))
            [(count,)] = database.execute("SELECT count FROM tries WHERE id = ?", (id,))
        return int(count)

    def forget(self, id: str) -> None:
        with self._database() as database:
            database.execute("DELETE FROM tries WHERE id = ?", (id,))

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as database:
            database.execute(_TABLE)
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")

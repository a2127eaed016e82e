"""A store in a file of SQLite, or in memory: for all threads and processes that share the file.

https://www.sqlite.org/wal.html; a write-ahead log wants a file system of this machine, and no network's.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import contextmanager
from threading import Lock

from ..errors import StoreUnavailable
from .protocol import Claim
from .terms import RETENTION, Terms, packed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator

# AUTOINCREMENT: the number of a row that is gone is not given out again, so a newer claim always has a greater token.
_TABLE = """
CREATE TABLE IF NOT EXISTS fcbridge_once (
    token INTEGER PRIMARY KEY AUTOINCREMENT,
    namespace TEXT NOT NULL,
    key BLOB NOT NULL,
    done INTEGER NOT NULL,  -- 0: claimed, 1: done
    until REAL NOT NULL,    -- when the lease, or the memory of it, ends: seconds since 1970
    UNIQUE (namespace, key)
)
"""
_INDEX = "CREATE INDEX IF NOT EXISTS fcbridge_once_until ON fcbridge_once (namespace, until)"


class SQLiteStore:
    """Knows what has been done from a file: ``SQLiteStore("/tmp/done.sqlite3")``, or ``":memory:"`` for one process.

    ``lease`` is how long a claim lasts, in seconds; without it, as long as the invocation may still run. ``retention``
    is how long an event is known as done. Functions that share a file have a ``namespace`` each. ``patience`` is how
    long to wait for another process that is writing.

    The file is opened when it is first needed, and in a forked process anew.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        lease: float | None = None,
        retention: float = RETENTION,
        namespace: str = "fcbridge",
        patience: float = 10.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = os.fspath(path)
        self._terms = Terms(lease, retention, namespace)
        self._patience = patience
        self._clock = clock
        self._next_purge = 0.0
        # A connection must not be used, nor closed, in a process that has inherited it
        # (https://www.sqlite.org/howtocorrupt.html, section 2.6): each has its own, and the parent's are left alone.
        self._places: dict[int, _Place] = {}

    def begin(self, key: str, remaining: float | None = None) -> Claim:
        """Claim an event; see ``Store``."""
        name = (self._terms.namespace, packed(key))
        with self._transaction() as database:
            now = self._clock()
            row = database.execute("SELECT done, until FROM fcbridge_once WHERE namespace = ? AND key = ?", name)
            for done, until in row.fetchall():
                if until > now:
                    return Claim(key, "done") if done else Claim(key, "busy", wait=until - now)
            if now >= self._next_purge:
                self._next_purge = now + self._terms.retention / 10
                self._purge(database, now)
            written = database.execute(
                "REPLACE INTO fcbridge_once (namespace, key, done, until) VALUES (?, ?, 0, ?)",
                (*name, now + self._terms.lent(remaining)),
            )
            return Claim(key, "new", written.lastrowid or 0)

    def done(self, claim: Claim) -> bool:
        """Mark it; see ``Store``."""
        with self._transaction() as database:
            marked = database.execute(
                "UPDATE fcbridge_once SET done = 1, until = ? WHERE token = ? AND namespace = ? AND key = ?",
                (self._clock() + self._terms.retention, *self._held(claim)),
            )
            return marked.rowcount == 1

    def forget(self, claim: Claim) -> bool:
        """Give it back; see ``Store``."""
        with self._transaction() as database:
            gone = database.execute(
                "DELETE FROM fcbridge_once WHERE token = ? AND namespace = ? AND key = ? AND done = 0",
                self._held(claim),
            )
            return gone.rowcount == 1

    def purge(self) -> int:
        """Delete what is no longer remembered, which happens by itself now and then; returns how many ids."""
        with self._transaction() as database:
            return self._purge(database, self._clock())

    def close(self) -> None:
        """Close this process's connection; the next use opens it again, and what was in memory is lost."""
        place = self._places.pop(os.getpid(), None)
        if place is not None:
            with place.lock:
                place.close()

    def __del__(self) -> None:
        # Quietly, without the ResourceWarning of Python 3.13: instances that end without notice are a platform's daily
        # life. A process that has inherited the connection leaves it alone.
        place = getattr(self, "_places", {}).get(os.getpid())  # none where the constructor has refused
        if place is not None:
            place.close()

    def _held(self, claim: Claim) -> tuple[int, str, bytes]:
        return claim.token, self._terms.namespace, packed(claim.key)

    def _purge(self, database: sqlite3.Connection, now: float) -> int:
        # Whose lease is over may still be at work, and marks it if nobody else has come.
        gone = database.execute(
            "DELETE FROM fcbridge_once WHERE namespace = ? AND until <= CASE done WHEN 1 THEN ? ELSE ? END",
            (self._terms.namespace, now, now - self._terms.retention),
        )
        return gone.rowcount

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        """The connection, with nobody else writing: neither a thread nor a process. Raises StoreUnavailable."""
        place = self._places.setdefault(os.getpid(), _Place())
        with place.lock:
            try:
                database = place.connection or place.open(self._path, self._patience)
                database.execute("BEGIN IMMEDIATE")
                yield database
                database.execute("COMMIT")
            except sqlite3.Error as error:
                raise StoreUnavailable(
                    f"The store of events that are done answers with {type(error).__name__}: {error}.",
                    hint="SQLiteStore wants a file that can be written, on a disk of this machine",
                ) from error
            finally:
                place.roll_back()


class _Place:
    """One process's connection, and the lock of its threads."""

    __slots__ = ("connection", "lock")

    def __init__(self) -> None:
        self.lock = Lock()
        self.connection: sqlite3.Connection | None = None

    def open(self, path: str, patience: float) -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
        try:
            _use_log(connection, patience)
            connection.execute("PRAGMA synchronous = NORMAL")  # a lost mark is a second run, never a broken file
            connection.execute(_TABLE)
            connection.execute(_INDEX)
        except BaseException:
            connection.close()
            raise
        self.connection = connection
        return connection

    def roll_back(self) -> None:
        """What has not come to its end; SQLite itself has done it after some errors."""
        if self.connection is not None and self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def _use_log(connection: sqlite3.Connection, patience: float) -> None:
    """Switch to the write-ahead log, which SQLite refuses without waiting where two processes do it at once."""
    end = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= end:
                raise
            time.sleep(0.01)

"""What is read off the lines of the log: speeds, and how many of the last minutes' lines are errors.

Lines are counted by the minute in a file of SQLite, which the invocations of an instance share, and all instances where
it lies on a file system that they share. A line that has an id is counted once, however often it is delivered.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

_MINUTE = 60
# In seconds: how long an id is remembered. By then no platform delivers its event again.
_REMEMBERED = 24 * 3600

_TABLES = """
CREATE TABLE IF NOT EXISTS minutes (minute INTEGER PRIMARY KEY, lines INTEGER NOT NULL, errors INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS counted (id TEXT PRIMARY KEY, minute INTEGER NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Line:
    """``at`` is in seconds since 1970; ``speed`` is None where the line tells none."""

    id: str
    at: float
    car: str
    speed: float | None
    error: bool


def read(content: bytes, id: str, at: float) -> Line:
    """A line is a JSON object; one that is none is an error, as is one whose level says so."""
    try:
        value = json.loads(content)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        return Line(id, at, "", None, error=True)
    speed = value.get("speed")
    known = isinstance(speed, (int, float)) and not isinstance(speed, bool)
    error = str(value.get("level", "")).lower() in ("error", "fatal", "critical")
    return Line(id, at, str(value.get("carID", "")), speed if known else None, error)


class Figures:
    """``window`` is in seconds, and is rounded to whole minutes."""

    def __init__(self, path: Path, window: float) -> None:
        self._path = path
        self._minutes = max(1, round(window / _MINUTE))

    def count(self, lines: list[Line]) -> None:
        """All of them or, where the file cannot be written, none."""
        with self._database() as database:
            for line in lines:
                minute = int(line.at // _MINUTE)
                if line.id:
                    new = database.execute("INSERT OR IGNORE INTO counted VALUES (?, ?)", (line.id, minute))
                    if not new.rowcount:
                        continue
                database.execute(
                    "INSERT INTO minutes VALUES (?, 1, ?) ON CONFLICT (minute)"
                    " DO UPDATE SET lines = lines + 1, errors = errors + excluded.errors",
                    (minute, line.error),
                )
            if lines:
                oldest = int((max(line.at for line in lines) - _REMEMBERED) // _MINUTE)
                database.execute("DELETE FROM counted WHERE minute < ?", (oldest,))
                database.execute("DELETE FROM minutes WHERE minute < ?", (oldest,))

    def window(self, at: float) -> tuple[int, int]:
        """How many lines, and how many of them are errors, in the minutes up to that of ``at``."""
        minute = int(at // _MINUTE)
        with self._database() as database:
            [found] = database.execute(
                "SELECT coalesce(sum(lines), 0), coalesce(sum(errors), 0) FROM minutes"
                " WHERE minute > ? AND minute <= ?",
                (minute - self._minutes, minute),
            )
        return found

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        # Opened for each batch: a function is called from any thread, and an open file is nothing to freeze.
        with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as database:
            database.executescript(_TABLES)
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")

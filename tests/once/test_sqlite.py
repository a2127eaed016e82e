from __future__ import annotations

import gc
import os
import sqlite3
from pathlib import Path

import pytest

from fcbridge.errors import StoreUnavailable
from fcbridge.once import SQLiteStore
from tests.once.conftest import Clock


def ids(path: Path) -> list[bytes]:
    with sqlite3.connect(path) as connection:
        found = [key for (key,) in connection.execute("SELECT key FROM fcbridge_once ORDER BY key")]
    connection.close()
    return found


def test_the_file_is_made_when_it_is_needed_and_has_a_log(tmp_path: Path) -> None:
    path = tmp_path / "done.sqlite3"
    store = SQLiteStore(path)
    assert not path.exists()
    store.begin("a")

    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    store.close()


def test_old_ids_are_purged(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "done.sqlite3"
    store = SQLiteStore(path, lease=30, retention=100, clock=clock)
    store.done(store.begin("old"))
    store.begin("crashed")
    clock.now += 60
    store.done(store.begin("young"))
    clock.now += 40

    assert store.purge() == 1  # whoever has crashed could be slow, and is given as much time as what is done
    assert ids(path) == [b"crashed", b"young"]
    clock.now += 30
    assert store.purge() == 1
    assert ids(path) == [b"young"]
    store.close()


def test_old_ids_are_purged_without_being_asked(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "done.sqlite3"
    store = SQLiteStore(path, lease=30, retention=100, clock=clock)
    for number in range(100):
        store.done(store.begin(f"{number:03}"))
        clock.now += 10

    # Those of the last 100 seconds, and of one interval more at most.
    assert len(ids(path)) <= 12
    assert ids(path)[-1] == b"099"
    store.close()


def test_a_purge_leaves_other_namespaces_alone(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "done.sqlite3"
    bills = SQLiteStore(path, retention=1000, namespace="bills", clock=clock)
    orders = SQLiteStore(path, retention=100, namespace="orders", clock=clock)
    for store in (bills, orders):
        store.done(store.begin("a"))
    clock.now += 500

    assert orders.purge() == 1
    assert bills.begin("a").state == "done"
    for store in (bills, orders):
        store.close()


def test_a_token_is_not_given_out_again_after_a_purge(tmp_path: Path, clock: Clock) -> None:
    store = SQLiteStore(tmp_path / "done.sqlite3", lease=30, retention=100, clock=clock)
    late = store.begin("a")
    clock.now += 1000
    assert store.purge() == 1
    other = store.begin("a")

    assert other.token > late.token
    assert not store.done(late)
    store.close()


def test_a_folder_that_there_is_not_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="OperationalError") as caught:
        SQLiteStore(tmp_path / "nowhere" / "done.sqlite3").begin("a")
    assert "a file that can be written" in (caught.value.hint or "")


def test_a_file_that_is_no_database_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my notes " * 1000)
    store = SQLiteStore(path)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="not a database"):
            store.begin("a")
    assert path.read_text() == "my notes " * 1000
    store.close()


def test_who_cannot_write_in_time_is_told_and_may_try_again(tmp_path: Path) -> None:
    path = tmp_path / "done.sqlite3"
    store = SQLiteStore(path, patience=0)
    claim = store.begin("a")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailable, match="locked"):
        store.done(claim)
    other.execute("ROLLBACK")
    other.close()
    assert store.done(claim)
    store.close()


def test_the_log_is_begun_when_whoever_is_in_the_way_has_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite itself does not wait here: both have read, and one wants to write."""
    path = tmp_path / "done.sqlite3"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE notes (note)")
    other.execute("BEGIN IMMEDIATE")
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        other.execute("ROLLBACK")

    monkeypatch.setattr("time.sleep", nap)
    store = SQLiteStore(path)

    assert store.begin("a").state == "new"
    assert len(naps) == 1
    store.close()
    other.close()


def test_a_store_that_is_forgotten_closes_its_connection(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "done.sqlite3")
    store.begin("a")
    place = store._places[os.getpid()]  # pyright: ignore[reportPrivateUsage]
    del store
    gc.collect()
    assert place.connection is None

from __future__ import annotations

from hashlib import md5
from pathlib import Path

import pytest

from fcbridge.errors import InvalidOption
from fcbridge.local.objects import described, put
from tests.local.fake_sources import OBJECT

MD5 = md5(b"speed\n", usedforsecurity=False).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "store").mkdir()
    return tmp_path / "store"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "raw" / "a.log"
    path.parent.mkdir()
    path.write_bytes(b"speed\n")
    return path


def test_a_file_tells_key_size_and_etag(file: Path, store: Path) -> None:
    assert described(file, "raw/a.log", OBJECT, {}, store) == {
        "bucket": "photos", "key": "raw/a.log", "size": 6, "etag": MD5.upper(),
    }  # fmt: skip


def test_an_etag_is_written_as_the_source_writes_it(file: Path) -> None:
    lower = OBJECT.replace(etag="0123456789abcdef0123456789abcdef")
    assert described(file, "a.log", lower, {}, None)["etag"] == MD5  # type: ignore[arg-type]  # a copy has the kind


@pytest.mark.parametrize(
    ("typed", "key"),
    [("./a.log", "a.log"), ("raw/a.log", "raw/a.log"), ("../raw/a.log", "a.log"), ("/tmp/raw/a.log", "a.log")],
)
def test_the_key_is_the_path_as_typed_or_the_name(file: Path, typed: str, key: str) -> None:
    assert described(file, typed, OBJECT, {}, None)["key"] == key


def test_a_folder_that_is_called_as_the_bucket_is_the_bucket(file: Path) -> None:
    assert described(file, "inbox/raw/a.log", OBJECT, {"bucket": "inbox"}, None)["key"] == "raw/a.log"
    assert described(file, "./photos/a.log", OBJECT, {}, None)["key"] == "a.log"
    assert described(file, "inbox", OBJECT, {"bucket": "inbox"}, None)["key"] == "inbox"


def test_what_was_typed_comes_first(file: Path) -> None:
    found = described(file, "a.log", OBJECT, {"bucket": "inbox", "key": "b", "size": 0, "region": "eu"}, None)
    assert (found["bucket"], found["key"], found["size"]) == ("inbox", "b", 0)
    assert "region" not in found


def test_a_file_in_the_store_tells_its_bucket(store: Path) -> None:
    file = store / "inbox" / "raw" / "a.log"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")
    found = described(file, "a.log", OBJECT, {}, store)
    assert (found["bucket"], found["key"]) == ("inbox", "raw/a.log")
    assert put(file, store, "inbox", "raw/a.log") == file


def test_a_file_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match=r"'a\.log' cannot be read: No such file"):
        described(tmp_path / "a.log", "a.log", OBJECT, {}, None)


def test_the_function_finds_the_file_by_bucket_and_key(file: Path, store: Path) -> None:
    place = put(file, store, "inbox", "new/b.log")

    assert place == store / "inbox" / "new" / "b.log"
    assert place.read_bytes() == b"speed\n"
    file.write_bytes(b"more\n")
    assert place.read_bytes() == b"more\n"  # it is no copy


def test_the_file_of_an_earlier_event_makes_way(file: Path, store: Path) -> None:
    put(file, store, "inbox", "b.log")
    other = file.with_name("other.log")
    other.write_bytes(b"other\n")
    assert put(other, store, "inbox", "b.log").read_bytes() == b"other\n"
    other.unlink()  # a link that leads nowhere makes way, too
    assert put(file, store, "inbox", "b.log").read_bytes() == b"speed\n"


def test_a_file_of_the_users_is_not_written_over(file: Path, store: Path) -> None:
    (store / "inbox").mkdir()
    (store / "inbox" / "b.log").write_bytes(b"mine\n")
    with pytest.raises(InvalidOption, match="is another file"):
        put(file, store, "inbox", "b.log")
    assert (store / "inbox" / "b.log").read_bytes() == b"mine\n"


@pytest.mark.parametrize(
    ("bucket", "key"),
    [("inbox", "../../x"), ("inbox", ".."), ("inbox", "a/../.."), ("..", "x"), ("a/b", "x"), ("inbox", "/etc/x"),
     ("", "x"), (".", "x"), ("inbox", "")],
)  # fmt: skip
def test_nothing_is_put_outside_of_a_bucket(file: Path, store: Path, bucket: str, key: str) -> None:
    before = sorted(store.parent.rglob("*"))
    with pytest.raises(InvalidOption, match="leads out of the folder"):
        put(file, store, bucket, key)
    assert sorted(store.parent.rglob("*")) == before


def test_where_there_can_be_no_link_there_is_a_copy(file: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise OSError("a required privilege is not held")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    place = put(file, store, "inbox", "b.log")
    assert not place.is_symlink() and place.read_bytes() == b"speed\n"

"""samples/driving-log-etl, part by part: lines, readings, settings, keys."""

from __future__ import annotations

import io
import json
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from fcbridge.events import ObjectEvent

from .etl import SAMPLE
from .modules import module_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """The sample's modules by their names."""
    monkeypatch.setenv("DONE_STORE", str(tmp_path / "of-the-module.sqlite3"))
    with module_of(SAMPLE, "app") as app:
        names = ("lines", "readings", "consumer", "credentials", "settings", "storage", "loading", "delivery")
        yield SimpleNamespace(app=app, **{name: import_module(name) for name in names})


# -- lines ------------------------------------------------------------------------------------------------------------


class Pieces:
    """A stream that gives its content in pieces of these sizes, over and over."""

    def __init__(self, content: bytes, *sizes: int) -> None:
        self.file = io.BytesIO(content)
        self.sizes = sizes
        self.asked = 0

    def read(self, size: int) -> bytes:
        self.asked += 1
        return self.file.read(self.sizes[self.asked % len(self.sizes)])


@pytest.mark.parametrize("sizes", [(1,), (2,), (3, 1), (7, 2, 1), (1000,)], ids=str)
@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"a", [(1, b"a")]),
        (b"a\n", [(1, b"a")]),
        (b"ab\r\ncd\r\n", [(1, b"ab"), (2, b"cd")]),
        (b"\n\na\n\r\n\nb", [(3, b"a"), (6, b"b")]),
        ("车\n{}\n".encode(), [(1, "车".encode()), (2, b"{}")]),
    ],
    ids=repr,
)
def test_lines_are_the_same_in_whatever_pieces_they_come(
    parts: Any, content: bytes, lines: list[tuple[int, bytes]], sizes: tuple[int, ...]
) -> None:
    assert list(parts.lines.lines(Pieces(content, *sizes))) == lines


@pytest.mark.parametrize("size", [1, 5, 100])
def test_a_line_that_is_too_long_is_cut_and_the_next_one_is_whole(
    parts: Any, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(parts.lines, "LONGEST", 8)
    content = b"1234567890\n12345678\nab\n" + b"x" * 50
    found = list(parts.lines.lines(Pieces(content, size)))
    assert [(number, line[:9]) for number, line in found] == [
        (1, b"123456789"), (2, b"12345678"), (3, b"ab"), (4, b"xxxxxxxxx"),
    ]  # fmt: skip


# -- readings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "car", "message"),
    [
        ({"carID": "B-1", "speed": 12.5, "gear": 3}, "B-1", {"carID": "B-1", "speed": 12.5}),
        ({"speed": 0, "carID": "浙A"}, "浙A", {"carID": "浙A", "speed": 0}),
        ({"speed": -3, "carID": 7}, "7", {"carID": "7", "speed": -3}),
    ],
    ids=["more fields", "chinese", "a number for a name"],
)
def test_of_a_line_the_car_and_its_speed_are_taken(parts: Any, line: object, car: str, message: object) -> None:
    found = parts.readings.reading(json.dumps(line, ensure_ascii=False).encode())
    assert (found[0], json.loads(found[1])) == (car, message)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"\xff", "not UTF-8"),
        (b"{", "not JSON"),
        (b'{"carID": "B-1", "speed": NaN}', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"1" * 10_000, "no JSON object|not JSON"),  # Python since 3.11 reads no number of so many digits
        (b'"text"', "no JSON object"),
        (b"{}", "carID is missing"),
        (b'{"carID": "", "speed": 1}', "carID is no text"),
        (b'{"carID": true, "speed": 1}', "carID is no text"),
        (b'{"carID": "B-1"}', "speed is missing"),
        (b'{"carID": "B-1", "speed": "9"}', "speed is no number"),
        (b'{"carID": "B-1", "speed": true}', "speed is no number"),
        (b" " * 1_048_577, "longer than 1048576 bytes"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_line_that_is_no_reading_says_why(parts: Any, line: bytes, reason: str) -> None:
    with pytest.raises(parts.readings.Broken, match=f"^({reason})$"):
        parts.readings.reading(line)


# -- what was seen ----------------------------------------------------------------------------------------------------


def test_a_consumer_takes_every_line_of_every_event_once_in_any_order(parts: Any) -> None:
    seen = parts.consumer.Seen()
    arrived = ["a/1/3", "a/1/1", "a/1/3", "b/3", "a/1/900", "a/1/1", "b/3", "a/1/2"]
    assert [seen.is_new(identity) for identity in arrived] == [True, True, False, True, True, False, False, True]


# -- settings and keys ------------------------------------------------------------------------------------------------


def test_settings_are_read_from_variables_of_their_names(parts: Any) -> None:
    found = parts.settings.Settings.of(
        {
            "KAFKA_BROKERS": "a:1,b:2",
            "KAFKA_OPTIONS": "security.protocol=SASL_SSL; sasl.password=a=b;",
            "KAFKA_TRANSACTIONS": "off",
            "KAFKA_PATIENCE": "1.5",
            "INBOX": "",
        }
    )
    assert found == parts.settings.Settings(
        kafka_brokers="a:1,b:2",
        kafka_options={"security.protocol": "SASL_SSL", "sasl.password": "a=b"},
        kafka_transactions=False,
        kafka_patience=1.5,
    )


@pytest.mark.parametrize(
    ("name", "value"), [("KAFKA_OPTIONS", "linger.ms"), ("KAFKA_TRANSACTIONS", "yes"), ("KAFKA_PATIENCE", "long")]
)
def test_a_setting_that_cannot_be_meant_is_refused(parts: Any, name: str, value: str) -> None:
    with pytest.raises(ValueError):
        parts.settings.Settings.of({name: value})


def test_every_setting_is_in_the_readme(parts: Any) -> None:
    readme = (SAMPLE / "README.md").read_text("utf-8")
    assert [name for name in parts.settings.Settings.__dataclass_fields__ if f"`{name.upper()}`" not in readme] == []


class Agency:
    """The context of FunctionGraph, as far as it goes."""

    def __init__(self, key: str) -> None:
        self.key = key

    def getSecurityAccessKey(self) -> str:
        return self.key

    def getSecuritySecretKey(self) -> str:
        return "secret"

    def getSecurityToken(self) -> str:
        return "token"


ROLE = SimpleNamespace(access_key_id="key", access_key_secret="secret", security_token="token")


@pytest.mark.parametrize(
    ("context", "environ"),
    [
        (SimpleNamespace(credentials=ROLE), {"AWS_ACCESS_KEY_ID": "other"}),
        (SimpleNamespace(credentials=vars(ROLE)), {}),
        (Agency("key"), {"AWS_ACCESS_KEY_ID": "other"}),
        (None, {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"}),
        (
            SimpleNamespace(credentials=SimpleNamespace(access_key_id=None)),
            {
                "ALIBABA_CLOUD_ACCESS_KEY_ID": "key",
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secret",
                "ALIBABA_CLOUD_SECURITY_TOKEN": "token",
            },
        ),
    ],
    ids=["alibaba", "alibaba, a mapping", "huawei", "aws", "alibaba, in the environment"],
)
def test_the_keys_of_the_role_are_found_where_the_platform_puts_them(
    parts: Any, context: object, environ: dict[str, str]
) -> None:
    assert parts.credentials.credentials(context, environ) == ("key", "secret", "token")


@pytest.mark.parametrize("context", [None, object(), Agency("")], ids=["no context", "a stranger", "no agency"])
def test_where_there_are_no_keys_there_are_none(parts: Any, context: object) -> None:
    assert parts.credentials.credentials(context, {}) == ("", "", "")


def test_a_store_that_nothing_tells_is_asked_for(parts: Any) -> None:
    with pytest.raises(ValueError, match="set STORAGE"):
        parts.storage.store_of(ObjectEvent(source="urn:elsewhere"), parts.settings.Settings())


@pytest.mark.parametrize(
    ("bucket", "key"), [("..", "raw/a.log"), ("inbox", "raw/../../a.log"), ("/", "etc/a.log"), ("inbox", "/etc/a.log")]
)
def test_a_name_that_leads_out_of_the_folder_of_objects_is_not_there(parts: Any, bucket: str, key: str) -> None:
    settings = parts.settings.Settings(storage="fs", storage_root=str(SAMPLE / "inbox"))
    with pytest.raises(parts.storage.Gone, match="leads out"):
        parts.storage.opened(ObjectEvent(bucket=bucket, key=key), None, settings, {})


def test_a_region_that_is_a_host_gets_no_keys(parts: Any) -> None:
    settings = parts.settings.Settings(storage="s3")
    with pytest.raises(ValueError, match="no name"):
        parts.storage.opened(ObjectEvent(bucket="a", key="b", region="x.example/#"), None, settings, {})

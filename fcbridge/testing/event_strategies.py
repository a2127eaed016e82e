"""Hypothesis strategies for the parts of events, with a leaning towards what has gone wrong somewhere.

A source's own strategy builds its events of these, as ``st.builds(ObjectEvent, bucket=names(), key=keys())``.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from .extras import missing

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    raise missing(__name__, error, "hypothesis") from error

from .strategies import json_values

if TYPE_CHECKING:
    from typing import Any, TypeVar

    from hypothesis.strategies import SearchStrategy

    Part = TypeVar("Part")

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
#: 2001 to 2100: what is a number of seconds cannot be taken for one of milliseconds, and the other way round.
_FIRST, _LAST = 978_307_200, 4_102_444_799

_KEYS: tuple[str, ...] = (
    "driving.log", "raw/2026/03/02/car 7.log", "a+b.log", "a b+c%2B.log", "100%", "%", "%41", "%zz", "报告/三月.csv",
    "naïve/ü.txt", "🐍", "a=b&c=d?e#f", "dir/", "/leading", "a//b", "./..", "~-_.!*'()", "tab\tline", '"quoted"', "\\",
)  # fmt: skip
_HEX = "0123456789abcdef"
_ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyz0123456789"


# -- names and ids ----------------------------------------------------------------------------------------------------


def texts(*, min_size: int = 0, max_size: int = 20) -> SearchStrategy[str]:
    """Any text that UTF-8 can carry."""
    return st.text(st.characters(exclude_categories=["Cs"]), min_size=min_size, max_size=max_size)


def words() -> SearchStrategy[str]:
    """Texts of ASCII letters, digits, ``-``, ``_`` and ``.``, which every cloud takes for a name."""
    return st.text(_ALPHANUMERIC + "ABCXYZ-_.", min_size=1, max_size=24)


def names() -> SearchStrategy[str]:
    """Names of buckets, topics, queues and tables: small letters and digits, with dashes between them."""
    return st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)


def ids() -> SearchStrategy[str]:
    """Ids as clouds give them: UUIDs, long hexadecimal numbers, decimal ones."""
    return st.one_of(
        st.uuids().map(str),
        st.text(_HEX, min_size=16, max_size=32),
        st.text(_HEX, min_size=16, max_size=32).map(str.upper),
        st.integers(10**15, 10**20).map(str),
    )


def etags() -> SearchStrategy[str]:
    """ETags of objects, without quotes: of one upload, and of one in parts."""
    one = st.text(_HEX, min_size=32, max_size=32)
    return one | one.map(str.upper) | st.tuples(one, st.integers(1, 10_000)).map(lambda both: f"{both[0]}-{both[1]}")


def keys() -> SearchStrategy[str]:
    """Keys of objects: blanks, plus and percent signs, escapes that are none, Chinese, slashes everywhere."""
    return st.sampled_from(_KEYS) | texts(min_size=1)


def sizes() -> SearchStrategy[int]:
    """Lengths in bytes: nothing, some, more than 32 bits."""
    return st.sampled_from((0, 1, 1024, 2**31, 2**32 + 1, 5 * 2**40)) | st.integers(0, 2**40)


def regions() -> SearchStrategy[str]:
    """Regions of several clouds."""
    return st.sampled_from(("cn-hangzhou", "us-east-1", "ap-guangzhou", "cn-north-4", "bj", "cn-beijing"))


# -- times ------------------------------------------------------------------------------------------------------------


def seconds() -> SearchStrategy[datetime]:
    """Times in UTC to the second."""
    return st.integers(_FIRST, _LAST).map(lambda count: _EPOCH + timedelta(seconds=count))


def milliseconds() -> SearchStrategy[datetime]:
    """Times in UTC to the millisecond."""
    return st.integers(_FIRST * 1000, _LAST * 1000).map(lambda count: _EPOCH + timedelta(milliseconds=count))


def microseconds() -> SearchStrategy[datetime]:
    """Times in UTC to the microsecond."""
    return st.integers(_FIRST * 10**6, _LAST * 10**6).map(lambda count: _EPOCH + timedelta(microseconds=count))


# -- contents ---------------------------------------------------------------------------------------------------------


def payloads() -> SearchStrategy[Any]:
    """JSON values without lone surrogates: what is written into a timer, the data of an event."""
    return json_values(surrogates=False)


def json_bodies() -> SearchStrategy[bytes]:
    """Bodies that are JSON, with and without escapes."""
    return st.builds(_written, payloads(), st.booleans())


def _written(value: object, escaped: bool) -> bytes:
    return json.dumps(value, ensure_ascii=escaped).encode("utf-8")


def text_bodies() -> SearchStrategy[bytes]:
    """Bodies that are UTF-8; some are JSON, one looks like base64."""
    return st.one_of(texts().map(str.encode), json_bodies(), st.sampled_from((b"", b"aGVsbG8=", b"a,b\r\nc\n")))


def bodies() -> SearchStrategy[bytes]:
    """Bodies of any bytes: text in UTF-8 and in GBK, JSON, binary, nothing."""
    return st.one_of(text_bodies(), st.binary(max_size=40), st.just("报告".encode("gbk")), st.just(b"\xff\xfe\x00"))


def maybe(part: SearchStrategy[Part]) -> SearchStrategy[Part | None]:
    """What a source may not tell."""
    return st.none() | part


# -- lists of events, as ``trigger_laws_of`` asks for them -------------------------------------------------------------


def single(events: SearchStrategy[Part]) -> SearchStrategy[list[Part]]:
    """Of a source that sends one event at a time."""
    return st.lists(events, min_size=1, max_size=1)


def several(events: SearchStrategy[Part]) -> SearchStrategy[list[Part]]:
    """Of a source that sends its events in batches."""
    return st.lists(events, min_size=1, max_size=4)

"""Points in time, to and fro."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcbridge.instants import instant, instant_since_epoch, rfc3339, since_epoch

TIMES = st.datetimes(timezones=st.just(timezone.utc))
NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20T12:00:00Z", NOON),
        ("2026-11-20t12:00:00z", NOON),
        ("2026-11-20 12:00:00Z", NOON),
        ("2026-11-20T12:00Z", NOON),
        ("2026-11-20T20:00:00+08:00", NOON),
        ("2026-11-20T20:00:00+0800", NOON),
        ("2026-11-20T11:59:60Z", NOON),
        ("2026-11-20T12:00:00.5Z", NOON + timedelta(milliseconds=500)),
        ("2026-11-20T12:00:00.061824591Z", NOON + timedelta(microseconds=61824)),
    ],
)
def test_a_text_of_rfc_3339_is_a_time_in_utc(text: str, expected: datetime) -> None:
    time = instant(text)
    assert time == expected
    assert time.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-20", "2026-11-20T12:00:00", "2026-13-20T12:00:00Z", "2026-11-20T12:00:00Z+08:00",
     "１２-11-20T12:00:00Z", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:60Z"],
)  # fmt: skip
def test_another_text_is_no_time(text: str) -> None:
    with pytest.raises(ValueError):
        instant(text)


@pytest.mark.parametrize("value", [None, 7, b"2026-11-20T12:00:00Z", []])
def test_what_is_no_text_is_no_time(value: object) -> None:
    with pytest.raises(TypeError):
        instant(value)


def test_seconds_may_be_counted_whole_or_in_parts() -> None:
    assert instant_since_epoch(1790000000) == instant_since_epoch(1790000000000, 1000)
    assert instant_since_epoch(1790000000123456, 1_000_000).microsecond == 123456
    assert instant_since_epoch(1790000000123456789, 1_000_000_000).microsecond == 123456
    assert instant_since_epoch(1545084650.987) == datetime(2018, 12, 17, 22, 10, 50, 987000, tzinfo=timezone.utc)


@pytest.mark.parametrize("count", [10**30, -(10**30), 1e300, float("inf"), float("nan")])
def test_a_count_beyond_all_times_is_a_value_error(count: float) -> None:
    with pytest.raises(ValueError):
        instant_since_epoch(count)


@pytest.mark.parametrize("count", [None, True, "1790000000", []])
def test_what_is_no_number_is_a_type_error(count: object) -> None:
    with pytest.raises(TypeError):
        instant_since_epoch(count)


def test_a_time_is_written_with_the_digits_it_has_or_those_asked_for() -> None:
    time = NOON + timedelta(microseconds=61824)
    assert rfc3339(NOON) == "2026-11-20T12:00:00Z"
    assert rfc3339(NOON + timedelta(milliseconds=5)) == "2026-11-20T12:00:00.005Z"
    assert rfc3339(time) == "2026-11-20T12:00:00.061824Z"
    assert [rfc3339(time, digits) for digits in (0, 3, 6)] == [
        "2026-11-20T12:00:00Z", "2026-11-20T12:00:00.061Z", "2026-11-20T12:00:00.061824Z",
    ]  # fmt: skip


@given(TIMES)
def test_every_time_survives_being_written_and_read(time: datetime) -> None:
    assert instant(rfc3339(time)) == time
    assert instant_since_epoch(since_epoch(time, 1_000_000), 1_000_000) == time
    assert instant_since_epoch(since_epoch(time)) == time.replace(microsecond=0)

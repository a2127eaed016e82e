"""The neutral events: what they have in common, and what they show of themselves."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from fcbridge.events import KINDS, CloudEvent, Event, MessageEvent, NotificationEvent, ObjectEvent, RowEvent

NOON = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)


def test_two_events_are_equal_when_their_attributes_are_whatever_was_sent() -> None:
    one, other = (ObjectEvent(id="1", bucket="inbox", key="a", time=NOON, raw=raw) for raw in ("x", "y"))
    assert one == other
    assert one != one.replace(key="b")
    assert one != Event(id="1", time=NOON)


def test_a_changed_copy_keeps_the_rest() -> None:
    event = MessageEvent(id="1", topic="orders", body=b"{}", raw={"a": 1})
    changed = event.replace(topic="returns")
    assert changed == MessageEvent(id="1", topic="returns", body=b"{}")
    assert (changed.raw, event.topic) == ({"a": 1}, "orders")


def test_the_last_of_several_headers_counts() -> None:
    event = MessageEvent(headers=(("try", b"1"), ("try", b"2")))
    assert (event.header("try"), event.header("Try", b"-")) == (b"2", b"-")


def test_a_body_is_text_and_json_when_it_is() -> None:
    event = MessageEvent(body='{"车": 7}'.encode())
    assert (event.text(), event.json()) == ('{"车": 7}', {"车": 7})
    with pytest.raises(ValueError, match="Expecting"):
        MessageEvent(body=b"no").json()


@pytest.mark.parametrize(
    "event",
    [
        MessageEvent(id="1", body=b"secret", key=b"secret", headers=(("a", "secret"),)),
        NotificationEvent(id="1", subject="secret", body=b"secret", attributes={"a": "secret"}),
        RowEvent(id="1", keys={"a": "secret"}, before={"a": "secret"}, after={"a": "secret"}),
        CloudEvent(id="1", subject="secret", data="secret", extensions={"a": "secret"}, raw="secret"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_contents_are_not_shown(event: Event) -> None:
    assert "id='1'" in repr(event)
    assert "secret" not in repr(event)


def test_a_name_with_a_line_break_is_one_line() -> None:
    assert "\n" not in repr(ObjectEvent(bucket="inbox", key="a\nERROR forged"))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_each_kind_has_the_attributes_that_it_names(kind: type[Event]) -> None:
    event = kind()
    assert all(hasattr(event, name) for name in kind.fields)
    assert set(kind.shown) <= set(kind.fields)

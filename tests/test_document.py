from __future__ import annotations

from fcbridge import document


def test_an_event_in_text_or_bytes_is_loaded_and_anything_else_is_left_as_it_is() -> None:
    assert document.load_event(b'{"a": 1}') == {"a": 1}
    assert document.load_event('{"a": 1}') == {"a": 1}
    assert document.load_event(b"\xa1aa\x01") == b"\xa1aa\x01"
    assert document.load_event(b"") == b""
    assert document.load_event(b"[" * 100_000) == b"[" * 100_000
    assert document.load_event([1]) == [1]

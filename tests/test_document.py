from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fcbridge import document

ROOT = Path(__file__).parents[1]


def test_an_event_in_text_or_bytes_is_loaded_and_anything_else_is_left_as_it_is() -> None:
    assert document.load_event(b'{"a": 1}') == {"a": 1}
    assert document.load_event('{"a": 1}') == {"a": 1}
    assert document.load_event(b"\xa1aa\x01") == b"\xa1aa\x01"
    assert document.load_event(b"") == b""
    assert document.load_event(b"[" * 100_000) == b"[" * 100_000
    assert document.load_event([1]) == [1]


def by_json(event: Any) -> Any:
    """What ``json`` makes of an event, or the event where it refuses."""
    try:
        return json.loads(event)
    except (ValueError, RecursionError):
        return event


_LITERALS = st.sampled_from(
    [
        "null", "true", "false", "0", "-0", "-0.0", "1e400", "-1.5E-3", "01", "1.", "NaN", "Infinity", "-Infinity",
        "9" * 60, "9" * 5000,
        '""', '"a"', '"\\u0022\\/\\n"', '"\\ud83d\\ude00"', '"\\ud800"', '"\ud800"', '"\t"', '"\0"',
        '"\\x"', '"é报"', "[]", "{}", '[1, "a", [null]]', '{"a": {"a": 1}, "a": 2}', '{"a": 1,}', "[" * 3000, "",
    ]
)  # fmt: skip
_BLANKS = st.text(" \t\n\r", max_size=2)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """JSON, or what is nearly that."""
    members: list[str] = []
    for _ in range(draw(st.integers(0, 4))):
        key = draw(st.sampled_from(['"a"', '"b"', '"\\u0061"', '""', "a"]))
        members.append(f"{draw(_BLANKS)}{key}{draw(_BLANKS)}:{draw(_BLANKS)}{draw(_LITERALS)}{draw(_BLANKS)}")
    before = draw(st.sampled_from(["", "", "", " ", "\n", "\ufeff", "[", "x"]))
    after = draw(st.sampled_from(["", "", "", " ", "\r\n\t", "x", "}", "\0", "\v", "\xa0", " {}"]))
    return before + "{" + ",".join(members) + "}" + after


@given(texts() | st.text(max_size=20) | _LITERALS)
@example('{"a": [NaN, Infinity, -Infinity]}')
@example("NaN")
def test_a_text_is_what_json_makes_of_it(text: str) -> None:
    # repr, because NaN is not equal to itself and 1 is equal to True
    assert repr(document.load_event(text)) == repr(by_json(text))


@given(texts(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be", "latin-1"]))
def test_bytes_are_what_json_makes_of_them_in_whatever_encoding(text: str, encoding: str) -> None:
    raw = text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")
    assert repr(document.load_event(raw)) == repr(by_json(raw))
    assert repr(document.load_event(bytearray(raw))) == repr(by_json(bytearray(raw)))


@given(st.binary(max_size=20).map(lambda noise: b'{"a": "' + noise + b'"}') | st.binary(max_size=20))
def test_any_bytes_are_what_json_makes_of_them(raw: bytes) -> None:
    assert repr(document.load_event(raw)) == repr(by_json(raw))


def test_an_interpreter_without_the_scanner_in_c_reads_events_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "_json", None)
    monkeypatch.setattr(document, "_scan", None)
    assert document.load_event(b'{"a": [1, NaN]} ') != b'{"a": [1, NaN]} '
    assert document.load_event(b'{"a": 1} x') == b'{"a": 1} x'


def test_an_event_is_read_and_a_response_written_without_the_package_json() -> None:
    program = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}]
from fcbridge.document import load_event
from fcbridge.envelope import rendered
from fcbridge.model import Response
assert load_event(b'{{"a": [1, "b", null]}}') == {{"a": [1, "b", None]}}
assert rendered({{"A": "b"}}, Response(body=b"c", text=True)).endswith('"c"}}')
assert not {{"json", "re", "enum"}} & sys.modules.keys(), sorted(sys.modules)
"""
    subprocess.run([sys.executable, "-S", "-E", "-c", program], check=True)

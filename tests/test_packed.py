"""JSON by gzip in base64."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode, b64encode

import pytest

from fcbridge import packed
from fcbridge.packed import packed_json, unpacked_json

LINES = {"lines": ["测试", 'a "quoted" one', "\n"], "count": 3}


def test_what_is_packed_is_unpacked_again() -> None:
    assert unpacked_json(packed_json(LINES)) == LINES


def test_it_is_gzip_for_others_too() -> None:
    assert json.loads(gzip.decompress(b64decode(packed_json(LINES)))) == LINES
    assert unpacked_json(b64encode(gzip.compress(json.dumps(LINES).encode("utf-8"))).decode("ascii")) == LINES


def test_it_is_the_same_text_each_time() -> None:
    assert packed_json(LINES) == packed_json(LINES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no base64",
        b64encode(b"no gzip").decode("ascii"),
        b64encode(gzip.compress(b"no JSON")).decode("ascii"),
        b64encode(gzip.compress(b"\xff")).decode("ascii"),
        b64encode(gzip.compress(b"{}")[:-1]).decode("ascii"),
        b64encode(gzip.compress(b"{}") + b"more").decode("ascii"),
        b64encode(gzip.compress(b"[" * 200_000)).decode("ascii"),
    ],
)
def test_anything_else_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        unpacked_json(text)


def test_a_text_that_would_fill_the_memory_is_refused_before_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST", 1000)
    assert unpacked_json(packed_json("a" * 998)) == "a" * 998  # with its quotes
    for length in (999, 5000, 1_000_000):
        with pytest.raises(ValueError, match="more than 1000 bytes"):
            unpacked_json(packed_json("a" * length))

from __future__ import annotations

import asyncio
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcbridge.dev.frames import frame, read_frame, receive_frame


@given(st.binary(max_size=2000), st.text())
def test_a_frame_reads_back_as_it_was_written(content: bytes, text: str) -> None:
    pipe = BytesIO(frame("answer", content, text=text) + frame("stop"))
    first, second = read_frame(pipe), read_frame(pipe)
    assert first is not None and second is not None
    assert (first.kind, first.head["text"], first.content) == ("answer", text, content)
    assert (second.kind, second.content) == ("stop", b"")
    assert read_frame(pipe) is None


@pytest.mark.parametrize("kept", [0, 3, 8, 20, 40])
def test_a_pipe_that_ends_within_a_frame_gives_none(kept: int) -> None:
    assert read_frame(BytesIO(frame("answer", bytes(20))[:kept])) is None


@pytest.mark.anyio
@pytest.mark.parametrize("kept", [0, 3, 8, 20, 40, None])
async def test_the_gateway_reads_the_same_frames(kept: int | None) -> None:
    pipe = asyncio.StreamReader()
    pipe.feed_data(frame("answer", bytes(20), seconds=0.5)[:kept])
    pipe.feed_eof()
    received = await receive_frame(pipe)
    if kept is None:
        assert received is not None and received.head == {"kind": "answer", "seconds": 0.5}
        assert received.content == bytes(20)
    else:
        assert received is None


def test_a_value_that_is_not_json_is_told_as_text() -> None:
    received = read_frame(BytesIO(frame("raised", error={"errorMessage": ValueError("no stock")})))
    assert received is not None and received.head["error"] == {"errorMessage": "no stock"}

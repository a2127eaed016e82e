"""How a cold start, the memory of an invocation and many callers at once are measured."""

from __future__ import annotations

from typing import Any

import pytest

from bench import cold
from bench.concurrency import by_threads
from bench.entry import Entry
from bench.events import Answer
from bench.memory import peak
from bench.programs import RAW_WSGI


def test_a_program_of_the_cold_start_that_answers_wrongly_ends_the_run() -> None:
    wrong = cold.NOTHING._replace(answer="assert app is None")
    with pytest.raises(RuntimeError, match="a program of the cold start failed"):
        cold.measured([(RAW_WSGI, wrong)], rounds=1, warm=False)


def test_nothing_is_there_before_a_cold_start_that_the_interpreter_does_not_import_itself() -> None:
    # A .pth file of this environment may import contextlib, re and more, which an adapter would then get for nothing.
    clean = cold.NOTHING._replace(
        answer="import sys; assert not {'contextlib', 'functools', 're'} & sys.modules.keys()"
    )
    [[start]] = cold.measured([(RAW_WSGI, clean)], rounds=1, warm=False).values()
    assert start.process > 0


def test_memory_at_the_peak_is_what_is_there_at_once_the_result_included() -> None:
    size = 2**20
    text = "x" * size
    one = peak(Entry(lambda: text.encode(), _read))
    two = peak(Entry(lambda: text.encode()[1:], _read))
    assert size <= one < 1.01 * size
    assert 2 * size <= two < 2.01 * size


def test_a_caller_who_gets_the_answer_of_another_ends_the_run() -> None:
    def answer(event: object, context: object) -> dict[str, Any]:
        return {"statusCode": 200, "body": "caller=0"}

    assert len(by_threads("mixed", answer, None, False, 1, 3).calls) == 3
    with pytest.raises(ValueError, match="mixed gives a caller an answer of 8 bytes that is not its own"):
        by_threads("mixed", answer, None, False, 2, 3)


def test_an_error_in_the_thread_of_a_caller_ends_the_run() -> None:
    def fails(event: object, context: object) -> object:
        raise LookupError("of one caller")

    with pytest.raises(LookupError, match="of one caller"):
        by_threads("failing", fails, None, False, 3, 1)


def _read(_: object) -> Answer:
    return Answer(200, "", b"")

from __future__ import annotations

import json
import os
from io import StringIO

import pytest

from fcbridge.dev.console import Console
from fcbridge.dev.process import Outcome
from fcbridge.gateway import Refusal
from fcbridge.local.door import Exchange
from fcbridge.losses import ONE_SET_COOKIE
from fcbridge.model import Request, Response


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def exchange_of(status: int = 200) -> Exchange:
    exchange = Exchange(Request("POST", "/items", "a=1"))
    exchange.response = Response(status)
    return exchange


def test_one_invocation_is_one_line() -> None:
    console = Console(output := StringIO())
    console.invocation(exchange_of(), Outcome(seconds=0.1234, memory=80 * 1024 * 1024, cold=True), "1-67c1")
    assert output.getvalue() == "POST    /items?a=1  200  cold  123 ms  80 MB  1-67c1\n"


def test_a_request_that_the_gateway_refused_names_no_instance() -> None:
    console = Console(output := StringIO())
    console.invocation(exchange_of(403), None, "1-67c1")
    assert output.getvalue() == "POST    /items?a=1  403  -  -  -  1-67c1\n"


def test_a_token_in_the_query_is_not_shown() -> None:
    console = Console(output := StringIO())
    exchange = exchange_of()
    exchange.request.query = "color=red&access_token=s3cr3t"
    console.invocation(exchange, None, "1")
    assert output.getvalue().startswith("POST    /items?color=red&access_token=***  200")


def test_a_loss_is_told_once_a_request_with_its_cure() -> None:
    console = Console(output := StringIO())
    console.losses(exchange_of(), [ONE_SET_COOKIE, ONE_SET_COOKIE])
    assert output.getvalue() == f"warning: POST /items: {ONE_SET_COOKIE.says}; {ONE_SET_COOKIE.cure}\n"


def test_a_failure_ends_with_its_reason() -> None:
    console = Console(output := StringIO())
    console.failure(Refusal(Refusal.UNHANDLED, "ValueError: no stock"), "Traceback\n  ...\n")
    assert output.getvalue() == "Traceback\n  ...\nunhandled: ValueError: no stock\n"


def test_a_file_gets_no_colour_and_a_terminal_does() -> None:
    for output, coloured in ((StringIO(), False), (Terminal(), True)):
        console = Console(output)
        console.invocation(exchange_of(), Outcome(), "1")
        assert ("\x1b[" in output.getvalue()) is coloured


def test_a_pipe_whose_reader_has_gone_is_no_reason_to_stop() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    told = False
    # What could not be written is tried once more when the stream is closed.
    with pytest.raises(BrokenPipeError), open(writing, "w") as stream:
        Console(stream).note("x")
        told = True
    assert told


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    console = Console(output := Terminal())
    console.invocation(exchange_of(), Outcome(), "1")
    assert "\x1b[" not in output.getvalue()


def test_what_is_asked_for_wins_over_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    console = Console(output := StringIO(), color=True)
    console.note("x")
    assert output.getvalue() == "\x1b[2mx\x1b[0m\n"


@pytest.mark.parametrize("length", [5_000, 5_000_000])
def test_a_long_body_is_cut_and_its_length_told(length: int) -> None:
    console = Console(output := StringIO())
    console.event({"headers": {"Cookie": "sid=1"}, "records": ["x" * length]})
    shown = json.loads(output.getvalue())
    assert shown["headers"] == {"Cookie": "***"}
    assert len(shown["records"][0]) < 1100 and "characters)" in shown["records"][0]


def test_credentials_in_a_long_body_are_struck_out_before_it_is_cut() -> None:
    console = Console(output := StringIO())
    console.event({"body": "password=hunter2&filler=" + "x" * 5_000_000})
    assert "hunter2" not in output.getvalue()

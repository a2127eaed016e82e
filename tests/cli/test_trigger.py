"""``fcbridge trigger`` without a dev server: what it would send, and what it refuses. With one: tests/dev."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import md5
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from fcbridge.cli.exits import Exit
from fcbridge.local import sources as names
from tests.cli.shell import Shell
from tests.local.fake_sources import OBJECT, TIME, platforms
from tests.services.process import free_port


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "platforms", platforms)


def payloads(shell: Shell, typed: str, **options: Any) -> list[list[dict[str, Any]]]:
    """The events of each payload that would be sent."""
    result = shell(f"trigger {typed} --dry-run", **options)
    assert result.code == 0, result.talk
    decoder, text = json.JSONDecoder(), result.out
    found: list[list[dict[str, Any]]] = []
    while text.strip():
        value, end = decoder.raw_decode(text.lstrip())
        found.append(value["events"])
        text = text.lstrip()[end:]
    return found


# -- objects ----------------------------------------------------------------------------------------------------------


def test_a_file_is_an_object(shell: Shell, fakes: None) -> None:
    shell.write("raw/driving.log", b"speed\n")

    [[event]] = payloads(shell, "store ./raw/driving.log --bucket inbox")

    assert (event["bucket"], event["key"], event["size"]) == ("inbox", "raw/driving.log", 6)
    assert event["etag"] == md5(b"speed\n", usedforsecurity=False).hexdigest().upper()
    assert event["source"] == "store:inbox" and event["id"].endswith("/raw/driving.log")


def test_without_a_file_it_is_the_sample_and_what_was_typed(shell: Shell, fakes: None) -> None:
    [[event]] = payloads(shell, "store --key b.log --type ObjectRemoved:Delete")
    assert (event["bucket"], event["key"], event["size"], event["type"]) == (
        "photos", "b.log", 1, "ObjectRemoved:Delete",
    )  # fmt: skip


def test_each_event_is_a_new_one(shell: Shell, fakes: None) -> None:
    [[first]], [[second]] = payloads(shell, "store"), payloads(shell, "store")
    assert len({first["id"], second["id"], OBJECT.id}) == 3
    assert first["time"] > TIME.isoformat()


def test_a_count_makes_as_many(shell: Shell, fakes: None) -> None:
    [batch] = payloads(shell, "store --count 3")
    assert len({event["id"] for event in batch}) == 3


# -- messages ---------------------------------------------------------------------------------------------------------


def bodies(batches: list[list[dict[str, Any]]]) -> list[list[str]]:
    return [[event["body"] for event in batch] for batch in batches]


def test_each_line_is_a_message(shell: Shell, fakes: None) -> None:
    [batch] = payloads(shell, "here-queue --topic cars", stdin=b'{"a": 1}\n\nthird\r\n')

    assert bodies([batch]) == [['{"a": 1}', "", "third"]]
    assert {event["topic"] for event in batch} == {"cars"}
    first, second, third = (event["offset"] for event in batch)
    assert (second, third) == (first + 1, first + 2)


@pytest.mark.parametrize("typed", ["", "-", "lines.txt"])
def test_lines_come_from_stdin_or_a_file(shell: Shell, fakes: None, typed: str) -> None:
    shell.write("lines.txt", "a\nb")
    assert bodies(payloads(shell, f"here-queue {typed}", stdin=b"a\nb")) == [["a", "b"]]


def test_lines_are_sent_in_batches(shell: Shell, fakes: None) -> None:
    lines = b"".join(b"%d\n" % number for number in range(23))

    batches = bodies(payloads(shell, "here-queue", stdin=lines))
    assert [len(batch) for batch in batches] == [10, 10, 3]
    assert [body for batch in batches for body in batch] == [str(number) for number in range(23)]
    assert [len(batch) for batch in payloads(shell, "here-queue --batch 20", stdin=lines)] == [20, 3]


def test_a_source_without_batches_gets_one_line_after_the_other(shell: Shell, fakes: None) -> None:
    assert bodies(payloads(shell, "there-queue", stdin=b"a\nb\n")) == [["a"], ["b"]]


def test_a_body_may_be_typed_and_repeated(shell: Shell, fakes: None) -> None:
    assert bodies(payloads(shell, "here-queue -d hello")) == [["hello"]]
    assert bodies(payloads(shell, "here-queue -d hello --count 12")) == [["hello"] * 10, ["hello"] * 2]
    assert bodies(payloads(shell, "here-queue --count 2", stdin=b"a\nb")) == [["a", "b", "a", "b"]]


def test_what_a_source_has_no_place_for_is_told_once(shell: Shell, fakes: None) -> None:
    result = shell("trigger there-queue --dry-run --partition 3", stdin=b"a\nb\n")
    assert result.talk.count("does not carry this partition") == 1


# -- schedules --------------------------------------------------------------------------------------------------------


def test_a_schedule_is_named(shell: Shell, fakes: None) -> None:
    [[event]] = payloads(shell, "here-timer nightly --payload x")
    assert (event["name"], event["payload"]) == ("nightly", "x")
    assert payloads(shell, "here-timer")[0][0]["name"] == "daily"


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "code", "message", "hint"),
    [
        ("", Exit.USAGE, "Which trigger is not said.", "fcbridge trigger NAME"),
        ("store a b", Exit.USAGE, "'b' is one argument too many.", "fcbridge trigger NAME [FILE|SCHEDULE]"),
        ("store nowhere.log", Exit.CONFIGURATION, "'nowhere.log' cannot be read: No such file or directory.", ""),
        ("here-queue nowhere", Exit.USAGE, "'nowhere' cannot be read: No such file or directory.", ""),
        ("here-queue", Exit.USAGE, "There is no message: the input is empty.", "-d TEXT sends one"),
        ("here-timer a --name b", Exit.USAGE, "The schedule has two names.", "leave --name away"),
        ("here-timer --batch 3 --count 3", Exit.CONFIGURATION, "here-timer sends one event at a time.", ""),
        ("there-blob x", Exit.USAGE,
         "'x' is one argument too many: there-blob tells of no file and no schedule.", "fcbridge trigger --help"),
        ("here-queue x -d y", Exit.USAGE,
         "'x' is one argument too many: here-queue tells of no file and no schedule.", ""),
        ("store --topic x", Exit.USAGE, "here-store does not take --topic: an ObjectEvent has none.", ""),
        ("queue -d x", Exit.CONFIGURATION, "The trigger 'queue' may be here-queue or there-queue.", ""),
    ],
)  # fmt: skip
def test_a_wrong_line_is_refused(shell: Shell, fakes: None, typed: str, code: Exit, message: str, hint: str) -> None:
    got = shell(f"trigger {typed} --dry-run").refusal
    assert got[:2] == (code, message)
    assert got[2].startswith(hint)


def test_nobody_has_to_type_messages(shell: Shell, fakes: None) -> None:
    assert shell("trigger here-queue --dry-run", keyboard=True).refusal == (
        Exit.USAGE,
        "There is no message.",
        "fcbridge trigger queue -d TEXT, or one message a line: fcbridge trigger queue < FILE",
    )


def test_two_addresses_are_refused(shell: Shell) -> None:
    assert shell("trigger oss --url http://127.0.0.1:1 --port 1").refusal[:2] == (
        Exit.USAGE, "There are two addresses: --url and --port.",
    )  # fmt: skip


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://", "http://127.0.0.1:port", "https://127.0.0.1"])
def test_an_address_that_is_none_is_refused(shell: Shell, url: str) -> None:
    assert shell(f"trigger oss --url {url}").refusal[:2] == (Exit.USAGE, "--url is no address of fcbridge dev.")


@pytest.mark.parametrize("how", ["--port {port}", "--url http://127.0.0.1:{port}", "--url 127.0.0.1:{port}", "project"])
def test_a_dev_that_is_away_is_told_with_the_cure(shell: Shell, how: str) -> None:
    port = free_port()
    if how == "project":
        shell.write("pyproject.toml", f"[tool.fcbridge]\nport = {port}\n")
        how = ""
    code, message, hint = shell(f"trigger oss {how.format(port=port)}").refusal

    assert code == Exit.CONFIGURATION
    assert message.startswith("No fcbridge dev answers at ") and f"127.0.0.1:{port}." in message
    assert hint == "start it in another terminal: fcbridge dev; --port or --url tell where it listens"


class _Other(BaseHTTPRequestHandler):
    answer = 404, b"{}"

    def do_GET(self) -> None:
        self.send_response(self.answer[0])
        self.end_headers()
        self.wfile.write(self.answer[1])

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture
def other() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), _Other)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("answer", [(404, b"{}"), (200, b"hello"), (200, b"[]"), (200, b"{}")])
def test_another_server_is_not_taken_for_it(
    shell: Shell, other: HTTPServer, answer: tuple[int, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Other, "answer", answer)
    code, message, hint = shell(f"trigger oss --port {other.server_port}").refusal
    assert code == Exit.CONFIGURATION
    assert message.endswith("is no fcbridge dev, or one of another version.")
    assert "--url" in hint and "--port" in hint
